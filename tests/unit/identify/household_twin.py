"""The rule of households by brute force: it knows nothing of `identify.households`.

Written from docs/explanation/households.md, one sentence after the other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, product

from tests.unit.identify.twin import World

MOST_PEOPLE, MOST_FAMILIES, MOST_SHARING, MOST_NAMESAKES, CROWD, GENERATION = 12, 3, 6, 4, 100, 15
DOORS = {"APT", "PORTE", "LOGEMENT", "LOGT", "STUDIO", "CHAMBRE"}


@dataclass(frozen=True)
class Says:
    """What one version of a record says; `man` is what its first name tells."""

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
    man: bool | None = None
    declared: int | None = None


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
    born: int | None
    man: bool | None


def homes_by_hand(told: Sequence[Says], lines: Mapping[int, set[int]]) -> dict[int, int]:
    """The household of each profile; `lines` are the profiles that share each."""
    said: dict[int, list[Says]] = defaultdict(list)
    for each in told:
        said[each.profile].append(each)
    few = [each for each in lines.values() if 2 <= len(each) <= MOST_SHARING]
    stays = followed(said, few, presumed(said, all_stays(said)))
    last = {stay.profile: stay for stay in stays if stay.until is None}
    profiles = sorted(said)
    members = [present(profile, said, last.get(profile)) for profile in profiles]
    groups = [{each.profile} for each in members]
    by_profile = {each.profile: each for each in members}
    groups = follow(by_profile, groups, declared(said))
    for ties in (family, home, couples):
        groups = follow(by_profile, groups, ties(members, groups))
    groups = follow(by_profile, groups, few)
    groups = follow(by_profile, groups, namesakes(members, said))
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
    """The stays that records tell, profile by profile."""
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
            s.profile: Member(s.profile, s.address, s.unit, s.postcode, *traits(said[s.profile]))
            for s in living
        }
        members = list(by_profile.values())
        groups = [{each.profile} for each in members]
        for ties in (family, home, couples):
            groups = follow(by_profile, groups, ties(members, groups))
        for group in groups:
            for mine in (s for s in living if s.profile in group and s.until is None):
                for other in (s for s in living if s.profile in group and s.until == instant):
                    if mine.last_seen < instant and not is_grown_child(
                        birth(said[other.profile]), birth(said[mine.profile])
                    ):
                        following = next(
                            s for s in stays if s.profile == other.profile and s.since == instant
                        )
                        drawn[mine.profile].append((instant, other.profile, following))
    return drawn_to_one_place(stays, drawn)


def followed(
    said: Mapping[int, list[Says]], lines: Sequence[set[int]], stays: list[Stay]
) -> list[Stay]:
    """Who is silent since a relative who shares a line is known elsewhere has moved there."""
    last = {stay.profile: stay for stay in stays if stay.until is None}
    drawn: dict[int, list[tuple[int, int, Stay]]] = defaultdict(list)
    for line in lines:
        for one, other in product(sorted(line & set(last)), repeat=2):
            mine, there = last[one], last[other]
            if (
                mine.address != there.address
                and mine.last_seen < there.since
                and traits(said[one])[0] & traits(said[other])[0]
                and not is_grown_child(birth(said[other]), birth(said[one]))
            ):
                drawn[one].append((there.since, other, there))
    return drawn_to_one_place(stays, drawn)


def drawn_to_one_place(
    stays: list[Stay], drawn: Mapping[int, list[tuple[int, int, Stay]]]
) -> list[Stay]:
    """The stays, with those of whom others drew to one place: instant, who drew, and where."""
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


def birth(mine: Sequence[Says]) -> int | None:
    """The first year of birth that is told."""
    return min((each.born for each in mine if each.born is not None), default=None)


def is_grown_child(leaving: int | None, staying: int | None) -> bool:
    """Whether who leaves may be a child of who stays."""
    return leaving is not None and staying is not None and leaving >= staying + GENERATION


def traits(
    mine: Sequence[Says],
) -> tuple[frozenset[str], frozenset[str], int | None, bool | None]:
    """Names and their words, whole names, year of birth, and whether it is a man."""
    whole = {name for each in mine for name in (each.name, each.birth_name) if name is not None}
    parts = {
        part
        for name in whole
        if len(name.split(" ")) == 2
        for part in name.split(" ")
        if len(part) >= 3
    }
    sexes = {each.man for each in mine if each.man is not None}
    sex = next(iter(sexes)) if len(sexes) == 1 else None
    return frozenset(whole | parts), frozenset(whole), birth(mine), sex


def present(profile: int, said: Mapping[int, list[Says]], last: Stay | None) -> Member:
    """A profile now: at its last stay, or under its latest postcode."""
    coded = [e for e in said[profile] if e.postcode is not None]
    latest = min(coded, key=lambda e: (-e.observed, e.record)).postcode if coded else None
    if last is None:
        return Member(profile, None, None, latest, *traits(said[profile]))
    return Member(profile, last.address, last.unit, last.postcode or latest, *traits(said[profile]))


def declared(said: Mapping[int, list[Says]]) -> list[set[int]]:
    """Who is of one household by the last version of some record."""
    found = defaultdict(set)
    last: dict[int, Says] = {}
    for each in sorted((e for told in said.values() for e in told), key=lambda e: e.observed):
        last[each.record] = each
    for each in last.values():
        if each.declared is not None:
            found[each.declared].add(each.profile)
    ever = defaultdict(set)
    for each in (e for told in said.values() for e in told if e.declared is not None):
        ever[each.declared].add(each.profile)
    return [people for named, people in found.items() if len(ever[named]) <= MOST_PEOPLE]


def family(members: Sequence[Member], _groups: list[set[int]]) -> list[set[int]]:
    """Bearers of one name at one address, within a unit where several are known."""
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
    """Few families at one door, or in a house of which nobody gives a unit."""
    found, flats = defaultdict(set), defaultdict(set)
    for member in members:
        flats[member.address].add(member.unit)
    for member in members:
        is_door = member.unit is not None and not DOORS.isdisjoint(member.unit.split(" "))
        if member.address is not None and (is_door or flats[member.address] == {None}):
            found[member.address, member.unit].add(member.profile)
    return [
        people
        for people in found.values()
        if len(people) <= MOST_PEOPLE
        and sum(not group.isdisjoint(people) for group in groups) <= MOST_FAMILIES
    ]


def couples(members: Sequence[Member], groups: list[set[int]]) -> list[set[int]]:
    """A man and a woman of two families, the only ones in a part of a building."""
    parts = defaultdict(list)
    for member in members:
        if member.address is not None:
            parts[member.address, member.unit].append(member)
    found = []
    for living in parts.values():
        at_home = [group for group in groups if any(each.profile in group for each in living)]
        pairs = [
            {one.profile, other.profile}
            for one, other in combinations(living, 2)
            if {one.man, other.man} == {True, False} and may_be_partners(one.born, other.born)
        ]
        own = [pair for pair in pairs if any(pair <= group for group in at_home)]
        if len(at_home) == 2 and pairs and not own:
            found.append(set().union(*pairs))
    return found


def may_be_partners(one: int | None, other: int | None) -> bool:
    """Whether two births are of one generation, as far as they are known."""
    return one is None or other is None or abs(one - other) < GENERATION


def namesakes(members: Sequence[Member], said: Mapping[int, list[Says]]) -> list[set[int]]:
    """Bearers of one whole name under one postcode, which few bear who ever lived under it."""
    found, ever = defaultdict(set), defaultdict(set)
    for member in members:
        for postcode in {each.postcode for each in said[member.profile]}:
            for name in member.whole:
                ever[postcode, name].add(member.profile)
    for member in members:
        for name in member.whole:
            if member.postcode is not None:
                found[member.postcode, name].add(member.profile)
    return [people for key, people in found.items() if len(ever[key]) <= MOST_NAMESAKES]


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
    """Whether people may be one household: few, and of no two addresses, units or postcodes."""
    return len(people) <= MOST_PEOPLE and not any(
        (one.address is not None and other.address is not None and one.address != other.address)
        or (one.unit is not None and other.unit is not None and one.unit != other.unit)
        or (one.postcode is not None and other.postcode is not None
            and one.postcode != other.postcode)
        for one, other in combinations(people, 2)
    )  # fmt: skip
