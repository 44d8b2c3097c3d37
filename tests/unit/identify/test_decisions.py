"""What people decide about who is who, and that taking it back gives what was before, ids included."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest

from passerelle.identify import (
    get_edges,
    remerge,
    reunion_pairs,
    reunite,
    separate,
    split_pairs,
    unmerge,
)
from passerelle.kernel import InvalidInput
from tests.unit.town import Town

EMAIL = "marie@exemple.fr"


def sisters(town: Town) -> None:
    """One profile of three records that share an address and a card; a neighbour beside."""
    town.hear("crm", "crm", [
        {"record_key": "1", "last_name": "Durand", "email": EMAIL},
        {"record_key": "2", "last_name": "Durand", "email": EMAIL, "loyalty_card": "29012345"},
        {"record_key": "3", "last_name": "Durand", "loyalty_card": "29012345"},
        {"record_key": "4", "last_name": "Martin", "email": "luc@exemple.fr"},
    ])  # fmt: skip
    town.resolve()
    assert len({town.who(f"crm:{key}") for key in "123"}) == 1


def records(town: Town, *keys: str) -> list[int]:
    return [town.identifier(f"crm:{key}") for key in keys]


def edge(town: Town, one: str, other: str) -> int:
    ends = {town.identifier(one), town.identifier(other)}
    edges = get_edges(town.warehouse.store, ends)
    (found,) = [each for each in edges if {each.left_id, each.right_id} == ends]
    return found.edge_id


def test_a_split_makes_another_person_of_the_records_that_leave(town: Town) -> None:
    sisters(town)
    whole = town.who("crm:1")

    leaving = records(town, "3")
    pairs = split_pairs(town.warehouse.store, whole, leaving)
    moved = separate(town.decider, pairs, reason="two sisters")

    assert moved > 0
    assert town.who("crm:3") not in {town.who("crm:1"), town.who("crm:4")}
    assert town.who("crm:1") == town.who("crm:2") == whole


def test_a_split_taken_back_gives_the_same_profiles_and_ids(town: Town) -> None:
    sisters(town)
    before = town.map()
    whole, leaving = town.who("crm:1"), records(town, "2", "3")
    store = town.warehouse.store
    separate(town.decider, split_pairs(store, whole, leaving), reason="two sisters")
    assert town.map() != before

    reunite(town.decider, reunion_pairs(store, town.who("crm:1"), leaving))

    assert town.map() == before
    assert store.rows("select * from kept_apart") == []


def test_evidence_withdrawn_and_believed_again_gives_the_same_profiles_and_ids(town: Town) -> None:
    sisters(town)
    before = town.map()
    weak = edge(town, "crm:1", EMAIL)

    unmerge(town.decider, weak, reason="not hers")

    assert town.who("crm:1") != town.who("crm:2")
    remerge(town.decider, weak)
    assert town.map() == before


def test_withdrawn_evidence_stays_withdrawn_when_its_source_repeats_it(town: Town) -> None:
    sisters(town)
    unmerge(town.decider, edge(town, "crm:1", EMAIL), reason="not hers")
    apart = town.map()

    changed = {"record_key": "1", "last_name": "Durand", "email": EMAIL, "city": "Lyon"}
    town.hear("crm", "crm", [changed])
    town.resolve()

    assert town.map() == apart


def test_what_is_kept_apart_stays_apart_when_more_speaks_for_it(town: Town) -> None:
    sisters(town)
    (first, third) = records(town, "1", "3")
    separate(town.decider, [(first, third)], reason="two sisters")

    both = {"customer_number": "C9", "email": EMAIL, "loyalty_card": "29012345"}
    town.hear("till", "till", [{"record_key": "9", **both}])
    town.resolve()

    assert town.who("crm:1") != town.who("crm:3")


def test_resolving_all_gives_what_deciding_gave(town: Town) -> None:
    sisters(town)
    separate(town.decider, [tuple(records(town, "1", "3"))], reason="two sisters")
    unmerge(town.decider, edge(town, "crm:2", EMAIL), reason="not hers")
    decided = town.map()

    town.resolve()

    assert town.map() == decided


@pytest.mark.parametrize("seed", range(3))
def test_any_decisions_taken_back_in_any_order_leave_no_trace(small_town: Town, seed: int) -> None:
    town, random = small_town, Random(seed)
    town.hear("crm", "crm", [
        {"record_key": str(at), "first_name": random.choice(("Marie", "Paul", "")),
         "last_name": "Durand", "email": f"m{random.randrange(6)}@exemple.fr",
         "loyalty_card": f"2901234{random.randrange(6)}"}
        for at in range(18)
    ])  # fmt: skip
    town.resolve()
    before = town.map()
    edges = [row["edge_id"] for row in town.warehouse.store.rows("select edge_id from edges")]
    people = records(town, *map(str, range(18)))
    undo: list[Callable[[], int]] = []
    for _ in range(8):
        if random.random() < 0.5:
            chosen = random.choice(edges)
            unmerge(town.decider, chosen, reason="test")
            undo.append(lambda chosen=chosen: remerge(town.decider, chosen))
        else:
            one, other = random.sample(people, 2)
            separate(town.decider, [(one, other)], reason="test")
            undo.append(lambda pair=(one, other): reunite(town.decider, [pair]))
    assert town.map() != before

    for each in random.sample(undo, len(undo)):
        each()

    assert town.map() == before


@pytest.mark.parametrize(
    ("leaving", "message"),
    [
        ((), "a record that leaves and one that stays"),
        (("1", "2", "3"), "a record that leaves and one that stays"),
        (("4",), "not in that profile"),
    ],
)
def test_a_split_that_makes_no_sense_is_refused(
    small_town: Town, leaving: tuple[str, ...], message: str
) -> None:
    sisters(small_town)
    whole = small_town.who("crm:1")

    with pytest.raises(InvalidInput, match=message) as refused:
        split_pairs(small_town.warehouse.store, whole, records(small_town, *leaving))

    assert refused.value.hint


def test_nobody_is_kept_apart_from_himself(small_town: Town) -> None:
    sisters(small_town)
    (one,) = records(small_town, "1")

    with pytest.raises(InvalidInput, match="the same identifier"):
        separate(small_town.decider, [(one, one)], reason="")

    assert small_town.warehouse.store.rows("select * from kept_apart") == []


def test_what_nobody_split_cannot_be_taken_back(small_town: Town) -> None:
    sisters(small_town)

    with pytest.raises(InvalidInput, match="Nobody keeps these records apart"):
        reunion_pairs(small_town.warehouse.store, small_town.who("crm:1"), records(small_town, "4"))


@pytest.mark.parametrize("decide", [lambda d, e: unmerge(d, e, reason=""), remerge])
def test_an_edge_that_is_not_there_is_an_error_that_says_where_to_look(
    small_town: Town, decide: Callable[..., int]
) -> None:
    sisters(small_town)

    with pytest.raises(InvalidInput, match="no such edge") as refused:
        decide(small_town.decider, 1)

    assert "profiles show" in refused.value.hint
