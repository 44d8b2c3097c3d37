"""Life changes in the store: saved, listed, decided on, and given back as they were.

A change is somebody's as long as the identifiers it rests on are: nothing of it names a profile.
Time has two axes: when it happened, and what we knew at an instant.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import polars as pl

from passerelle.kernel import Clock, InvalidInput, format_id
from passerelle.kernel.language import _
from passerelle.store import BulkSession, Reading, Store, from_micros, to_micros
from passerelle.unify.life_changes.change import (
    CERTAIN,
    CHANGE_PREFIX,
    CONFIRMED,
    PROPOSED,
    REFUSED,
    LifeChange,
)

_NOW = 2**62  # later than any instant: what is known at last
_IDS_AT_ONCE = 500  # databases limit how many values a statement takes

_KNOWN = """
select c.change_id, p.profile_id, c.kind, c.source, c.happened_on, c.learned_at, c.probability,
    c.is_certain, c.details, c.evidence, d.verdict, d.reason
from life_changes c
join placements p on p.identifier_id = c.identifier_id
left join placements q on q.identifier_id = c.other_id
left join life_decisions d on d.decision_id = (
    select max(e.decision_id) from life_decisions e
    where e.change_id = c.change_id and e.decided_at <= ? and coalesce(e.undone_at, ?) > ?
)
where c.learned_at <= ? and coalesce(c.gone_at, ?) > ?
    and (c.other_id is null or q.profile_id = p.profile_id)
"""


def save_changes(store: Store, found: pl.DataFrame, *, at: int) -> tuple[int, int]:
    """Make these the changes that are known, in one transaction; decisions stay.

    Args:
        store: Where they are kept.
        found: All changes that were found: change_id, and the columns of `PROPOSALS`.
        at: When, in microseconds.

    Returns:
        How many are new, and how many known before are gone.
    """
    rows = found.drop("what").sort("change_id").with_columns(
        pl.col("is_certain").cast(pl.Int64), pl.lit(at, pl.Int64).alias("learned_at")
    )  # fmt: skip
    sets = ", ".join(
        f"{name} = excluded.{name}"
        for name in rows.columns
        if name not in ("change_id", "learned_at", "kind", "identifier_id")
    )
    with store.bulk() as bulk:
        known = pl.DataFrame(
            bulk.fetch("select change_id from life_changes where gone_at is null")
        ).cast(pl.Int64)
        bulk.put(
            "life_changes",
            rows.to_arrow(),
            f"(change_id) do update set gone_at = null, {sets}",
        )
        gone = known.join(found.select("change_id"), on="change_id", how="anti")
        _forget_undecided(bulk, gone, at=at)
        still_gone = bulk.fetch(
            "select count(*) as n from life_changes where gone_at = ?", (at,)
        )["n"][0].as_py()  # fmt: skip
    return found.join(known, on="change_id", how="anti").height, int(still_gone)


def list_changes(  # noqa: PLR0913 - what one may ask by
    store: Store | Reading,
    *,
    profile_ids: Sequence[int] | None = None,
    change_id: int | None = None,
    kind: str | None = None,
    status: str | None = None,
    known_at: int | None = None,
    limit: int | None = None,
) -> list[LifeChange]:
    """Life changes, the latest first.

    Args:
        store: Where they are, or one state of it.
        profile_ids: Of these profiles only.
        change_id: This one only.
        kind: Of this kind only.
        status: In this state only.
        known_at: As they were known at an instant, in microseconds; now unless given.
        limit: So many at most.
    """
    at = _NOW if known_at is None else known_at
    chosen = {"c.change_id": change_id, "c.kind": kind}
    given = {name: value for name, value in chosen.items() if value is not None}
    where = "".join(f" and {name} = ?" for name in given)
    rows: list[dict[str, Any]] = []
    for some in _pieces(profile_ids):
        marks = "" if some is None else f" and p.profile_id in ({', '.join('?' * len(some))})"
        parameters = (at, _NOW + 1, at, at, _NOW + 1, at, *given.values(), *(some or ()))
        rows += _rows(store, f"{_KNOWN}{where}{marks}", parameters)
    changes = [_change(row) for row in rows]
    found = [each for each in changes if status is None or each.status == status]
    found.sort(key=lambda each: each.change_id)
    found.sort(key=lambda each: (each.happened_on or "", each.learned_at), reverse=True)
    return found[:limit]


def _rows(store: Store | Reading, sql: str, parameters: Sequence[Any]) -> list[dict[str, Any]]:
    if isinstance(store, Store):
        return store.rows(sql, parameters)
    rows: list[dict[str, Any]] = store.fetch(sql, parameters).to_pylist()
    return rows


def get_change(store: Store, change_id: int) -> LifeChange:
    """One life change.

    Raises:
        InvalidInput: There is none of that id, or its records are no longer one person's.
    """
    found = list_changes(store, change_id=change_id)
    if not found:
        raise InvalidInput(
            _("There is no life change {change}.").format(
                change=format_id(change_id, CHANGE_PREFIX)
            ),
            hint=_("List them with: passerelle changes list"),
        )
    return found[0]


def decide(store: Store, clock: Clock, change_id: int, verdict: str, *, reason: str) -> LifeChange:
    """Confirm or refuse a change; the decision is kept beside those before it.

    Args:
        store: Where changes are.
        clock: Says when it was decided.
        change_id: The change.
        verdict: `confirmed` or `refused`.
        reason: Why, for those who ask later.

    Raises:
        InvalidInput: There is no such change.
    """
    get_change(store, change_id)
    with store.bulk() as bulk:
        bulk.execute(
            "insert into life_decisions (change_id, verdict, reason, decided_at) "
            "values (?, ?, ?, ?)",
            (change_id, verdict, reason, to_micros(clock())),
        )
    return get_change(store, change_id)


def undo_decision(store: Store, clock: Clock, change_id: int) -> LifeChange:
    """Take back the last decision about a change: what was before it is again.

    Raises:
        InvalidInput: There is no such change, or nothing was decided about it.
    """
    get_change(store, change_id)
    with store.bulk() as bulk:
        last = bulk.fetch(
            "select max(decision_id) as last from life_decisions "
            "where change_id = ? and undone_at is null",
            (change_id,),
        )["last"][0].as_py()
        if last is None:
            raise InvalidInput(
                _("Nothing was decided about this change, or all of it was undone."),
                hint=_("See it with: passerelle changes show ID"),
            )
        bulk.execute(
            "update life_decisions set undone_at = ? where decision_id = ?",
            (to_micros(clock()), last),
        )
    return get_change(store, change_id)


def list_decisions(store: Store, change_id: int) -> list[dict[str, Any]]:
    """What was decided about a change, undone or not, in order: verdict, reason, and instants."""
    rows = store.rows(
        "select verdict, reason, decided_at, undone_at from life_decisions where change_id = ? "
        "order by decision_id",
        (change_id,),
    )
    return [
        {
            **row,
            "decided_at": from_micros(row["decided_at"]),
            "undone_at": None if row["undone_at"] is None else from_micros(row["undone_at"]),
        }
        for row in rows
    ]


def _forget_undecided(bulk: BulkSession, gone: pl.DataFrame, *, at: int) -> None:
    if gone.is_empty():
        return
    bulk.stage("gone_changes", gone.sort("change_id").to_arrow())
    bulk.execute(
        "update life_changes set gone_at = ? "
        "where change_id in (select change_id from gone_changes) and change_id not in "
        "(select change_id from life_decisions where undone_at is null)",
        (at,),
    )
    bulk.execute("drop table gone_changes")


def _pieces(profile_ids: Sequence[int] | None) -> list[list[int] | None]:
    if profile_ids is None:
        return [None]
    starts = range(0, len(profile_ids), _IDS_AT_ONCE)
    return [list(profile_ids[start : start + _IDS_AT_ONCE]) for start in starts]


def _change(row: dict[str, Any]) -> LifeChange:
    verdict = row["verdict"]
    return LifeChange(
        change_id=row["change_id"],
        profile_id=row["profile_id"],
        kind=row["kind"],
        status=verdict or (CERTAIN if row["is_certain"] else PROPOSED),
        probability=row["probability"],
        source=row["source"],
        happened_on=row["happened_on"],
        learned_at=from_micros(row["learned_at"]),
        decided_reason=row["reason"],
        details=json.loads(row["details"]),
        evidence=json.loads(row["evidence"]),
    )


VERDICTS = (CONFIRMED, REFUSED)
"""What a person may decide."""
