"""The part of the identity graph that can matter to some identifiers, out of the store.

It is walked for every batch of events, over some thousand edges in ten steps: rows stay arrays of
integers until the end, since a data frame's operations each take longer than a step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from passerelle.identify.evidence import EVIDENCE_KINDS
from passerelle.identify.graph import IdentityGraph
from passerelle.identify.graph_loading import (
    EDGE_COLUMNS,
    EDGES,
    NODE_COLUMNS,
    NODES,
    PAIRS,
    PEOPLE,
    PERSON_COLUMNS,
    edges_of,
    frame_of,
)
from passerelle.identify.graph_store import EDGE_SIDES
from passerelle.identify.ids_as_table import wanted_ids
from passerelle.identify.rules import RECORD, RuleSet
from passerelle.store import BulkSession

Ints = npt.NDArray[np.int64]

_BINDS = np.array([kind.binds for kind in EVIDENCE_KINDS.values()])
_BINDING = ", ".join(f"'{kind.name}'" for kind in EVIDENCE_KINDS.values() if kind.binds)
_ID, _LEFT, _RIGHT, _KIND = range(4)  # rows of an array of edges, in the order of `EDGES`
_NO_CAP = np.iinfo(np.int64).max // 2
# With more edges at one end, the neighbours are counted before all of them are read; by so many.
_CROWD = 200
_LOOKED_AT = 20_000
_UNKNOWN = ""  # a type that no rule knows


@dataclass(frozen=True)
class Touched:
    """What changed in the evidence.

    identifiers: at the ends of what changed, sorted, each once.
    changes: how many neighbours each may have gained or lost.
    edges: ids of the edges that changed.
    """

    identifiers: Ints
    changes: Ints
    edges: Ints


def load_neighbourhood(
    bulk: BulkSession, touched: Touched, rules: RuleSet
) -> tuple[IdentityGraph, Ints]:
    """The evidence that can matter to what was touched, and the identifiers it decides.

    Walks from the touched ones along every edge that may be followed, but not through hubs: what
    hangs on a hub is not joined by it. A hub that the change may have made or unmade is passed.
    Of the others only the edges to decided identifiers are read: a shop's tablet has a million.
    """
    decided = frontier = touched.identifiers
    changes = touched.changes
    edges, hubs = [_edges_by_id(bulk, touched.edges)], [frontier[:0]]
    while len(frontier):
        found, crowded = _edges_at(bulk, frontier)
        if len(crowded):
            most = changes[np.searchsorted(frontier, crowded)]
            hubs.append(_surely_over(bulk, crowded, most, rules))
            found = np.hstack([found, _all_edges_at(bulk, np.setdiff1d(crowded, hubs[-1]))])
        edges.append(found)
        passed = np.setdiff1d(_not_over(bulk, frontier, changes, found, rules), hubs[-1])
        frontier = np.setdiff1d(_across(found, passed), decided)
        changes = np.zeros(len(frontier), dtype=np.int64)
        decided = np.union1d(decided, frontier)
    return _graph(bulk, np.hstack(edges), decided, np.concatenate(hubs)), decided


def _graph(bulk: BulkSession, edges: Ints, decided: Ints, hubs: Ints) -> IdentityGraph:
    _, first = np.unique(edges[_ID], return_index=True)  # most were met from both ends
    single = edges[:, first]
    nodes = _nodes_of(bulk, np.union1d(decided, single[_LEFT : _RIGHT + 1]))
    records = nodes.filter(pl.col("type") == RECORD)["identifier_id"].to_numpy()
    rows = pa.table(dict(zip(EDGES, map(pa.array, single), strict=True)))
    people = _people_of(bulk, np.intersect1d(records, decided))
    return IdentityGraph(nodes, edges_of(rows), people, _pairs_of(bulk, decided), hubs)


def _edges_at(bulk: BulkSession, ids: Ints) -> tuple[Ints, Ints]:
    """The edges of identifiers, and the identifiers that have too many to read them unseen."""
    near = " + ".join(
        f"(select count(*) from (select 1 from {some} limit {_CROWD}) n)"  # noqa: S608
        for some in (EDGE_SIDES[0].of_one, "edge_ends x where x.right_id = f.identifier_id")
    )
    counted = f"g as materialized (select f.identifier_id, {near} as near from f)"  # noqa: S608
    halves = " union all ".join(
        f"select {EDGE_COLUMNS} from g f cross join {side.of_one} "  # noqa: S608
        f"and e.withdrawn_at is null and f.near < {_CROWD}"
        for side in EDGE_SIDES
    )
    blank = ", ".join(["0"] * (len(EDGES) - 1))
    crowded = f"select f.identifier_id, {blank} from g f where f.near >= {_CROWD}"  # noqa: S608
    with wanted_ids(bulk, ids) as wanted:
        rows = bulk.fetch(
            f"{wanted.sql}, {counted} {halves} union all {crowded}", wanted.parameters
        )
    found = _array(rows)
    is_edge = found[-1] > 0  # an edge was observed at least once
    return found[:, is_edge], found[_ID][~is_edge]


def _all_edges_at(bulk: BulkSession, ids: Ints) -> Ints:
    halves = " union all ".join(
        f"select {EDGE_COLUMNS} from f cross join {side.of_one} and e.withdrawn_at is null"  # noqa: S608
        for side in EDGE_SIDES
    )
    with wanted_ids(bulk, ids) as wanted:
        return _array(bulk.fetch(f"{wanted.sql} {halves}", wanted.parameters))


def _edges_by_id(bulk: BulkSession, edge_ids: Ints) -> Ints:
    joined = "from f cross join edges e where e.edge_id = f.identifier_id"
    select = f"select {EDGE_COLUMNS} {joined} and e.withdrawn_at is null"
    with wanted_ids(bulk, edge_ids) as wanted:
        return _array(bulk.fetch(f"{wanted.sql} {select}", wanted.parameters))


def _array(rows: pa.Table) -> Ints:
    columns = [column.to_numpy() for column in rows.columns]
    return np.array(columns, dtype=np.int64).reshape(len(EDGES), -1)


def _surely_over(bulk: BulkSession, ids: Ints, changes: Ints, rules: RuleSet) -> Ints:
    """Identifiers with more neighbours than their cap and what changed, by some of the edges."""
    counts = ", ".join(
        f"(select count(distinct other_id) from (select e.{side.other} as other_id "  # noqa: S608
        f"from {side.of_one} and e.withdrawn_at is null and e.kind in ({_BINDING}) "
        f"and e.{side.other} <> f.identifier_id limit {_LOOKED_AT}) {side.other}s) as {side.other}"
        for side in EDGE_SIDES
    )
    with wanted_ids(bulk, ids) as wanted:
        rows = bulk.fetch(
            f"{wanted.sql} select f.identifier_id, i.type, {counts} "  # noqa: S608
            "from f cross join identifiers i where i.identifier_id = f.identifier_id",
            wanted.parameters,
        )
    most = dict(zip(ids.tolist(), changes.tolist(), strict=True))
    over = [
        each["identifier_id"]
        for each in rows.to_pylist()
        if max(each["right_id"], each["left_id"])
        > _cap(each["type"], rules) + most[each["identifier_id"]]
    ]
    return np.array(sorted(over), dtype=np.int64)


def _not_over(bulk: BulkSession, ids: Ints, changes: Ints, edges: Ints, rules: RuleSet) -> Ints:
    """Identifiers that have no more neighbours than their cap and what changed."""
    ends = edges[_LEFT : _RIGHT + 1, _BINDS[edges[_KIND]] & (edges[_LEFT] != edges[_RIGHT])]
    least = min(_cap(each, rules) for each in (*rules.types, _UNKNOWN))
    many = ids[_degrees(ids, ends) > least + changes]
    if not len(many):
        return ids
    # Several kinds of evidence may join one pair: only different neighbours count.
    near = np.unique(np.sort(ends[:, np.isin(ends, many).any(axis=0)], axis=0), axis=1)
    types = dict(_nodes_of(bulk, many).select("identifier_id", "type").iter_rows())
    cap = np.array([_cap(types[each], rules) for each in many.tolist()])
    is_over = _degrees(many, near) > cap + changes[np.searchsorted(ids, many)]
    return np.setdiff1d(ids, many[is_over])


def _degrees(ids: Ints, ends: Ints) -> Ints:
    here = ends.ravel()
    at = np.searchsorted(ids, here).clip(max=len(ids) - 1)
    return np.bincount(at[ids[at] == here], minlength=len(ids))


def _cap(type_name: str, rules: RuleSet) -> int:
    return _NO_CAP if type_name == RECORD else rules.of(type_name).cap


def _across(edges: Ints, passed: Ints) -> Ints:
    """The ends across edges that may be followed from what is passed."""
    _, left, right = edges[: _RIGHT + 1, _BINDS[edges[_KIND]]]
    return np.unique(np.concatenate([right[np.isin(left, passed)], left[np.isin(right, passed)]]))


def _nodes_of(bulk: BulkSession, ids: Ints) -> pl.DataFrame:
    joined = "from f cross join identifiers i where i.identifier_id = f.identifier_id"
    with wanted_ids(bulk, ids) as wanted:
        rows = bulk.fetch(f"{wanted.sql} select {NODE_COLUMNS} {joined}", wanted.parameters)
    return frame_of(rows, NODES)


def _people_of(bulk: BulkSession, ids: Ints) -> pl.DataFrame:
    joined = "from f cross join records r where r.record_id = f.identifier_id"
    with wanted_ids(bulk, ids) as wanted:
        rows = bulk.fetch(f"{wanted.sql} select {PERSON_COLUMNS} {joined}", wanted.parameters)
    return frame_of(rows, PEOPLE)


def _pairs_of(bulk: BulkSession, ids: Ints) -> pl.DataFrame:
    joined = "from f cross join kept_apart k where k.left_id = f.identifier_id"
    with wanted_ids(bulk, ids) as wanted:
        rows = bulk.fetch(f"{wanted.sql} select k.left_id, k.right_id {joined}", wanted.parameters)
    return frame_of(rows, PAIRS)
