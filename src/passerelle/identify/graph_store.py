"""The identity graph in the store: add evidence, take it back, load what there is around ids."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from passerelle.identify.evidence import EVIDENCE_KINDS
from passerelle.identify.graph import IdentityGraph, Resolution
from passerelle.identify.rules import RuleSet
from passerelle.store import BulkSession

Ints = npt.NDArray[np.int64]

_EDGE_COLUMNS = (
    "edge_id, left_id, right_id, kind, trusted, first_seen_at, last_seen_at, learned_at, "
    "observations"
)
_UPPER_HALF, _LOWER_HALF = np.int64(-(1 << 32)), np.int64((1 << 32) - 1)
AT_LEFT_END = (
    "e.edge_id between ((f.identifier_id >> 32) << 32) and ((f.identifier_id >> 32) << 32) "
    "+ 4294967295 and e.left_id = f.identifier_id"
)
"""Joins edges `e` to the identifiers `f` at their left end, by the order they are kept in."""

_LEAST = "{0} = case when excluded.{0} < edges.{0} then excluded.{0} else edges.{0} end"
_MOST = "{0} = case when excluded.{0} > edges.{0} then excluded.{0} else edges.{0} end"


@dataclass(frozen=True)
class Evidence:
    """Identifiers and edges to add.

    identifiers: identifier_id, type, value, judgement, learned_at; one row each.
    edges: left_id, right_id, kind, source, trusted (0 or 1), first_seen_at, last_seen_at,
        learned_at, observations; one row per (left_id, right_id, kind, source).
    """

    identifiers: pl.DataFrame
    edges: pl.DataFrame


def add_evidence(bulk: BulkSession, evidence: Evidence) -> None:
    """Keep what is new; of an edge known already, widen its times and add its observations.

    Evidence that a person withdrew stays withdrawn when a source repeats it.
    """
    bulk.stage("staged_identifiers", evidence.identifiers.sort("identifier_id").to_arrow())
    bulk.execute(
        "insert into identifiers (identifier_id, type, value, judgement, learned_at) "
        "select identifier_id, type, value, judgement, learned_at from staged_identifiers "
        "where true on conflict (identifier_id) do update set learned_at = excluded.learned_at "
        "where excluded.learned_at < identifiers.learned_at"
    )
    bulk.execute("drop table staged_identifiers")
    edges = with_edge_ids(evidence.edges).sort("edge_id")
    bulk.stage("staged_edges", edges.to_arrow())
    columns = f"{_EDGE_COLUMNS}, source"
    bulk.execute(
        f"insert into edges ({columns}) select {columns} from staged_edges where true "  # noqa: S608
        "on conflict (edge_id) do update set "
        f"{_LEAST.format('first_seen_at')}, {_MOST.format('last_seen_at')}, "
        f"{_LEAST.format('learned_at')}, "
        "observations = edges.observations + excluded.observations"
    )
    bulk.execute("drop table staged_edges")


def with_edge_ids(edges: pl.DataFrame) -> pl.DataFrame:
    """Edges with their `edge_id`: the same for the same ends, kind and source, always."""
    told = edges.select(pl.concat_str("kind", "source", separator="|").alias("told"))["told"]
    salts = {each: _salt(each) for each in told.unique()}
    salt = told.replace_strict(salts, return_dtype=pl.Int64).to_numpy()
    left = edges["left_id"].to_numpy()
    mixed = _mix(_mix(left, salt), edges["right_id"].to_numpy())
    # The upper half is the left end's, so that the edges of one identifier are neighbours in the
    # table: it needs no index of them, and a record's edges are written side by side.
    ids = (left & _UPPER_HALF) | (mixed & _LOWER_HALF)
    return edges.with_columns(pl.Series("edge_id", ids, dtype=pl.Int64))


def withdraw_edge(bulk: BulkSession, edge_id: int, *, reason: str, at: int) -> None:
    """Take a piece of evidence back; it stays in the table, as history."""
    bulk.execute(
        "update edges set withdrawn_at = ?, withdrawn_reason = ? where edge_id = ?",
        (at, reason, edge_id),
    )
    # What is withdrawn is not heard any more, so nobody else would take its refusal away.
    bulk.execute("delete from refusals where edge_id = ?", (edge_id,))


def restore_edge(bulk: BulkSession, edge_id: int) -> None:
    """Believe a withdrawn piece of evidence again."""
    bulk.execute(
        "update edges set withdrawn_at = null, withdrawn_reason = null where edge_id = ?",
        (edge_id,),
    )


def keep_apart(
    bulk: BulkSession, pairs: Iterable[tuple[int, int]], *, reason: str, at: int
) -> None:
    """Say that the two identifiers of each pair are two people's, whatever else is known."""
    for one, other in pairs:
        bulk.execute(
            "insert into kept_apart (left_id, right_id, reason, decided_at) values (?, ?, ?, ?) "
            "on conflict (left_id, right_id) do nothing",
            (min(one, other), max(one, other), reason, at),
        )


def allow_together(bulk: BulkSession, pairs: Iterable[tuple[int, int]]) -> None:
    """Take back `keep_apart`."""
    for one, other in pairs:
        bulk.execute(
            "delete from kept_apart where left_id = ? and right_id = ?",
            (min(one, other), max(one, other)),
        )


def load_graph(bulk: BulkSession) -> IdentityGraph:
    """All the evidence that was not withdrawn."""
    return IdentityGraph(
        nodes=_frame(bulk.fetch("select identifier_id, type, learned_at from identifiers"), _NODES),
        edges=_edges(
            bulk.fetch(f"select {_EDGE_COLUMNS} from edges where withdrawn_at is null")  # noqa: S608
        ),
        people=_frame(
            bulk.fetch(
                "select record_id as identifier_id, first_name_key, birth_date from records"
            ),
            _PEOPLE,
        ),
        keep_apart=_frame(bulk.fetch("select left_id, right_id from kept_apart"), _PAIRS),
    )


def load_neighbourhood(
    bulk: BulkSession, touched: Ints, rules: RuleSet
) -> tuple[IdentityGraph, Ints]:
    """The evidence that can matter to some identifiers, and the identifiers it decides.

    Walks from the touched ones along every edge, but not through hubs: what hangs on a hub is
    not joined by it. A touched hub is passed, as the change may have made or unmade it.
    """
    decided = np.unique(touched)
    frontier = decided
    found: list[pl.DataFrame] = []
    slack = len(decided)
    while len(frontier):
        near = _edges_at(bulk, frontier)
        found.append(near)
        passed = _without_hubs(bulk, near, frontier, rules, slack)
        ends = np.concatenate(
            [
                near.filter(pl.col("left_id").is_in(passed))["right_id"].to_numpy(),
                near.filter(pl.col("right_id").is_in(passed))["left_id"].to_numpy(),
            ]
        )
        frontier = np.setdiff1d(ends, decided)
        decided = np.union1d(decided, frontier)
        slack = 0
    edges = pl.concat(found).unique("edge_id") if found else _edges(None)
    everyone = np.unique(
        np.concatenate([decided, edges["left_id"].to_numpy(), edges["right_id"].to_numpy()])
    )
    return _graph_of(bulk, everyone, edges), decided


def save_resolution(
    bulk: BulkSession, resolution: Resolution, graph: IdentityGraph, decided: Ints | None
) -> int:
    """Make the identity map and the refusals say what was resolved.

    Args:
        bulk: The transaction.
        resolution: What was concluded from `graph`.
        graph: The evidence.
        decided: The identifiers to write about; None for all.

    Returns:
        How many identifiers are in another profile than before, or new, or in none any more.
    """
    placements, refusals = resolution.placements, resolution.refusals
    if decided is not None:
        only = pl.Series(decided)
        placements = placements.filter(pl.col("identifier_id").is_in(only.implode()))
        bulk.stage("decided", pa.table({"identifier_id": pa.array(decided, pa.int64())}))
    bulk.stage("staged_placements", placements.sort("identifier_id").to_arrow())
    whose = (
        "and identifier_id in (select identifier_id from decided)" if decided is not None else ""
    )
    gone = bulk.fetch(
        f"select count(*) as n from placements where identifier_id not in "  # noqa: S608
        f"(select identifier_id from staged_placements) {whose}"
    )["n"][0].as_py()
    if gone:
        bulk.execute(
            f"delete from placements where identifier_id not in "  # noqa: S608
            f"(select identifier_id from staged_placements) {whose}"
        )
    changed = bulk.fetch(
        "select s.identifier_id, s.profile_id from staged_placements s left join placements p "
        "on p.identifier_id = s.identifier_id "
        "where p.profile_id is null or p.profile_id <> s.profile_id order by s.identifier_id"
    )
    bulk.stage("moved_placements", changed)
    # When most rows move, sorting the index anew is several times faster than keeping it.
    is_afresh = decided is None and 2 * changed.num_rows > placements.height
    if is_afresh:
        bulk.execute("drop index placements_by_profile")
    bulk.execute(
        "insert into placements (identifier_id, profile_id) "
        "select identifier_id, profile_id from moved_placements where true "
        "on conflict (identifier_id) do update set profile_id = excluded.profile_id"
    )
    if is_afresh:
        bulk.execute("create index placements_by_profile on placements (profile_id)")
    _save_refusals(bulk, refusals, graph, everything=decided is None)
    for table in ("staged_placements", "moved_placements", *(["decided"] if whose else [])):
        bulk.execute(f"drop table {table}")
    return int(changed.num_rows) + int(gone)


def _save_refusals(
    bulk: BulkSession, refusals: pl.DataFrame, graph: IdentityGraph, *, everything: bool
) -> None:
    if everything:
        bulk.execute("delete from refusals")
    else:
        bulk.stage("heard_edges", graph.edges.select("edge_id").to_arrow())
        bulk.execute("delete from refusals where edge_id in (select edge_id from heard_edges)")
        bulk.execute("drop table heard_edges")
    if refusals.is_empty():
        return
    bulk.stage("staged_refusals", refusals.sort("edge_id").to_arrow())
    bulk.execute(
        "insert into refusals (edge_id, reason) select edge_id, reason from staged_refusals"
    )
    bulk.execute("drop table staged_refusals")


def _edges_at(bulk: BulkSession, ids: Ints) -> pl.DataFrame:
    bulk.stage("frontier", pa.table({"identifier_id": pa.array(ids, pa.int64())}))
    columns = ", ".join(f"e.{name}" for name in _EDGE_COLUMNS.split(", "))
    # The cross join makes SQLite walk the frontier and look the edges up, not the reverse.
    halves = [
        f"select {columns} from frontier f cross join edges e "  # noqa: S608
        f"where {at_end} and e.withdrawn_at is null"
        for at_end in (AT_LEFT_END, "e.right_id = f.identifier_id")
    ]
    edges = _edges(bulk.fetch(" union ".join(halves)))
    bulk.execute("drop table frontier")
    return edges


def _without_hubs(
    bulk: BulkSession, edges: pl.DataFrame, frontier: Ints, rules: RuleSet, slack: int
) -> pl.Series:
    binding = [name for name, kind in EVIDENCE_KINDS.items() if kind.binds]
    both_ways = pl.concat(
        [
            edges.filter(pl.col("kind").is_in(binding)).select(
                pl.col(one).alias("identifier_id"), pl.col(other).alias("other")
            )
            for one, other in (("left_id", "right_id"), ("right_id", "left_id"))
        ]
    ).unique()
    degree = both_ways.group_by("identifier_id").len("degree")
    types = _nodes_of(bulk, frontier)
    caps = {name: rules.of(name).cap + slack for name in types["type"].unique()}
    return (
        types.join(degree, on="identifier_id", how="left")
        .filter(
            pl.col("degree").fill_null(0)
            <= pl.col("type").replace_strict(caps, return_dtype=pl.Int64)
        )["identifier_id"]
        .implode()
    )


def _graph_of(bulk: BulkSession, ids: Ints, edges: pl.DataFrame) -> IdentityGraph:
    nodes = _nodes_of(bulk, ids)
    bulk.stage("around", pa.table({"identifier_id": pa.array(ids, pa.int64())}))
    people = _frame(
        bulk.fetch(
            "select record_id as identifier_id, first_name_key, birth_date from records "
            "where record_id in (select identifier_id from around)"
        ),
        _PEOPLE,
    )
    pairs = _frame(
        bulk.fetch(
            "select left_id, right_id from kept_apart "
            "where left_id in (select identifier_id from around)"
        ),
        _PAIRS,
    )
    bulk.execute("drop table around")
    return IdentityGraph(nodes, edges, people, pairs)


def _nodes_of(bulk: BulkSession, ids: Ints) -> pl.DataFrame:
    bulk.stage("wanted_nodes", pa.table({"identifier_id": pa.array(ids, pa.int64())}))
    nodes = _frame(
        bulk.fetch(
            "select identifier_id, type, learned_at from identifiers "
            "where identifier_id in (select identifier_id from wanted_nodes)"
        ),
        _NODES,
    )
    bulk.execute("drop table wanted_nodes")
    return nodes


_NODES = {"identifier_id": pl.Int64, "type": pl.String, "learned_at": pl.Int64}
_PEOPLE = {"identifier_id": pl.Int64, "first_name_key": pl.String, "birth_date": pl.String}
_PAIRS = {"left_id": pl.Int64, "right_id": pl.Int64}
_EDGES = {
    "edge_id": pl.Int64,
    "left_id": pl.Int64,
    "right_id": pl.Int64,
    "kind": pl.String,
    "trusted": pl.Int64,
    "first_seen_at": pl.Int64,
    "last_seen_at": pl.Int64,
    "learned_at": pl.Int64,
    "observations": pl.Int64,
}


def _frame(rows: pa.Table, schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    frame = pl.DataFrame(rows)
    # An empty or all-null column comes from SQLite without its type.
    return frame.cast(dict(schema))  # type: ignore[arg-type]  # a dict of names to types


def _edges(rows: pa.Table | None) -> pl.DataFrame:
    frame = pl.DataFrame(schema=_EDGES) if rows is None else _frame(rows, _EDGES)
    return frame.with_columns(pl.col("trusted") == 1)


def _salt(text: str) -> int:
    from hashlib import blake2b

    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little", signed=True)


def _mix(one: Ints, other: Ints) -> Ints:
    # The finaliser of SplitMix64 over both halves: every input bit moves half of the output's.
    # Source: Steele, Lea, Flood (2014), "Fast splittable pseudorandom number generators".
    state = one.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + other.astype(np.uint64)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (state ^ (state >> np.uint64(31))).astype(np.int64)
