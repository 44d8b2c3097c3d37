"""Read a log from any position, also while it is being written."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import msgspec

from passerelle.ingest.log.framing import find_block, may_still_grow, read_block
from passerelle.ingest.log.reception import Reception
from passerelle.ingest.log.segments import list_segments, segment_path

_WINDOW_BYTES = 8 << 20


class Position(msgspec.Struct, frozen=True, order=True, array_like=True):
    """A place between two blocks of one log: a segment's number and a byte in it."""

    segment: int = 0
    offset: int = 0


class LogEntry(msgspec.Struct, frozen=True):
    """A reception, where its block begins, and where the next one does."""

    position: Position
    following: Position
    reception: Reception


@dataclass(frozen=True)
class Damage:
    """Bytes that are no sound block: a torn tail, or a place where the disk has failed.

    `is_tail` says that nothing sound comes behind them in their segment: what a crash leaves,
    which nobody was told is safe.
    """

    position: Position
    following: Position
    is_tail: bool

    @property
    def size(self) -> int:
        """How many bytes cannot be read."""
        return self.following.offset - self.position.offset


class LogReader:
    """Reads the log of one writer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def read(self, start: Position | None = None) -> Iterator[LogEntry | Damage]:
        """What lies behind a position, up to the present end of the log.

        The end of a log that is being written is no damage: reading again from the last
        `following` goes on where this stopped.
        """
        start = start or Position()
        segments = [number for number in list_segments(self.folder) if number >= start.segment]
        for number in segments:
            offset = start.offset if number == start.segment else 0
            is_last = number == segments[-1]
            yield from self._read_segment(number, offset, is_last=is_last)

    def seek(self, at: int) -> Position:
        """Where to begin so as to miss nothing received at `at` or later (microseconds, UTC).

        Receptions of a segment before that instant are read too: the caller leaves them out.
        """
        found = Position()
        for number in list_segments(self.folder):
            first = next((each for each in self._first(number)), None)
            if first is not None and first.reception.received_at > at:
                break
            found = Position(number, 0)
        return found

    def end(self) -> Position:
        """The present end of the log, sound or not."""
        segments = list_segments(self.folder)
        if not segments:
            return Position()
        return Position(segments[-1], segment_path(self.folder, segments[-1]).stat().st_size)

    def _first(self, number: int) -> Iterator[LogEntry]:
        for each in self._read_segment(number, 0, is_last=True):
            if isinstance(each, LogEntry):
                yield each
                return

    def _read_segment(
        self, number: int, offset: int, *, is_last: bool
    ) -> Iterator[LogEntry | Damage]:
        try:
            file = os.open(segment_path(self.folder, number), os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:  # it was old, and has just been removed
            return
        try:
            window = _Window(file)
            while True:
                found = window.next(number, offset, is_last=is_last)
                if found is None:
                    return
                yield found
                offset = found.following.offset
        finally:
            os.close(file)


class _Window:
    """A piece of a segment in memory, moved on as it is read."""

    def __init__(self, file: int) -> None:
        self.file = file
        self.start = 0
        self.data = b""

    def next(self, number: int, offset: int, *, is_last: bool) -> LogEntry | Damage | None:
        """The block or the damage at an offset; None at the end."""
        place = self._reach(offset, at_least=1)
        if place is None:
            return None
        block = read_block(self.data, place)
        if block is None and may_still_grow(self.data, place):
            self._load(offset, max(_WINDOW_BYTES, 2 * len(self.data)))
            if len(self.data) > 0 and may_still_grow(self.data, 0) and not self._has_more():
                return self._damage(number, offset, is_last=is_last)
            return self.next(number, offset, is_last=is_last)
        if block is None:
            return self._damage(number, offset, is_last=is_last)
        end = self.start + block.end
        return LogEntry(Position(number, offset), Position(number, end), block.reception)

    def _damage(self, number: int, offset: int, *, is_last: bool) -> Damage | None:
        size = os.fstat(self.file).st_size
        self._load(offset, size - offset)
        sound = find_block(self.data, 1)
        if sound is not None:
            following = Position(number, self.start + sound.start)
            return Damage(Position(number, offset), following, is_tail=False)
        if is_last:  # it may be under way
            return None
        return Damage(Position(number, offset), Position(number, size), is_tail=True)

    def _reach(self, offset: int, *, at_least: int) -> int | None:
        place = offset - self.start
        if not 0 <= place <= len(self.data) - at_least:
            self._load(offset, _WINDOW_BYTES)
            place = 0
        return place if len(self.data) - place >= at_least else None

    def _load(self, offset: int, size: int) -> None:
        self.start = offset
        self.data = os.pread(self.file, size, offset)

    def _has_more(self) -> bool:
        return os.fstat(self.file).st_size > self.start + len(self.data)
