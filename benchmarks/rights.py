"""An access archive of somebody with 20,000 events; an erasure of many, every byte searched."""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from passerelle.bootstrap import open_passerelle
from passerelle.consent import RequestBook, answer_erasures, build_access_archive, list_requests
from passerelle.identify import get_profile_id
from passerelle.settings import read_settings
from tests.event_logs import START, reception, track, write_log
from tests.integration.byte_search import search_home
from tests.integration.people_to_erase import live, needles_of, some_people
from tests.journeys.command import environment, passerelle

MOST_SECONDS = 10.0
_BATCH = 100


def run(argv: list[str]) -> int:
    """Time both; 1 if a promise fails."""
    parser = argparse.ArgumentParser(prog="./dev bench rights", description=__doc__)
    parser.add_argument("--people", type=int, default=1_000)
    parser.add_argument("--erased", type=int, default=500)
    parser.add_argument("--events", type=int, default=20_000)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="rights-") as folder:
        home = Path(folder) / "home"
        people = some_people(options.people)
        live(home, Path(folder) / "files", people)
        _visit(home, people[0].cookie, options.events)
        seconds = _time_access(home, people[0].email)
        found = _time_erasure(home, options.people, options.erased)
    is_slow = seconds > MOST_SECONDS and options.events >= 20_000
    return int(is_slow or found > 0)


def _visit(home: Path, cookie: str, events: int) -> None:
    write_log(
        home,
        [
            reception(
                *(
                    track(f"many-{first + at}", anonymousId=cookie,
                          context={"page": {"url": f"https://www.exemple.fr/p/{at}"}})
                    for at in range(_BATCH)
                ),
                at=START + timedelta(minutes=first),
            )
            for first in range(0, events, _BATCH)
        ],
    )  # fmt: skip
    assert passerelle(home, "collect", "follow", "--once").status == 0


def _time_access(home: Path, email: str) -> float:
    opened = open_passerelle(read_settings(environment(home)))
    profile = get_profile_id(opened.store, opened.keys, email)
    started, cpu = time.monotonic(), _cpu()
    body = build_access_archive(opened.rights, profile)
    seconds, used = time.monotonic() - started, _cpu() - cpu
    print(f"access archive: {seconds:.2f} s, {used:.2f} s of processor, {len(body):,} bytes")
    return used


def _time_erasure(home: Path, people: int, erased: int) -> int:
    """Erase some; answers how many of their values are found afterwards."""
    opened = open_passerelle(read_settings(environment(home)))
    gone = some_people(people)[:erased]
    needles = needles_of(gone)
    before = search_home(home, needles)
    book = RequestBook(opened.store, opened.rights.audit, "bench")
    for each in gone:
        profile = get_profile_id(opened.store, opened.keys, each.email)
        book.prove(book.receive("erase", profile, at=opened.clock()), "logged_in",
                   at=opened.clock())  # fmt: skip
    started, cpu = time.monotonic(), _cpu()
    answer_erasures(opened.rights, book, list_requests(opened.store))
    seconds, used = time.monotonic() - started, _cpu() - cpu
    print(f"erasure of {erased} of {people}: {seconds:.1f} s, {used:.1f} s of processor")
    after = search_home(home, needles)
    whose = {found.whose for found in before}
    print(f"values found: {len(before):,} of {len(whose)} people before, {len(after)} after")
    return len(after) + (len(whose) < erased)


def _cpu() -> float:
    times = os.times()
    return times.user + times.system
