"""Read what is new in all logs of the collectors, a bounded piece at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from passerelle.collect.following.pace import Pace
from passerelle.ingest import Damage, LogEntry, LogReader, Position, Reception

Places = Mapping[str, Position]
"""A place in each log, by the log's name."""


class Received(msgspec.Struct, frozen=True):
    """A reception, and its place in the logs."""

    log: str
    position: Position
    reception: Reception

    @property
    def place(self) -> str:
        """The place as a text that names it for ever."""
        return f"{self.log}:{self.position.segment}:{self.position.offset}"


@dataclass(frozen=True)
class DamagedPart:
    """Bytes of a log that cannot be read."""

    log: str
    position: Position
    size: int


@dataclass
class Piece:
    """Some consecutive receptions of each log; `begins` and `ends` say which.

    `is_full` says that there may be more at once.
    """

    begins: dict[str, Position] = field(default_factory=dict)
    ends: dict[str, Position] = field(default_factory=dict)
    received: list[Received] = field(default_factory=list)
    damaged: list[DamagedPart] = field(default_factory=list)
    events: int = 0
    size: int = 0
    is_full: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing new at all."""
        return self.begins == self.ends


def find_logs(root: Path) -> dict[str, Path]:
    """Every log below a folder, by its name: that of its folder, below a collector's if any."""
    folders = {path.parent for path in root.rglob("*.log")}
    return {folder.relative_to(root).as_posix(): folder for folder in sorted(folders)}


def read_piece(root: Path, places: Places, pace: Pace) -> Piece:
    """What comes behind a place in each log, up to a bound; logs take turns."""
    piece = Piece()
    logs = find_logs(root)
    turns = {name: _entries(folder, places.get(name)) for name, folder in logs.items()}
    for name in logs:
        piece.begins[name] = piece.ends[name] = places.get(name, Position())
    while turns and not piece.is_full:
        for name, entries in list(turns.items()):
            entry = next(entries, None)
            if entry is None:
                del turns[name]
            else:
                _take(piece, name, entry)
        piece.is_full = piece.events >= pace.step_events or piece.size >= pace.step_bytes
    return piece


def read_again(root: Path, begins: Places, ends: Places) -> Piece:
    """The same piece once more, by its ends."""
    piece = Piece(dict(begins), dict(ends))
    for name, folder in find_logs(root).items():
        if name not in begins:
            continue
        for entry in _entries(folder, begins[name]):
            if entry.position >= ends[name]:
                break
            _take(piece, name, entry, moves=False)
    return piece


def _entries(folder: Path, start: Position | None) -> Iterator[LogEntry | Damage]:
    return LogReader(folder).read(start)


def _take(piece: Piece, name: str, entry: LogEntry | Damage, *, moves: bool = True) -> None:
    if isinstance(entry, Damage):
        piece.damaged.append(DamagedPart(name, entry.position, entry.size))
    else:
        piece.received.append(Received(name, entry.position, entry.reception))
        piece.events += entry.reception.events
        piece.size += len(entry.reception.body)
    if moves:
        piece.ends[name] = entry.following
