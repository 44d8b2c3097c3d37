"""Small crowded worlds: few people, who share mailboxes, tablets and phones all the time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from random import Random
from types import MappingProxyType

import polars as pl

from passerelle.identify import IdentityGraph, Resolution, RuleSet, TypeRule
from tests.unit.identify.twin import DAY, TwinEdge, World

TIGHT_RULES = RuleSet(
    MappingProxyType(
        {
            "record": TypeRule("record", strength=0, cap=1_000_000, limit=6),
            "customer_number": TypeRule("person", 1, cap=5, limit=2, names_must_agree=False),
            "loyalty_card": TypeRule("person", 2, cap=4, limit=2),
            "login": TypeRule("person", 3, cap=5, limit=2, names_must_agree=False),
            "name_birth": TypeRule("person", 4, cap=4, limit=2),
            "email": TypeRule("person", 5, cap=8, limit=3, splits_by_name=True),
            "phone": TypeRule("person", 6, cap=6, limit=3, splits_by_name=True),
            "mobile_id": TypeRule("device", 7, cap=3, limit=2),
            "cookie": TypeRule("device", 8, cap=3, limit=2, window_days=2),
        }
    ),
    most_people=3,
)
TYPES = (*TIGHT_RULES.types, "till")  # no rule knows of tills
KINDS = (
    "record",
    "login",
    "account",
    "order",
    "click",
    "form",
    "alias",
    "partner",
    "proved",
    "likeness",
    "open",
)
FIRST_NAMES = ("JEAN", "JEANNE", "J", "JEANPIERRE", "MARIE", "PAUL", "PAULE", None, None)
BIRTH_DATES = ("1980-02-05", "1980-05-02", "1981-02-05", "1992-11-23", "2004-07-14", None, None)


@dataclass(frozen=True)
class Crowd:
    """How crowded a world is: records are twice as usual as any other type."""

    identifiers: int = 40
    edges: int = 70
    reach: int = 8
    """Edges join identifiers that lie so near each other."""


def random_world(random: Random, crowd: Crowd) -> World:
    """A world of identifiers on a line, joined to those near by."""
    ids = random.sample(range(-(2**61), 2**61), crowd.identifiers)
    types = {each: random.choice(("record", "record", "email", *TYPES)) for each in ids}
    records = [each for each in ids if types[each] == "record"]

    def pair() -> tuple[int, int]:
        at = random.randrange(crowd.identifiers)
        other = at + random.randint(-crowd.reach, crowd.reach)
        return ids[at], ids[other % crowd.identifiers]

    edges = []
    for edge_id in random.sample(range(-(2**61), 2**61), crowd.edges):
        first, last, learned = (random.randrange(6) * DAY // 2 for _ in range(3))
        edges.append(
            TwinEdge(
                edge_id,
                *pair(),
                kind=random.choice(("record", *KINDS)),
                trusted=random.random() < 0.8,
                first_seen=min(first, last),
                last_seen=max(first, last),
                learned=learned,
                observations=random.randint(1, 3),
            )
        )
    return World(
        types=types,
        records_learned={record: random.randrange(4) for record in records},
        edges=edges,
        people={
            record: (random.choice(FIRST_NAMES), random.choice(BIRTH_DATES))
            for record in records
            if random.random() < 0.9
        },
        kept_apart={
            (min(each), max(each)) for each in (pair() for _ in range(crowd.identifiers // 10))
        },
    )


def graph_of(world: World, random: Random | None = None) -> IdentityGraph:
    """The world as the product wants it, its rows in any order."""
    nodes = [
        (each, type_name, world.records_learned.get(each, 0))
        for each, type_name in world.types.items()
    ]
    edges = [tuple(getattr(edge, each.name) for each in fields(TwinEdge)) for edge in world.edges]
    people = [(record, *says) for record, says in world.people.items()]
    apart = sorted(world.kept_apart)
    if random:
        for rows in (nodes, edges, people, apart):
            random.shuffle(rows)
    return IdentityGraph(
        nodes=_frame(nodes, "identifier_id type:s learned_at"),
        edges=_frame(
            edges,
            "edge_id left_id right_id kind:s trusted:b "
            "first_seen_at last_seen_at learned_at observations",
        ),
        people=_frame(people, "identifier_id first_name_key:s birth_date:s"),
        keep_apart=_frame(apart, "left_id right_id"),
    )


def as_dicts(resolution: Resolution) -> tuple[dict[int, int], dict[int, str]]:
    """Placements and refusals as the twin tells them."""
    return (
        dict(resolution.placements.select("identifier_id", "profile_id").iter_rows()),
        dict(resolution.refusals.select("edge_id", "reason").iter_rows()),
    )


def _frame(rows: Sequence[tuple[object, ...]], columns: str) -> pl.DataFrame:
    dtypes = {"": pl.Int64, "s": pl.String, "b": pl.Boolean}
    schema = {}
    for column in columns.split():
        name, _, letter = column.partition(":")
        schema[name] = dtypes[letter]
    return pl.DataFrame(rows, schema=schema, orient="row")
