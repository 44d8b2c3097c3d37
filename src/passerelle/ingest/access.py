"""What a write key may do, read from the store each second; without Django, as all of the door.

The last state known is kept while the store is away: a database that restarts stops no event.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any

import msgspec

from passerelle.kernel import Misconfigured
from passerelle.kernel.language import _

_SELECT = """
select w.key_hash, w.source, s.kind, w.scope, w.origins, w.rate, w.ends_at
from write_keys w join sources s on s.name = w.source
"""
_MOST_REMEMBERED = 10_000  # texts of keys looked up: wrong ones must not fill the memory
_BUSY_SECONDS = 5.0


class WriteKey(msgspec.Struct, frozen=True):
    """What the bearer of a key may do.

    Args:
        source: Whose events it brings.
        kind: Kind of that source: how far it is trusted.
        scope: What may be done: `events` (send them), `profile` (look people up), `identifiers`
            (see their identifiers unmasked).
        origins: Sites that may use it, as `https://www.example.fr`; all if none is named.
        rate: Events a second, over all workers; 0 is no limit.
    """

    source: str
    kind: str
    scope: frozenset[str] = frozenset({"events"})
    origins: frozenset[str] = frozenset()
    rate: int = 0


class _Book:
    """Keys as they were at one moment, by hash, and what was found for texts that were shown."""

    def __init__(self, keys: dict[str, tuple[WriteKey, int | None]]) -> None:
        self.keys = keys
        self._found: dict[str, tuple[WriteKey, int | None] | None] = {}

    def find(self, text: str) -> tuple[WriteKey, int | None] | None:
        """What a key may do, and its end."""
        try:
            return self._found[text]
        except KeyError:
            pass
        if len(self._found) >= _MOST_REMEMBERED:
            self._found.clear()
        found = self._found[text] = self.keys.get(hash_key(text))
        return found


class AccessList:
    """The write keys in force, as last read from the store."""

    def __init__(self, store_url: str) -> None:
        self._url = store_url
        self._rows: list[tuple[Any, ...]] | None = None
        self._book = _Book({})

    @property
    def is_known(self) -> bool:
        """Whether the store was ever read."""
        return self._rows is not None

    @property
    def count(self) -> int:
        """How many keys are in force."""
        return len(self._book.keys)

    def find(self, text: str) -> WriteKey | None:
        """What a key may do; None for an unknown key, and for one that is no longer in force."""
        found = self._book.find(text)
        if found is None:
            return None
        key, ends_at = found
        return key if ends_at is None or ends_at > time.time() * 1e6 else None

    def find_source(self, name: str) -> WriteKey | None:
        """What a source's keys in force allow; for what is signed in another way."""
        now = time.time() * 1e6
        found = (key for key, ends in self._book.keys.values() if ends is None or ends > now)
        return next((key for key in found if key.source == name), None)

    def refresh(self) -> bool:
        """Read the store again; answers whether it could be read.

        Raises:
            Misconfigured: The driver of the store's database is not installed.
        """
        try:
            rows = _read_rows(self._url)
        except ConnectionError:
            return False
        if rows != self._rows:
            # In one step, since this may run beside a look-up, in another thread.
            self._book = _Book({row[0]: _write_key(row) for row in rows})
            self._rows = rows
        return True


def hash_key(text: str) -> str:
    """What the store keeps of a write key: its SHA-256, in hexadecimal.

    A key holds 128 random bits, so that no slow hash is needed: nobody can try them all.

    >>> hash_key("0123")[:8]
    '1be2e452'
    """
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@contextmanager
def reading_store(url: str) -> Iterator[Any]:
    """A read-only connection to the store; `execute` takes SQL without parameters' marks.

    Raises:
        ConnectionError: The store is away, or was not made yet.
        Misconfigured: The driver of its database is not installed.
    """
    if url.startswith("sqlite:"):
        path = url.removeprefix("sqlite:///")
        try:
            with closing(
                sqlite3.connect(f"file:{_quoted(path)}?mode=ro", uri=True, timeout=_BUSY_SECONDS)
            ) as connection:
                yield connection
        except sqlite3.Error as error:
            raise ConnectionError(type(error).__name__) from None
        return
    try:
        import psycopg
    except ImportError:
        raise Misconfigured(
            _("PASSERELLE_DATABASE_URL names PostgreSQL but its driver is not installed."),
            hint=_("Install it with: pip install 'passerelle[postgres]'"),
        ) from None
    try:
        with psycopg.connect(url, connect_timeout=int(_BUSY_SECONDS)) as connection:
            connection.read_only = True
            yield connection
    except psycopg.Error as error:
        raise ConnectionError(type(error).__name__) from None


def _read_rows(url: str) -> list[tuple[Any, ...]]:
    with reading_store(url) as connection:
        return sorted(tuple(row) for row in connection.execute(_SELECT).fetchall())


def _write_key(row: Sequence[Any]) -> tuple[WriteKey, int | None]:
    _hash, source, kind, scope, origins, rate, ends_at = row
    key = WriteKey(
        source=source,
        kind=kind,
        scope=frozenset(scope.split()),
        origins=frozenset(json.loads(origins)),
        rate=rate,
    )
    return key, ends_at


def _quoted(path: str) -> str:
    from urllib.parse import quote

    return quote(path)
