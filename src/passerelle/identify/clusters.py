"""From evidence to profiles: who is one person, decided the same way whatever the order.

The rule, in one paragraph. Edges are heard strongest first: trusted sources before anonymous
browsers, people's identifiers before devices, then by type and kind of evidence, then the most
often and the most recently seen. Each edge joins the two groups it touches unless a protection
objects; then it is refused, with the reason. As the order depends on the edges alone, the
result is a function of the set of evidence: never of the order in which it came.

Nearly all groups meet no protection at all, so all groups are first formed at once, in arrays;
only those in which a protection could object are judged edge by edge (`judge.py`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from passerelle.identify.evidence import EVIDENCE_KINDS
from passerelle.identify.judge import Case, Edge, Person, judge
from passerelle.identify.rules import RuleSet
from passerelle.identify.sharing import split_shared

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_TIERS = {"record": 0, "person": 1, "device": 2}


@dataclass(frozen=True)
class IdentityGraph:
    """The evidence to resolve, or the part of it around some identifiers.

    nodes: identifier_id, type, learned_at: every identifier that an edge touches and every record.
    edges: edge_id, left_id, right_id, kind, trusted, first_seen_at, last_seen_at, learned_at,
        observations. Instants are in microseconds.
    people: identifier_id of a record, first_name_key, birth_date (either may be null).
    keep_apart: left_id, right_id: pairs that a person said are two people.
    """

    nodes: pl.DataFrame
    edges: pl.DataFrame
    people: pl.DataFrame
    keep_apart: pl.DataFrame


@dataclass(frozen=True)
class Resolution:
    """Who is who.

    placements: identifier_id, profile_id. An identifier that nobody can be told from (a family's
        mailbox, a shop's phone) is in no profile.
    refusals: edge_id, reason: the edges that were not followed.
    """

    placements: pl.DataFrame
    refusals: pl.DataFrame


@dataclass
class _Arrays:
    """The graph by position: node i has ids[i]; edge e joins left[e] and right[e]."""

    ids: Ints
    tier: Ints
    type_code: Ints
    type_names: list[str]
    first_seen: Ints
    learned: Ints
    left: Ints
    right: Ints
    heard: tuple[Ints, ...]  # keys of the order in which edges are heard, the least first
    scope: Ints  # 0 trusted and about people, 1 from anonymous sources, 2 about devices
    strict: Flags  # names must agree
    reason: npt.NDArray[np.object_]  # why the edge is refused, or ""


def resolve(graph: IdentityGraph, rules: RuleSet) -> Resolution:
    """Profiles and refusals that follow from the evidence.

    A profile's id is the id of its anchor: its record learned first, else its identifier learned
    first. It is stable while that anchor stays, and the ids of merged profiles stay resolvable,
    because each is the id of an identifier that is placed.
    """
    arrays = _to_arrays(graph, rules)
    _refuse_hubs(arrays, rules)
    people = _people(graph, arrays)
    extra = split_shared(arrays, people, rules)
    group = _group(arrays, people, extra, graph.keep_apart, rules)
    return Resolution(_place(arrays, group), _refusals(graph, arrays))


def _to_arrays(graph: IdentityGraph, rules: RuleSet) -> _Arrays:
    nodes = graph.nodes.sort("identifier_id")
    ids = nodes["identifier_id"].to_numpy()
    type_names = nodes["type"].unique().sort().to_list()
    codes = pl.DataFrame({"type": type_names, "code": range(len(type_names))}, schema_overrides={
        "type": pl.String, "code": pl.Int64})
    type_code = nodes.join(codes, on="type", how="left", maintain_order="left")["code"].to_numpy()
    tier = np.array([_TIERS[rules.of(t).tier] for t in type_names], dtype=np.int64)[type_code]
    edges = graph.edges
    left = np.searchsorted(ids, edges["left_id"].to_numpy())
    right = np.searchsorted(ids, edges["right_id"].to_numpy())
    strength = np.array([rules.of(t).strength for t in type_names], dtype=np.int64)[type_code]
    strict = np.array([rules.of(t).names_must_agree for t in type_names], dtype=bool)[type_code]
    weaker = np.where(strength[left] > strength[right], left, right)
    is_device = (tier[left] == 2) | (tier[right] == 2)
    scope = np.where(is_device, 2, np.where(edges["trusted"].to_numpy(), 0, 1)).astype(np.int64)
    first_seen, learned = _node_times(nodes, edges, left, right)
    reason = np.full(len(left), "", dtype=object)
    reason[~_by_kind(edges, {k: v.binds for k, v in EVIDENCE_KINDS.items()})] = "weak_evidence"
    return _Arrays(
        ids,
        tier,
        type_code,
        type_names,
        first_seen,
        learned,
        left,
        right,
        heard=(
            edges["edge_id"].to_numpy(),
            -edges["last_seen_at"].to_numpy(),
            -edges["observations"].to_numpy(),
            _by_kind(edges, {k: v.strength for k, v in EVIDENCE_KINDS.items()}),
            strength[weaker],
            scope,
        ),
        scope=scope,
        strict=strict[weaker],
        reason=reason,
    )


def _by_kind(edges: pl.DataFrame, values: Mapping[str, int]) -> npt.NDArray[np.generic]:
    return edges["kind"].replace_strict(values).to_numpy()


def _node_times(
    nodes: pl.DataFrame, edges: pl.DataFrame, left: Ints, right: Ints
) -> tuple[Ints, Ints]:
    # A node's times come from the evidence that is left, so that removing evidence gives what
    # never having seen it would. Only records are known by themselves.
    never = np.iinfo(np.int64).max
    known = nodes["type"].to_numpy() == "record"
    first_seen = np.where(known, nodes["learned_at"].to_numpy(), never)
    learned = first_seen.copy()
    for ends in (left, right):
        np.minimum.at(first_seen, ends, edges["first_seen_at"].to_numpy())
        np.minimum.at(learned, ends, edges["learned_at"].to_numpy())
    return first_seen, learned


def _refuse_hubs(arrays: _Arrays, rules: RuleSet) -> None:
    usable = arrays.reason == ""
    cap = np.array([rules.of(t).cap for t in arrays.type_names], dtype=np.int64)[arrays.type_code]
    ends = np.concatenate([arrays.left[usable], arrays.right[usable]])
    others = np.concatenate([arrays.right[usable], arrays.left[usable]])
    many = np.bincount(ends, minlength=len(cap)) > cap
    # Several kinds of evidence may join one pair: only different neighbours count.
    near = pl.DataFrame({"end": ends[many[ends]], "other": others[many[ends]]}).unique()
    hub = np.bincount(near["end"].to_numpy(), minlength=len(cap)) > cap
    arrays.reason[usable & (hub[arrays.left] | hub[arrays.right])] = "shared_by_too_many"


def _people(graph: IdentityGraph, arrays: _Arrays) -> pl.DataFrame:
    known = graph.people.filter(
        pl.col("first_name_key").is_not_null() | pl.col("birth_date").is_not_null()
    )
    at = np.searchsorted(arrays.ids, known["identifier_id"].to_numpy())
    return known.with_columns(pl.Series("at", at, dtype=pl.Int64)).select(
        "at", "first_name_key", "birth_date"
    )


def _group(
    arrays: _Arrays,
    people: pl.DataFrame,
    extra: int,
    keep_apart: pl.DataFrame,
    rules: RuleSet,
) -> Ints:
    """The group of each node, as the position of one of its nodes."""
    count = len(arrays.ids) + extra
    usable = np.flatnonzero(arrays.reason == "")
    whole = _components(count, arrays.left[usable], arrays.right[usable])
    apart = _positions(arrays, keep_apart)
    doubtful = _doubtful(arrays, whole, usable, people, apart, rules)
    mask = doubtful[whole[arrays.left[usable]]]
    if mask.any():
        _judge_all(arrays, whole, usable[mask], people, apart, rules)
        still = np.flatnonzero(arrays.reason == "")
        whole = _components(count, arrays.left[still], arrays.right[still])
    return whole


def _components(count: int, left: Ints, right: Ints) -> Ints:
    ones = np.ones(len(left), dtype=np.int8)
    _, label = connected_components(coo_array((ones, (left, right)), shape=(count, count)), False)
    return label.astype(np.int64)


def _positions(arrays: _Arrays, keep_apart: pl.DataFrame) -> Ints:
    if keep_apart.is_empty() or len(arrays.ids) == 0:
        return np.empty((0, 2), dtype=np.int64)
    pairs = keep_apart.select("left_id", "right_id").to_numpy()
    at = np.searchsorted(arrays.ids, pairs).clip(max=len(arrays.ids) - 1)
    return at[(arrays.ids[at] == pairs).all(axis=1)]


def _doubtful(
    arrays: _Arrays,
    whole: Ints,
    usable: Ints,
    people: pl.DataFrame,
    apart: Ints,
    rules: RuleSet,
) -> Flags:
    """Groups in which some protection could object; in all others none can."""
    doubtful = np.zeros(whole.max() + 1 if len(whole) else 0, dtype=bool)
    names = people.with_columns(pl.Series("group", whole[people["at"].to_numpy()]))
    for column in ("first_name_key", "birth_date"):
        several = names.group_by("group").agg(pl.col(column).drop_nulls().n_unique().alias("n"))
        doubtful[several.filter(pl.col("n") > 1)["group"].to_numpy()] = True
    doubtful[_joins_known_people(arrays, whole, usable)] = True
    limit = np.array([rules.of(t).limit for t in arrays.type_names], dtype=np.int64)
    held = np.bincount(
        whole[: len(arrays.ids)] * len(arrays.type_names) + arrays.type_code,
        minlength=len(doubtful) * len(arrays.type_names),
    ).reshape(len(doubtful), -1) if len(arrays.ids) else np.zeros((len(doubtful), 1), np.int64)
    if len(arrays.ids):
        doubtful |= (held > limit).any(axis=1)
    if len(apart):
        same = whole[apart[:, 0]] == whole[apart[:, 1]]
        doubtful[whole[apart[same, 0]]] = True
    return doubtful


def _joins_known_people(arrays: _Arrays, whole: Ints, usable: Ints) -> Ints:
    # Groups that hold two people by trusted evidence and one by all of it.
    sure = usable[arrays.scope[usable] == 0]
    trusted = _components(len(whole), arrays.left[sure], arrays.right[sure])
    known = np.flatnonzero(arrays.tier < 2)
    pairs = pl.DataFrame({"group": whole[known], "person": trusted[known]}).unique()
    several = pairs.group_by("group").len().filter(pl.col("len") > 1)
    return several["group"].to_numpy()


def _judge_all(
    arrays: _Arrays,
    whole: Ints,
    edges: Ints,
    people: pl.DataFrame,
    apart: Ints,
    rules: RuleSet,
) -> None:
    groups = whole[arrays.left[edges]]
    order = np.lexsort((*(key[edges] for key in arrays.heard), groups))
    edges, groups = edges[order], groups[order]
    starts = np.flatnonzero(np.r_[True, groups[1:] != groups[:-1]])
    ends = np.r_[starts[1:], len(edges)]
    known = _people_by_group(people, whole, set(groups.tolist()))
    kept_apart = _pairs_by_group(apart, whole)
    rule_of = [rules.of(name) for name in arrays.type_names]
    for start, end in zip(starts, ends, strict=True):
        group = int(groups[start])
        case = _case(
            arrays, edges[start:end], known.get(group, {}), kept_apart.get(group, frozenset())
        )
        for at, why in judge(case, rule_of):
            arrays.reason[at] = why


def _case(
    arrays: _Arrays,
    edges: Ints,
    people: Mapping[int, Person],
    apart: frozenset[tuple[int, int]],
) -> Case:
    count = len(arrays.ids)
    nodes = np.unique(np.concatenate([arrays.left[edges], arrays.right[edges]]))
    real = nodes[nodes < count]
    return Case(
        edges=[
            Edge(at, left, right, scope, strict)
            for at, left, right, scope, strict in zip(
                edges.tolist(),
                arrays.left[edges].tolist(),
                arrays.right[edges].tolist(),
                arrays.scope[edges].tolist(),
                arrays.strict[edges].tolist(),
                strict=True,
            )
        ],
        tiers=dict(zip(real.tolist(), arrays.tier[real].tolist(), strict=True)),
        types=dict(zip(real.tolist(), arrays.type_code[real].tolist(), strict=True)),
        first_seen=dict(zip(real.tolist(), arrays.first_seen[real].tolist(), strict=True)),
        people=people,
        apart=apart,
    )


def _people_by_group(
    people: pl.DataFrame, whole: Ints, wanted: set[int]
) -> dict[int, dict[int, Person]]:
    found: dict[int, dict[int, Person]] = {}
    groups = whole[people["at"].to_numpy()]
    chosen = people.with_columns(pl.Series("group", groups)).filter(
        pl.col("group").is_in(list(wanted))
    )
    for at, first, birth, group in chosen.iter_rows():
        found.setdefault(group, {})[at] = Person(first, birth)
    return found


def _pairs_by_group(apart: Ints, whole: Ints) -> dict[int, frozenset[tuple[int, int]]]:
    found: dict[int, set[tuple[int, int]]] = {}
    for one, other in apart.tolist():
        if whole[one] == whole[other]:
            found.setdefault(int(whole[one]), set()).add((one, other))
    return {group: frozenset(pairs) for group, pairs in found.items()}


def _place(arrays: _Arrays, group: Ints) -> pl.DataFrame:
    count = len(arrays.ids)
    followed = arrays.reason == ""
    placed = arrays.tier == 0
    for ends in (arrays.left[followed], arrays.right[followed]):
        placed[ends[ends < count]] = True
    nodes = pl.DataFrame(
        {
            "identifier_id": arrays.ids,
            "group": group[:count],
            "tier": arrays.tier,
            "learned": arrays.learned,
        }
    ).filter(pl.Series(placed))
    anchors = (
        nodes.sort("group", "tier", "learned", "identifier_id")
        .group_by("group", maintain_order=True)
        .agg(pl.col("identifier_id").first().alias("profile_id"))
    )
    return nodes.join(anchors, on="group").select("identifier_id", "profile_id")


def _refusals(graph: IdentityGraph, arrays: _Arrays) -> pl.DataFrame:
    refused = np.flatnonzero(arrays.reason != "")
    return pl.DataFrame(
        {
            "edge_id": graph.edges["edge_id"].gather(refused),
            "reason": pl.Series(arrays.reason[refused].tolist(), dtype=pl.String),
        }
    )
