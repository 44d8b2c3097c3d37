"""In one process, either Python's SQLite or ADBC's has the store open, never both.

Each brings its own copy of SQLite. SQLite's locks belong to the process, so two copies in one
process do not see each other's: the last of one copy to close would delete the log that the other
still writes to, and what it wrote would be lost. Other processes are kept apart by those locks.
Source: https://sqlite.org/howtocorrupt.html, "Multiple copies of SQLite linked into the same
application".
"""

from __future__ import annotations

import os
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

from passerelle.kernel import Retryable
from passerelle.kernel.language import _

_PATIENCE_SECONDS = 60.0  # as long as SQLite itself waits for another process
_PRAGMAS = ("busy_timeout=60000", "query_only=on")

ORM = "orm"
BULK = "bulk"


def gate_of(path: Path) -> Gate:
    """The one gate of a database file in this process."""
    return _gate_of(path.absolute())


@cache
def _gate_of(path: Path) -> Gate:
    return Gate(path)


def flush_log(path: Path) -> None:
    """Bring the log of a database file to the disk; what is not in it is in the file, flushed."""
    log = path.with_name(f"{path.name}-wal")
    # SQLite's locks are on other files: closing this one lets go of none.
    with suppress(FileNotFoundError), log.open("rb") as file:
        os.fdatasync(file.fileno())


class Gate:
    """Lets many connections of one side in at a time, and keeps a reader that anyone may close."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._changed = threading.Condition()
        self._inside: dict[str, Counter[int]] = {ORM: Counter(), BULK: Counter()}
        self._reader: sqlite3.Connection | None = None
        self._keepers = 0
        self._kept: list[Any] = []

    def enter(self, side: str) -> None:
        """Wait until nobody of the other side is inside, then go in.

        Raises:
            Retryable: The other side stays too long.
        """
        other = self._inside[BULK if side == ORM else ORM]
        with self._changed:
            if other[threading.get_ident()]:
                raise RuntimeError("the ORM and a bulk session cannot be mixed in one transaction")
            if not self._changed.wait_for(lambda: not other.total(), _PATIENCE_SECONDS):
                raise Retryable(
                    _("The store is busy with another change."),
                    after=timedelta(seconds=10),
                    hint=_("Wait for the other command to end, then run this one again."),
                )
            if side == BULK:
                self._close_reader()
            else:
                self._close_kept()
            self._inside[side][threading.get_ident()] += 1

    def leave(self, side: str, thread: int) -> None:
        """Go out; `thread` is who went in."""
        with self._changed:
            self._inside[side][thread] -= 1
            self._changed.notify_all()

    @contextmanager
    def bulk(self) -> Iterator[None]:
        """Be inside on ADBC's side."""
        thread = threading.get_ident()
        self.enter(BULK)
        try:
            yield
        finally:
            self.leave(BULK, thread)

    @contextmanager
    def keeping(self) -> Iterator[None]:
        """Keep writers' connections of ADBC's side open between their transactions."""
        with self._changed:
            self._keepers += 1
        try:
            yield
        finally:
            with self._changed:
                self._keepers -= 1
                if not self._keepers:
                    self._close_kept()

    def take(self) -> Any:
        """A connection that was kept, for who is inside on ADBC's side; None if there is none."""
        with self._changed:
            return self._kept.pop() if self._kept else None

    def give_back(self, connection: Any) -> None:
        """Keep a connection for the next transaction if somebody is keeping them; else close it."""
        with self._changed:
            if self._keepers:
                self._kept.append(connection)
                return
        connection.close()

    def read(self, sql: str, parameters: Sequence[Any]) -> tuple[list[str], list[Any]]:
        """Names and rows of a select, through a connection that is kept open in between."""
        thread = threading.get_ident()
        self.enter(ORM)
        try:
            with self._changed:
                if self._reader is None:
                    self._reader = _open_reader(self._path)
                cursor = self._reader.execute(sql, parameters)
                return [each[0] for each in cursor.description], cursor.fetchall()
        finally:
            self.leave(ORM, thread)

    def _close_kept(self) -> None:
        while self._kept:
            self._kept.pop().close()

    def _close_reader(self) -> None:
        if self._reader is not None:
            with suppress(sqlite3.Error):
                self._reader.close()
            self._reader = None


def _open_reader(path: Path) -> sqlite3.Connection:
    reader = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    for pragma in _PRAGMAS:
        reader.execute(f"pragma {pragma}")
    return reader
