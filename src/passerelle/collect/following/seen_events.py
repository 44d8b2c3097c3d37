"""Which events were accepted in the last days: exactly, over restarts, in bounded memory.

Ids are keyed 64-bit hashes of source and message id. The newest are in memory, and in the store
until they are in a file; older ones are in sorted files, read through the page cache. Files are
joined as they grow old, so that there are few, and are dropped when all in them is old enough.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int64]

KEPT = timedelta(hours=72)
"""How long an id is kept at least, by the collector's clock: 48 hours are promised, and a clock
that jumps by a day does not shorten them."""

_LONGEST_RUN = timedelta(hours=6)  # a file this long is joined to no other: it must grow old
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Run:
    """A sorted file of ids, by when their events were received (microseconds)."""

    name: str
    first_at: int
    last_at: int
    ids: Ids = field(repr=False, compare=False)


@dataclass(frozen=True)
class RunChange:
    """Files that take the place of others; `until_step` is the last step whose ids are in files."""

    added: tuple[Run, ...] = ()
    dropped: tuple[Run, ...] = ()
    until_step: int | None = None


class SeenEvents:
    """The ids of accepted events; asked for each event that comes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._runs: list[Run] = []
        self._fresh: list[Ids] = []
        self._first_at = self._last_at = 0
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def fresh_count(self) -> int:
        """Ids that are in no file yet."""
        return sum(map(len, self._fresh))

    def open_run(self, name: str, first_at: int, last_at: int, events: int) -> bool:
        """Use a file again; answers whether it is there, and whole."""
        path = self._folder / name
        if not path.is_file() or path.stat().st_size != 8 * events:
            return False
        self._runs.append(Run(name, first_at, last_at, _mapped(path)))
        self._runs.sort(key=lambda run: run.last_at)
        self._last_at = max(self._last_at, last_at)
        return True

    def remove_strays(self) -> None:
        """Remove files that no run is in: a process that was killed had not said that they are."""
        known = {run.name for run in self._runs}
        for path in self._folder.iterdir():
            if path.name not in known:
                path.unlink(missing_ok=True)

    def find_new(self, ids: Ids) -> npt.NDArray[np.bool_]:
        """Which of some ids are new: neither accepted before, nor earlier among them."""
        order = np.argsort(ids, kind="stable")
        told = ids[order]
        fresh = np.ones(len(told), dtype=bool)
        fresh[1:] = told[1:] != told[:-1]
        for known in [*self._fresh, *(run.ids for run in self._runs)]:
            places = np.searchsorted(known, told)
            places[places == len(known)] = 0
            if len(known):
                fresh &= known[places] != told
        answer = np.empty(len(ids), dtype=bool)
        answer[order] = fresh
        return answer

    def add(self, ids: Ids, *, received_until: int) -> None:
        """Accept events, received by then (microseconds)."""
        if not len(ids):
            return
        if not self._fresh:
            self._first_at = received_until
        self._last_at = max(self._last_at, received_until)
        self._fresh.append(np.sort(ids))
        while len(self._fresh) > 1 and len(self._fresh[-2]) <= 2 * len(self._fresh[-1]):
            self._fresh[-2:] = [_joined(self._fresh[-2:])]

    def write_run(self, until_step: int) -> RunChange:
        """Put what is in memory into a file, join and drop old ones; say so in the store next."""
        if not self._fresh:
            return RunChange()
        ids = _joined(self._fresh)
        run = self._write(f"{until_step}.ids", self._first_at, self._last_at, ids)
        kept, dropped = self._unexpired()
        added = [run]
        while kept and _may_join(kept[-1], added[0]):
            older = kept.pop()
            name = f"{until_step}-{len(dropped)}.ids"
            joined = _joined([older.ids, added[0].ids])
            dropped += [older, added[0]]
            added = [self._write(name, older.first_at, added[0].last_at, joined)]
        self._runs, self._fresh = [*kept, *added], []
        return RunChange(tuple(added), tuple(dropped), until_step)

    def forget_files(self, dropped: Iterable[Run]) -> None:
        """Remove the files of runs that the store knows no more."""
        for run in dropped:
            (self._folder / run.name).unlink(missing_ok=True)

    def write_found(self, ids: Ids, *, first_at: int, last_at: int) -> Run:
        """Put ids that were found elsewhere into a file, in place of all that is known."""
        self._runs = [self._write("found.ids", first_at, last_at, np.unique(ids))]
        return self._runs[0]

    def _unexpired(self) -> tuple[list[Run], list[Run]]:
        oldest = self._last_at - KEPT // _MICROSECOND
        kept = [run for run in self._runs if run.last_at >= oldest]
        return kept, [run for run in self._runs if run.last_at < oldest]

    def _write(self, name: str, first_at: int, last_at: int, ids: Ids) -> Run:
        path = self._folder / name
        with path.open("wb") as file:
            file.write(ids.astype("<i8").tobytes())
            file.flush()
            os.fsync(file.fileno())
        return Run(name, first_at, last_at, _mapped(path))


def _may_join(older: Run, newer: Run) -> bool:
    span = newer.last_at - older.first_at
    return len(older.ids) <= 2 * len(newer.ids) and span <= _LONGEST_RUN // _MICROSECOND


def _mapped(path: Path) -> Ids:
    if not path.stat().st_size:
        return np.empty(0, dtype=np.int64)
    return np.memmap(path, dtype="<i8", mode="r")


def _joined(parts: Sequence[Ids]) -> Ids:
    # Sorted parts are merged in one pass: numpy's stable sort of integers is a timsort.
    joined = np.concatenate(parts)
    joined.sort(kind="stable")
    return joined
