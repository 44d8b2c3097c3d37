"""Events are seen as they arrive, and old segments go when all of them was read."""

from __future__ import annotations

from datetime import timedelta

from passerelle.collect import read_standings, watch_events
from passerelle.collect.following.retention import remove_old_segments
from passerelle.ingest import list_segments
from tests.event_logs import START, reception, track
from tests.unit.collect.following.base import Base

LATER = START + timedelta(days=40_000)


def test_events_are_seen_from_now_on(small_base: Base) -> None:
    small_base.receive(reception(track("m-1")))
    rounds = iter([True, True, False])
    sent: list[bool] = []

    def wait() -> bool:
        more = next(rounds)
        if not sent:
            sent.append(True)
            small_base.receive(
                reception(track("m-2"), track("m-3", event="Other"), faults={1: "too_large"}),
                reception(track("m-4"), source="shop", kind="server"),
            )
        return more

    arriving = watch_events(small_base.home, wait=wait, source="web")
    seen = [(each.name, each.message_id, each.refusal) for each in arriving]

    assert seen == [("Product Viewed", "m-2", None), ("Other", "m-3", "too_large")]


def test_how_far_a_log_was_read_is_told(small_base: Base) -> None:
    small_base.receive(reception(track("m-1")))
    small_base.follow()
    assert {
        each.bytes_behind for each in read_standings(small_base.home, small_base.warehouse.store)
    } == {0}

    small_base.receive(reception(track("m-2"), at=START + timedelta(minutes=1)))

    standings = read_standings(small_base.home, small_base.warehouse.store)
    assert {each.consumer for each in standings} == {"identity", "lake"}
    assert all(each.bytes_behind > 0 for each in standings)
    assert {each.waiting_since for each in standings} == {START + timedelta(minutes=1)}


def test_old_segments_go_once_they_were_read(small_base: Base) -> None:
    for number in range(3):
        small_base.receive(
            *(reception(track(f"m-{number}-{each}")) for each in range(4)), segment_bytes=400
        )
    store = small_base.warehouse.store
    (log,) = (small_base.home / "collector" / "log").glob("*/")
    before = list_segments(log)

    assert remove_old_segments(small_base.home, store, days=1, now=LATER) == 0
    small_base.follow()
    assert remove_old_segments(small_base.home, store, days=1, now=START) == 0
    assert remove_old_segments(small_base.home, store, days=1, now=LATER) > 0

    assert list_segments(log)[-1] == before[-1]
    small_base.receive(reception(track("m-9")))
    small_base.follow()
    assert small_base.counts().accepted == 13
