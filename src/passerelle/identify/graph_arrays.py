"""The identity graph in arrays: node i has ids[i], edge e joins nodes left[e] and right[e]."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from passerelle.identify.evidence import EVIDENCE_KINDS, EvidenceKind
from passerelle.identify.graph import IdentityGraph
from passerelle.identify.rules import RECORD, RuleSet, TypeRule

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_TIERS = {"record": 0, "person": 1, "device": 2}
_KINDS = tuple(EVIDENCE_KINDS)


class Reason(IntEnum):
    """Why an edge is refused; in lower case it is the code of the refusal."""

    FOLLOWED = 0
    WEAK_EVIDENCE = 1
    SHARED_BY_TOO_MANY = 2
    SHARED_MAILBOX = 3
    KEPT_APART = 4
    DEVICE_OF_TWO_PEOPLE = 5
    ANONYMOUS_SOURCE_JOINS_KNOWN_PEOPLE = 6
    NAMES_DISAGREE = 7
    TOO_MANY_OF_A_KIND = 8


@dataclass
class GraphArrays:
    """The graph by position; `left`, `right` and `reason` change while protections are applied.

    rules: of each type code. tier: 0 record, 1 person, 2 device. weaker: the position of the end
    whose type has the larger strength. scope: 0 trusted and about people, 1 from untrusted
    sources, 2 about devices. inferred: edges that nobody said.
    """

    ids: Ints
    type_code: Ints
    rules: Sequence[TypeRule]
    tier: Ints
    first_seen: Ints
    learned: Ints
    edges: pl.DataFrame
    left: Ints
    right: Ints
    weaker: Ints
    scope: Ints
    inferred: Flags
    reason: npt.NDArray[np.int8]

    def of_nodes(self, nodes: Ints, setting: Callable[[TypeRule], int]) -> Ints:
        """A number that the rules of the nodes' types say."""
        return np.array([setting(rule) for rule in self.rules], np.int64)[self.type_code[nodes]]

    def followed(self) -> Ints:
        """The edges that no protection has refused so far."""
        return np.flatnonzero(self.reason == Reason.FOLLOWED)

    def in_order_of_hearing(self, edges: Ints) -> Ints:
        """The edges, strongest first."""
        facts = self.edges[edges]
        strength = self.of_nodes(self.weaker[edges], lambda rule: rule.strength)
        keys = (
            facts["edge_id"].to_numpy(),
            -facts["last_seen_at"].to_numpy(),
            -facts["observations"].to_numpy(),
            _by_kind(facts, lambda kind: kind.strength),
            strength,
            self.inferred[edges],
            self.scope[edges],
        )
        return edges[np.lexsort(keys)]


def to_arrays(graph: IdentityGraph, rules: RuleSet) -> GraphArrays:
    """The graph by position, with nothing refused but kinds of evidence that prove nothing."""
    nodes = graph.nodes.sort("identifier_id")
    ids = nodes["identifier_id"].to_numpy()
    type_names = sorted(nodes["type"].unique())
    type_code = _codes(nodes["type"], type_names)
    rule_of = [rules.of(name) for name in type_names]
    tier = np.array([_TIERS[rule.tier] for rule in rule_of], dtype=np.int64)[type_code]
    strength = np.array([rule.strength for rule in rule_of], dtype=np.int64)[type_code]
    left = positions(ids, graph.edges["left_id"].to_numpy())
    right = positions(ids, graph.edges["right_id"].to_numpy())
    is_device = (tier[left] == 2) | (tier[right] == 2)
    is_trusted = graph.edges["trusted"].to_numpy()
    binds = _by_kind(graph.edges, lambda kind: kind.binds)
    learned_at = nodes["learned_at"].to_numpy()
    is_record = type_code == (type_names.index(RECORD) if RECORD in type_names else -1)
    return GraphArrays(
        ids=ids,
        type_code=type_code,
        rules=rule_of,
        tier=tier,
        first_seen=_since(learned_at, is_record, left, right, graph.edges["first_seen_at"]),
        learned=_since(learned_at, is_record, left, right, graph.edges["learned_at"]),
        edges=graph.edges,
        left=left,
        right=right,
        weaker=np.where(strength[left] > strength[right], left, right),
        scope=np.where(is_device, 2, np.where(is_trusted, 0, 1)),
        inferred=_by_kind(graph.edges, lambda kind: kind.is_inferred).astype(bool),
        reason=np.where(binds, Reason.FOLLOWED, Reason.WEAK_EVIDENCE).astype(np.int8),
    )


def positions(ids: Ints, asked: Ints) -> Ints:
    """Where each asked id is among sorted ids that hold them all."""
    # Asked in order, neighbours are found in the same part of the memory: four times sooner.
    order = np.argsort(asked)
    found = np.empty(len(asked), dtype=np.int64)
    found[order] = np.searchsorted(ids, asked[order])
    return found


def components(count: int, left: Ints, right: Ints) -> Ints:
    """The number of the group of each of `count` nodes, when all the edges are followed."""
    ones = np.ones(len(left), dtype=np.float64)  # what scipy would make of any other type
    ends = (left.astype(np.int32), right.astype(np.int32))
    _, label = connected_components(coo_array((ones, ends), shape=(count, count)).tocsr(), False)
    return label.astype(np.int64)


def _since(learned_at: Ints, is_record: Flags, left: Ints, right: Ints, times: pl.Series) -> Ints:
    # A node's times come from the evidence that is left, so that removing evidence gives what
    # never having seen it would. Only records are known by themselves.
    since = np.full(len(learned_at), np.iinfo(np.int64).max)
    for ends in (left, right):
        np.minimum.at(since, ends, times.to_numpy())
    return np.where(is_record, learned_at, since)


def _codes(texts: pl.Series, known: Sequence[str]) -> Ints:
    return texts.cast(pl.Enum(known)).to_physical().to_numpy().astype(np.int64)


def _by_kind(edges: pl.DataFrame, told: Callable[[EvidenceKind], int]) -> Ints:
    values = np.array([told(kind) for kind in EVIDENCE_KINDS.values()], np.int64)
    return values[_codes(edges["kind"], _KINDS)]
