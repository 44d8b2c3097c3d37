"""The ledger of consent: what was said is added, never changed, and can be shown to be whole."""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from passerelle.consent.ledger.chain import CHAINED, START, hash_row, seal_head
from passerelle.consent.ledger.said import Said, check_said
from passerelle.kernel import IdentifierKeys
from passerelle.store import BulkSession, Reading, Store, from_micros, to_micros

_AT_ONCE = 500  # databases limit how many values a statement takes
_ROWS = 200_000
_IDENTITY = (
    "subject_type", "subject_id", "scope", "purpose", "channel", "decision", "lifts", "method",
    "notice", "source", "occurred_at", "valid_until", "adult_from", "evidence",
)  # fmt: skip
_NUMBERS = {
    "number", "event_id", "subject_id", "is_trusted", "occurred_at", "recorded_at", "valid_until",
    "adult_from",
}  # fmt: skip
_SCHEMA = {
    name: pl.Int64 if name in _NUMBERS else pl.String
    for name in (*CHAINED, "previous_hash", "hash")
}


@dataclass(frozen=True)
class LedgerEntry:
    """One row of the ledger."""

    number: int
    event_id: int
    recorded_at: datetime
    said: Said
    is_sound: bool

    @property
    def occurred_at(self) -> datetime:
        """When it was said."""
        return self.said.occurred_at


@dataclass(frozen=True)
class LedgerCheck:
    """Whether the ledger is whole.

    first_bad: number of the first row that was changed, moved, put in or is missing; None if none.
    is_sealed: whether its end is the one that was sealed.
    """

    rows: int
    first_bad: int | None
    is_sealed: bool

    @property
    def is_whole(self) -> bool:
        """Nothing was changed, moved, put in, taken out or cut off."""
        return self.first_bad is None and self.is_sealed


def record(bulk: BulkSession, said: Iterable[Said], *, keys: IdentifierKeys, at: datetime) -> int:
    """Add what was said, in the open transaction; what is known already is not added again.

    Args:
        bulk: The transaction.
        said: What was said, each checked before anything is added.
        keys: Make its ids, and seal the end.
        at: When we learned it.

    Returns:
        How many were new.

    Raises:
        RejectedRecord: One of them says what cannot be said.
    """
    rows: dict[int, dict[str, Any]] = {}
    for each in said:
        check_said(each)
        row = _row(each, to_micros(at))
        row["event_id"] = keys.identifier_id("consent", _identity(row))
        rows.setdefault(row["event_id"], row)
    new = _unknown(bulk, list(rows.values()))
    if new:
        _add(bulk, new, keys)
    return len(new)


def list_said(reading: Reading, subjects: Sequence[int]) -> list[LedgerEntry]:
    """All that was said about some subjects, in the order in which we learned it."""
    found: list[dict[str, Any]] = []
    for start in range(0, len(subjects), _AT_ONCE):
        some = list(subjects[start : start + _AT_ONCE])
        marks = ", ".join("?" * len(some))
        found += reading.fetch(
            f"select * from consent_events where subject_id in ({marks})",  # noqa: S608
            some,
        ).to_pylist()
    return [_entry(row) for row in sorted(found, key=lambda row: row["number"])]


def check_ledger(store: Store, keys: IdentifierKeys) -> LedgerCheck:
    """Read the whole ledger and say whether it is whole."""
    previous, number = START, 0
    with store.reading() as reading:
        head = reading.fetch("select number, hash, seal from consent_heads").to_pylist()
        while rows := _next_rows(reading, number):
            for row in rows:
                if not _follows(row, number, previous):
                    return LedgerCheck(number, number + 1, is_sealed=False)
                previous, number = row["hash"], row["number"]
    return LedgerCheck(number, None, is_sealed=_is_sealed(head, number, previous, keys))


def is_end_sealed(reading: Reading, keys: IdentifierKeys) -> bool:
    """Whether the ledger ends where it was sealed: what can be asked before each decision."""
    head = reading.fetch("select number, hash, seal from consent_heads").to_pylist()
    last = reading.fetch(
        "select number, hash from consent_events order by number desc limit 1"
    ).to_pylist()
    number, hash_ = (last[0]["number"], last[0]["hash"]) if last else (0, START)
    return _is_sealed(head, number, hash_, keys)


def _is_sealed(head: list[dict[str, Any]], number: int, hash_: str, keys: IdentifierKeys) -> bool:
    if not head:
        return number == 0
    seal = seal_head(keys.secret, number, hash_)
    is_the_last = (head[0]["number"], head[0]["hash"]) == (number, hash_)
    return bool(is_the_last) and hmac.compare_digest(str(head[0]["seal"]), seal)


def _next_rows(reading: Reading, number: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = reading.fetch(
        f"select * from consent_events where number > ? order by number limit {_ROWS}",  # noqa: S608
        (number,),
    ).to_pylist()
    return rows


def _follows(row: dict[str, Any], number: int, previous: str) -> bool:
    return bool(
        row["number"] == number + 1
        and row["previous_hash"] == previous
        and row["hash"] == hash_row(previous, row)
    )


def _unknown(bulk: BulkSession, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if not rows:
        return []
    ids = pl.DataFrame(
        {"event_id": [row["event_id"] for row in rows]}, schema={"event_id": pl.Int64}
    )
    bulk.stage("said_now", ids.to_arrow())
    known = set(
        bulk.fetch(
            "select e.event_id from consent_events e join said_now s on s.event_id = e.event_id"
        )["event_id"].to_pylist()
    )
    bulk.execute("drop table said_now")
    return [row for row in rows if row["event_id"] not in known]


def _add(bulk: BulkSession, rows: list[dict[str, Any]], keys: IdentifierKeys) -> None:
    head = bulk.fetch("select number, hash from consent_heads").to_pylist()
    number, previous = (head[0]["number"], head[0]["hash"]) if head else (0, START)
    for row in rows:
        number += 1
        row["number"], row["previous_hash"] = number, previous
        row["hash"] = previous = hash_row(previous, row)
    frame = pl.DataFrame(rows, schema=_SCHEMA)
    bulk.put("consent_events", frame.to_arrow(), "(number) do nothing")
    bulk.execute(
        "insert into consent_heads (head_id, number, hash, seal) values (1, ?, ?, ?) "
        "on conflict (head_id) do update set number = excluded.number, hash = excluded.hash, "
        "seal = excluded.seal",
        (number, previous, seal_head(keys.secret, number, previous)),
    )


def _identity(row: dict[str, Any]) -> str:
    """What makes it the same thing said: all but when we learned it."""
    return "\x1f".join("" if row[name] is None else str(row[name]) for name in _IDENTITY)


def _row(said: Said, at: int) -> dict[str, Any]:
    return {
        "subject_type": said.subject_type,
        "subject_id": said.subject_id,
        "scope": said.scope,
        "purpose": said.purpose,
        "channel": said.channel,
        "decision": said.decision,
        "lifts": said.lifts,
        "method": said.method,
        "notice": said.notice,
        "source": said.source,
        "is_trusted": int(said.is_trusted),
        "occurred_at": to_micros(said.occurred_at),
        "recorded_at": at,
        "valid_until": None if said.valid_until is None else to_micros(said.valid_until),
        "adult_from": None if said.adult_from is None else to_micros(said.adult_from),
        "evidence": said.evidence,
    }


def _entry(row: dict[str, Any]) -> LedgerEntry:
    said = Said(
        subject_id=row["subject_id"],
        **{name: row[name] for name in _IDENTITY if name not in _NUMBERS},
        is_trusted=bool(row["is_trusted"]),
        occurred_at=from_micros(row["occurred_at"]),
        valid_until=_instant(row["valid_until"]),
        adult_from=_instant(row["adult_from"]),
    )
    is_sound = row["hash"] == hash_row(row["previous_hash"], row)
    return LedgerEntry(
        row["number"], row["event_id"], from_micros(row["recorded_at"]), said, is_sound
    )


def _instant(micros: int | None) -> datetime | None:
    return None if micros is None else from_micros(micros)
