"""Arrow tables in and out of the store, in one transaction, through ADBC.

A row at a time costs Python about four microseconds; ADBC stages a million rows in under two
seconds, and the database moves them to their table with one statement.
"""

from __future__ import annotations

import fcntl
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pyarrow as pa

from passerelle.kernel import Retryable
from passerelle.kernel.language import _

_ADVISORY_LOCK = 0x7061_7373  # "pass": one lock for all bulk writers of a PostgreSQL database
_CACHE_KIB = 400_000  # SQLite's default of 2 MB makes random inserts read what they just wrote

Value = int | float | str | None


class BulkSession:
    """One transaction of one writer; rolled back unless its block ends without an error."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._is_sqlite = url.startswith("sqlite:")
        self._connection: Any = None
        self._lock: Any = None

    def __enter__(self) -> Self:
        self._lock = self.locked()
        self._lock.__enter__()
        try:
            self._connection = self._connect()
            self._begin()
        except BaseException:
            self._lock.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        try:
            if kind is None:
                self._commit()
            else:
                self._connection.rollback()
        finally:
            self._connection.close()
            self._lock.__exit__(None, None, None)

    def stage(self, name: str, rows: pa.Table) -> None:
        """Put rows into a temporary table, which ends with the transaction."""
        with self._explained(), self._connection.cursor() as cursor:
            cursor.adbc_ingest(name, rows, mode="create", temporary=True)

    def execute(self, sql: str, parameters: Sequence[Value] = ()) -> None:
        """Run one statement; `?` takes its value from `parameters`."""
        with self._explained(), self._connection.cursor() as cursor:
            cursor.execute(self._dialect(sql), list(parameters) or None)

    def fetch(self, sql: str, parameters: Sequence[Value] = ()) -> pa.Table:
        """The rows of a select."""
        with self._explained(), self._connection.cursor() as cursor:
            cursor.execute(self._dialect(sql), list(parameters) or None)
            return cursor.fetch_arrow_table()

    def read(self, sql: str) -> pa.Table:
        """The rows of a select outside of any transaction, without waiting for a writer."""
        with self._explained():
            connection = self._connect()
            try:
                with connection.cursor() as cursor:
                    cursor.execute(sql)
                    return cursor.fetch_arrow_table()
            finally:
                connection.close()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the store's one write lock, without a transaction."""
        if not self._is_sqlite:
            # PostgreSQL's lock is taken inside the transaction, see _begin.
            yield
            return
        path = Path(self._url.removeprefix("sqlite:///") + ".lock")
        with path.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _connect(self) -> Any:
        if self._is_sqlite:
            import adbc_driver_sqlite.dbapi as sqlite

            connection = sqlite.connect(self._url.removeprefix("sqlite:///"), autocommit=True)
            with connection.cursor() as cursor:
                for pragma in (
                    "journal_mode=wal",
                    "synchronous=normal",
                    "busy_timeout=60000",
                    "temp_store=memory",
                    f"cache_size=-{_CACHE_KIB}",
                ):
                    cursor.execute(f"pragma {pragma}")
                    cursor.fetchall()
            connection.adbc_connection.set_autocommit(False)
            return connection
        import adbc_driver_postgresql.dbapi as postgresql

        return postgresql.connect(self._url)

    def _begin(self) -> None:
        if not self._is_sqlite:
            self.fetch(f"select pg_advisory_xact_lock({_ADVISORY_LOCK})::text as locked")

    def _commit(self) -> None:
        with self._explained():
            self._connection.commit()

    def _dialect(self, sql: str) -> str:
        if self._is_sqlite or "?" not in sql:
            return sql
        numbers = iter(range(1, sql.count("?") + 1))
        return re.sub(r"\?", lambda _match: f"${next(numbers)}", sql)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except Exception as error:
            text = str(error).lower()
            if "disk is full" in text or "no space left" in text or "disk i/o error" in text:
                raise Retryable(
                    _("The disk of the store is full; nothing of this batch was kept."),
                    after=timedelta(minutes=1),
                    hint=_("Free some space, then run the same command again."),
                ) from None
            if "locked" in text or "busy" in text:
                raise Retryable(
                    _("The store is busy with another change."),
                    after=timedelta(seconds=10),
                    hint=_("Wait for the other command to end, then run this one again."),
                ) from None
            raise
