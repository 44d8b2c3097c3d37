"""What is due is held first: hidden from the gate at once, and erased only at a vacuum."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from passerelle.consent.policy import get_policy
from passerelle.consent.retention.due import (
    IDENTIFIER,
    PROFILE,
    RULES,
    SUPPRESSION,
    DueRow,
    Kept,
    list_due,
)
from passerelle.consent.suppression import remove_entries
from passerelle.engine import Engine
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _
from passerelle.lake import Lake
from passerelle.store import BulkSession, ReadSession, Store, from_micros, to_micros

Eraser = Callable[[Sequence[int], Sequence[int]], None]
"""Erases profiles and identifiers physically, everywhere; given their ids."""


@dataclass(frozen=True)
class RetentionCount:
    """What one rule of the policy comes to. Grain: one row a rule.

    is_automatic: whether `run` holds what is due; of other rules nothing is held by itself.
    """

    rule: str
    period: str
    begins: str
    source: str
    is_automatic: bool
    due: int
    held: int


@dataclass(frozen=True)
class Hold:
    """Something that is held: hidden, and to be erased at the next vacuum."""

    rule: str
    thing: str
    thing_id: int
    began_at: datetime
    held_at: datetime


def count_due(store: Store, lake: Lake, engine: Engine, at: datetime) -> list[RetentionCount]:
    """What a run would hold at an instant, rule by rule; nothing is changed.

    Raises:
        InvalidInput: No policy is in force.
    """
    with store.reading() as reading:
        policy = get_policy(reading, at=at, known_at=at)
        if policy is None:
            raise _no_policy()
        held = list_holds(reading)
        known = {(each.thing, each.thing_id) for each in held}
        due = [
            each
            for each in list_due(Kept(reading, lake, engine), policy, at)
            if (each.thing, each.thing_id) not in known
        ]
    counts, holding = Counter(each.rule for each in due), Counter(each.rule for each in held)
    return [
        RetentionCount(
            rule=name,
            period=str(rule.period),
            begins=rule.begins,
            source=rule.source,
            is_automatic=name in RULES,
            due=counts[name],
            held=holding[name],
        )
        for name, rule in policy.retention.items()
    ]


def hold_due(store: Store, lake: Lake, engine: Engine, at: datetime) -> int:
    """Hold all that is due: it is hidden from now on; answers how much is held anew.

    Raises:
        InvalidInput: No policy is in force.
    """
    with store.reading() as reading:
        policy = get_policy(reading, at=at, known_at=at)
        if policy is None:
            raise _no_policy()
        due = list_due(Kept(reading, lake, engine), policy, at)
    with store.bulk() as bulk:
        before = _count(bulk)
        bulk.put("retention_holds", _rows(due, at), "(thing, thing_id) do nothing")
        return _count(bulk) - before


def list_holds(reading: ReadSession | BulkSession) -> list[Hold]:
    """All that is held, the longest first."""
    rows = reading.fetch(
        "select * from retention_holds order by held_at, thing, thing_id"
    ).to_pylist()
    return [
        Hold(
            row["rule"],
            row["thing"],
            row["thing_id"],
            from_micros(row["began_at"]),
            from_micros(row["held_at"]),
        )
        for row in rows
    ]


def undo_holds(store: Store, *, rule: str | None = None) -> int:
    """Let go of what is held, of one rule or of all; answers how much that was."""
    with store.bulk() as bulk:
        before = _count(bulk)
        if rule is None:
            bulk.execute("delete from retention_holds")
        else:
            bulk.execute("delete from retention_holds where rule = ?", (rule,))
        return before - _count(bulk)


def vacuum_holds(store: Store, erase: Eraser, *, held_before: datetime) -> int:
    """Erase what has been held since before an instant; it cannot be undone.

    Killed half way, the same call goes on: a hold goes only when its thing is gone.
    """
    with store.reading() as reading:
        held = [each for each in list_holds(reading) if each.held_at < held_before]
    ids = {
        thing: [each.thing_id for each in held if each.thing == thing]
        for thing in (PROFILE, IDENTIFIER, SUPPRESSION)
    }
    if ids[PROFILE] or ids[IDENTIFIER]:
        erase(ids[PROFILE], ids[IDENTIFIER])
    with store.bulk() as bulk:
        remove_entries(bulk, ids[SUPPRESSION])
        for each in held:
            bulk.execute(
                "delete from retention_holds where thing = ? and thing_id = ?",
                (each.thing, each.thing_id),
            )
    return len(held)


def _rows(due: Sequence[DueRow], at: datetime) -> pa.Table:
    return pa.table(
        {
            "thing": [each.thing for each in due],
            "thing_id": pa.array([each.thing_id for each in due], pa.int64()),
            "rule": [each.rule for each in due],
            "began_at": pa.array([each.began_at for each in due], pa.int64()),
            "held_at": pa.array([to_micros(at)] * len(due), pa.int64()),
        }
    )


def _count(bulk: BulkSession) -> int:
    return int(bulk.fetch("select count(*) as n from retention_holds")["n"][0].as_py())


def _no_policy() -> InvalidInput:
    return InvalidInput(
        _("No policy is in force, so that nothing says how long to keep what."),
        hint=_("Apply one with: passerelle consent policy apply"),
    )
