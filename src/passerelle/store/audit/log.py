"""The audit log itself: entries are added and listed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

import msgspec
import pyarrow as pa

from passerelle.store.audit.entries import COLUMNS, AuditEntry, check_entry, entry_row
from passerelle.store.audit.subjects import find_salts, make_salts, pseudonym
from passerelle.store.bulk import BulkSession, ReadSession, Value
from passerelle.store.chain import CHAIN_START, chain_seal
from passerelle.store.database import Store
from passerelle.store.instants import from_micros, to_micros

CHAIN = "audit"
_AT_ONCE = 500
_MOST_LISTED = 10_000


@dataclass(frozen=True)
class ListedEntry:
    """An entry as the log has it: whom it is about is under pseudonyms."""

    number: int
    at: datetime
    actor: str
    action: str
    subjects: tuple[str, ...]
    detail: Mapping[str, str]
    hash: str


@dataclass(frozen=True)
class AuditSearch:
    """Which entries are asked for: those that answer to all that is given.

    Args:
        subject_id: Whom they are about.
        actor: Who did it.
        action: What was done, or how it begins: `profile` is `profile.shown` too.
        since: Not earlier than this.
        limit: How many at most, up to 10,000.
    """

    subject_id: int | None = None
    actor: str | None = None
    action: str | None = None
    since: datetime | None = None
    limit: int = 100


def write_audit(where: Store | BulkSession, entries: Iterable[AuditEntry], *, secret: bytes) -> int:
    """Add entries to the log; one that is there already is not added again.

    Args:
        where: The open transaction, with which the entries stand or fall; or the store, for a
            transaction of their own.
        entries: In the order in which things happened.
        secret: The installation's.

    Returns:
        How many were new.

    Raises:
        InvalidInput: A word about one looks like an e-mail address or a phone number.
    """
    if isinstance(where, Store):
        with where.bulk() as bulk:
            return write_audit(bulk, entries, secret=secret)
    checked = {each.entry_id: each for each in entries}
    for each in checked.values():
        check_entry(each)
    new = _unknown(where, checked)
    if new:
        _add(where, new, secret)
    return len(new)


def list_audit(
    store: Store, search: AuditSearch = AuditSearch(), *, secret: bytes
) -> list[ListedEntry]:
    """The latest entries that answer to all that is asked, the newest first."""
    with store.reading() as reading:
        conditions, values = _conditions(reading, search, secret)
        rows = reading.fetch(
            f"select * from audit_entries where {conditions} order by number desc "  # noqa: S608
            f"limit {min(search.limit, _MOST_LISTED)}",
            values,
        ).to_pylist()
    return [_listed(row) for row in rows]


def _conditions(
    reading: ReadSession, search: AuditSearch, secret: bytes
) -> tuple[str, list[Value]]:
    conditions, values = ["number > 0"], list[Value]()
    if search.subject_id is not None:
        conditions.append("number in (select number from audit_mentions where subject = ?)")
        values.append(_pseudonym_of(reading, secret, search.subject_id))
    if search.actor is not None:
        conditions.append("actor = ?")
        values.append(search.actor)
    if search.action is not None:
        conditions.append("(action = ? or action like ? escape '!')")
        values += [search.action, search.action.replace("_", "!_") + ".%"]
    if search.since is not None:
        conditions.append("happened_at >= ?")
        values.append(to_micros(search.since))
    return " and ".join(conditions), values


def _pseudonym_of(reading: ReadSession, secret: bytes, subject_id: int) -> str:
    salts = find_salts(reading, [subject_id])
    return pseudonym(secret, salts[subject_id], subject_id) if salts else ""


def _unknown(bulk: BulkSession, entries: dict[str, AuditEntry]) -> list[AuditEntry]:
    ids, known = list(entries), set[str]()
    for start in range(0, len(ids), _AT_ONCE):
        some = ids[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        rows = bulk.fetch(
            f"select entry_id from audit_entries where entry_id in ({marks})",  # noqa: S608
            some,
        )
        known.update(rows["entry_id"].to_pylist())
    return [entry for entry_id, entry in entries.items() if entry_id not in known]


def _add(bulk: BulkSession, entries: list[AuditEntry], secret: bytes) -> None:
    salts = make_salts(bulk, (each for entry in entries for each in entry.subject_ids))
    # One writer at a time holds the store, so the end that is read here is the end.
    head = bulk.fetch("select number, hash from audit_heads").to_pylist()
    number, previous = (head[0]["number"], head[0]["hash"]) if head else (0, CHAIN_START)
    rows: list[dict[str, Any]] = []
    mentions: set[tuple[str, int]] = set()
    for entry in entries:
        number += 1
        called = [pseudonym(secret, salts[each], each) for each in entry.subject_ids]
        mentions.update((each, number) for each in called)
        rows.append(entry_row(entry, number, called, previous))
        previous = rows[-1]["hash"]
    bulk.put("audit_entries", pa.Table.from_pylist(rows).select(COLUMNS), "(number) do nothing")
    _mention(bulk, mentions)
    _seal(bulk, secret, number, previous)


def _mention(bulk: BulkSession, mentions: set[tuple[str, int]]) -> None:
    if mentions:
        subjects, numbers = zip(*sorted(mentions), strict=True)
        rows = pa.table({"subject": list(subjects), "number": list(numbers)})
        bulk.put("audit_mentions", rows, "(subject, number) do nothing")


def _seal(bulk: BulkSession, secret: bytes, number: int, hash_: str) -> None:
    bulk.execute(
        "insert into audit_heads (head_id, number, hash, seal) values (1, ?, ?, ?) "
        "on conflict (head_id) do update set number = excluded.number, hash = excluded.hash, "
        "seal = excluded.seal",
        (number, hash_, chain_seal(secret, CHAIN, number, hash_)),
    )


def _listed(row: dict[str, Any]) -> ListedEntry:
    return ListedEntry(
        number=row["number"],
        at=from_micros(row["happened_at"]),
        actor=row["actor"],
        action=row["action"],
        subjects=tuple(msgspec.json.decode(row["subjects"], type=list[str])),
        detail=MappingProxyType(msgspec.json.decode(row["detail"], type=dict[str, str])),
        hash=row["hash"],
    )
