"""Arrow tables in and out of the store, in one transaction, through ADBC.

A row at a time costs Python some microseconds; ADBC binds a million rows to a statement in a
second or two.
"""

from __future__ import annotations

import fcntl
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from types import TracebackType
from typing import Any, Self

import pyarrow as pa

from passerelle.store.arrow_types import returned, stageable
from passerelle.store.connections import CACHE_KIB, SORT_KIB, connected, is_sqlite, sqlite_path
from passerelle.store.failures import explained, unopenable

ADVISORY_LOCK = 0x7061_7373  # "pass": one lock for all writers of a PostgreSQL database
_LOCK = f"select pg_advisory_xact_lock({ADVISORY_LOCK})"
_READ = "set transaction isolation level repeatable read read only"
_INDEXES = (
    "select name, sql from sqlite_master where type = 'index' and sql is not null and tbl_name = ?"
)
_PLACEHOLDER = re.compile(r"'[^']*'|\?")  # a quoted text is skipped whole
_ALL_ROWS = str(2**31 - 2)

Value = int | float | str | None

_thread = threading.local()


class BulkSession:
    """One transaction of one writer; rolled back unless its block ends without an error."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._is_sqlite = is_sqlite(url)
        self._connection: Any = None
        self._open = ExitStack()
        self._is_committed = False
        self._staged: set[str] = set()

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            stack.enter_context(_the_only_one_of_its_thread())
            stack.enter_context(self._locked())
            self._connection = stack.enter_context(
                connected(self._url, is_sound=lambda: self._is_committed)
            )
            # SQLite: the right to write is taken now, as it could not be had after a read that
            # another process's change made old.
            self._run("begin immediate" if self._is_sqlite else _LOCK)
            self._open = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._open:
            if kind is None:
                for name in self._staged if self._is_sqlite else ():
                    self._run(f'drop table if exists temp."{name}"')  # the connection may be kept
                self._end("commit")
                self._is_committed = True
            else:
                with suppress(Exception):  # closing rolls back too, and `error` is what matters
                    self._end("rollback")

    @property
    def is_sqlite(self) -> bool:
        """Whether it speaks SQLite's dialect."""
        return self._is_sqlite

    def stage(self, name: str, rows: pa.Table) -> None:
        """Put rows into a temporary table, which ends with the transaction.

        Columns hold 64-bit integers, floats or texts; truth values become 0 and 1.

        Raises:
            TypeError: A column has another type, or none because all of it is null.
        """
        self._staged.add(name)
        with explained(self._url), self._connection.cursor() as cursor:
            cursor.adbc_ingest(name, stageable(rows), mode="create", temporary=True)

    def fill(self, table: str, rows: pa.Table) -> None:
        """Put rows into a table that is empty.

        SQLite's indexes are made afterwards: half the time of keeping them up to date for
        millions of rows.

        Raises:
            TypeError: A column has another type than `stage` takes.
        """
        indexes = self.fetch(_INDEXES, (table,)).to_pylist() if self._is_sqlite else []
        for index in indexes:
            self._run(f'drop index "{index["name"]}"')
        with explained(self._url), self._connection.cursor() as cursor:
            cursor.adbc_ingest(table, stageable(rows), mode="append")
        if indexes:
            self._run(f"pragma cache_size=-{SORT_KIB}")
            for index in indexes:
                self._run(index["sql"])
            self._run(f"pragma cache_size=-{CACHE_KIB}")

    def put(self, table: str, rows: pa.Table, on_conflict: str) -> None:
        """Insert rows into a table, or do what `on_conflict` says where their key is taken.

        Rows are best in the order of the key: neighbours are then written side by side.

        Args:
            table: The table.
            rows: Its columns by name, of the types that `stage` takes.
            on_conflict: What SQL says after `on conflict`: the key and what to do.

        Raises:
            TypeError: A column has another type.
        """
        if not rows.num_rows:
            return
        names = ", ".join(rows.column_names)
        if not self._is_sqlite:
            self.stage("put_rows", rows)
            self._run(
                f"insert into {table} ({names}) select {names} from put_rows "  # noqa: S608
                f"on conflict {on_conflict}"
            )
            self._run("drop table put_rows")
            return
        # One prepared statement to which the driver binds row after row: half the time of a
        # staged copy. A server would need a round trip for each.
        marks = ", ".join("?" * rows.num_columns)
        with explained(self._url), self._connection.cursor() as cursor:
            cursor.executemany(
                f"insert into {table} ({names}) values ({marks}) on conflict {on_conflict}",  # noqa: S608
                stageable(rows),
            )

    def execute(self, sql: str, parameters: Sequence[Value] = ()) -> None:
        """Run one statement; `?` takes its value from `parameters`."""
        self._run(sql, parameters)

    def fetch(self, sql: str, parameters: Sequence[Value] = ()) -> pa.Table:
        """The rows of a select; `?` takes its value from `parameters`.

        Integers are 64-bit. SQLite has no types for a column without any value: it comes as
        integers. A sum of integers must be cast to bigint, as it is a decimal on PostgreSQL.
        """
        with explained(self._url), self._connection.cursor() as cursor:
            if self._is_sqlite:
                # The driver takes a column's type from the first batch of rows and stumbles when
                # a later one has another, such as a text after a thousand nulls.
                cursor.adbc_statement.set_options(**{"adbc.sqlite.query.batch_rows": _ALL_ROWS})
            cursor.execute(self._dialect(sql), list(parameters) or None)
            return returned(cursor.fetch_arrow_table())

    def _run(self, sql: str, parameters: Sequence[Value] = ()) -> None:
        with explained(self._url), self._connection.cursor() as cursor:
            cursor.execute(self._dialect(sql), list(parameters) or None)

    def _end(self, how: str) -> None:
        if self._is_sqlite:
            self._run(how)
            return
        with explained(self._url):
            getattr(self._connection, how)()

    @contextmanager
    def _locked(self) -> Iterator[None]:
        if not self._is_sqlite:
            yield  # PostgreSQL's lock ends with the transaction
            return
        with sqlite_lock(self._url):
            yield

    def _dialect(self, sql: str) -> str:
        if self._is_sqlite or "?" not in sql:
            return sql
        numbers = iter(range(1, sql.count("?") + 1))
        return _PLACEHOLDER.sub(
            lambda found: f"${next(numbers)}" if found[0] == "?" else found[0], sql
        )


class ReadSession(BulkSession):
    """Selects that see one state of the store, without waiting for a writer or making one wait."""

    def __enter__(self) -> Self:
        with ExitStack() as stack:
            self._connection = stack.enter_context(connected(self._url))
            self._run("begin" if self._is_sqlite else _READ)
            self._open = stack.pop_all()
        return self


def is_in_bulk() -> bool:
    """Whether this thread is inside a bulk session that writes."""
    return bool(getattr(_thread, "is_in_bulk", False))


@contextmanager
def _the_only_one_of_its_thread() -> Iterator[None]:
    if is_in_bulk():
        raise RuntimeError("a bulk session inside another would wait for itself for ever")
    _thread.is_in_bulk = True
    try:
        yield
    finally:
        _thread.is_in_bulk = False


@contextmanager
def sqlite_lock(url: str) -> Iterator[None]:
    """Hold the write lock of a SQLite store over all processes; freed when its holder dies."""
    path = sqlite_path(url)
    with explained(url), ExitStack() as stack:
        try:
            file = stack.enter_context(path.with_name(f"{path.name}.lock").open("w"))
        except OSError as error:
            raise unopenable(url, error) from None
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def is_sqlite_locked(url: str) -> bool:
    """Whether somebody holds the write lock of a SQLite store at this moment."""
    path = sqlite_path(url)
    with suppress(OSError), path.with_name(f"{path.name}.lock").open("r") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
