"""Link the records of the store: what joins profiles is evidence that nobody said.

The records of trusted sources are linked (see `passerelle.linkage`) under what is known already:
the records of one profile are one person's, and a likeness that somebody withdrew, or two records
that somebody keeps apart, are two people's. Of what is found, only what joins profiles becomes
evidence: as few edges as hold a person's profiles together, the likeliest of all. So withdrawing
one takes a person apart.
"""

from __future__ import annotations

import json

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import minimum_spanning_tree

from passerelle.identify.clusters import resolve
from passerelle.identify.evidence import LIKENESS
from passerelle.identify.graph import IdentityGraph
from passerelle.identify.graph_store import with_edge_ids
from passerelle.identify.likeness_store import Likenesses
from passerelle.identify.rules import RuleSet
from passerelle.kernel import InvalidInput
from passerelle.linkage import (
    Decisions,
    Explanation,
    Linkage,
    LinkageSpec,
    explain_pairs,
    link,
)

Ints = npt.NDArray[np.int64]

_LEAST_RECORDS = 200
"""Fewer teach too little of how people agree, and a family of three would be one person."""

SOURCE = "passerelle"
"""Who says a likeness."""


def link_known_records(
    records: pl.DataFrame, graph: IdentityGraph, withdrawn: pl.DataFrame, rules: RuleSet
) -> Likenesses:
    """What joins profiles.

    Args:
        records: As `read_known_records` gives them.
        graph: All the evidence; likenesses in it count for nothing.
        withdrawn: left_id, right_id of likenesses that somebody withdrew.
        rules: By which profiles are resolved.
    """
    if records.height < _LEAST_RECORDS:
        return Likenesses.none()
    graph = _without_likenesses(graph)
    placed = records.select("record_id").join(
        resolve(graph, rules).placements,
        left_on="record_id",
        right_on="identifier_id",
        how="left",
        maintain_order="left",
    )
    profiles = placed["profile_id"].rank("dense").to_numpy().astype(np.int64) - 1
    apart = graph.keep_apart.select("left_id", "right_id").vstack(withdrawn)
    decisions = _decisions(placed.with_columns(pl.Series("profile", profiles)), apart)
    said = records.drop("record_id", "observed_at")
    try:
        linkage = link(said.to_arrow(), LinkageSpec(decisions=decisions, finds_homes=False))
    except InvalidInput:  # nothing that is filled tells one record from another
        return Likenesses.none()
    return _likenesses(linkage, records, profiles).from_probability(rules.least_likeness)


def _without_likenesses(graph: IdentityGraph) -> IdentityGraph:
    told = graph.edges.filter(pl.col("kind") != LIKENESS)
    return IdentityGraph(graph.nodes, told, graph.people, graph.keep_apart)


def _decisions(records: pl.DataFrame, apart: pl.DataFrame) -> Decisions:
    """What linking may not overrule.

    Args:
        records: record_id, profile; in the order in which they are linked.
        apart: left_id, right_id: of two people; whatever else is in the profiles of two such
            records is two people's too.
    """
    numbered = records.with_row_index("at").with_columns(pl.col("at").cast(pl.Int32))
    first = numbered.select(pl.col("at").first().over("profile").alias("first"), "at")
    same = first.filter(pl.col("first") != pl.col("at")).to_numpy()
    profile_of = numbered.select("record_id", "profile")
    pairs = (
        apart.join(profile_of, left_on="left_id", right_on="record_id")
        .join(profile_of, left_on="right_id", right_on="record_id", suffix="_too")
        .filter(pl.col("profile") != pl.col("profile_too"))
        .select("profile", "profile_too")
        .unique()
    )
    members = numbered.select("profile", "at")
    different = pairs.join(members, on="profile").join(
        members, left_on="profile_too", right_on="profile", suffix="_too"
    )
    return Decisions(
        same.astype(np.int32), different.select("at", "at_too").to_numpy().astype(np.int32)
    )


def _likenesses(linkage: Linkage, records: pl.DataFrame, profiles: Ints) -> Likenesses:
    left, right = _holding_together(linkage, profiles)
    ids = records["record_id"].to_numpy()
    seen = records["observed_at"].to_numpy()
    explanations = explain_pairs(
        linkage.records, linkage.repeats, linkage.model, left.tolist(), right.tolist()
    )
    last = np.maximum(seen[left], seen[right])
    ends = np.sort([ids[left], ids[right]], axis=0)
    edges = with_edge_ids(
        pl.DataFrame(
            {
                "left_id": pl.Series(ends[0], dtype=pl.Int64),
                "right_id": pl.Series(ends[1], dtype=pl.Int64),
                "kind": pl.Series([LIKENESS] * len(left), dtype=pl.String),
                "source": pl.Series([SOURCE] * len(left), dtype=pl.String),
                "trusted": pl.Series([1] * len(left), dtype=pl.Int64),
                "first_seen_at": pl.Series(last, dtype=pl.Int64),
                "last_seen_at": pl.Series(last, dtype=pl.Int64),
                "observations": pl.Series([1] * len(left), dtype=pl.Int64),
            }
        )
    )
    reasons = pl.DataFrame(
        {
            "edge_id": edges["edge_id"],
            "match_probability": pl.Series(
                [each.probabilities["person"] for each in explanations], dtype=pl.Float64
            ),
            "evidence": pl.Series([_as_json(each) for each in explanations], dtype=pl.String),
        }
    )
    return Likenesses(edges, reasons)


def _holding_together(linkage: Linkage, profiles: Ints) -> tuple[Ints, Ints]:
    """Pairs of records, the likeliest that hold each person's profiles together."""
    left, right = linkage.pairs.left, linkage.pairs.right
    joins = (linkage.clusters[left] == linkage.clusters[right]) & (
        profiles[left] != profiles[right]
    )
    at = np.flatnonzero(joins)
    candidates = pl.DataFrame(
        {"left": left[at], "right": right[at], "odds": linkage.scores.person[at]}
    )
    all_pairs = pl.concat([candidates, _by_clustering_alone(linkage, profiles)])
    low = np.minimum(profiles[all_pairs["left"]], profiles[all_pairs["right"]])
    high = np.maximum(profiles[all_pairs["left"]], profiles[all_pairs["right"]])
    best = (
        all_pairs.with_columns(low=pl.Series(low), high=pl.Series(high))
        .sort("odds", "left", "right", descending=[True, False, False])
        .unique(["low", "high"], keep="first", maintain_order=True)
    )
    if best.is_empty():
        return np.empty(0, np.int64), np.empty(0, np.int64)
    count = int(profiles.max()) + 1
    ends = (best["low"].to_numpy(), best["high"].to_numpy())
    ranks = np.arange(1.0, best.height + 1)  # the likeliest first: the shortest tree takes them
    tree = minimum_spanning_tree(coo_array((ranks, ends), shape=(count, count)).tocsr())
    kept = best[np.sort(tree.data).astype(np.int64) - 1]
    return kept["left"].to_numpy().astype(np.int64), kept["right"].to_numpy().astype(np.int64)


def _by_clustering_alone(linkage: Linkage, profiles: Ints) -> pl.DataFrame:
    """For each profile of a person, a pair with the person's first record, the unlikeliest of all.

    No rule found some pairs, and yet their person holds them: they join what nothing else does.
    """
    first = linkage.clusters
    at = np.flatnonzero(profiles[first] != profiles)
    return pl.DataFrame(
        {
            "left": first[at],
            "right": at.astype(np.int32),
            "odds": np.full(len(at), -np.inf, np.float32),
        }
    )


def _as_json(explanation: Explanation) -> str:
    """The steps of the evidence, without a word of whom it is about."""
    steps = [
        [each.field.label, each.field.kind, each.level, round(each.weight, 2)]
        for each in explanation.evidence
        if each.level
    ]
    return json.dumps({"prior": round(explanation.prior, 2), "steps": steps}, separators=(",", ":"))
