"""Households of a simulated retailer against the truth: pairs, dates, time, memory."""

from __future__ import annotations

import argparse
import multiprocessing
import resource
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.households.installation import build_installation
from benchmarks.households.pairs import Told, print_accuracy, print_accuracy_over_time
from passerelle.bootstrap import Passerelle, open_passerelle
from passerelle.identify import resolve_around
from passerelle.identify.households.judging import judge_households
from passerelle.identify.households.residences import read_residences
from passerelle.identify.households.shared_lines import find_lines
from passerelle.settings import Settings

LEAST_F1 = 0.95
"""Of the pairs that share something a file says."""

_DECISIONS = 5  # profiles whose evidence is heard again, one at a time


def run(argv: list[str]) -> int:
    """Simulate, import, resolve, compare; 1 if fewer households are right than promised."""
    parser = argparse.ArgumentParser(prog="./dev bench households", description=__doc__)
    parser.add_argument("--customers", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=2)
    parser.add_argument("--exact", action="store_true", help="look for no likenesses")
    parser.add_argument("--keep", type=Path, help="folder to build in, or built there before")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="households-") as temporary:
        folder = options.keep or Path(temporary)
        if not (folder / "done").exists():
            # In a process of its own, so that the memory told below is that of judging alone.
            wanted = (folder, options.customers, options.seed, options.exact)
            building = multiprocessing.get_context("spawn").Process(
                target=build_installation, args=wanted
            )
            building.start()
            building.join()
        passerelle = open_passerelle(Settings(home=folder / "home"))
        told = _judge(passerelle)
        truth = folder / "retailer" / "truth"
        f1 = print_accuracy(passerelle.store, truth, told)
        print_accuracy_over_time(passerelle.store, truth, told)
        _decide(passerelle)
        return int(f1 < LEAST_F1)


def _judge(passerelle: Passerelle) -> Told:
    with passerelle.store.reading() as reading:
        nodes = pl.DataFrame(reading.fetch("select identifier_id, type from identifiers"))
        edges = pl.DataFrame(
            reading.fetch("select left_id, right_id, kind from edges where withdrawn_at is null")
        )
        placed = pl.DataFrame(reading.fetch("select identifier_id, profile_id from placements"))
        started, used = time.perf_counter(), time.process_time()
        households = judge_households(reading, nodes, edges, placed)
        wall, processor = time.perf_counter() - started, time.process_time() - used
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        print(
            f"{households.homes.height:,} profiles judged in {wall:.1f} s, "
            f"{processor:.1f} s of processor, peak {peak:.2f} GB"
        )
        residences = read_residences(reading, placed)
    return Told(residences, find_lines(nodes, edges, placed), households)


def _decide(passerelle: Passerelle) -> None:
    """What it costs to resolve again what is around one profile, households included."""
    placed = passerelle.store.arrow("select identifier_id, profile_id from placements")
    some = (
        pl.DataFrame(placed).sort("identifier_id").gather_every(max(1, len(placed) // _DECISIONS))
    )
    costs = []
    for identifier in some["identifier_id"].head(_DECISIONS):
        used = time.process_time()
        with passerelle.store.bulk() as bulk:
            bulk.execute("delete from placements where identifier_id = ?", (identifier,))
            resolve_around(bulk, np.array([identifier], np.int64), passerelle.rules)
        costs.append(time.process_time() - used)
    told = ", ".join(f"{each:.2f}" for each in costs)
    print(f"one decision: {told} s of processor")
