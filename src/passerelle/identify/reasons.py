"""Why things are as they are: chains of evidence, and refusals in words."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType

from passerelle.identify.profiles import HeldEdge, get_edges, get_parts
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
    }
)
"""Each reason for which an edge is not followed, as a sentence."""


@dataclass(frozen=True)
class Chain:
    """The shortest chain of evidence between two identifiers of one profile, or why there is none.

    edges: from the one to the other, when they are one person's.
    objections: refused or withdrawn edges between the two profiles, when they are not.
    """

    is_same: bool
    edges: tuple[HeldEdge, ...]
    objections: tuple[HeldEdge, ...]


def explain(store: Store, one: int, other: int) -> Chain:
    """Why two identifiers are one person's, or what speaks for it and was not followed."""
    first, second = get_parts(store, one), get_parts(store, other)
    if first.profile_id == second.profile_id:
        return Chain(True, tuple(_shortest(first.edges, one, other)), ())
    mine = {each.identifier_id for each in first.identifiers}
    theirs = {each.identifier_id for each in second.identifiers}
    between = [each for each in first.edges if not each.is_followed and _meets(each, mine, theirs)]
    shared = {end for each in first.edges for end in (each.left_id, each.right_id)} & {
        end for each in second.edges for end in (each.left_id, each.right_id)
    }
    through = [
        each
        for each in get_edges(store, shared)
        if not each.is_followed
        and ({each.left_id, each.right_id} & (mine | theirs))
        and each not in between
    ]
    return Chain(False, (), tuple(between + through))


def _shortest(edges: Sequence[HeldEdge], start: int, end: int) -> list[HeldEdge]:
    # Identifiers of a family hold no profile, but the chain may pass through them by name.
    followed = [each for each in edges if each.is_followed]
    near: dict[int, list[HeldEdge]] = {}
    for each in followed:
        near.setdefault(each.left_id, []).append(each)
        near.setdefault(each.right_id, []).append(each)
    came_by: dict[int, HeldEdge] = {}
    seen, queue = {start}, deque([start])
    while queue and end not in seen:
        at = queue.popleft()
        for each in near.get(at, ()):
            there = each.right_id if each.left_id == at else each.left_id
            if there not in seen:
                seen.add(there)
                came_by[there] = each
                queue.append(there)
    chain: list[HeldEdge] = []
    at = end
    while at != start and at in came_by:
        each = came_by[at]
        chain.append(each)
        at = each.left_id if each.right_id == at else each.right_id
    return chain[::-1]


def _meets(edge: HeldEdge, mine: set[int], theirs: set[int]) -> bool:
    ends = {edge.left_id, edge.right_id}
    return bool(ends & mine) and bool(ends & theirs)
