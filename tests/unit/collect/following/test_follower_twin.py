"""Whatever comes, in whatever order and pieces, what is kept is what a set would keep."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passerelle.collect import Pace, follow_once
from passerelle.collect.following.seen_events import SeenEvents
from tests.event_logs import reception, track
from tests.unit.collect.following.base import Base, take_in

SMALL = Pace(step_events=4, lake_events=6, lake_wait=timedelta(hours=1), ids_in_memory=5)
EVENT = st.tuples(st.sampled_from(["web", "shop"]), st.integers(1, 12), st.booleans())
REQUESTS = st.lists(st.lists(EVENT, min_size=1, max_size=5), min_size=1, max_size=6)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(rounds=st.lists(REQUESTS, min_size=1, max_size=3))
def test_the_follower_keeps_what_a_set_would(
    small_base: Base, rounds: list[list[list[tuple[str, int, bool]]]]
) -> None:
    run = Counter({"run": small_base.lake().height})["run"]
    kept: set[tuple[str, str]] = set()
    bad: set[tuple[str, str]] = set()
    duplicates = 0
    before = small_base.counts("web").duplicate + small_base.counts("shop").duplicate
    known = set(small_base.messages())
    for requests in rounds:
        for request in requests:
            source = request[0][0]
            events = []
            for _, number, is_good in request:
                message = f"{run}-{number}" if is_good else f"bad-{run}-{number}"
                events.append(
                    track(message) if is_good else {"type": "dance", "messageId": message}
                )
                duplicates += is_good and (source, message) in kept
                (kept if is_good else bad).add((source, message))
            kind = "browser" if source == "web" else "server"
            small_base.receive(reception(*events, source=source, kind=kind))
        home, warehouse, engine = small_base.home, small_base.warehouse, small_base.engine
        follow_once(home, warehouse, engine, take_in, pace=SMALL)

    assert Counter(small_base.messages()) == Counter(known | kept)
    counted = small_base.counts("web").duplicate + small_base.counts("shop").duplicate
    assert counted - before == duplicates + len(known & kept)
    assert sum(small_base.quarantine().values()) >= len(bad)


@given(
    steps=st.lists(st.lists(st.integers(-30, 30), max_size=12), max_size=12),
    writes=st.sets(st.integers(0, 11)),
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_seen_events_are_those_of_a_set(
    tmp_path_factory: pytest.TempPathFactory, steps: list[list[int]], writes: set[int]
) -> None:
    seen = SeenEvents(tmp_path_factory.mktemp("seen"))
    known: set[int] = set()
    for number, step in enumerate(steps):
        ids = np.array(step, dtype=np.int64)
        expected = [each not in known and each not in step[:at] for at, each in enumerate(step)]

        is_new = seen.find_new(ids)

        assert is_new.tolist() == expected
        seen.add(ids[is_new], received_until=number)
        known |= set(step)
        if number in writes:
            seen.forget_files(seen.write_run(number).dropped)
