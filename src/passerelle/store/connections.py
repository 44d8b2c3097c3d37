"""Connections that speak Arrow, to each kind of database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from passerelle.store.failures import explained
from passerelle.store.sqlite_gate import gate_of

CACHE_KIB = 800_000  # SQLite's default of 2 MB makes random inserts read what they just wrote
_READ_CACHE_KIB = 64_000  # who reads a table from end to end needs no page twice
# The log is moved into the file when it has grown to 1 GiB (in pages of 16 KiB), not to 16 MB as
# SQLite has it: a batch's pages are mostly the last batch's, and are then moved once for several.
_LOG_PAGES = 65_536
SORT_KIB = 20_000  # an index is sorted in runs of this size: runs that fit the processor's cache
_PRAGMAS = (
    "busy_timeout=60000",
    "journal_mode=wal",
    "synchronous=normal",
    f"wal_autocheckpoint={_LOG_PAGES}",
)
_CONNECT_SECONDS = "10"


def is_sqlite(url: str) -> bool:
    """Whether a store's URL names a SQLite file."""
    return url.startswith("sqlite:")


def sqlite_path(url: str) -> Path:
    """The file behind a SQLite URL."""
    return Path(url.removeprefix("sqlite:///")).absolute()


def with_timeout(url: str) -> str:
    """A PostgreSQL URL that gives up connecting after a while, unless it says when itself."""
    parts = urlsplit(url)
    options = {"connect_timeout": _CONNECT_SECONDS, **dict(parse_qsl(parts.query))}
    return urlunsplit(parts._replace(query=urlencode(options)))


@contextmanager
def connected(url: str, *, is_sound: Callable[[], bool] | None = None) -> Iterator[Any]:
    """An ADBC connection; on SQLite each statement is its own transaction unless one is begun.

    Args:
        url: The store's.
        is_sound: For a writer: whether its connection may be kept for the next one's transaction.
    """
    if is_sqlite(url):
        path = sqlite_path(url)
        _close_idle_model_connection(path)
        gate = gate_of(path)
        with gate.bulk():
            connection = gate.take() if is_sound else None
            if connection is None:
                connection = _sqlite(path, url, CACHE_KIB if is_sound else _READ_CACHE_KIB)
            try:
                yield connection
            finally:
                if is_sound and is_sound():
                    gate.give_back(connection)
                else:
                    connection.close()
        return
    import adbc_driver_postgresql.dbapi as postgresql

    with explained(url):
        connection = postgresql.connect(with_timeout(url))
    try:
        yield connection
    finally:
        connection.close()


@contextmanager
def autocommitting(url: str) -> Iterator[Any]:
    """An ADBC connection to PostgreSQL for what no transaction may hold."""
    import adbc_driver_postgresql.dbapi as postgresql

    with explained(url):
        connection = postgresql.connect(with_timeout(url), autocommit=True)
    try:
        yield connection
    finally:
        connection.close()


def _close_idle_model_connection(path: Path) -> None:
    from django.conf import settings
    from django.db import connections

    if not settings.configured:
        return
    own = connections["default"]
    if own.connection is None or own.settings_dict["NAME"] != str(path):
        return
    if own.in_atomic_block:
        raise RuntimeError("a bulk session cannot begin inside a transaction of Django's models")
    own.close()


def _sqlite(path: Path, url: str, cache_kib: int) -> Any:
    import adbc_driver_sqlite.dbapi as sqlite

    with explained(url):
        connection = sqlite.connect(str(path), autocommit=True)
        try:
            with connection.cursor() as cursor:
                for pragma in (*_PRAGMAS, f"cache_size=-{cache_kib}"):
                    cursor.execute(f"pragma {pragma}")
                    cursor.fetchall()
        except BaseException:
            connection.close()
            raise
    return connection
