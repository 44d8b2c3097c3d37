"""Clocks that are wrong, logs that are damaged, disks that are full: nothing is lost or twice."""

from __future__ import annotations

import errno
import os
from datetime import timedelta
from typing import Any

import pytest

from passerelle.collect import following
from passerelle.kernel import Retryable
from tests.event_logs import START, reception, track
from tests.unit.collect.following.base import Base, take_in


def occurred(base: Base) -> dict[str, Any]:
    return {row["message_id"]: row["occurred_at"] for row in base.lake().iter_rows(named=True)}


def test_a_browser_whose_clock_is_ahead_is_set_right_and_a_server_is_not(small_base: Base) -> None:
    ahead = START + timedelta(hours=3)
    happened = ahead - timedelta(minutes=10)
    event = track("m-1", timestamp=happened.isoformat())
    sent = {"sentAt": ahead.isoformat()}
    old = {"sentAt": (START - timedelta(hours=5)).isoformat()}
    server = track("m-2", timestamp=(START - timedelta(hours=6)).isoformat())
    small_base.receive(
        reception(event, shared=sent),
        reception(server, source="shop", kind="server", shared=old),
    )

    small_base.follow()

    assert occurred(small_base) == {
        "m-1": START - timedelta(minutes=10),
        "m-2": START - timedelta(hours=6),
    }
    assert small_base.counts("web").clock_skewed == 1
    assert small_base.counts("shop").late == 1
    row = small_base.lake().filter(message_id="m-1").row(0, named=True)
    assert (row["stated_at"], row["sent_at"], row["received_at"]) == (happened, ahead, START)


def test_a_slow_request_does_not_put_events_out_of_order(small_base: Base) -> None:
    first = track("m-1", timestamp=START.isoformat())
    second = track("m-2", timestamp=(START + timedelta(milliseconds=500)).isoformat())
    sent = START + timedelta(seconds=1)
    small_base.receive(
        reception(second, shared={"sentAt": sent.isoformat()}, at=sent),
        reception(first, shared={"sentAt": START.isoformat()}, at=START + timedelta(seconds=20)),
    )

    small_base.follow()

    told = occurred(small_base)
    assert told["m-1"] < told["m-2"]


def test_a_stamp_in_the_future_is_cut_back_to_its_reception(small_base: Base) -> None:
    small_base.receive(
        reception(track("m-1", timestamp="2031-01-01T00:00:00Z"), source="shop", kind="server")
    )

    small_base.follow()

    assert occurred(small_base)["m-1"] == START + timedelta(minutes=5)
    assert small_base.counts("shop").clock_skewed == 1


def test_the_collectors_clock_may_jump_a_day_back_and_forth(small_base: Base) -> None:
    day = timedelta(days=1)
    for at in (START, START + day, START - day, START):
        small_base.receive(reception(track("m-1"), track(f"m-{at:%d}"), at=at))
        small_base.follow()

    assert small_base.messages() == [
        ("web", "m-01"),
        ("web", "m-02"),
        ("web", "m-1"),
        ("web", "m-28"),
    ]
    assert small_base.counts().duplicate == 4


def test_a_damaged_block_is_told_of_and_the_rest_goes_on(small_base: Base) -> None:
    small_base.receive(*(reception(track(f"m-{number}")) for number in range(3)))
    (segment,) = (small_base.home / "collector" / "log").rglob("0000000001.log")
    content = bytearray(segment.read_bytes())
    middle = content.index(b"m-1")
    content[middle] ^= 0xFF
    segment.write_bytes(content)

    small_base.follow()

    assert small_base.messages() == [("web", "m-0"), ("web", "m-2")]
    assert small_base.quarantine() == {("collector", "events", "damaged_log"): 1}


def test_a_backlog_of_an_hour_is_worked_off(small_base: Base) -> None:
    small_base.receive(
        *(
            reception(track(f"m-{number}"), at=START + timedelta(seconds=number))
            for number in range(3600)
        ),
        segment_bytes=200_000,
    )

    small_base.follow()

    assert small_base.lake().height == small_base.counts().accepted == 3600


def test_there_is_one_follower_at_a_time(small_base: Base) -> None:
    home, warehouse, engine = small_base.home, small_base.warehouse, small_base.engine
    with (
        following(home, warehouse, engine, take_in),
        pytest.raises(Retryable, match="already at work"),
        following(home, warehouse, engine, take_in),
    ):
        pass


def test_after_a_full_disk_all_is_there_once(
    small_base: Base, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_base.receive(reception(track("m-1"), track("m-2")))
    with monkeypatch.context() as full:
        full.setattr(os, "fsync", _no_space)
        full.setattr(os, "fdatasync", _no_space)
        with pytest.raises((Retryable, OSError)):
            small_base.follow()

    small_base.follow()

    assert small_base.messages() == [("web", "m-1"), ("web", "m-2")]
    assert small_base.counts().accepted == 2


def test_ids_are_found_in_the_lake_when_their_files_are_gone(small_base: Base) -> None:
    small_base.receive(reception(track("m-1")))
    home, warehouse, engine = small_base.home, small_base.warehouse, small_base.engine
    small_base.follow()
    with following(home, warehouse, engine, take_in) as follower:
        follower.keep_ids()
        follower.finish()
    for file in (small_base.home / "collector" / "seen").iterdir():
        file.unlink()
    small_base.receive(reception(track("m-1"), track("m-2")))

    small_base.follow()

    assert small_base.messages() == [("web", "m-1"), ("web", "m-2")]


def _no_space(*_given: object) -> None:
    raise OSError(errno.ENOSPC, "No space left on device")
