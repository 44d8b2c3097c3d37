"""Import of CRM rows: normalising, writing and resolving, beside the floor of reading the file.

Grain: one line of figures per phase. The floor is polars reading the same file as texts.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from passerelle.bootstrap import open_passerelle
from passerelle.collect import SourceRef, import_records, open_table, propose_mapping
from passerelle.identify import find_profiles, resolve_profiles
from passerelle.settings import Settings

_FIRST = ("Marie", "Jean", "Camille", "Luc", "Zoé", "Paul", "Inès", "Hugo", "Léa", "Nora")
_LAST = ("Martin", "Bernard", "Dubois", "Thomas", "Robert", "Richard", "Petit", "Durand")
_MAIL = ("orange.fr", "gmail.com", "free.fr", "laposte.net", "hotmail.fr", "sfr.fr")
_REPEATED = 0.12  # rows that are another row's person
_LOOKUPS = 400


def run(argv: list[str]) -> int:
    """Measure and print; answers an exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, help="folder to work in and keep")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        place = options.keep or Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        file = place / f"crm-{options.rows}.csv"
        if not file.exists():
            _write_rows(file, options.rows)
        floor = _timed(lambda: pl.read_csv(file, separator=";", infer_schema=False).height)
        _show("floor: polars reads the file", floor, options.rows, 0.0)
        _measure(place, file, options.rows, floor)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"peak memory {peak:,.0f} MiB\n")
    return 0


def _measure(place: Path, file: Path, rows: int, floor: float) -> None:
    passerelle = open_passerelle(replace(Settings(), home=place / "home"))
    table = open_table(file)
    mapping = propose_mapping(table.columns, table.sample(), kind="records")
    source = SourceRef("crm", "crm")
    importing = _timed(
        lambda: import_records(
            table, mapping, source, passerelle.warehouse, observe=passerelle.hear_records
        )
    )
    _show("import", importing, rows, floor)
    resolving = _timed(lambda: resolve_profiles(passerelle.store, passerelle.rules))
    _show("resolve", resolving, rows, floor)
    _show("import and resolve", importing + resolving, rows, floor)
    wanted = pl.read_csv(file, separator=";", infer_schema=False, columns=["Courriel"])
    values = wanted["Courriel"].drop_nulls().sample(_LOOKUPS, seed=1)
    times = []
    for value in values:
        started = time.perf_counter()
        find_profiles(passerelle.store, passerelle.keys, value)
        times.append(1000 * (time.perf_counter() - started))
    median, late = np.percentile(times, [50, 99])
    sys.stdout.write(f"{'profiles find':32} median {median:.2f} ms, p99 {late:.2f} ms\n")


def _timed(work: object) -> float:
    started = time.perf_counter()
    work()  # type: ignore[operator]
    return time.perf_counter() - started


def _show(name: str, seconds: float, rows: int, floor: float) -> None:
    ratio = f"{seconds / floor:6.1f} x floor" if floor else ""
    sys.stdout.write(f"{name:32} {seconds:7.1f} s {rows / seconds:12,.0f} rows/s {ratio}\n")
    sys.stdout.flush()


def _write_rows(file: Path, rows: int) -> None:
    random = np.random.default_rng(7)
    people = int(rows * (1 - _REPEATED))
    person = np.concatenate([np.arange(people), random.integers(0, people, rows - people)])
    random.shuffle(person)
    salt = np.random.default_rng(8)
    first = np.array(_FIRST)[salt.integers(0, len(_FIRST), people)]
    last = np.array(_LAST)[salt.integers(0, len(_LAST), people)]
    domain = np.array(_MAIL)[salt.integers(0, len(_MAIL), people)]
    born = salt.integers(0, 25_000, people)
    frame = pl.DataFrame(
        {
            "person": person,
            "first": first[person],
            "last": last[person],
            "domain": domain[person],
            "born": born[person],
            "row": np.arange(rows),
            "dice": random.random(rows),
            "style": random.integers(0, 4, rows),
        }
    )
    digits = pl.col("person").mul(7919).mod(89_999_999).add(10_000_000).cast(pl.String)
    pairs = [digits.str.slice(at, 2) for at in (0, 2, 4, 6)]
    phone = (
        pl.when(pl.col("style") == 0).then(pl.concat_str(pl.lit("06"), *pairs, separator=" "))
        .when(pl.col("style") == 1).then(pl.concat_str(pl.lit("06"), *pairs, separator="."))
        .when(pl.col("style") == 2).then(pl.concat_str(pl.lit("+33 6 "), *pairs))
        .otherwise(pl.concat_str(pl.lit("06"), *pairs))
    )  # fmt: skip
    plain = pl.col("first").replace(["Zoé", "Inès", "Léa"], ["Zoe", "Ines", "Lea"])
    email = pl.format("{}.{}{}@{}", plain, "last", "person", "domain")
    shown = frame.select(
        pl.format("C{}", pl.col("row").add(1_000_000)).alias("N° client"),
        pl.col("last").str.to_uppercase().alias("Nom"),
        pl.col("first").alias("Prénom"),
        pl.when(pl.col("dice") < 0.7)
        .then(pl.date(1935, 1, 1).dt.offset_by(pl.format("{}d", "born")).dt.strftime("%d/%m/%Y"))
        .alias("Date de naissance"),
        pl.when(pl.col("dice") < 0.85).then(email).alias("Courriel"),
        pl.when(pl.col("dice") > 0.2).then(phone).alias("Tél. portable"),
        pl.format("{} rue des Lilas", pl.col("person").mod(180) + 1).alias("Adresse"),
        pl.col("person").mod(94_000).add(1_000).cast(pl.String).str.zfill(5).alias("CP"),
        pl.lit("Paris").alias("Ville"),
    )
    shown.write_csv(file, separator=";")
