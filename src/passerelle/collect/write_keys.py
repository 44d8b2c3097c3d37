"""Write keys: what lets a client send events of a source, and what else its bearer may do.

The key itself is shown once, when it is made; the store keeps its hash. Instants are
microseconds since 1970, UTC.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from types import MappingProxyType

from passerelle.collect.sources import SourceRef, ensure_source
from passerelle.ingest import hash_key
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import N_, _
from passerelle.store import Store

SCOPES = MappingProxyType(
    {
        "events": N_("send events"),
        "profile": N_("look people up"),
        "identifiers": N_("see the identifiers of people unmasked"),
    }
)
"""What a key may allow, in a few words for people."""

KEY_KINDS = MappingProxyType(
    {
        "browser": ("events",),
        "server": ("events", "profile"),
        "till": ("events", "profile"),
    }
)
"""Kinds of source that send events to the collector, and what their keys allow unless told."""

GRACE = timedelta(hours=24)
"""How long a key that was replaced goes on to work, unless told."""

_KEY_BYTES = 16
_ORIGIN = re.compile(r"https?://[a-z0-9.\-]+(:\d{1,5})?|https?://\[[0-9a-f:]+\](:\d{1,5})?")


@dataclass(frozen=True)
class KeyRules:
    """What a write key allows.

    Args:
        scope: Words of `SCOPES`; empty: those of the source's kind.
        origins: Sites whose pages may use it, as `https://www.example.fr`; empty: all.
        rate: Events a second; 0: no limit.
    """

    scope: Sequence[str] = ()
    origins: Sequence[str] = ()
    rate: int = 0


@dataclass(frozen=True)
class NewKey:
    """A key that was just made: the only moment at which it can be read."""

    source: str
    kind: str
    write_key: str = field(repr=False)


@dataclass(frozen=True)
class SourceKeys:
    """A source that sends events, and what its newest key in force allows.

    `keys` counts those in force: 0 for a source that was disabled, 2 while one replaces another.
    """

    source: str
    kind: str
    keys: int
    scope: tuple[str, ...]
    origins: tuple[str, ...]
    rate: int
    created_at: int
    ends_at: int | None


def add_key(store: Store, source: SourceRef, rules: KeyRules, *, at: int) -> NewKey:
    """Make the first key of a source; the source is made if it is new.

    Raises:
        InvalidInput: It has a key in force already, or a rule cannot be read.
    """
    scope, origins = _checked(source, rules)
    with store.bulk() as bulk:
        ensure_source(bulk, source, at=at)
        known = bulk.fetch(
            "select key_hash from write_keys where source = ? and (ends_at is null or ends_at > ?)",
            (source.name, at),
        )
        if known.num_rows:
            raise InvalidInput(
                _("Source {name!r} has a write key already.").format(name=source.name),
                hint=_("Replace it with: passerelle sources rotate {name}").format(
                    name=source.name
                ),
            )
        key = secrets.token_hex(_KEY_BYTES)
        bulk.execute(
            "insert into write_keys (key_hash, source, scope, origins, rate, created_at) "
            "values (?, ?, ?, ?, ?, ?)",
            (hash_key(key), source.name, scope, origins, rules.rate, at),
        )
    return NewKey(source.name, source.kind, key)


def rotate_key(store: Store, name: str, *, at: int, grace: timedelta = GRACE) -> NewKey:
    """Make a new key with the rules of the present one, which goes on to work for a while.

    Raises:
        InvalidInput: The source has no key in force.
    """
    with store.bulk() as bulk:
        known = bulk.fetch(
            "select k.scope, k.origins, k.rate, s.kind from write_keys k "
            "join sources s on s.name = k.source "
            "where k.source = ? and (k.ends_at is null or k.ends_at > ?) "
            # of keys made in the same instant, the one that was not replaced
            "order by k.created_at desc, coalesce(k.ends_at, 9e18) desc, k.key_hash limit 1",
            (name, at),
        ).to_pylist()
        if not known:
            raise _no_key(name)
        ends_at = at + int(grace.total_seconds() * 1e6)
        bulk.execute(
            "update write_keys set ends_at = ? "
            "where source = ? and (ends_at is null or ends_at > ?)",
            (ends_at, name, ends_at),
        )
        (old,) = known
        key = secrets.token_hex(_KEY_BYTES)
        bulk.execute(
            "insert into write_keys (key_hash, source, scope, origins, rate, created_at) "
            "values (?, ?, ?, ?, ?, ?)",
            (hash_key(key), name, old["scope"], old["origins"], old["rate"], at),
        )
    return NewKey(name, old["kind"], key)


def disable_keys(store: Store, name: str, *, at: int) -> int:
    """End all the keys of a source now; answers how many were in force.

    Raises:
        InvalidInput: None was.
    """
    with store.bulk() as bulk:
        known = bulk.fetch(
            "select key_hash from write_keys where source = ? and (ends_at is null or ends_at > ?)",
            (name, at),
        )
        if not known.num_rows:
            raise _no_key(name)
        bulk.execute(
            "update write_keys set ends_at = ? "
            "where source = ? and (ends_at is null or ends_at > ?)",
            (at, name, at),
        )
    return int(known.num_rows)


def list_keys(store: Store, *, at: int) -> list[SourceKeys]:
    """Every source that has or had a write key, by name."""
    rows = store.rows(
        "select k.source, s.kind, k.scope, k.origins, k.rate, k.created_at, k.ends_at "
        "from write_keys k join sources s on s.name = k.source "
        "order by k.source, k.created_at desc, coalesce(k.ends_at, 9e18) desc, k.key_hash"
    )
    by_source: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        by_source.setdefault(row["source"], []).append(row)
    return [_source_keys(name, keys, at) for name, keys in by_source.items()]


def _source_keys(name: str, rows: list[dict[str, object]], at: int) -> SourceKeys:
    newest = rows[0]
    in_force = [row for row in rows if row["ends_at"] is None or int(str(row["ends_at"])) > at]
    ends_at = newest["ends_at"]
    return SourceKeys(
        source=name,
        kind=str(newest["kind"]),
        keys=len(in_force),
        scope=tuple(str(newest["scope"]).split()),
        origins=tuple(json.loads(str(newest["origins"]))),
        rate=int(str(newest["rate"])),
        created_at=int(str(newest["created_at"])),
        ends_at=None if ends_at is None else int(str(ends_at)),
    )


def _checked(source: SourceRef, rules: KeyRules) -> tuple[str, str]:
    """The scope and the origins as they are kept."""
    if source.kind not in KEY_KINDS:
        raise InvalidInput(
            _("A source of kind {kind!r} sends no events to the collector.").format(
                kind=source.kind
            ),
            hint=_("Kinds: {kinds}.").format(kinds=", ".join(KEY_KINDS)),
        )
    scope = tuple(rules.scope) or KEY_KINDS[source.kind]
    unknown = [word for word in scope if word not in SCOPES]
    if unknown:
        raise InvalidInput(
            _("There is no scope called {name!r}.").format(name=unknown[0]),
            hint=_("Scopes: {names}.").format(names=", ".join(SCOPES)),
        )
    origins = sorted({origin.strip().lower().rstrip("/") for origin in rules.origins})
    if not all(map(_ORIGIN.fullmatch, origins)):
        raise InvalidInput(
            _("An origin is a scheme and a host, such as https://www.example.fr."),
            hint=_("Leave out the path; give each site with an --origin of its own."),
        )
    return " ".join(word for word in SCOPES if word in scope), json.dumps(origins)


def _no_key(name: str) -> InvalidInput:
    return InvalidInput(
        _("Source {name!r} has no write key in force.").format(name=name),
        hint=_("List the sources with: passerelle sources list"),
    )
