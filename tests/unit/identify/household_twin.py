"""The rule of households by brute force: it knows nothing of `identify.households`.

Written from docs/explanation/households.md, one sentence after the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from tests.unit.identify.twin import World

MOST_PEOPLE, MOST_FAMILIES, MOST_SHARING, MOST_NAMESAKES, CROWD, GENERATION = 12, 3, 6, 4, 100, 15


@dataclass(frozen=True)
class Says:
    """What one version of a record says."""

    profile: int
    record: int
    observed: int
    address: int | None = None
    unit: str | None = None
    postcode: str | None = None
    name: str | None = None
    birth_name: str | None = None
    born: int | None = None
    learned: int = 0


@dataclass(frozen=True)
class Stay:
    """A profile at an address."""

    profile: int
    address: int
    unit: str | None
    postcode: str | None
    since: int
    last_seen: int
    until: int | None = None


@dataclass(frozen=True)
class Member:
    """A profile at an instant."""

    profile: int
    address: int | None
    unit: str | None
    postcode: str | None
    names: frozenset[str]
    whole: frozenset[str]


def homes_by_hand(told: Sequence[Says], lines: Mapping[int, set[int]]) -> dict[int, int]:
    """The household of each profile; `lines` are the profiles that share each."""
    stays = presumed(told, all_stays(told))
    profiles = sorted({each.profile for each in told})
    members = [present(profile, told, stays) for profile in profiles]
    groups = [{each.profile} for each in members]
    by_profile = {each.profile: each for each in members}
    for ties in (family, home):
        groups = follow(by_profile, groups, ties(members, groups))
    few = [each for each in lines.values() if 2 <= len(each) <= MOST_SHARING]
    groups = follow(by_profile, groups, few)
    groups = follow(by_profile, groups, namesakes(members))
    learned = {p: min(each.learned for each in told if each.profile == p) for p in profiles}
    return {p: min(group, key=lambda m: (learned[m], m)) for group in groups for p in group}


def lines_by_hand(world: World, placements: Mapping[int, int]) -> dict[int, set[int]]:
    """The profiles that evidence ties to each identifier that is no record, number or name."""
    lines = defaultdict(set)
    for edge in world.edges:
        if edge.kind not in ("open", "mention", "likeness"):
            for line, other in ((edge.left, edge.right), (edge.right, edge.left)):
                if world.types[line] not in ("record", "customer_number", "name_birth"):
                    lines[line] |= {placements[e] for e in (line, other) if e in placements}
    return dict(lines)


def all_stays(told: Sequence[Says]) -> list[Stay]:
    stays: list[Stay] = []
    for profile in {each.profile for each in told}:
        mine: list[Stay] = []
        seen: set[int] = set()
        says = (e for e in told if e.profile == profile and e.address is not None)
        for each in sorted(says, key=lambda e: (e.observed, e.record)):
            if each.observed in seen:
                continue
            seen.add(each.observed)
            assert each.address is not None
            if mine and mine[-1].address == each.address:
                mine[-1] = replace(
                    mine[-1],
                    unit=each.unit or mine[-1].unit,
                    postcode=each.postcode,
                    last_seen=each.observed,
                )
                continue
            if mine:
                mine[-1] = replace(mine[-1], until=each.observed)
            at = each.observed
            mine.append(Stay(profile, each.address, each.unit, each.postcode, at, at))
        stays += mine
    return stays


def presumed(told: Sequence[Says], stays: list[Stay]) -> list[Stay]:
    """Who is silent since others of the household moved has moved with them."""
    births = {each.profile: each.born for each in told if each.born is not None}
    drawn: dict[int, list[tuple[int, int, Stay]]] = defaultdict(list)
    for address, instant in {(s.address, s.until) for s in stays if s.until is not None}:
        there = [s for s in stays if s.address == address]
        if len(there) > CROWD:
            continue
        living = [s for s in there if s.since < instant and (s.until is None or s.until >= instant)]
        by_profile = {
            s.profile: Member(s.profile, s.address, s.unit, s.postcode, *names(s.profile, told))
            for s in living
        }
        members = list(by_profile.values())
        groups = [{each.profile} for each in members]
        for ties in (family, home):
            groups = follow(by_profile, groups, ties(members, groups))
        for group in groups:
            for mine in (s for s in living if s.profile in group and s.until is None):
                for other in (s for s in living if s.profile in group and s.until == instant):
                    if mine.last_seen < instant and not is_grown_child(
                        births.get(other.profile), births.get(mine.profile)
                    ):
                        following = next(
                            s for s in stays if s.profile == other.profile and s.since == instant
                        )
                        drawn[mine.profile].append((instant, other.profile, following))
    moved = list(stays)
    for profile, ways in drawn.items():
        if len({following.address for _, _, following in ways}) == 1:
            instant, _, following = min(ways, key=lambda way: way[:2])
            left = next(s for s in moved if s.profile == profile and s.until is None)
            moved.remove(left)
            moved += [
                replace(left, until=instant),
                replace(following, profile=profile, since=instant, last_seen=instant, until=None),
            ]
    return moved


def is_grown_child(leaving: int | None, staying: int | None) -> bool:
    return leaving is not None and staying is not None and leaving >= staying + GENERATION


def names(profile: int, told: Sequence[Says]) -> tuple[frozenset[str], frozenset[str]]:
    mine = [each for each in told if each.profile == profile]
    whole = {name for each in mine for name in (each.name, each.birth_name) if name is not None}
    parts = {
        part
        for name in whole
        if len(name.split(" ")) == 2
        for part in name.split(" ")
        if len(part) >= 3
    }
    return frozenset(whole | parts), frozenset(whole)


def present(profile: int, told: Sequence[Says], stays: Iterable[Stay]) -> Member:
    last = next((s for s in stays if s.profile == profile and s.until is None), None)
    coded = [e for e in told if e.profile == profile and e.postcode is not None]
    latest = min(coded, key=lambda e: (-e.observed, e.record)).postcode if coded else None
    if last is None:
        return Member(profile, None, None, latest, *names(profile, told))
    return Member(profile, last.address, last.unit, last.postcode or latest, *names(profile, told))


def family(members: Sequence[Member], _groups: list[set[int]]) -> list[set[int]]:
    found = defaultdict(set)
    named = [(m, name) for m in members if m.address is not None for name in m.names]
    for member, name in named:
        flats = {m.unit for m, n in named if (m.address, n) == (member.address, name) and m.unit}
        if len(flats) <= 1:
            found[member.address, name, None].add(member.profile)
        elif member.unit:
            found[member.address, name, member.unit].add(member.profile)
    return list(found.values())


def home(members: Sequence[Member], groups: list[set[int]]) -> list[set[int]]:
    found = defaultdict(set)
    for member in members:
        if member.address is not None:
            flats = {m.unit for m in members if m.address == member.address}
            if member.unit or flats == {None}:
                found[member.address, member.unit].add(member.profile)
    return [
        people
        for people in found.values()
        if len(people) <= MOST_PEOPLE
        and sum(not group.isdisjoint(people) for group in groups) <= MOST_FAMILIES
    ]


def namesakes(members: Sequence[Member]) -> list[set[int]]:
    found = defaultdict(set)
    for member in members:
        for name in member.whole:
            if member.postcode is not None:
                found[member.postcode, name].add(member.profile)
    return [people for people in found.values() if len(people) <= MOST_NAMESAKES]


def follow(
    by_profile: Mapping[int, Member], groups: list[set[int]], ties: list[set[int]]
) -> list[set[int]]:
    """What one kind of ties puts together; what does not fit stays as it was."""
    joined = [set(group) for group in groups]
    for tie in ties:
        touched = [group for group in joined if group & tie & by_profile.keys()]
        joined = [group for group in joined if group not in touched]
        joined += [set().union(*touched)] if touched else []
    kept = []
    for group in joined:
        if fits([by_profile[each] for each in group]):
            kept.append(group)
        else:
            kept += [before for before in groups if before <= group]
    return kept


def fits(people: list[Member]) -> bool:
    return len(people) <= MOST_PEOPLE and not any(
        (one.address is not None and other.address is not None and one.address != other.address)
        or (one.unit is not None and other.unit is not None and one.unit != other.unit)
        or (one.postcode is not None and other.postcode is not None
            and one.postcode != other.postcode)
        for one, other in combinations(people, 2)
    )  # fmt: skip
