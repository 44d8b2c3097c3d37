"""Judge groups of identifiers edge by edge: join, or refuse with the reason."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from passerelle.identifiers import are_compatible_birth_dates, are_compatible_first_names
from passerelle.identify.graph_arrays import Reason
from passerelle.identify.rules import TypeRule

NOBODY = -1
"""Tier and type of a node that stands for one name among those that share an identifier."""

_DAY = 86_400_000_000  # microseconds
_FEW = 8  # so many values are put in their place one by one sooner than by sorting


@dataclass(frozen=True)
class Person:
    """What a record says of who it is about."""

    first_name_key: str | None
    birth_date: str | None

    def agrees_with(self, other: Person) -> bool:
        """Whether both could be one person; what is missing does not disagree."""
        return may_share_first_name(
            self.first_name_key, other.first_name_key
        ) and may_share_birth_date(self.birth_date, other.birth_date)


def may_share_first_name(one: str | None, other: str | None) -> bool:
    """Whether two first names could be one person's."""
    return one is None or other is None or one == other or are_compatible_first_names(one, other)


def may_share_birth_date(one: str | None, other: str | None) -> bool:
    """Whether two birth dates could be one person's."""
    return one is None or other is None or one == other or are_compatible_birth_dates(one, other)


@dataclass(frozen=True)
class Case:
    """Groups to judge: edges in the order in which they are heard, then what is known of nodes.

    edges: by which the caller knows each edge. left, right: numbers of nodes, from 0.
    strict: whether names must agree. tiers, types, first_seen: by node.
    people: of nodes that are records which say who they are about.
    apart: for a node, those that a person keeps apart from it.
    """

    edges: Sequence[int]
    left: Sequence[int]
    right: Sequence[int]
    scope: Sequence[int]
    strict: Sequence[bool]
    tiers: Sequence[int]
    types: Sequence[int]
    first_seen: Sequence[int]
    people: Mapping[int, Person]
    apart: Mapping[int, set[int]]


@dataclass(slots=True)
class _Group:
    """What is known of a group while it grows."""

    nodes: list[int]
    has_record: bool
    has_person: bool
    people: set[Person] = field(default_factory=set)
    held: dict[int, list[int]] = field(default_factory=dict)  # type -> first seen, in order
    apart: set[int] = field(default_factory=set)  # whom a person keeps apart from it
    quarrels: set[int] = field(default_factory=set)  # its nodes kept apart from somebody


def judge(case: Case, rules: Sequence[TypeRule]) -> Iterator[tuple[int, Reason]]:
    """The edges that are refused, with the reason of each.

    Args:
        case: The groups.
        rules: The rule of each type.
    """
    groups = [_alone(case, node) for node in range(len(case.tiers))]
    rows = zip(case.edges, case.left, case.right, case.scope, case.strict, strict=True)
    for edge, left, right, scope, strict in rows:
        one, other = groups[left], groups[right]
        if one is other:
            continue
        small, large = (one, other) if len(one.nodes) < len(other.nodes) else (other, one)
        objection = _objection(scope, strict, small, large, rules)
        if objection:
            yield edge, objection
            continue
        _join(small, large)
        for node in small.nodes:
            groups[node] = large


def _alone(case: Case, node: int) -> _Group:
    tier = case.tiers[node]
    group = _Group([node], has_record=tier == 0, has_person=tier in {0, 1})
    if tier != NOBODY:
        group.held[case.types[node]] = [case.first_seen[node]]
    if node in case.people:
        group.people.add(case.people[node])
    if node in case.apart:
        group.apart |= case.apart[node]
        group.quarrels.add(node)
    return group


def _objection(
    scope: int, strict: bool, small: _Group, large: _Group, rules: Sequence[TypeRule]
) -> Reason:
    if small.apart and not small.apart.isdisjoint(large.quarrels):
        return Reason.KEPT_APART
    if scope == 2 and small.has_person and large.has_person:
        return Reason.DEVICE_OF_TWO_PEOPLE
    if scope == 1 and small.has_record and large.has_record:
        return Reason.ANONYMOUS_SOURCE_JOINS_KNOWN_PEOPLE
    if strict and not all(a.agrees_with(b) for a in small.people for b in large.people):
        return Reason.NAMES_DISAGREE
    for code in small.held.keys() | large.held.keys():
        if _is_over_limit(small.held.get(code, []), large.held.get(code, []), rules[code]):
            return Reason.TOO_MANY_OF_A_KIND
    return Reason.FOLLOWED


def _is_over_limit(few: list[int], many: list[int], rule: TypeRule) -> bool:
    if len(few) + len(many) <= rule.limit:
        return False
    if not rule.window_days or not few or not many:
        return not rule.window_days or rule.limit == 0
    # Only what is near in time to one of the few can be too many by joining them.
    window = rule.window_days * _DAY
    start, end = few[0] - window, few[-1] + window
    together = sorted(few + many[bisect_left(many, start) : bisect_right(many, end)])
    return any(
        late - early <= window
        for early, late in zip(together, together[rule.limit :], strict=False)
    )


def _join(small: _Group, large: _Group) -> None:
    large.nodes += small.nodes
    large.has_record |= small.has_record
    large.has_person |= small.has_person
    large.people |= small.people
    large.apart |= small.apart
    large.quarrels |= small.quarrels
    for code, seen in small.held.items():
        mine = large.held.setdefault(code, seen)
        if mine is seen:
            continue
        if len(seen) <= _FEW:
            for instant in seen:
                insort(mine, instant)
        else:
            large.held[code] = sorted(mine + seen)
