"""The part of the identity graph that can matter to some identifiers, out of the store."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from passerelle.identify.evidence import EVIDENCE_KINDS
from passerelle.identify.graph import IdentityGraph
from passerelle.identify.graph_loading import (
    EDGE_COLUMNS,
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
_NEARBY = {**NODES, "near": pl.Int64}
_NO_IDS = np.empty(0, dtype=np.int64)
_NO_CAP = np.iinfo(np.int64).max // 2
# With so many edges, a node is counted before all of them are read; so many are counted.
_CROWD = 200
_LOOKED_AT = 20_000


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
    nodes, edges, hubs = [frame_of(None, _NEARBY)], [_edges_by_id(bulk, touched.edges)], [_NO_IDS]
    while len(frontier):
        nodes.append(_nodes_of(bulk, frontier))
        found = nodes[-1].sort("identifier_id")
        most = _caps(found, rules) + changes[np.searchsorted(frontier, found["identifier_id"])]
        hubs.append(_surely_over(bulk, found, most))
        edges.append(_edges_at(bulk, np.setdiff1d(frontier, hubs[-1])))
        passed = np.setdiff1d(_not_over(found, edges[-1], most), hubs[-1])
        frontier = np.setdiff1d(_across(edges[-1], passed), decided)
        changes = np.zeros(len(frontier), dtype=np.int64)
        decided = np.union1d(decided, frontier)
    told = pl.concat(edges).unique("edge_id")
    rim = np.setdiff1d(np.concatenate([told["left_id"], told["right_id"]]), decided)
    if len(rim):
        nodes.append(_nodes_of(bulk, rim))
    known = pl.concat(nodes)
    records = known.filter(pl.col("type") == RECORD)["identifier_id"].to_numpy()
    pairs = _pairs_of(bulk, decided)
    graph = IdentityGraph(known, told, _people_of(bulk, records), pairs, np.concatenate(hubs))
    return graph, decided


def _caps(nodes: pl.DataFrame, rules: RuleSet) -> Ints:
    """The cap of each node; a record has none."""
    names = nodes["type"].unique().to_list()
    cap = {each: _NO_CAP if each == RECORD else rules.of(each).cap for each in names}
    return nodes["type"].replace_strict(cap, return_dtype=pl.Int64).to_numpy()


def _surely_over(bulk: BulkSession, nodes: pl.DataFrame, most: Ints) -> Ints:
    """Nodes with a great many edges that have more neighbours than `most`, by some of the edges."""
    crowded = nodes.with_columns(pl.Series("most", most)).filter(pl.col("near") >= _CROWD)
    if crowded.is_empty():
        return _NO_IDS
    binding = ", ".join(f"'{kind.name}'" for kind in EVIDENCE_KINDS.values() if kind.binds)
    counts = ", ".join(
        f"(select count(distinct other_id) from (select e.{side.other} as other_id "  # noqa: S608
        f"from {side.of_one} and e.withdrawn_at is null and e.kind in ({binding}) "
        f"and e.{side.other} <> f.identifier_id limit {_LOOKED_AT}) {side.other}s) as {side.other}"
        for side in EDGE_SIDES
    )
    with wanted_ids(bulk, crowded["identifier_id"].to_numpy()) as wanted:
        select = f"{wanted.sql} select identifier_id, {counts} from f"  # noqa: S608
        rows = bulk.fetch(select, wanted.parameters)
    seen = frame_of(rows, dict.fromkeys(("identifier_id", "right_id", "left_id"), pl.Int64))
    is_over = pl.max_horizontal("right_id", "left_id") > pl.col("most")
    return crowded.join(seen, on="identifier_id").filter(is_over)["identifier_id"].to_numpy()


def _not_over(nodes: pl.DataFrame, edges: pl.DataFrame, most: Ints) -> Ints:
    """Nodes that have at most so many neighbours, all of whose edges are there."""
    followable = edges.filter(_binds(edges))
    left, right = (followable[end].to_numpy() for end in ("left_id", "right_id"))
    ends = np.sort([left, right], axis=0)[:, left != right]
    # Several kinds of evidence may join one pair: only different neighbours count.
    degree = Counter(np.unique(ends, axis=1).ravel().tolist())
    ids = nodes["identifier_id"].to_numpy()
    return ids[np.array([degree[each] for each in ids.tolist()], dtype=np.int64) <= most]


def _across(edges: pl.DataFrame, passed: Ints) -> Ints:
    """The ends across edges that may be followed from what is passed."""
    followable = edges.filter(_binds(edges))
    left, right = (followable[end].to_numpy() for end in ("left_id", "right_id"))
    return np.concatenate([right[np.isin(left, passed)], left[np.isin(right, passed)]])


def _binds(edges: pl.DataFrame) -> pl.Series:
    return pl.Series(_BINDS[edges["kind"].to_physical().to_numpy()], dtype=pl.Boolean)


def _edges_at(bulk: BulkSession, ids: Ints) -> pl.DataFrame:
    halves = [
        f"select {EDGE_COLUMNS} from {side.tables} "  # noqa: S608
        f"where {side.matches} and e.withdrawn_at is null"
        for side in EDGE_SIDES
    ]
    with wanted_ids(bulk, ids) as wanted:
        return edges_of(bulk.fetch(f"{wanted.sql} {' union '.join(halves)}", wanted.parameters))


def _edges_by_id(bulk: BulkSession, edge_ids: Ints) -> pl.DataFrame:
    if not len(edge_ids):
        return edges_of(None)
    joined = "from f cross join edges e where e.edge_id = f.identifier_id"
    with wanted_ids(bulk, edge_ids) as wanted:
        return edges_of(
            bulk.fetch(
                f"{wanted.sql} select {EDGE_COLUMNS} {joined} and e.withdrawn_at is null",
                wanted.parameters,
            )
        )


def _nodes_of(bulk: BulkSession, ids: Ints) -> pl.DataFrame:
    """Identifiers, with how many edges each has: `near`, counted to `_CROWD` at each end."""
    counts = " + ".join(
        f"(select count(*) from (select 1 from {some} limit {_CROWD}) n)"  # noqa: S608
        for some in (EDGE_SIDES[0].of_one, "edge_ends x where x.right_id = f.identifier_id")
    )
    joined = "from f cross join identifiers i where i.identifier_id = f.identifier_id"
    with wanted_ids(bulk, ids) as wanted:
        rows = bulk.fetch(
            f"{wanted.sql} select {NODE_COLUMNS}, {counts} as near {joined}", wanted.parameters
        )
    return frame_of(rows, _NEARBY)


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
