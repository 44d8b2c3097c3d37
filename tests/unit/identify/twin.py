"""A second, slow program for docs/explanation/identity.md, to hold the first one against.

Written from that page alone, in plain Python, with dictionaries and sets. It shares with
`passerelle.identify` the rules (data) and when two first names or birth dates are compatible.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import combinations

from passerelle.identifiers import are_compatible_birth_dates, are_compatible_first_names
from passerelle.identify import RuleSet

Member = int | tuple[str, int, int]  # an identifier, or a group's own in the place of a shared one

DAY = 86_400_000_000  # microseconds
TIERS = ("record", "person", "device")
KINDS = (
    "record", "login", "account", "order", "link", "form", "click", "alias", "partner", "proved",
    "likeness",
)  # fmt: skip
INFERRED = ("proved", "likeness")
NEVER_FOLLOWED = ("mention", "forward", "open")


@dataclass(frozen=True)
class TwinEdge:
    """Evidence that counts, with what repeated observation made of it."""

    edge_id: int
    left: int
    right: int
    kind: str
    trusted: bool
    first_seen: int
    last_seen: int
    learned: int
    observations: int


@dataclass(frozen=True)
class World:
    """The net effect of all operations: what counts in the end."""

    types: Mapping[int, str]
    records_learned: Mapping[int, int]
    edges: list[TwinEdge]
    people: Mapping[int, tuple[str | None, str | None]]  # a record's first name and birth date
    kept_apart: set[tuple[int, int]] = field(default_factory=set)


@dataclass
class Group:
    """Identifiers believed to be one person's so far."""

    members: set[Member]
    has_followed_edge: bool = False


def resolve_by_hand(world: World, rules: RuleSet) -> tuple[dict[int, int], dict[int, str]]:
    """The profile of each identifier, and why each refused edge was refused."""
    refusals: dict[int, str] = {}
    refuse_weak_evidence(world, refusals)
    refuse_hubs(world, rules, refusals)
    moved = split_shared(world, rules, refusals)
    hearing = Hearing(world, rules, moved)
    for edge in sorted(world.edges, key=hearing.order):
        if edge.edge_id not in refusals:
            objection = hearing.hear(edge)
            if objection is not None:
                refusals[edge.edge_id] = objection
    for edge in world.edges:
        if refusals.get(edge.edge_id) == "names_disagree" and hearing.is_within_a_group(edge):
            del refusals[edge.edge_id]
    return profiles(world, rules, hearing.groups()), refusals


def refuse_weak_evidence(world: World, refusals: dict[int, str]) -> None:
    """Step 1: what proves nothing is not followed."""
    for edge in world.edges:
        if edge.kind in NEVER_FOLLOWED:
            refusals[edge.edge_id] = "weak_evidence"


def refuse_hubs(world: World, rules: RuleSet, refusals: dict[int, str]) -> None:
    """Step 2: what too many share is not followed."""
    neighbours = defaultdict(set)
    for edge in world.edges:
        if edge.edge_id not in refusals and edge.left != edge.right:
            neighbours[edge.left].add(edge.right)
            neighbours[edge.right].add(edge.left)
    hubs = {
        one
        for one, others in neighbours.items()
        if world.types[one] != "record" and len(others) > rules.of(world.types[one]).cap
    }
    for edge in world.edges:
        if edge.left in hubs or edge.right in hubs:
            refusals.setdefault(edge.edge_id, "shared_by_too_many")


def split_shared(
    world: World, rules: RuleSet, refusals: dict[int, str]
) -> dict[int, tuple[Member, Member]]:
    """Refuse edges of shared identifiers; the ends that a group's own edges have instead."""
    edges_of = defaultdict(list)
    for edge in world.edges:
        if edge.edge_id not in refusals:
            for end in {edge.left, edge.right}:
                if rules.of(world.types[end]).splits_by_name:
                    edges_of[end].append(edge)
    moved: dict[int, tuple[Member, Member]] = {}
    shared, too_many = set(), set()
    for one, edges in edges_of.items():
        others = {edge.right if edge.left == one else edge.left for edge in edges}
        records = {other for other in others if world.types[other] == "record"}
        named = {record for record in records if says_a_name(world, record)}
        ways = {world.people[record] for record in named}
        families = groups_by_name(world, named, likenesses(world, refusals))
        if len(families) < 2 and len(ways) <= 8 * rules.most_people:
            continue
        if len(families) > rules.most_people or len(ways) > 8 * rules.most_people:
            too_many |= {edge.edge_id for edge in edges}
            continue
        shared |= {edge.edge_id for edge in edges}
        for edge in edges:
            for family in families:
                own = ("own", one, min(family))
                if edge.left in family:
                    moved[edge.edge_id] = (edge.left, own)
                elif edge.right in family:
                    moved[edge.edge_id] = (own, edge.right)
    for edge in world.edges:
        if edge.edge_id in too_many:
            refusals[edge.edge_id] = "shared_by_too_many"
        elif edge.edge_id in shared and edge.edge_id not in moved:
            refusals[edge.edge_id] = "shared_mailbox"
    return moved


def says_a_name(world: World, record: int) -> bool:
    """Whether a record says a first name or a birth date."""
    first_name, birth_date = world.people.get(record, (None, None))
    return first_name is not None or birth_date is not None


def likenesses(world: World, refusals: dict[int, str]) -> set[tuple[int, int]]:
    """Pairs of records that are alike, as far as step 3 minds."""
    found = set()
    for edge in world.edges:
        pair = (min(edge.left, edge.right), max(edge.left, edge.right))
        counts = edge.kind in INFERRED and edge.trusted and edge.edge_id not in refusals
        if counts and pair not in world.kept_apart:
            found.add(pair)
    return found


def groups_by_name(world: World, records: set[int], alike: set[tuple[int, int]]) -> list[set[int]]:
    """Records that agree, directly or by way of others."""
    families = [{record} for record in records]
    for one, other in combinations(sorted(records), 2):
        if agree(world, one, other) or (one, other) in alike:
            mine = next(family for family in families if one in family)
            theirs = next(family for family in families if other in family)
            if mine is not theirs:
                mine |= theirs
                families.remove(theirs)
    return families


def agree(world: World, one: int, other: int) -> bool:
    """Whether two records could be one person's; what is missing does not disagree."""
    first_name, birth_date = world.people.get(one, (None, None))
    other_first_name, other_birth_date = world.people.get(other, (None, None))
    return (
        first_name is None
        or other_first_name is None
        or are_compatible_first_names(first_name, other_first_name)
    ) and (
        birth_date is None
        or other_birth_date is None
        or are_compatible_birth_dates(birth_date, other_birth_date)
    )


class Hearing:
    """Step 4: edges are heard one by one, and join groups unless something objects."""

    def __init__(
        self, world: World, rules: RuleSet, moved: dict[int, tuple[Member, Member]]
    ) -> None:
        self.world, self.rules, self.moved = world, rules, moved
        self.group_of: dict[Member, Group] = {}
        self.first_seen = dict(world.records_learned)
        for edge in world.edges:
            for end in (edge.left, edge.right):
                if world.types[end] != "record":
                    seen = self.first_seen.get(end, edge.first_seen)
                    self.first_seen[end] = min(seen, edge.first_seen)
        self.apart = defaultdict(set)
        for one, other in world.kept_apart:
            self.apart[one].add(other)
            self.apart[other].add(one)

    def groups(self) -> list[Group]:
        for identifier in self.world.types:
            self.group(identifier)
        return list({id(group): group for group in self.group_of.values()}.values())

    def group(self, member: Member) -> Group:
        if member not in self.group_of:
            self.group_of[member] = Group({member})
        return self.group_of[member]

    def is_within_a_group(self, edge: TwinEdge) -> bool:
        left, right = self.moved.get(edge.edge_id, (edge.left, edge.right))
        return self.group(left) is self.group(right)

    def order(self, edge: TwinEdge) -> tuple[int, bool, int, int, int, int, int]:
        kind = KINDS.index(edge.kind) if edge.kind in KINDS else len(KINDS)
        weaker = self.rules.of(self.weaker_type(edge)).strength
        inferred = edge.kind in INFERRED
        often, recent = -edge.observations, -edge.last_seen
        return (self.scope(edge), inferred, weaker, kind, often, recent, edge.edge_id)

    def scope(self, edge: TwinEdge) -> int:
        tiers = {self.tier(edge.left), self.tier(edge.right)}
        return 2 if "device" in tiers else 0 if edge.trusted else 1

    def tier(self, member: Member) -> str:
        return self.rules.of(self.type_of(member)).tier

    def type_of(self, member: Member) -> str:
        return self.world.types[shared_one(member)]

    def weaker_type(self, edge: TwinEdge) -> str:
        left, right = self.world.types[edge.left], self.world.types[edge.right]
        return left if self.rules.of(left).strength > self.rules.of(right).strength else right

    def hear(self, edge: TwinEdge) -> str | None:
        left, right = self.moved.get(edge.edge_id, (edge.left, edge.right))
        one, other = self.group(left), self.group(right)
        if one is not other:
            objection = self.objection(edge, one, other)
            if objection is not None:
                return objection
            if len(one.members) < len(other.members):
                one, other = other, one
            one.members |= other.members
            for member in other.members:
                self.group_of[member] = one
        one.has_followed_edge = True
        return None

    def objection(self, edge: TwinEdge, one: Group, other: Group) -> str | None:
        scope = self.scope(edge)
        if self.are_kept_apart(one, other):
            return "kept_apart"
        if scope == 2 and self.holds_person(one) and self.holds_person(other):
            return "device_of_two_people"
        if scope == 1 and self.records(one) and self.records(other):
            return "anonymous_source_joins_known_people"
        must_agree = self.rules.of(self.weaker_type(edge)).names_must_agree
        if (
            must_agree
            and edge.kind not in INFERRED
            and not all(
                agree(self.world, mine, theirs)
                for mine in self.records(one)
                for theirs in self.records(other)
            )
        ):
            return "names_disagree"
        if self.are_too_many(one, other):
            return "too_many_of_a_kind"
        return None

    def are_kept_apart(self, one: Group, other: Group) -> bool:
        mine, theirs = ({shared_one(m) for m in group.members} for group in (one, other))
        return any(not self.apart[each].isdisjoint(theirs) for each in mine if each in self.apart)

    def records(self, group: Group) -> list[int]:
        return [m for m in group.members if isinstance(m, int) and self.type_of(m) == "record"]

    def holds_person(self, group: Group) -> bool:
        return any(self.tier(member) in ("record", "person") for member in group.members)

    def are_too_many(self, one: Group, other: Group) -> bool:
        seen_by_type = defaultdict(list)
        for member in one.members | other.members:
            if isinstance(member, int):
                seen_by_type[self.world.types[member]].append(self.first_seen[member])
        for type_name, seen in seen_by_type.items():
            rule = self.rules.of(type_name)
            if most_within(seen, rule.window_days) > rule.limit:
                return True
        return False


def shared_one(member: Member) -> int:
    """The identifier, or the shared one that a group's own stands for."""
    return member if isinstance(member, int) else member[1]


def most_within(instants: list[int], days: int) -> int:
    """The most instants that lie within so many days; all of them for 0."""
    if not days:
        return len(instants)
    return max(
        sum(start <= instant <= start + days * DAY for instant in instants) for start in instants
    )


def profiles(world: World, rules: RuleSet, groups: list[Group]) -> dict[int, int]:
    """Step 5: the profile of each identifier, called after its anchor."""
    learned = dict(world.records_learned)
    for edge in world.edges:
        for end in (edge.left, edge.right):
            if world.types[end] != "record":
                learned[end] = min(learned.get(end, edge.learned), edge.learned)
    placements = {}
    for group in groups:
        real = [member for member in group.members if isinstance(member, int)]
        if group.has_followed_edge or any(world.types[member] == "record" for member in real):
            anchor = min(
                real,
                key=lambda m: (TIERS.index(rules.of(world.types[m]).tier), learned[m], m),
            )
            placements |= dict.fromkeys(real, anchor)
    return placements
