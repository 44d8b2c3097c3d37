"""Identity in real time: batches of events taken in, and people looked up meanwhile.

Grain: one line of figures per measurement. Both wall and processor time are told: the first is what
a visitor waits, the second says the same on a machine that others use.
"""

from __future__ import annotations

import argparse
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks.recognition.base import build_base, card_of, cookie_of, email_of, login_of
from benchmarks.recognition.visits import BATCH_EVENTS, Visits
from passerelle.bootstrap import Passerelle, open_passerelle, open_profile_gate
from passerelle.identify import take_in_events
from passerelle.ingest.recognition import Caller, ProfileQuery, open_recogniser
from passerelle.settings import Settings

_BATCHES_A_SECOND = 8
_TILL = Caller("till", sees_values=True)
_FIRST = 3  # batches and look-ups that open files and fill caches


def run(argv: list[str]) -> int:
    """Measure and print; answers an exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--batches", type=int, default=200)
    parser.add_argument("--lookups", type=int, default=20_000)
    parser.add_argument("--database", default="", help="URL of PostgreSQL; SQLite without it")
    parser.add_argument("--keep", type=Path, help="folder to work in and keep")
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        place = options.keep or Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        settings = replace(Settings(), home=place / "home", database_url=options.database)
        passerelle = open_passerelle(settings)
        if not passerelle.store.rows("select 1 from placements limit 1"):
            build_base(passerelle, place, options.people)
        for share in (0.4, 1.0):
            _take_in(passerelle, Visits(passerelle.keys, options.people, share), options.batches)
        _look_up(passerelle, options.people, options.lookups, writing=False)
        _look_up(passerelle, options.people, options.lookups, writing=True)
    return 0


def _take_in(passerelle: Passerelle, visits: Visits, batches: int) -> None:
    waited, worked = [], []
    with passerelle.store.kept_open():
        for _ in range(batches):
            batch = visits.next_batch()
            started, since = time.perf_counter(), time.process_time()
            with passerelle.store.bulk() as bulk:
                take_in_events(bulk, batch, passerelle.rules)
            waited.append(time.perf_counter() - started)
            worked.append(time.process_time() - since)
    name = f"{BATCH_EVENTS} events, {visits.share:.0%} evidence"
    _show(f"{name}: wall", waited)
    _show(f"{name}: processor", worked)


def _look_up(passerelle: Passerelle, people: int, lookups: int, *, writing: bool) -> None:
    random = np.random.default_rng(11)
    forms: tuple[tuple[str, Callable[[int], str]], ...] = (
        ("cookie", cookie_of), ("login", login_of), ("email", email_of), ("loyalty_card", card_of),
    )  # fmt: skip
    # A process of its own, as the follower's is: a store is open in one way in each process.
    spawn = multiprocessing.get_context("spawn")
    stop = spawn.Event()
    writer = spawn.Process(target=_write, args=(passerelle.settings, people, stop))
    if writing:
        writer.start()
        time.sleep(5)  # until it has loaded everything and writes
    url, keys = passerelle.store.url, passerelle.keys
    recogniser = open_recogniser(url, keys, open_profile_gate(url, keys))
    waited, worked, found = [], [], 0
    for at, person in enumerate(random.integers(0, people, lookups).tolist()):
        type_name, of = forms[at % len(forms)]
        query = ProfileQuery(type_name, of(person))
        started, since = time.perf_counter(), time.thread_time()
        found += recogniser.recognise(query, _TILL).status in ("known", "recognised")
        waited.append(time.perf_counter() - started)
        worked.append(time.thread_time() - since)
    recogniser.close()
    if writing:
        stop.set()
        writer.join()
    name = f"look-up {'beside a writer' if writing else 'alone'}"
    _show(f"{name}: wall", waited)
    _show(f"{name}: processor", worked)
    sys.stdout.write(f"  known: {found / lookups:.0%} of {lookups:,}\n")


def _write(settings: Settings, people: int, stop: object) -> None:
    passerelle = open_passerelle(settings)
    visits = Visits(passerelle.keys, people, 0.4)
    with passerelle.store.kept_open():
        while not stop.is_set():  # type: ignore[attr-defined]  # an event of `multiprocessing`
            due = time.monotonic() + 1 / _BATCHES_A_SECOND
            batch = visits.next_batch(BATCH_EVENTS // 2)
            with passerelle.store.bulk() as bulk:
                take_in_events(bulk, batch, passerelle.rules)
            time.sleep(max(0.0, due - time.monotonic()))


def _show(name: str, seconds: list[float]) -> None:
    median, late, latest = 1000 * np.percentile(seconds[_FIRST:], [50, 99, 100])
    sys.stdout.write(f"{name:44} median {median:8.2f} ms, p99 {late:8.2f}, most {latest:8.2f}\n")
    sys.stdout.flush()
