"""Judge one group of identifiers edge by edge: join, or refuse with the reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from passerelle.identifiers import are_compatible_birth_dates, are_compatible_first_names
from passerelle.identify.rules import TypeRule

_DAY = 86_400_000_000  # microseconds
_DEVICE_SCOPE = 2


@dataclass(frozen=True)
class Person:
    """What a record says of who it is about."""

    first_name_key: str | None
    birth_date: str | None

    def agrees_with(self, other: Person) -> bool:
        """Whether both could be one person; what is missing does not disagree."""
        return _agree(
            self.first_name_key, other.first_name_key, are_compatible_first_names
        ) and _agree(self.birth_date, other.birth_date, are_compatible_birth_dates)


@dataclass(frozen=True)
class Edge:
    """An edge to judge: its position, its ends, and what it is trusted with."""

    at: int
    left: int
    right: int
    scope: int
    strict: bool


@dataclass(frozen=True)
class Case:
    """One group to judge: its edges in the order in which they are heard."""

    edges: Sequence[Edge]
    tiers: Mapping[int, int]
    types: Mapping[int, int]
    first_seen: Mapping[int, int]
    people: Mapping[int, Person]
    apart: frozenset[tuple[int, int]]


@dataclass
class _Group:
    """What is known of a group while it grows."""

    nodes: set[int]
    has_record: bool
    has_person: bool
    people: set[Person] = field(default_factory=set)
    held: dict[int, list[int]] = field(default_factory=dict)  # type -> first seen of each value


def judge(case: Case, rules: Sequence[TypeRule]) -> Iterator[tuple[int, str]]:
    """The edges that are refused, with the reason of each.

    Args:
        case: The group.
        rules: The rule of each type code.
    """
    groups: dict[int, _Group] = {}
    for edge in case.edges:
        one = groups.get(edge.left) or _alone(case, edge.left, groups)
        other = groups.get(edge.right) or _alone(case, edge.right, groups)
        if one is other:
            continue
        objection = _objection(edge, one, other, case, rules)
        if objection:
            yield edge.at, objection
            continue
        _join(one, other, groups)


def _alone(case: Case, node: int, groups: dict[int, _Group]) -> _Group:
    # Nodes without a tier stand for one name among those that share a mailbox or a phone.
    tier = case.tiers.get(node)
    person = case.people.get(node)
    group = _Group({node}, has_record=tier == 0, has_person=tier in {0, 1})
    if person is not None:
        group.people.add(person)
    if tier is not None:
        group.held[case.types[node]] = [case.first_seen[node]]
    groups[node] = group
    return group


def _objection(
    edge: Edge, one: _Group, other: _Group, case: Case, rules: Sequence[TypeRule]
) -> str:
    if case.apart and _kept_apart(case.apart, one.nodes, other.nodes):
        return "kept_apart"
    if edge.scope == _DEVICE_SCOPE and one.has_person and other.has_person:
        return "device_of_two_people"
    if edge.scope == 1 and one.has_record and other.has_record:
        return "anonymous_source_joins_known_people"
    if edge.strict and not _names_agree(one.people, other.people):
        return "names_disagree"
    if any(_over_limit(code, one, other, rules[code]) for code in other.held):
        return "too_many_of_a_kind"
    return ""


def _kept_apart(pairs: frozenset[tuple[int, int]], one: set[int], other: set[int]) -> bool:
    return any((a in one and b in other) or (a in other and b in one) for a, b in pairs)


def _names_agree(people: set[Person], others: set[Person]) -> bool:
    return all(a.agrees_with(b) for a in people for b in others)


def _over_limit(code: int, one: _Group, other: _Group, rule: TypeRule) -> bool:
    together = [*one.held.get(code, ()), *other.held[code]]
    if len(together) <= rule.limit:
        return False
    if not rule.window_days:
        return True
    together.sort()
    window = rule.window_days * _DAY
    return any(
        late - early <= window
        for early, late in zip(together, together[rule.limit :], strict=False)
    )


def _join(one: _Group, other: _Group, groups: dict[int, _Group]) -> None:
    small, large = sorted((one, other), key=lambda group: len(group.nodes))
    large.nodes |= small.nodes
    large.has_record |= small.has_record
    large.has_person |= small.has_person
    large.people |= small.people
    for code, seen in small.held.items():
        large.held[code] = large.held.get(code, []) + seen
    for node in small.nodes:
        groups[node] = large


def _agree(one: str | None, other: str | None, compatible: object) -> bool:
    return one is None or other is None or one == other or bool(compatible(one, other))  # type: ignore[operator]
