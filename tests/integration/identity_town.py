"""A town whose families share mailboxes, phones and tablets, and what happens to its evidence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from random import Random
from types import MappingProxyType

import polars as pl

from passerelle.identify import EVIDENCE_KINDS, RuleSet, TypeRule, with_edge_ids
from tests.unit.identify.twin import DAY, TwinEdge, World

RULES = RuleSet(
    MappingProxyType(
        {
            "record": TypeRule("record", strength=0, cap=1_000_000, limit=8),
            "customer_number": TypeRule("person", 1, cap=6, limit=4, names_must_agree=False),
            "loyalty_card": TypeRule("person", 2, cap=6, limit=2),
            "login": TypeRule("person", 3, cap=8, limit=2, names_must_agree=False),
            "name_birth": TypeRule("person", 4, cap=6, limit=2),
            "email": TypeRule("person", 5, cap=12, limit=4, splits_by_name=True),
            "phone": TypeRule("person", 6, cap=9, limit=3, splits_by_name=True),
            "mobile_id": TypeRule("device", 7, cap=5, limit=2),
            "cookie": TypeRule("device", 8, cap=5, limit=3, window_days=3),
        }
    ),
    most_people=3,
)
SOURCES = MappingProxyType({"crm": True, "shop": True, "web": True, "browser": False})
FIRST_NAMES = ("JEAN", "JEANNE", "MARIE", "PAUL", "PIERRE", "SOPHIE", "LUC", "J", None)
LATER = 10**15
"""When an edge's word is that a record came in: later than the record's own word."""

Ends = tuple[int, int]


@dataclass(frozen=True)
class Told:
    """One kind of evidence about two identifiers, by one source."""

    ends: Ends
    kind: str
    source: str


@dataclass(frozen=True)
class Observe:
    """A source says an edge, once more."""

    edge: Told
    first_seen: int
    last_seen: int
    learned: int
    observations: int


@dataclass(frozen=True)
class Describe:
    """A source says who a record is about."""

    record: int
    learned: int
    observed: int
    first_name: str | None
    birth_date: str | None
    household: int | None


@dataclass(frozen=True)
class Withdraw:
    edge: Told


@dataclass(frozen=True)
class Restore:
    edge: Told


@dataclass(frozen=True)
class KeepApart:
    pair: Ends


@dataclass(frozen=True)
class AllowTogether:
    pair: Ends


Operation = Observe | Describe | Withdraw | Restore | KeepApart | AllowTogether


def subject(operation: Operation) -> Told | Ends | int:
    """What an operation is about: two operations about one subject must keep their order."""
    if isinstance(operation, Describe):
        return operation.record
    if isinstance(operation, KeepApart | AllowTogether):
        return operation.pair
    return operation.edge


def identifiers_of(operation: Operation) -> Sequence[int]:
    """The identifiers that an operation may matter to."""
    about = subject(operation)
    return (about,) if isinstance(about, int) else about.ends if isinstance(about, Told) else about


@dataclass
class Town:
    """Everybody's identifiers, and what may be told about them."""

    random: Random
    types: dict[int, str] = field(default_factory=dict)
    edges: list[Told] = field(default_factory=list)
    records: dict[int, tuple[str | None, str | None, int]] = field(default_factory=dict)
    pairs: list[Ends] = field(default_factory=list)

    def new(self, type_name: str) -> int:
        identifier = self.random.randrange(-(2**62), 2**62)
        self.types[identifier] = type_name
        return identifier

    def tell(self, one: int, other: int, kind: str = "record", source: str = "crm") -> None:
        self.edges.append(Told((one, other), kind, source))


def build_town(random: Random, families: int) -> Town:
    """Families, the neighbours they have something in common with, shops, and bots."""
    town = Town(random)
    phones: list[int] = []
    logins: list[int] = []
    for number in range(families):
        if number % 6 == 0:
            phones, logins = [town.new("phone")], []  # a quarter with a shop of its own
            tablet = town.new("mobile_id")
        _family(town, number, phones, logins, tablet)
        if number % 6 == 5:
            _anonymous_browser(town, logins)
    return town


def _family(town: Town, number: int, phones: list[int], logins: list[int], tablet: int) -> None:
    random = town.random
    mailbox, landline, shared = (town.new(each) for each in ("email", "phone", "cookie"))
    records: list[int] = []
    for _ in range(random.randint(1, 4)):
        name = random.choice(FIRST_NAMES)
        born = random.choice((None, f"19{random.randint(50, 99)}-0{random.randint(1, 9)}-15"))
        own = {each: town.new(each) for each in ("email", "phone", "login", "loyalty_card")}
        for each in range(random.randint(1, 3)):
            record = town.new("record")
            records.append(record)
            town.records[record] = (name, born, number)
            source = "crm" if each == 0 else "shop"
            held = [town.new("customer_number"), *own.values(), mailbox, landline]
            if random.random() < 0.2:
                held.append(random.choice(phones))  # a recycled number, or the shop's own
            for identifier in random.sample(held, random.randint(2, min(5, len(held)))):
                town.tell(record, identifier, "record", source)
            town.pairs.append((min(record, records[0]), max(record, records[0])))
        phones.append(own["phone"])
        logins.append(own["login"])
        cookies = [town.new("cookie") for _ in range(random.randint(0, 3))]
        for cookie in (*cookies, shared, *random.sample((tablet,), random.randint(0, 1))):
            town.tell(cookie, own["login"], random.choice(("login", "account")), "web")
            if random.random() < 0.5:
                clicked = random.choice((own["email"], mailbox))
                town.tell(cookie, clicked, random.choice(("click", "form", "open")), "web")
        town.tell(own["login"], own["email"], "alias", "web")
        if random.random() < 0.2:  # a marriage, or one person of two addresses
            town.tell(own["email"], mailbox, "partner", "shop")
            town.pairs.append((min(own["email"], landline), max(own["email"], landline)))


def _anonymous_browser(town: Town, logins: list[int]) -> None:
    random = town.random
    cookie = town.new("cookie")
    for login in random.sample(logins, min(4, len(logins))):
        town.tell(cookie, login, "login", "browser")
        town.tell(login, random.choice(logins), "alias", "browser")


def happenings(town: Town, count: int) -> list[Operation]:
    """So many operations, in an order in which they may happen."""
    random = town.random
    done: list[Operation] = [_describe(town, record) for record in town.records]
    seen: list[Told] = []
    withdrawn: list[Told] = []
    apart: list[Ends] = []
    while len(done) < count:
        chance = random.random()
        if chance < 0.66:
            edge = random.choice(town.edges)
            seen.append(edge)
            done.append(_observe(random, edge))
        elif chance < 0.78 and seen:
            withdrawn.append(random.choice(seen))
            done.append(Withdraw(withdrawn[-1]))
        elif chance < 0.86 and withdrawn:
            done.append(Restore(withdrawn.pop(random.randrange(len(withdrawn)))))
        elif chance < 0.94:
            done.append(_describe(town, random.choice(list(town.records))))
        elif chance < 0.965:
            apart.append(random.choice(town.pairs))
            done.append(KeepApart(apart[-1]))
        elif apart:
            done.append(AllowTogether(apart.pop(random.randrange(len(apart)))))
    return done


def _observe(random: Random, edge: Told) -> Observe:
    first = random.randrange(1, 40) * DAY // 4
    return Observe(
        edge,
        first_seen=first,
        last_seen=first + random.randrange(3) * DAY,
        learned=random.randrange(1, 50),
        observations=random.randint(1, 3),
    )


def _describe(town: Town, record: int) -> Describe:
    name, born, household = town.records[record]
    random = town.random
    if random.random() < 0.25:
        name = random.choice(FIRST_NAMES)
    return Describe(
        record,
        learned=random.randrange(1, 50),
        observed=random.randrange(5),
        first_name=name,
        birth_date=born if random.random() < 0.9 else None,
        household=household if random.random() < 0.8 else None,
    )


def in_another_order(operations: Sequence[Operation], random: Random) -> list[Operation]:
    """The same operations, shuffled, but those about one subject in the order they had."""
    waiting: dict[object, Iterator[Operation]] = {}
    by_subject: dict[object, list[Operation]] = {}
    for operation in operations:
        by_subject.setdefault(subject(operation), []).append(operation)
    for about, theirs in by_subject.items():
        waiting[about] = iter(theirs)
    subjects = [subject(operation) for operation in operations]
    random.shuffle(subjects)
    return [next(waiting[about]) for about in subjects]


def without_what_was_taken_back(operations: Sequence[Operation]) -> list[Operation]:
    """What somebody would have told who had never heard of anything that was taken back."""
    state = NetEffect({})
    for operation in operations:
        state.apply(operation)
    last = {each.record: each for each in operations if isinstance(each, Describe)}
    learned = state.learned
    kept: list[Operation] = [
        Describe(**{**vars(each), "learned": learned[each.record]}) for each in last.values()
    ]
    kept += [
        each
        for each in operations
        if isinstance(each, Observe) and each.edge not in state.withdrawn
    ]
    return kept + [KeepApart(pair) for pair in sorted(state.apart)]


@dataclass
class NetEffect:
    """What a list of operations comes to, for the twin."""

    types: dict[int, str]
    edges: dict[Told, list[int]] = field(default_factory=dict)
    withdrawn: set[Told] = field(default_factory=set)
    learned: dict[int, int] = field(default_factory=dict)
    described: dict[int, Describe] = field(default_factory=dict)
    apart: set[Ends] = field(default_factory=set)
    ids: dict[Told, int] = field(default_factory=dict)

    def apply(self, operation: Operation) -> None:
        match operation:
            case Observe(edge, first, last, learned, observations):
                for end in edge.ends:
                    self.learned[end] = min(self.learned.get(end, LATER), LATER)
                before = self.edges.get(edge, [first, last, learned, 0])
                self.edges[edge] = [
                    min(before[0], first),
                    max(before[1], last),
                    min(before[2], learned),
                    before[3] + observations,
                ]
            case Describe():
                record = operation.record
                self.learned[record] = min(self.learned.get(record, LATER), operation.learned)
                self.described[record] = operation
            case Withdraw(edge):
                self.withdrawn.add(edge)
            case Restore(edge):
                self.withdrawn.discard(edge)
            case KeepApart(pair):
                self.apart.add(pair)
            case AllowTogether(pair):
                self.apart.discard(pair)

    def world(self) -> World:
        types = {each: self.types[each] for each in self.learned}
        counting = [edge for edge in self.edges if edge not in self.withdrawn]
        return World(
            types=types,
            records_learned={
                each: at for each, at in self.learned.items() if types[each] == "record"
            },
            edges=[
                TwinEdge(self.ids[e], *e.ends, e.kind, SOURCES[e.source], *self.edges[e])
                for e in counting
            ],
            people={
                record: (says.first_name, says.birth_date)
                for record, says in self.described.items()
            },
            kept_apart=self.apart,
        )


def edge_ids(edges: Sequence[Told]) -> dict[Told, int]:
    """The store's id of each edge."""
    distinct = list(dict.fromkeys(edges))
    frame = pl.DataFrame(
        [(*each.ends, each.kind, each.source) for each in distinct],
        schema={
            "left_id": pl.Int64,
            "right_id": pl.Int64,
            "kind": pl.String,
            "source": pl.String,
        },
        orient="row",
    )
    assert set(frame["kind"]) <= set(EVIDENCE_KINDS)
    return dict(zip(distinct, with_edge_ids(frame)["edge_id"], strict=True))
