"""From evidence to profiles: who is one person, decided the same way whatever the order.

The rule, in one paragraph. Edges are heard strongest first: trusted sources before anonymous
browsers, people's identifiers before devices, then by type and kind of evidence, then the most
often and the most recently seen. Each edge joins the two groups it touches unless a protection
objects; then it is refused, with the reason. As the order depends on the edges alone, the
result is a function of the set of evidence: never of the order in which it came.

Nearly all groups meet no protection at all, so all groups are first formed at once, in arrays;
only those in which a protection could object are judged edge by edge (`judging.py`).
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

import numpy as np
import polars as pl

from passerelle.identify.graph import IdentityGraph, Resolution
from passerelle.identify.graph_arrays import (
    Flags,
    GraphArrays,
    Ints,
    Reason,
    components,
    positions,
    to_arrays,
)
from passerelle.identify.judging import NOBODY, Case, Person, judge
from passerelle.identify.rules import RuleSet
from passerelle.identify.sharing import split_shared

_JUDGED_TOGETHER = 20_000  # edges, or one group's: what is judged at a time fits into little memory


def resolve(graph: IdentityGraph, rules: RuleSet) -> Resolution:
    """Profiles and refusals that follow from the evidence.

    A profile's id is the id of its anchor: its record learned first, else its identifier learned
    first. It is stable while that anchor stays, and the ids of merged profiles stay resolvable,
    because each is the id of an identifier that is placed.
    """
    arrays = to_arrays(graph, rules)
    _refuse_hubs(arrays, graph.hubs)
    people = _people(graph, arrays)
    alike = _alike(graph.keep_apart, arrays)
    stood_for = split_shared(arrays, people, alike, rules.most_people)
    group = _group(arrays, people, stood_for, _apart(graph.keep_apart, arrays, stood_for))
    return Resolution(_place(arrays, group), _refusals(graph, arrays))


def _refuse_hubs(arrays: GraphArrays, known: Ints) -> None:
    cap = arrays.of_nodes(np.arange(len(arrays.ids)), lambda rule: rule.cap)
    cap[arrays.tier == 0] = np.iinfo(np.int64).max
    hub = np.isin(arrays.ids, known)
    usable = (arrays.reason == Reason.FOLLOWED) & (arrays.left != arrays.right)
    many = _degree(len(cap), arrays.left[usable], arrays.right[usable]) > cap
    usable &= many[arrays.left] | many[arrays.right]
    if usable.any():
        # Several kinds of evidence may join one pair: only different neighbours count.
        ends = np.sort([arrays.left[usable], arrays.right[usable]], axis=0)
        hub |= _degree(len(cap), *np.unique(ends, axis=1)) > cap
    touches = hub[arrays.left] | hub[arrays.right]
    arrays.reason[touches & (arrays.reason == Reason.FOLLOWED)] = Reason.SHARED_BY_TOO_MANY


def _degree(count: int, left: Ints, right: Ints) -> Ints:
    return np.bincount(left, minlength=count) + np.bincount(right, minlength=count)


def _people(graph: IdentityGraph, arrays: GraphArrays) -> pl.DataFrame:
    """Position of each record that says a first name or a birth date, and what it says."""
    if len(arrays.ids) == 0:
        return graph.people.clear().with_columns(at=pl.lit(0, pl.Int64))
    known = graph.people.filter(
        pl.col("first_name_key").is_not_null() | pl.col("birth_date").is_not_null()
    )
    asked = known["identifier_id"].to_numpy()
    at = np.searchsorted(arrays.ids, asked).clip(max=len(arrays.ids) - 1)
    told = known.select(pl.Series("at", at, dtype=pl.Int64), "first_name_key", "birth_date")
    return told.filter(pl.Series(arrays.ids[at] == asked))


def _alike(keep_apart: pl.DataFrame, arrays: GraphArrays) -> Ints:
    """Edges that say two names are one person's, where nobody says that they are not."""
    trusted = arrays.inferred & (arrays.scope == 0) & (arrays.reason == Reason.FOLLOWED)
    edges = np.flatnonzero(trusted)
    ends = arrays.edges[edges].select(
        pl.min_horizontal("left_id", "right_id"), right_id=pl.max_horizontal("left_id", "right_id")
    )
    told = ends.with_columns(pl.Series("edge", edges))
    kept = told.join(keep_apart, on=["left_id", "right_id"], how="anti")["edge"]
    return np.sort(kept.to_numpy())


def _apart(keep_apart: pl.DataFrame, arrays: GraphArrays, stood_for: Ints) -> Ints:
    """Pairs of positions kept apart; who stands for a shared identifier is kept apart as it is."""
    if keep_apart.is_empty() or len(arrays.ids) == 0:
        return np.empty((0, 2), dtype=np.int64)
    asked = keep_apart.select("left_id", "right_id").to_numpy()
    at = np.searchsorted(arrays.ids, asked).clip(max=len(arrays.ids) - 1)
    pairs = at[(arrays.ids[at] == asked).all(axis=1)]
    stand_ins: dict[int, list[int]] = {}
    for node, shared in enumerate(stood_for.tolist(), start=len(arrays.ids)):
        stand_ins.setdefault(shared, []).append(node)
    more = [
        each
        for pair in pairs.tolist()
        for each in product(*([node, *stand_ins.get(node, ())] for node in pair))
    ]
    return np.array(more, dtype=np.int64).reshape(-1, 2)


def _group(arrays: GraphArrays, people: pl.DataFrame, stood_for: Ints, apart: Ints) -> Ints:
    """The group of each node."""
    count = len(arrays.ids) + len(stood_for)
    usable = arrays.followed()
    whole = components(count, arrays.left[usable], arrays.right[usable])
    doubtful = _doubtful(arrays, whole, usable, people, apart)
    heard = usable[doubtful[whole[arrays.left[usable]]]]
    if len(heard) == 0:
        return whole
    for edges in _some_groups_at_a_time(arrays, whole, heard):
        for edge, reason in judge(_case(arrays, edges, people, apart), arrays.rules):
            arrays.reason[edge] = reason
    group = _regrouped(arrays, whole, heard)
    _follow_who_agreed_after_all(arrays, group, heard)
    return group


def _follow_who_agreed_after_all(arrays: GraphArrays, group: Ints, heard: Ints) -> None:
    """Names that seemed to disagree are one person's: what joined them was heard later."""
    disagreed = heard[arrays.reason[heard] == Reason.NAMES_DISAGREE]
    agreed = group[arrays.left[disagreed]] == group[arrays.right[disagreed]]
    arrays.reason[disagreed[agreed]] = Reason.FOLLOWED


def _regrouped(arrays: GraphArrays, whole: Ints, heard: Ints) -> Ints:
    """The groups, once the judged edges that were refused are not followed."""
    nodes = np.unique(np.concatenate([arrays.left[heard], arrays.right[heard]]))
    still = heard[arrays.reason[heard] == Reason.FOLLOWED]
    left, right = (positions(nodes, ends[still]) for ends in (arrays.left, arrays.right))
    group = whole.copy()
    group[nodes] = components(len(nodes), left, right) + whole.max() + 1
    return group


def _doubtful(
    arrays: GraphArrays, whole: Ints, usable: Ints, people: pl.DataFrame, apart: Ints
) -> Flags:
    """Groups in which some protection could object; in all others none can."""
    doubtful = np.zeros(whole.max() + 1 if len(whole) else 0, dtype=bool)
    doubtful[_of_several_names(whole, people)] = True
    doubtful[_joins_known_people(arrays, whole, usable)] = True
    doubtful[_over_a_limit(arrays, whole)] = True
    doubtful[whole[apart[whole[apart[:, 0]] == whole[apart[:, 1]], 0]]] = True
    return doubtful


def _of_several_names(whole: Ints, people: pl.DataFrame) -> Ints:
    if people.height < 2:
        return np.empty(0, dtype=np.int64)
    named = people.select(
        pl.Series("group", whole[people["at"].to_numpy()]),
        pl.col("first_name_key", "birth_date").cast(pl.Categorical).to_physical(),
    )
    said = named.group_by("group").agg(
        pl.col("first_name_key", "birth_date").min().name.prefix("least_"),
        pl.col("first_name_key", "birth_date").max().name.prefix("most_"),
    )
    differ = [
        pl.col(f"least_{each}") != pl.col(f"most_{each}")
        for each in ("first_name_key", "birth_date")
    ]
    return said.filter(pl.any_horizontal(differ))["group"].to_numpy()


def _joins_known_people(arrays: GraphArrays, whole: Ints, usable: Ints) -> Ints:
    """Groups that are two people by trusted evidence, and one by all of it."""
    scope = arrays.scope[usable]
    if not scope.any():
        return np.empty(0, dtype=np.int64)
    sure = usable[scope == 0]
    trusted = components(len(whole), arrays.left[sure], arrays.right[sure])
    unsure = np.zeros(len(whole), dtype=bool)
    unsure[whole[arrays.left[usable[scope > 0]]]] = True
    known = np.flatnonzero((arrays.tier < 2) & unsure[whole[: len(arrays.ids)]])
    pairs = pl.DataFrame({"group": whole[known], "person": trusted[known]}).unique()
    several = pairs.group_by("group").len().filter(pl.col("len") > 1)
    return several["group"].to_numpy()


def _over_a_limit(arrays: GraphArrays, whole: Ints) -> Ints:
    if len(arrays.ids) == 0:
        return np.empty(0, dtype=np.int64)
    limit = np.array([rule.limit for rule in arrays.rules])
    real = whole[: len(arrays.ids)]
    large = np.flatnonzero(np.bincount(real)[real] > limit.min())
    if len(large) == 0:
        return large
    held = (
        pl.DataFrame({"group": real[large], "type": arrays.type_code[large]})
        .group_by("group", "type")
        .len()
    )
    is_over = held["len"].to_numpy() > limit[held["type"].to_numpy()]
    return held.filter(pl.Series(is_over))["group"].to_numpy()


def _some_groups_at_a_time(arrays: GraphArrays, whole: Ints, heard: Ints) -> list[Ints]:
    """The edges in the order in which they are heard, cut between groups."""
    ordered = arrays.in_order_of_hearing(heard)
    group = whole[arrays.left[ordered]]
    by_group = np.argsort(group, kind="stable")
    starts = np.flatnonzero(np.diff(group[by_group], prepend=-1))
    cuts = starts[1:][np.diff(starts // _JUDGED_TOGETHER) > 0]
    return np.split(ordered[by_group], cuts)


def _case(arrays: GraphArrays, edges: Ints, people: pl.DataFrame, apart: Ints) -> Case:
    """The doubtful groups' edges and nodes, the nodes numbered afresh from 0."""
    ends = np.concatenate([arrays.left[edges], arrays.right[edges]])
    nodes, numbers = np.unique(ends, return_inverse=True)
    real = nodes[nodes < len(arrays.ids)]
    standing_in = [NOBODY] * (len(nodes) - len(real))
    must_agree = arrays.of_nodes(arrays.weaker[edges], lambda rule: rule.names_must_agree)
    strict = must_agree.astype(bool) & ~arrays.inferred[edges]
    named = people.filter(pl.col("at").is_in(pl.Series(real).implode()))
    at = np.searchsorted(nodes, named["at"].to_numpy())
    told = zip(named["first_name_key"], named["birth_date"], strict=True)
    return Case(
        edges=edges.tolist(),
        left=numbers[: len(edges)].tolist(),
        right=numbers[len(edges) :].tolist(),
        scope=arrays.scope[edges].tolist(),
        strict=strict.tolist(),
        tiers=[*arrays.tier[real].tolist(), *standing_in],
        types=[*arrays.type_code[real].tolist(), *standing_in],
        first_seen=[*arrays.first_seen[real].tolist(), *standing_in],
        people=dict(zip(at.tolist(), (Person(*each) for each in told), strict=True)),
        apart=_apart_from(np.searchsorted(nodes, apart[np.isin(apart, nodes).all(axis=1)])),
    )


def _apart_from(pairs: Ints) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {}
    both_ways: Iterable[list[int]] = np.concatenate([pairs, pairs[:, ::-1]]).tolist()
    for one, other in both_ways:
        found.setdefault(one, set()).add(other)
    return found


def _place(arrays: GraphArrays, group: Ints) -> pl.DataFrame:
    count = len(arrays.ids)
    followed = arrays.followed()
    placed = arrays.tier == 0
    for ends in (arrays.left[followed], arrays.right[followed]):
        placed[ends[ends < count]] = True
    at = np.flatnonzero(placed)
    groups = group[at]
    anchor = at[_first_by(groups, arrays.tier[at], arrays.learned[at])]
    return pl.DataFrame({"identifier_id": arrays.ids[at], "profile_id": arrays.ids[anchor]})


def _first_by(groups: Ints, *keys: Ints) -> Ints:
    """For each member, the index of the member of its group that has the least keys, in order."""
    chosen = np.arange(len(groups))
    size = groups.max() + 1 if len(groups) else 0
    for key in keys:
        least = np.full(size, np.iinfo(np.int64).max)
        np.minimum.at(least, groups[chosen], key[chosen])
        chosen = chosen[key[chosen] == least[groups[chosen]]]
    first = np.zeros(size, dtype=np.int64)
    first[groups[chosen[::-1]]] = chosen[::-1]  # of several, the first is written last
    return first[groups]


def _refusals(graph: IdentityGraph, arrays: GraphArrays) -> pl.DataFrame:
    refused = np.flatnonzero(arrays.reason != Reason.FOLLOWED)
    names = [reason.name.lower() for reason in Reason]
    reasons = [names[reason] for reason in arrays.reason[refused].tolist()]
    return pl.DataFrame(
        {
            "edge_id": graph.edges["edge_id"].to_numpy()[refused],
            "reason": pl.Series(reasons, dtype=pl.String),
        }
    )
