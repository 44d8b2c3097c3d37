"""The identity graph out of the store: all of it, or what there is around some identifiers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from functools import partial

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from passerelle.identify.evidence import EVIDENCE_KINDS
from passerelle.identify.graph import IdentityGraph
from passerelle.identify.graph_store import EDGE_SIDES
from passerelle.identify.ids_as_table import wanted_ids
from passerelle.identify.rules import RECORD, RuleSet
from passerelle.kernel import side_threads
from passerelle.store import BulkSession, Store

Ints = npt.NDArray[np.int64]

_KINDS = tuple(EVIDENCE_KINDS)
_BINDS = np.array([kind.binds for kind in EVIDENCE_KINDS.values()])

# A kind comes as its number: millions of texts would take longer than all the numbers beside them.
_KIND = " ".join(f"when '{name}' then {code}" for code, name in enumerate(_KINDS))
_EDGE_COLUMNS = (
    f"e.edge_id, e.left_id, e.right_id, case e.kind {_KIND} end as kind, e.trusted, "
    "e.first_seen_at, e.last_seen_at, e.learned_at, e.observations"
)
_NODE_COLUMNS = "i.identifier_id, i.type, i.learned_at"
_PERSON_COLUMNS = "r.record_id as identifier_id, r.first_name_key, r.birth_date"

_NODES = {"identifier_id": pl.Int64, "type": pl.String, "learned_at": pl.Int64}
_PEOPLE = {"identifier_id": pl.Int64, "first_name_key": pl.String, "birth_date": pl.String}
_PAIRS = {"left_id": pl.Int64, "right_id": pl.Int64}
_EDGES = {
    "edge_id": pl.Int64,
    "left_id": pl.Int64,
    "right_id": pl.Int64,
    "kind": pl.UInt8,
    "trusted": pl.Boolean,
    "first_seen_at": pl.Int64,
    "last_seen_at": pl.Int64,
    "learned_at": pl.Int64,
    "observations": pl.Int64,
}


def load_graph(store: Store) -> IdentityGraph:
    """All the evidence that was committed and not withdrawn.

    Who writes what follows from it holds a bulk session meanwhile, so that nothing is added.
    """
    selects = (
        f"select {_EDGE_COLUMNS} from edges e where e.withdrawn_at is null",  # noqa: S608
        f"select {_NODE_COLUMNS} from identifiers i",  # noqa: S608
        f"select {_PERSON_COLUMNS} from records r",  # noqa: S608
        "select k.left_id, k.right_id from kept_apart k",
    )
    # The database reads edges for as long as all the rest: two at once take half the time.
    with side_threads(2) as beside:
        coming = [beside.start(partial(store.arrow, select)) for select in selects]
        edges, nodes, people, pairs = (each.result() for each in coming)
    return IdentityGraph(
        frame_of(nodes, _NODES), _edges(edges), frame_of(people, _PEOPLE), frame_of(pairs, _PAIRS)
    )


def load_neighbourhood(
    bulk: BulkSession, touched: Ints, rules: RuleSet
) -> tuple[IdentityGraph, Ints]:
    """The evidence that can matter to some identifiers, and the identifiers it decides.

    Walks from the touched ones along every edge, but not through hubs: what hangs on a hub is
    not joined by it. A touched hub is passed, as the change may have made or unmade it.
    """
    decided = np.unique(touched)
    frontier, slack = decided, len(decided)
    nodes, edges = [frame_of(None, _NODES)], [_edges(None)]
    while len(frontier):
        nodes.append(nodes_of(bulk, frontier))
        edges.append(edges_at(bulk, frontier))
        passed = _not_hubs(nodes[-1], edges[-1], rules, slack)
        left, right = (edges[-1][end].to_numpy() for end in ("left_id", "right_id"))
        ends = np.concatenate([right[np.isin(left, passed)], left[np.isin(right, passed)]])
        frontier = np.setdiff1d(ends, decided)
        decided = np.union1d(decided, frontier)
        slack = 0
    found = pl.concat(edges).unique("edge_id")
    rim = np.setdiff1d(np.concatenate([found["left_id"], found["right_id"]]), decided)
    if len(rim):
        nodes.append(nodes_of(bulk, rim))
    known = pl.concat(nodes)
    records = known.filter(pl.col("type") == RECORD)["identifier_id"].to_numpy()
    graph = IdentityGraph(known, found, _people_of(bulk, records), _pairs_of(bulk, decided))
    return graph, decided


def _not_hubs(nodes: pl.DataFrame, edges: pl.DataFrame, rules: RuleSet, slack: int) -> Ints:
    binds = _BINDS[edges["kind"].to_physical().to_numpy()]
    left, right = (edges[end].to_numpy() for end in ("left_id", "right_id"))
    ends = np.sort([left, right], axis=0)[:, binds & (left != right)]
    # Several kinds of evidence may join one pair: only different neighbours count.
    degree = Counter(np.unique(ends, axis=1).ravel().tolist())
    ids = nodes["identifier_id"].to_numpy()
    return ids[
        [
            type_name == RECORD or degree[node] <= rules.of(type_name).cap + slack
            for node, type_name in zip(ids.tolist(), nodes["type"], strict=True)
        ]
    ]


def edges_at(bulk: BulkSession, ids: Ints) -> pl.DataFrame:
    """All evidence about some identifiers that is not withdrawn."""
    halves = [
        f"select {_EDGE_COLUMNS} from {side.tables} "  # noqa: S608
        f"where {side.matches} and e.withdrawn_at is null"
        for side in EDGE_SIDES
    ]
    with wanted_ids(bulk, ids) as wanted:
        return _edges(bulk.fetch(f"{wanted.sql} {' union '.join(halves)}", wanted.parameters))


def nodes_of(bulk: BulkSession, ids: Ints) -> pl.DataFrame:
    """identifier_id, type, learned_at of some identifiers."""
    joined = "from f cross join identifiers i where i.identifier_id = f.identifier_id"
    with wanted_ids(bulk, ids) as wanted:
        rows = bulk.fetch(f"{wanted.sql} select {_NODE_COLUMNS} {joined}", wanted.parameters)
    return frame_of(rows, _NODES)


def _people_of(bulk: BulkSession, ids: Ints) -> pl.DataFrame:
    joined = "from f cross join records r where r.record_id = f.identifier_id"
    with wanted_ids(bulk, ids) as wanted:
        rows = bulk.fetch(f"{wanted.sql} select {_PERSON_COLUMNS} {joined}", wanted.parameters)
    return frame_of(rows, _PEOPLE)


def _pairs_of(bulk: BulkSession, ids: Ints) -> pl.DataFrame:
    joined = "from f cross join kept_apart k where k.left_id = f.identifier_id"
    with wanted_ids(bulk, ids) as wanted:
        rows = bulk.fetch(f"{wanted.sql} select k.left_id, k.right_id {joined}", wanted.parameters)
    return frame_of(rows, _PAIRS)


def frame_of(rows: pa.Table | None, schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    """Rows of the store in the types they should have; without any, a frame of none."""
    if rows is None or rows.num_rows == 0:
        return pl.DataFrame(schema=dict(schema))
    frame = pl.DataFrame(rows)
    # An all-null column comes from SQLite without its type.
    other = {name: dtype for name, dtype in schema.items() if frame.schema[name] != dtype}
    return frame.cast(other) if other else frame  # type: ignore[arg-type]  # names to types


def _edges(rows: pa.Table | None) -> pl.DataFrame:
    return frame_of(rows, _EDGES).with_columns(pl.col("kind").cat.to(pl.Enum(_KINDS)))
