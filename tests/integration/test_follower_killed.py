"""Killed at any instant and run again, the follower ends as if nothing had happened."""

from __future__ import annotations

import os
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from passerelle.ingest import Reception
from tests.event_logs import START, login, reception, track, write_log
from tests.integration.import_states import Spawner, state_of
from tests.integration.test_import_killed import Case, State

KILLS = int(os.environ.get("PASSERELLE_TEST_KILLS", "24"))


@pytest.fixture(scope="module")
def spawner() -> Iterator[Spawner]:
    with Spawner() as running:
        yield running


class FollowCase(Case):
    """Following; what it leaves is what is counted, too, and how far it says it is."""

    def state_left(self, home: Path) -> State:
        with closing(sqlite3.connect(home / "store.sqlite3")) as store:
            counts = store.execute("select * from event_counts order by 1, 2, 3, 4").fetchall()
            offsets = store.execute("select * from log_offsets order by 1, 2").fetchall()
        return {**state_of(home), "event_counts": counts, "log_offsets": offsets}


def some_receptions(seed: int, count: int) -> list[Reception]:
    """Requests of two sources: new events, repeated ones, logins, and some that are bad."""
    rng = random.Random(seed)
    made = []
    for number in range(count):
        source, kind = rng.choice([("web", "browser"), ("shop", "server")])
        told = []
        for _ in range(rng.randint(1, 6)):
            message = f"m-{rng.randint(1, 3 * count)}"
            person = rng.randint(1, 20)
            if rng.random() < 0.3:
                told.append(login(message, f"user-{person}", f"cookie-{person}"))
            elif rng.random() < 0.05:
                told.append({"type": "dance", "messageId": message, "userId": f"user-{person}"})
            else:
                told.append(track(message, anonymousId=f"cookie-{person}"))
        at = START + timedelta(seconds=number)
        made.append(reception(*told, source=source, kind=kind, at=at))
    return made


def test_a_follower_killed_many_times_is_as_if_never_killed(
    spawner: Spawner, tmp_path: Path
) -> None:
    before = tmp_path / "before"
    write_log(before, some_receptions(1, 40))
    spawner.run({"kind": "follow", "home": str(before)})
    write_log(before, some_receptions(2, 120), segment_bytes=20_000)
    case = FollowCase(spawner, before, {"kind": "follow"})

    assert case.kill(KILLS, seed=5) >= KILLS

    outcomes = {row[2] for row in case.state["event_counts"]}
    assert outcomes >= {"accepted", "duplicate", "quarantined"}
    sources_and_messages = [row[:2] for row in case.state["lake events"]]
    assert len(set(sources_and_messages)) == len(sources_and_messages) > 200
