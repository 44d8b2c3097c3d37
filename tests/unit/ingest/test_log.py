"""The event log: all that was appended is read, in order, whatever happens to the file."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerelle.ingest import (
    Damage,
    LogAppender,
    LogEntry,
    LogReader,
    Position,
    Reception,
    list_logs,
)
from passerelle.ingest.log import appender
from passerelle.ingest.log.framing import frame_reception
from passerelle.kernel import Retryable


def a_reception(number: int, body: bytes = b"{}") -> Reception:
    return Reception(
        received_at=number, source="web", kind="browser", dialect="segment", call="track", body=body
    )


def append_all(
    root: Path, receptions: list[Reception], *, segment_bytes: int = 1 << 30, at_once: bool = True
) -> Path:
    async def run() -> Path:
        log = LogAppender(root, segment_bytes=segment_bytes)
        if at_once:
            await asyncio.gather(*(log.append(each) for each in receptions))
        else:
            for each in receptions:
                await log.append(each)
        await log.close()
        return log.folder

    return asyncio.run(run())


def read_all(folder: Path, start: Position | None = None) -> list[int]:
    return [
        each.reception.received_at
        for each in LogReader(folder).read(start)
        if isinstance(each, LogEntry)
    ]


def segments(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.log"))


@pytest.mark.parametrize("at_once", [True, False])
def test_what_is_appended_is_read_in_order(tmp_path: Path, *, at_once: bool) -> None:
    sent = [a_reception(number, os.urandom(number * 37)) for number in range(300)]
    folder = append_all(tmp_path, sent, segment_bytes=100_000, at_once=at_once)
    entries = list(LogReader(folder).read())
    assert [each.reception for each in entries if isinstance(each, LogEntry)] == sent
    assert len(segments(folder)) > (1 if at_once else 10)


def test_every_following_position_goes_on_with_the_rest(tmp_path: Path) -> None:
    folder = append_all(
        tmp_path, [a_reception(n) for n in range(40)], segment_bytes=500, at_once=False
    )
    for number, entry in enumerate(LogReader(folder).read()):
        assert read_all(folder, entry.position) == list(range(number, 40))
        assert read_all(folder, entry.following) == list(range(number + 1, 40))


def test_a_log_is_read_on_while_it_grows(tmp_path: Path) -> None:
    async def run() -> list[list[int]]:
        log = LogAppender(tmp_path, segment_bytes=300)
        place, seen = Position(), []
        for number in range(20):
            await log.append(a_reception(number))
            found = list(LogReader(log.folder).read(place))
            place = found[-1].following
            seen.append([each.reception.received_at for each in found])  # type: ignore[union-attr]
        await log.close()
        return seen

    assert asyncio.run(run()) == [[number] for number in range(20)]


@given(sizes=st.lists(st.integers(0, 400), min_size=1, max_size=6), data=st.data())
@settings(max_examples=60, deadline=None)
def test_cut_at_any_byte_it_holds_what_was_whole(
    sizes: list[int], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    sent = [a_reception(number, bytes(size)) for number, size in enumerate(sizes)]
    folder = append_all(tmp_path_factory.mktemp("log"), sent)
    (file,) = segments(folder)
    whole = file.read_bytes()
    cut = data.draw(st.integers(0, len(whole)))
    file.write_bytes(whole[:cut])
    ends, end = [], 0
    for each in sent:
        end += len(frame_reception(each))
        ends.append(end)
    kept = [number for number, end in enumerate(ends) if end <= cut]
    assert read_all(folder) == kept
    assert read_all(append_all(folder.parent, [a_reception(99)])) == [*kept, 99]
    assert file.stat().st_size == max([0, *(end for end in ends if end <= cut)])


@given(data=st.data())
@settings(max_examples=80, deadline=None)
def test_a_spoilt_byte_loses_one_block_and_says_so(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    sent = [a_reception(number, b"x" * 50) for number in range(5)]
    folder = append_all(tmp_path_factory.mktemp("log"), sent)
    (file,) = segments(folder)
    spoilt = bytearray(file.read_bytes())
    place = data.draw(st.integers(0, len(spoilt) - 1))
    spoilt[place] ^= data.draw(st.integers(1, 255))
    file.write_bytes(spoilt)
    (folder / "0000000002.log").touch()
    size = len(frame_reception(sent[0]))
    hit = place // size
    found = list(LogReader(folder).read())
    assert read_all(folder) == [number for number in range(5) if number != hit]
    (damage,) = [each for each in found if isinstance(each, Damage)]
    assert (damage.position.offset, damage.size) == (hit * size, size)
    assert damage.is_tail == (hit == 4)


def test_an_end_that_is_being_written_is_no_damage(tmp_path: Path) -> None:
    folder = append_all(tmp_path, [a_reception(1)])
    with segments(folder)[0].open("ab") as file:
        file.write(frame_reception(a_reception(2))[:-1])
    assert [type(each) for each in LogReader(folder).read()] == [LogEntry]


def test_blocks_larger_than_a_window_are_read(tmp_path: Path) -> None:
    folder = append_all(tmp_path, [a_reception(n, bytes(20 << 20)) for n in range(3)])
    assert read_all(folder) == [0, 1, 2]


def test_writers_beside_each_other_have_a_log_each(tmp_path: Path) -> None:
    async def run() -> None:
        logs = [LogAppender(tmp_path) for _ in range(3)]
        for number, log in enumerate(logs):
            await log.append(a_reception(number))
        for log in logs:
            await log.close()

    asyncio.run(run())
    assert [read_all(folder) for folder in list_logs(tmp_path)] == [[0], [1], [2]]


def test_an_instant_is_found_without_missing_any(tmp_path: Path) -> None:
    folder = append_all(
        tmp_path, [a_reception(n) for n in range(60)], segment_bytes=500, at_once=False
    )
    reader = LogReader(folder)
    for at in range(61):
        found = read_all(folder, reader.seek(at))
        assert [each for each in found if each >= at] == list(range(at, 60))
    assert len(read_all(folder, reader.seek(59))) < 30


def test_a_disk_that_refuses_loses_nothing_that_was_acknowledged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.fdatasync
    refuse = {3, 4, 7}
    calls = iter(range(1000))

    def failing(file: int) -> None:
        if next(calls) in refuse:
            raise OSError(28, "No space left on device")
        real(file)

    monkeypatch.setattr(appender.os, "fdatasync", failing)

    async def run() -> list[int]:
        log, kept = LogAppender(tmp_path), []
        for number in range(12):
            try:
                await log.append(a_reception(number))
            except Retryable:
                continue
            kept.append(number)
        await log.close()
        return kept

    kept = asyncio.run(run())
    assert kept == [number for number in range(12) if number not in refuse]
    assert read_all(tmp_path / "writer-0") == kept


def test_nothing_of_the_body_is_printed() -> None:
    assert "martin" not in repr(a_reception(1, b'{"email": "martin@example.fr"}'))
