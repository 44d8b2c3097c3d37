"""The rule of households by brute force: it knows nothing of `identify.households`.

Written from docs/explanation/households.md, one sentence after the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
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
    said: dict[int, list[Says]] = defaultdict(list)
    for each in told:
        said[each.profile].append(each)
    stays = presumed(said, all_stays(said))
    last = {stay.profile: stay for stay in stays if stay.until is None}
    profiles = sorted(said)
    members = [present(profile, said, last.get(profile)) for profile in profiles]
    groups = [{each.profile} for each in members]
    by_profile = {each.profile: each for each in members}
    for ties in (family, home):
        groups = follow(by_profile, groups, ties(members, groups))
    few = [each for each in lines.values() if 2 <= len(each) <= MOST_SHARING]
    groups = follow(by_profile, groups, few)
    groups = follow(by_profile, groups, namesakes(members))
    learned = {p: min(each.learned for each in said[p]) for p in profiles}
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


def all_stays(said: Mapping[int, list[Says]]) -> list[Stay]:
    stays: list[Stay] = []
    for profile, told in said.items():
        mine: list[Stay] = []
        seen: set[int] = set()
        says = (e for e in told if e.address is not None)
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


def presumed(said: Mapping[int, list[Says]], stays: list[Stay]) -> list[Stay]:
    """Who is silent since others of the household moved has moved with them."""
    births = {
        profile: min((e.born for e in told if e.born is not None), default=None)
        for profile, told in said.items()
    }
    at_address = defaultdict(list)
    for stay in stays:
        at_address[stay.address].append(stay)
    drawn: dict[int, list[tuple[int, int, Stay]]] = defaultdict(list)
    for address, instant in {(s.address, s.until) for s in stays if s.until is not None}:
        there = at_address[address]
        if len(there) > CROWD:
            continue
        living = [s for s in there if s.since < instant and (s.until is None or s.until >= instant)]
        by_profile = {
            s.profile: Member(s.profile, s.address, s.unit, s.postcode, *names(said[s.profile]))
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


def names(mine: Sequence[Says]) -> tuple[frozenset[str], frozenset[str]]:
    whole = {name for each in mine for name in (each.name, each.birth_name) if name is not None}
    parts = {
        part
        for name in whole
        if len(name.split(" ")) == 2
        for part in name.split(" ")
        if len(part) >= 3
    }
    return frozenset(whole | parts), frozenset(whole)


def present(profile: int, said: Mapping[int, list[Says]], last: Stay | None) -> Member:
    coded = [e for e in said[profile] if e.postcode is not None]
    latest = min(coded, key=lambda e: (-e.observed, e.record)).postcode if coded else None
    if last is None:
        return Member(profile, None, None, latest, *names(said[profile]))
    return Member(profile, last.address, last.unit, last.postcode or latest, *names(said[profile]))


def family(members: Sequence[Member], _groups: list[set[int]]) -> list[set[int]]:
    bearers = defaultdict(list)
    for member in members:
        for name in member.names if member.address is not None else ():
            bearers[member.address, name].append(member)
    found = []
    for family in bearers.values():
        flats = {each.unit for each in family if each.unit}
        if len(flats) <= 1:
            found.append({each.profile for each in family})
        else:
            found += [{e.profile for e in family if e.unit == flat} for flat in flats]
    return found


def home(members: Sequence[Member], groups: list[set[int]]) -> list[set[int]]:
    found, flats = defaultdict(set), defaultdict(set)
    for member in members:
        flats[member.address].add(member.unit)
    for member in members:
        if member.address is not None and (member.unit or flats[member.address] == {None}):
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
    group_of = {each: at for at, group in enumerate(groups) for each in group}
    parts = {at: {at} for at in range(len(groups))}
    for tie in ties:
        together = set().union(*(parts[group_of[each]] for each in tie if each in group_of))
        parts |= dict.fromkeys(together, together)
    kept = []
    for together in {id(each): each for each in parts.values()}.values():
        whole = set().union(*(groups[at] for at in together))
        if len(together) == 1 or fits([by_profile[each] for each in whole]):
            kept.append(whole)
        else:
            kept += [groups[at] for at in sorted(together)]
    return kept


def fits(people: list[Member]) -> bool:
    return len(people) <= MOST_PEOPLE and not any(
        (one.address is not None and other.address is not None and one.address != other.address)
        or (one.unit is not None and other.unit is not None and one.unit != other.unit)
        or (one.postcode is not None and other.postcode is not None
            and one.postcode != other.postcode)
        for one, other in combinations(people, 2)
    )  # fmt: skip
