"""Why things are as they are: chains of evidence, and refusals in words."""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from passerelle.identify.judging import Person
from passerelle.identify.likeness_store import list_likenesses
from passerelle.identify.profiles import (
    SHARED,
    HeldEdge,
    KeptPair,
    get_edges,
    get_members,
    list_kept_apart,
)
from passerelle.identify.rows_by_id import rows_by_ids
from passerelle.kernel.language import N_
from passerelle.store import Store

REFUSAL_REASONS = MappingProxyType(
    {
        "weak_evidence": N_("This kind of evidence proves nothing by itself."),
        "shared_by_too_many": N_("Too many people share the identifier: a shop's or a machine's."),
        "shared_mailbox": N_("People of different names share the identifier: a family's."),
        "kept_apart": N_("A person said that these are two people."),
        "device_of_two_people": N_(
            "The device is already somebody else's: it joins no two people."
        ),
        "anonymous_source_joins_known_people": N_(
            "A browser or a partner says so: that is not enough to join two people we know."
        ),
        "names_disagree": N_("First names or birth dates disagree."),
        "too_many_of_a_kind": N_("The profile would hold too many identifiers of this type."),
        "not_heard_yet": N_("It is new: passerelle profiles resolve will judge it."),
    }
)
"""Each reason for which an edge is not followed, as a sentence."""

_NOT_HEARD = "not_heard_yet"  # nothing speaks against it, and yet it joins not: it came later

Place = tuple[int, int]
"""An identifier and which of the names that share it, 0 unless it is a family's."""


@dataclass(frozen=True)
class Chain:
    """The shortest chain of evidence between two identifiers of one profile, or why there is none.

    edges: from the one to the other, when they are one person's.
    objections: edges between the two that join them not, when they are two people's; each says
        its refusal or that it was withdrawn.
    decisions: what people said about the two.
    """

    is_same: bool
    edges: tuple[HeldEdge, ...]
    objections: tuple[HeldEdge, ...]
    decisions: tuple[KeptPair, ...]


def explain(store: Store, one: int, other: int) -> Chain:
    """Why two identifiers are one person's, or what speaks for it and was not followed."""
    mine, theirs = get_members(store, one), get_members(store, other)
    if other in mine:
        return Chain(True, tuple(_shortest(store, mine, one, other)), (), ())
    near_mine, near_theirs = get_edges(store, mine), get_edges(store, theirs)
    shared = (_ends(near_mine) & _ends(near_theirs)) - mine - theirs
    # What is in no profile may be a family's; it is then its own group here.
    families = _of_several_names(store, shared | {one, other})
    objections = [
        _objecting(each, families)
        for each in {each.edge_id: each for each in (*near_mine, *near_theirs)}.values()
        if _joins(each, mine, theirs) or {each.left_id, each.right_id} & shared
    ]
    apart = [each for each in list_kept_apart(store, mine) if _joins(each, mine, theirs)]
    return Chain(False, (), tuple(objections), tuple(apart))


def _objecting(edge: HeldEdge, families: set[int]) -> HeldEdge:
    """An edge between two people with what speaks against it, also if it was followed."""
    if not edge.is_followed:
        return edge
    is_family_s = not families.isdisjoint((edge.left_id, edge.right_id))
    return replace(edge, refusal=SHARED if is_family_s else _NOT_HEARD)


def _of_several_names(store: Store, identifiers: set[int]) -> set[int]:
    """The identifiers that are followed for people of several names, each to his own."""
    return {shared for (shared, _), name in _names_by_holder(store, identifiers).items() if name}


def _shortest(store: Store, members: set[int], start: int, end: int) -> list[HeldEdge]:
    followed = [each for each in get_edges(store, members) if each.is_followed]
    names = _names_by_holder(store, _ends(followed) - members)
    near: dict[Place, list[tuple[Place, HeldEdge]]] = {}
    for each in followed:
        left = each.left_id, names.get((each.left_id, each.right_id), 0)
        right = each.right_id, names.get((each.right_id, each.left_id), 0)
        near.setdefault(left, []).append((right, each))
        near.setdefault(right, []).append((left, each))
    return _walk(near, (start, 0), (end, 0))


def _walk(
    near: Mapping[Place, list[tuple[Place, HeldEdge]]], start: Place, end: Place
) -> list[HeldEdge]:
    came_from: dict[Place, tuple[Place, HeldEdge]] = {}
    queue = deque([start])
    while queue and end not in came_from:
        at = queue.popleft()
        for there, edge in near.get(at, ()):
            if there not in came_from and there != start:
                came_from[there] = at, edge
                queue.append(there)
    chain: list[HeldEdge] = []
    at = end
    while at in came_from:
        at, edge = came_from[at]
        chain.append(edge)
    return chain[::-1]


def _names_by_holder(store: Store, shared: set[int]) -> dict[tuple[int, int], int]:
    """For what families share and each record that holds it: which of the names it stands for.

    A family's mailbox is in no profile, but leads from one of Marie's records to the other, and
    never from Marie's to Paul's; see `sharing.py`.
    """
    holders: dict[int, set[int]] = {}
    for edge in get_edges(store, shared):
        if edge.is_followed:
            for end, holder in ((edge.left_id, edge.right_id), (edge.right_id, edge.left_id)):
                if end in shared:
                    holders.setdefault(end, set()).add(holder)
    everybody = set().union(*holders.values())
    people, alike = _people(store, everybody), list_likenesses(store, everybody)
    return {
        (identifier, holder): name
        for identifier, found in holders.items()
        for name, group in enumerate(_groups(found, people, alike))
        for holder in group
    }


def _groups(
    holders: set[int], people: Mapping[int, Person], alike: Container[tuple[int, int]]
) -> list[set[int]]:
    """Holders who could be one person, directly or by way of others; the nameless are nobody's."""
    groups: list[set[int]] = []
    for holder in sorted(holders & people.keys()):
        near = [
            group
            for group in groups
            if any(
                people[holder].agrees_with(people[each])
                or (min(holder, each), max(holder, each)) in alike
                for each in group
            )
        ]
        groups = [group for group in groups if group not in near]
        groups.append({holder}.union(*near))
    return groups


def _people(store: Store, record_ids: Iterable[int]) -> dict[int, Person]:
    """Who each record that says a first name or a birth date is about."""
    rows = rows_by_ids(
        store,
        "select record_id, first_name_key, birth_date from records where record_id in ({}) "
        "and (first_name_key is not null or birth_date is not null)",
        list(record_ids),
    )
    return {row["record_id"]: Person(row["first_name_key"], row["birth_date"]) for row in rows}


def _ends(edges: Iterable[HeldEdge]) -> set[int]:
    return {end for each in edges for end in (each.left_id, each.right_id)}


def _joins(pair: HeldEdge | KeptPair, mine: set[int], theirs: set[int]) -> bool:
    ends = (pair.left_id, pair.right_id)
    return (ends[0] in mine and ends[1] in theirs) or (ends[0] in theirs and ends[1] in mine)
