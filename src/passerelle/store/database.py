"""Open the database of the settings, with its tables as this version wants them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pyarrow as pa

from passerelle.kernel import Misconfigured
from passerelle.kernel.language import _
from passerelle.store.bulk import (
    ADVISORY_LOCK,
    BulkSession,
    ReadSession,
    Value,
    is_in_bulk,
    is_sqlite_locked,
    sqlite_lock,
)
from passerelle.store.connections import is_sqlite, sqlite_path
from passerelle.store.django_settings import APPS, point_django_at
from passerelle.store.failures import explained
from passerelle.store.scrubbing import scrub
from passerelle.store.sqlite_gate import flush_log, gate_of

if TYPE_CHECKING:
    from django.db.migrations.executor import MigrationExecutor


@dataclass(frozen=True)
class Store:
    """An open database with up-to-date tables."""

    url: str = field(repr=False)  # it may hold a password

    @property
    def is_sqlite(self) -> bool:
        """Whether it is the embedded default."""
        return is_sqlite(self.url)

    def bulk(self) -> BulkSession:
        """A transaction that moves Arrow tables in and out at the speed of the database.

        Only one runs at a time over all processes; a second one waits for the first. Inside its
        block everything goes through the session: `rows` and Django's models are refused there.

        Raises:
            Retryable: The disk is full, or the database is busy or gone; nothing was kept.
        """
        return BulkSession(self.url)

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """Keep what one bulk session had at hand for the next one, for several in a row.

        On SQLite, pages in memory and the log: both are worth having until the last is done. The
        models of this process may be used between two sessions, at the price of both.
        """
        with gate_of(sqlite_path(self.url)).keeping() if self.is_sqlite else nullcontext():
            yield

    def is_being_written(self) -> bool:
        """Whether a writer has the store at this moment, so that another one would wait."""
        if self.is_sqlite:
            return is_sqlite_locked(self.url)
        held = self.rows(
            "select 1 from pg_locks where locktype = 'advisory' and objid = ? limit 1",
            (ADVISORY_LOCK,),
        )
        return bool(held)

    def make_durable(self) -> None:
        """Have what was committed survive a power cut, too, from now on.

        A commit of SQLite survives the end of its process, and a power cut some seconds later;
        PostgreSQL waits for the disk at each commit.

        Raises:
            Retryable: The disk does not take it.
        """
        if self.is_sqlite:
            with explained(self.url):
                flush_log(sqlite_path(self.url))

    def scrub(self, tables: Sequence[str]) -> None:
        """Have nothing left on the disk of rows that were removed from some tables.

        SQLite writes its file anew and empties its log; PostgreSQL writes these tables anew, with
        what it knows of the values in them. Either waits until nobody is at work on them.

        Raises:
            Retryable: Somebody is at work for too long, or the disk has no room for a copy.
        """
        scrub(self.url, tables)

    def reading(self) -> ReadSession:
        """Several selects of one and the same state; waits for no writer of another process."""
        return ReadSession(self.url)

    def rows(self, sql: str, parameters: Sequence[Value] = ()) -> list[dict[str, Any]]:
        """The rows of a select, for a few of them; `?` takes its value from `parameters`.

        Waits for no writer of another process: it sees what was last committed.
        """
        if is_in_bulk():
            raise RuntimeError("inside a bulk session, read with its `fetch`")
        with explained(self.url):
            names, found = self._read(sql, parameters)
        return [dict(zip(names, row, strict=True)) for row in found]

    def arrow(self, sql: str, parameters: Sequence[Value] = ()) -> pa.Table:
        """The rows of a select as an Arrow table, for many of them; waits for no writer."""
        with self.reading() as session:
            return session.fetch(sql, parameters)

    def _read(self, sql: str, parameters: Sequence[Value]) -> tuple[list[str], list[Any]]:
        if self.is_sqlite:
            return gate_of(sqlite_path(self.url)).read(sql, parameters)
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute(sql.replace("%", "%%").replace("?", "%s"), list(parameters))
            return [column[0] for column in cursor.description], cursor.fetchall()


def open_store(url: str) -> Store:
    """The store at a URL; missing tables are made, old ones brought up to date.

    Raises:
        Misconfigured: The database cannot be reached, its driver is not installed, or a newer
            version of passerelle made it.
        Retryable: The disk is full, or the database is busy.
    """
    from django.core.exceptions import ImproperlyConfigured

    _check(url)
    point_django_at(url)
    try:
        with explained(url, opening=True):
            _migrate(url)
    except ImproperlyConfigured:
        raise Misconfigured(
            _("PASSERELLE_DATABASE_URL names PostgreSQL but its driver is not installed."),
            hint=_("Install it with: pip install 'passerelle[postgres]'"),
        ) from None
    return Store(url)


def _check(url: str) -> None:
    try:
        _port = urlsplit(url).port
    except ValueError:
        raise Misconfigured(
            _("PASSERELLE_DATABASE_URL cannot be read: its host or port is not one."),
            hint=_("Write postgresql://USER:PASSWORD@HOST:PORT/NAME; in a password, @ is %40."),
        ) from None


def _migrate(url: str) -> None:
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor
    from django.db.transaction import atomic

    try:
        executor = MigrationExecutor(connection)
        _refuse_newer(executor)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            # Two first starts at once: one makes the tables. A start that is cut makes none: Django
            # alone would note after its transaction that a table was made, or not at all.
            with _one_at_a_time(url), connection.constraint_checks_disabled(), atomic():
                call_command("migrate", verbosity=0, interactive=False)
    finally:
        if is_sqlite(url):
            connection.close()  # a bulk session may not begin beside it


def _refuse_newer(executor: MigrationExecutor) -> None:
    known = executor.loader.disk_migrations or {}
    ours = {app.rpartition(".")[2] for app in APPS}
    newer = [each for each in executor.loader.applied_migrations if each[0] in ours]
    if any(each not in known for each in newer):
        raise Misconfigured(
            _("The store was made by a newer version of passerelle."),
            hint=_("Install that version or a later one: pip install --upgrade passerelle"),
        )


@contextmanager
def _one_at_a_time(url: str) -> Iterator[None]:
    if is_sqlite(url):
        with sqlite_lock(url):
            yield
        return
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [ADVISORY_LOCK])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [ADVISORY_LOCK])
