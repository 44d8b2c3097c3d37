"""Selects on the store's tables for one profile, without Django: SQLite's file or PostgreSQL.

A few rows each, by primary key or index. Tables and their meaning: docs/reference/store.md.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import quote

from passerelle.kernel import Misconfigured, Retryable
from passerelle.kernel.language import _

Rows = Callable[[str, Sequence[Any]], list[Any]]
"""Runs a select, whose `?` take the values, in the snapshot that it belongs to."""

_SECONDS = 5
_AWAY = timedelta(seconds=_SECONDS)
_MOST_IDENTIFIERS = 500  # a till shows no more; a profile that has them is no one person's
_NOT_SHOWN = "('record', 'name_birth')"
# An edge's id begins with the first bits of its left end's (see `Edge` in identify/models.py).
_FROM_LEFT = (
    "from placements p cross join edges e where p.profile_id = ? and e.edge_id between "
    "((p.identifier_id >> 40) << 40) and ((p.identifier_id >> 40) << 40) + 1099511627775 "
    "and e.left_id = p.identifier_id and e.withdrawn_at is null"
)
_FROM_RIGHT = (
    "from placements p cross join edge_ends x cross join edges e where p.profile_id = ? "
    "and x.right_id = p.identifier_id and e.edge_id = x.edge_id and e.withdrawn_at is null"
)
_TOLD = (
    "select 1 from edges e where e.edge_id between ? and ? and e.left_id = ? "
    "and e.withdrawn_at is null and e.kind <> 'open' limit 1",
    "select 1 from edge_ends x cross join edges e where x.right_id = ? "
    "and e.edge_id = x.edge_id and e.withdrawn_at is null and e.kind <> 'open' limit 1",
)
_DEATHS = """
select c.is_certain, c.happened_on, c.details, d.verdict
from placements p
join life_changes c on c.identifier_id = p.identifier_id
left join placements q on q.identifier_id = c.other_id
left join life_decisions d on d.decision_id = (
    select max(e.decision_id) from life_decisions e
    where e.change_id = c.change_id and e.undone_at is null
)
where p.profile_id = ? and c.kind = 'death' and c.gone_at is null
    and (c.other_id is null or q.profile_id = p.profile_id)
"""


@dataclass(frozen=True)
class Placement:
    """Where an identifier is: its profile, if any; else whether any evidence names it."""

    profile_id: int | None
    is_told: bool


@dataclass(frozen=True, repr=False)
class PlacedIdentifier:
    """An identifier of a profile."""

    type: str
    value: str


@dataclass(frozen=True)
class Snapshot:
    """One state of the store, open for selects."""

    connection: Any = field(repr=False)
    is_sqlite: bool

    def rows(self, sql: str, values: Sequence[Any]) -> list[Any]:
        """The rows of a select."""
        return self.select(sql, values)[1]

    def select(self, sql: str, values: Sequence[Any]) -> tuple[list[str], list[Any]]:
        """The names of a select's columns, and its rows."""
        cursor = self.connection.execute(
            sql if self.is_sqlite else sql.replace("?", "%s"), tuple(values)
        )
        return [column[0] for column in cursor.description], cursor.fetchall()


@dataclass(frozen=True)
class StoreReader:
    """Reads the store at a URL; every thread has its own connection, opened when first needed."""

    url: str = field(repr=False)  # it may hold a password
    _own: threading.local = field(default_factory=threading.local, repr=False)
    _opened: list[Any] = field(default_factory=list, repr=False)

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Several selects of one and the same state.

        Raises:
            Retryable: The store is away, or was not made yet.
            Misconfigured: The driver of its database is not installed.
        """
        errors = _errors(self.url)
        try:
            connection = self._connection()
            if self._is_sqlite:
                connection.execute("begin")
            try:
                yield Snapshot(connection, self._is_sqlite)
            finally:
                connection.rollback()
        except errors as error:
            self._forget()
            raise Retryable(
                _("The store is away: {error}.").format(error=type(error).__name__),
                after=_AWAY,
                hint=_("Ask again in some seconds; passerelle doctor says what is wrong."),
            ) from None

    def close(self) -> None:
        """Close the connections of all threads."""
        while self._opened:
            self._opened.pop().close()

    @property
    def _is_sqlite(self) -> bool:
        return self.url.startswith("sqlite:")

    def _connection(self) -> Any:
        connection = getattr(self._own, "connection", None)
        if connection is None:
            connection = _sqlite(self.url) if self._is_sqlite else _postgresql(self.url)
            self._own.connection = connection
            self._opened.append(connection)
        return connection

    def _forget(self) -> None:
        connection = getattr(self._own, "connection", None)
        self._own.connection = None
        if connection is not None:
            with suppress(ValueError):
                self._opened.remove(connection)
            with suppress(Exception):  # it is of no use any more, whatever it says
                connection.close()


def find_placement(rows: Rows, identifier_id: int) -> Placement:
    """The profile of an identifier; an identifier that no evidence names is in none."""
    found = rows("select profile_id from placements where identifier_id = ?", (identifier_id,))
    if found:
        return Placement(found[0][0], is_told=True)
    start = (identifier_id >> 40) << 40
    at_left = rows(_TOLD[0], (start, start + (1 << 40) - 1, identifier_id))
    return Placement(None, is_told=bool(at_left or rows(_TOLD[1], (identifier_id,))))


def find_household(rows: Rows, profile_id: int) -> int | None:
    """The household that a profile lives in."""
    found = rows("select household_id from households where profile_id = ?", (profile_id,))
    return int(found[0][0]) if found else None


def list_identifiers(rows: Rows, profile_id: int) -> tuple[PlacedIdentifier, ...]:
    """The identifiers of a profile by type and value, its records and names aside."""
    found = rows(
        "select i.type, i.value from placements p "  # noqa: S608
        "join identifiers i on i.identifier_id = p.identifier_id "
        f"where p.profile_id = ? and i.type not in {_NOT_SHOWN} "
        f"order by i.type, i.value limit {_MOST_IDENTIFIERS}",
        (profile_id,),
    )
    return tuple(PlacedIdentifier(*each) for each in found)


def last_seen(rows: Rows, profile_id: int) -> str | None:
    """When evidence of a profile was last seen, ISO 8601 in UTC."""
    found = [
        rows(f"select max(e.last_seen_at) {side}", (profile_id,))[0][0]
        for side in (_FROM_LEFT, _FROM_RIGHT)
    ]
    latest = max((each for each in found if each is not None), default=None)
    if latest is None:
        return None
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=latest)).isoformat()


def is_deceased(rows: Rows, profile_id: int, today: date) -> bool:
    """Whether a death is followed: certain or confirmed, past, and of a licence that lasts."""
    day = today.isoformat()
    for is_certain, happened_on, details, verdict in rows(_DEATHS, (profile_id,)):
        is_believed = verdict == "confirmed" or (bool(is_certain) and verdict is None)
        lasts_until = json.loads(details).get("expires_on")
        is_over = lasts_until is not None and str(lasts_until) < day
        if is_believed and not is_over and (happened_on is None or happened_on <= day):
            return True
    return False


def _errors(url: str) -> tuple[type[Exception], ...]:
    if url.startswith("sqlite:"):
        return (sqlite3.Error,)
    return (_psycopg().Error,)


def _sqlite(url: str) -> sqlite3.Connection:
    path = quote(url.removeprefix("sqlite:///"))
    connection = sqlite3.connect(
        f"file:{path}?mode=rw",  # a read-only one could not make the index of the log anew
        uri=True,
        timeout=_SECONDS,
        isolation_level=None,
        check_same_thread=False,  # `close` is called by whoever ends the process
    )
    connection.execute("pragma query_only=on")
    return connection


def _postgresql(url: str) -> Any:
    psycopg = _psycopg()
    connection = psycopg.connect(url, connect_timeout=_SECONDS)
    connection.read_only = True
    connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
    return connection


def _psycopg() -> Any:
    try:
        import psycopg
    except ImportError:
        raise Misconfigured(
            _("PASSERELLE_DATABASE_URL names PostgreSQL but its driver is not installed."),
            hint=_("Install it with: pip install 'passerelle[postgres]'"),
        ) from None
    return psycopg
