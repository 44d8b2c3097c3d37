"""What `resolve` concludes is what a plain reading of the page concludes."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerelle.identify import DEFAULT_RULES, RuleSet, TypeRule, resolve
from tests.unit.identify.twin import DAY, TwinEdge, World, resolve_by_hand
from tests.unit.identify.worlds import (
    BIRTH_DATES,
    FIRST_NAMES,
    KINDS,
    TIGHT_RULES,
    TYPES,
    Crowd,
    as_dicts,
    graph_of,
    random_world,
)

ROOMY_RULES = RuleSet(
    {
        "record": TypeRule("record", strength=0, cap=1_000_000),
        "email": TypeRule("person", strength=5, cap=100, splits_by_name=True),
    },
    most_people=3,
)
ALL_REASONS = {
    "weak_evidence",
    "shared_by_too_many",
    "shared_mailbox",
    "kept_apart",
    "device_of_two_people",
    "anonymous_source_joins_known_people",
    "names_disagree",
    "too_many_of_a_kind",
}
CROWDS = (
    Crowd(),
    Crowd(identifiers=12, edges=60, reach=12),
    Crowd(identifiers=60, edges=60, reach=4),
    Crowd(identifiers=200, edges=400, reach=6),
)


def test_crowded_worlds_are_resolved_as_the_page_says_and_meet_every_protection() -> None:
    met: Counter[str] = Counter()
    joined = 0
    for seed in range(120):
        world = random_world(Random(seed), CROWDS[seed % len(CROWDS)])

        found = as_dicts(resolve(graph_of(world), TIGHT_RULES))

        assert found == resolve_by_hand(world, TIGHT_RULES), f"seed {seed}"
        met.update(found[1].values())
        joined += sum(profile != each for each, profile in found[0].items())
    assert set(met) == ALL_REASONS
    assert min(met.values()) > 10, met
    assert joined > 500


@pytest.mark.parametrize("seed", range(2))
def test_a_town_is_resolved_as_the_page_says(seed: int) -> None:
    world = random_world(Random(seed), Crowd(identifiers=4000, edges=5000, reach=5))

    assert as_dicts(resolve(graph_of(world), TIGHT_RULES)) == resolve_by_hand(world, TIGHT_RULES)
    assert as_dicts(resolve(graph_of(world), DEFAULT_RULES)) == resolve_by_hand(
        world, DEFAULT_RULES
    )


def test_the_order_of_rows_does_not_matter() -> None:
    for seed in range(40):
        world = random_world(Random(seed), CROWDS[seed % len(CROWDS)])

        once = as_dicts(resolve(graph_of(world), TIGHT_RULES))
        again = as_dicts(resolve(graph_of(world, Random(seed)), TIGHT_RULES))

        assert once == again


def test_a_mailbox_whose_holders_are_named_in_too_many_ways_is_a_crowd_s() -> None:
    for ways in (24, 25):
        mailbox, records = 1000, range(ways)
        world = World(
            types={mailbox: "email", **dict.fromkeys(records, "record")},
            records_learned=dict.fromkeys(records, 0),
            edges=[
                TwinEdge(r, r, mailbox, "record", True, 0, 0, learned=0, observations=1)
                for r in records
            ],
            people={r: ("JEAN", f"1980-01-{r + 1:02}") for r in records},
        )

        _, refusals = found = as_dicts(resolve(graph_of(world), ROOMY_RULES))

        assert found == resolve_by_hand(world, ROOMY_RULES)
        assert set(refusals.values()) == ({"shared_by_too_many"} if ways > 24 else set())


@st.composite
def worlds(draw: st.DrawFn) -> World:
    ids = draw(st.lists(st.integers(-50, 50), min_size=1, max_size=14, unique=True))
    types = {each: draw(st.sampled_from(TYPES)) for each in ids}
    records = [each for each in ids if types[each] == "record"]
    halves = st.integers(0, 6).map(lambda half: half * DAY // 2)
    edges = []
    for edge_id in range(draw(st.integers(0, 30))):
        first, last = sorted((draw(halves), draw(halves)))
        edges.append(
            TwinEdge(
                edge_id,
                left=draw(st.sampled_from(ids)),
                right=draw(st.sampled_from(ids)),
                kind=draw(st.sampled_from((*KINDS, "mention"))),
                trusted=draw(st.booleans()),
                first_seen=first,
                last_seen=last,
                learned=draw(halves),
                observations=draw(st.integers(1, 3)),
            )
        )
    pairs = st.tuples(st.sampled_from(ids), st.sampled_from(ids))
    return World(
        types=types,
        records_learned={each: draw(st.integers(0, 3)) for each in records},
        edges=edges,
        people={
            each: (draw(st.sampled_from(FIRST_NAMES)), draw(st.sampled_from(BIRTH_DATES)))
            for each in records
        },
        kept_apart={(min(pair), max(pair)) for pair in draw(st.lists(pairs, max_size=3))},
    )


@settings(max_examples=150, deadline=None, derandomize=True)
@given(worlds())
def test_any_world_is_resolved_as_the_page_says(world: World) -> None:
    assert as_dicts(resolve(graph_of(world), TIGHT_RULES)) == resolve_by_hand(world, TIGHT_RULES)


@pytest.mark.parametrize("is_kept_apart", [False, True])
def test_names_that_a_likeness_joins_share_their_mailbox(is_kept_apart: bool) -> None:
    def told(edge_id: int, left: int, right: int, kind: str) -> TwinEdge:
        return TwinEdge(edge_id, left, right, kind, True, 0, 0, learned=0, observations=1)

    world = World(
        types={1: "record", 2: "record", 3: "email"},
        records_learned={1: 0, 2: 0},
        edges=[told(7, 1, 3, "record"), told(8, 2, 3, "record"), told(9, 1, 2, "likeness")],
        people={1: ("SACHA", None), 2: ("BERNARD", None)},
        kept_apart={(1, 2)} if is_kept_apart else set(),
    )

    placements, refusals = found = as_dicts(resolve(graph_of(world), ROOMY_RULES))

    assert found == resolve_by_hand(world, ROOMY_RULES)
    assert placements == ({1: 1, 2: 2} if is_kept_apart else {1: 1, 2: 1, 3: 1})
    assert refusals == ({9: "kept_apart"} if is_kept_apart else {})
