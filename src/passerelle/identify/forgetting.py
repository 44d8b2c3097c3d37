"""Forget people: their identifiers, the evidence about them, and what was concluded from it.

What is shared stays with those who still share it: a family's mailbox loses its ties to the person
who is forgotten and keeps the others'.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from passerelle.identify.graph_store import EDGE_SIDES
from passerelle.identify.households.judging import judge_around
from passerelle.identify.ids_as_table import wanted_ids
from passerelle.identify.resolving import resolve_around
from passerelle.identify.rows_by_id import rows_for_ids
from passerelle.identify.rules import RECORD, RuleSet
from passerelle.store import BulkSession, Store

Ints = npt.NDArray[np.int64]

DEVICES = ("cookie", "mobile_id")

_BY_EDGE = ("edge_ends", "refusals", "likenesses", "consent_proofs", "edges")
_BY_COLUMNS = MappingProxyType(
    {
        "placements": ("identifier_id", "profile_id"),
        "kept_apart": ("left_id", "right_id"),
        "residences": ("record_id",),
        "households": ("profile_id",),
        "household_memberships": ("profile_id",),
        "households_waiting": ("profile_id",),
        "link_uses": ("subject_id", "device_id"),
        "identifiers": ("identifier_id",),
    }
)
_PLACED = (
    "select i.identifier_id, i.type from placements p "
    "join identifiers i on i.identifier_id = p.identifier_id where p.profile_id = ?"
)


def find_own_ids(store: Store, profile_id: int) -> frozenset[int]:
    """The identifiers that are one profile's alone: those in it, and those that only it holds.

    An identifier that evidence ties to somebody else, too, is not: a shared mailbox stays theirs.
    """
    placed = {row["identifier_id"]: row["type"] for row in store.rows(_PLACED, (profile_id,))}
    around = _neighbours(store, list(placed))
    beside = {end for ends in around.values() for end in ends} - placed.keys()
    holders = _neighbours(store, list(beside))
    elsewhere = _placed_elsewhere(store, beside, profile_id)
    alone = {one for one in beside - elsewhere if holders[one] <= placed.keys()}
    # A device is whose profile it is in, whoever else was seen on it.
    held = {one for one, kind in placed.items() if kind != RECORD and kind not in DEVICES}
    ends = {end for one in held for end in around[one]} - placed.keys()
    strangers = _placed_elsewhere(store, ends, profile_id)
    shared = {one for one in held if around[one] & strangers}
    return frozenset((placed.keys() - shared) | alone)


def forget_people(bulk: BulkSession, ids: Collection[int], rules: RuleSet) -> dict[str, int]:
    """Remove all that the identity graph holds of some ids, and derive again what was around them.

    Args:
        bulk: The transaction.
        ids: Identifiers that are theirs alone, as `find_own_ids` gives them.
        rules: What may be followed.

    Returns:
        How many rows of each table were removed.
    """
    gone = np.array(sorted(ids), dtype=np.int64)
    around, housemates = _others_at(bulk, gone), _housemates(bulk, gone)
    removed = {}
    edges = _edges_at(bulk, gone)
    for table in _BY_EDGE:
        removed[table] = _remove(bulk, table, ("edge_id",), edges)
    for table, columns in _BY_COLUMNS.items():
        removed[table] = _remove(bulk, table, columns, gone)
    left = np.setdiff1d(around, gone)
    if len(left):
        resolve_around(bulk, left, rules)
    if len(housemates):
        judge_around(bulk, left[:0], np.setdiff1d(housemates, gone))
    return removed


def count_known(store: Store, ids: Collection[int]) -> Mapping[str, int]:
    """How many rows of each table of the identity graph are about some ids."""
    gone = np.array(sorted(ids), dtype=np.int64)
    with store.bulk() as bulk:
        counts = {
            table: _count(bulk, table, columns, gone) for table, columns in _BY_COLUMNS.items()
        }
        counts["edges"] = len(_edges_at(bulk, gone))
    return counts


FORGOTTEN_TABLES = (*_BY_EDGE, *_BY_COLUMNS)
"""Tables that `forget_people` removes rows from."""


def _neighbours(store: Store, ids: list[int]) -> dict[int, set[int]]:
    """The other end of each piece of evidence that touches some identifiers."""
    found: dict[int, set[int]] = {one: set() for one in ids}
    for side in EDGE_SIDES:
        rows = rows_for_ids(
            store,
            f"select f.identifier_id as one, e.{side.other} as other "  # noqa: S608
            f"from {side.tables} where {side.matches}",
            ids,
        )
        for row in rows:
            found[row["one"]].add(row["other"])
    return found


def _placed_elsewhere(store: Store, ids: Collection[int], profile_id: int) -> set[int]:
    rows = rows_for_ids(
        store,
        "select p.identifier_id, p.profile_id from f cross join placements p "
        "where p.identifier_id = f.identifier_id",
        sorted(ids),
    )
    return {row["identifier_id"] for row in rows if row["profile_id"] != profile_id}


def _edges_at(bulk: BulkSession, ids: Ints) -> Ints:
    return _each(bulk, ids, "e.edge_id")


def _others_at(bulk: BulkSession, ids: Ints) -> Ints:
    return _each(bulk, ids, None)


def _each(bulk: BulkSession, ids: Ints, column: str | None) -> Ints:
    """A column of the edges at some identifiers, or their other ends."""
    found = []
    with wanted_ids(bulk, ids) as wanted:
        for side in EDGE_SIDES:
            rows = bulk.fetch(
                f"{wanted.sql} select {column or 'e.' + side.other} as one "  # noqa: S608
                f"from {side.tables} where {side.matches}",
                wanted.parameters,
            )
            found.append(np.asarray(rows["one"], dtype=np.int64))
    return np.unique(np.concatenate(found))


def _housemates(bulk: BulkSession, profile_ids: Ints) -> Ints:
    with wanted_ids(bulk, profile_ids) as wanted:
        rows = bulk.fetch(
            f"{wanted.sql} select distinct o.profile_id from f "  # noqa: S608
            "cross join households h cross join households o "
            "where h.profile_id = f.identifier_id and o.household_id = h.household_id",
            wanted.parameters,
        )
    return np.asarray(rows["profile_id"], dtype=np.int64)


def _remove(bulk: BulkSession, table: str, columns: tuple[str, ...], ids: Ints) -> int:
    count = _count(bulk, table, columns, ids)
    if count:
        with wanted_ids(bulk, ids) as wanted:
            where = _where(columns)
            bulk.execute(f"{wanted.sql} delete from {table} where {where}", wanted.parameters)  # noqa: S608
    return count


def _count(bulk: BulkSession, table: str, columns: tuple[str, ...], ids: Ints) -> int:
    with wanted_ids(bulk, ids) as wanted:
        rows = bulk.fetch(
            f"{wanted.sql} select cast(count(*) as bigint) as n from {table} "  # noqa: S608
            f"where {_where(columns)}",
            wanted.parameters,
        )
    return int(rows["n"][0].as_py())


def _where(columns: tuple[str, ...]) -> str:
    return " or ".join(f"{name} in (select identifier_id from f)" for name in columns)  # noqa: S608
