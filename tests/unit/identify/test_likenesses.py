"""Records that share no identifier become one person's, and that can be taken back."""

from __future__ import annotations

import json
import random
from dataclasses import replace

import pytest

from passerelle.identify import (
    DEFAULT_RULES,
    LikenessSummary,
    explain,
    find_likenesses,
    forget_likenesses,
    get_edges,
    get_likeness_reasons,
    remerge,
    separate,
    unmerge,
)
from passerelle.identify.evidence import LIKENESS
from passerelle.linkage import level_name, list_comparisons
from tests.unit.town import Town

FIRST = [
    "Alexandre",
    "Catherine",
    "Philippe",
    "Isabelle",
    "Nathalie",
    "Guillaume",
    "Benoît",
    "Mathilde",
    "Françoise",
    "Karim",
]
LAST = [
    "Lefèvre",
    "Thibault",
    "Gauthier",
    "Rousseau",
    "Hérault",
    "Vandamme",
    "Chevallier",
    "Maréchal",
    "Jacquet",
    "Briand",
]
STREETS = [
    "rue des Lilas",
    "avenue Foch",
    "place du Marché",
    "chemin Vert",
    "quai Ouest",
    "cours Hugo",
]

SACHA = {
    "first_name": "Sacha", "last_name": "Quenneville", "birth_date": "1961-04-09",
    "address_1": "7 quai Ouest", "postcode": "29200", "city": "Brest",
}  # fmt: skip
ALEXANDRE = {**SACHA, "first_name": "Alexandre", "address_1": "7 quay Ouest"}


def person(number: int, chance: random.Random) -> dict[str, str]:
    return {
        "first_name": chance.choice(FIRST),
        "last_name": chance.choice(LAST) + chance.choice(("", "in", "eau", "ard")),
        "birth_date": f"{chance.randrange(1940, 2004)}-{chance.randrange(1, 13):02d}-"
        f"{chance.randrange(1, 29):02d}",
        "address_1": f"{chance.randrange(1, 90)} {chance.choice(STREETS)}",
        "postcode": f"{chance.randrange(1, 96):02d}{chance.randrange(10)}00",
        "city": f"Ville-{chance.randrange(40)}",
        "email": f"client{number}@exemple.fr",
    }


def mistyped(told: dict[str, str], chance: random.Random) -> dict[str, str]:
    """The same person as another file has it: no e-mail address, and one letter wrong."""
    field = chance.choice(("first_name", "last_name", "address_1"))
    at = chance.randrange(1, len(told[field]))
    wrong = told[field][:at] + chance.choice("aeinrst") + told[field][at + 1 :]
    return {**told, "email": "", field: wrong}


def populate(town: Town, people: int = 300) -> None:
    """Two files that have most people in common; and Sacha in one, Alexandre in the other."""
    chance = random.Random(5)
    told = [person(number, chance) for number in range(people)]
    crm = [{"record_key": f"C{at}", **each} for at, each in enumerate(told)]
    shop = [
        {"record_key": f"S{at}", **mistyped(each, chance)}
        for at, each in enumerate(told)
        if at % 3 > 0
    ]
    town.hear("crm", "crm", [*crm, {"record_key": "SACHA", **SACHA}])
    town.hear("shop", "till", [*shop, {"record_key": "ALEXANDRE", **ALEXANDRE}])


def look(town: Town) -> LikenessSummary:
    found = find_likenesses(town.warehouse.store, town.rules, town.warehouse.clock)
    town.resolve()
    return found


@pytest.fixture
def alike(small_town: Town) -> Town:
    populate(small_town)
    look(small_town)
    return small_town


def edge_between(town: Town, one: str, other: str) -> int:
    ends = {town.identifier(one), town.identifier(other)}
    (edge,) = [
        each
        for each in get_edges(town.warehouse.store, ends)
        if each.kind == LIKENESS and {each.left_id, each.right_id} == ends
    ]
    return edge.edge_id


def test_records_without_a_common_identifier_become_one_person_s(town: Town) -> None:
    populate(town)
    town.resolve()
    assert town.who("crm:SACHA") != town.who("shop:ALEXANDRE")
    before = town.map()

    found = look(town)

    assert found.records == 502
    assert found.found == found.new
    assert found.gone == 0
    assert town.who("crm:SACHA") == town.who("shop:ALEXANDRE")
    right = sum(town.who(f"crm:C{at}") == town.who(f"shop:S{at}") for at in range(300) if at % 3)
    assert right > 190
    assert found.found <= right + 3
    forget_likenesses(town.warehouse.store)
    town.resolve()
    assert town.map() == before


def test_looking_twice_finds_nothing_new(alike: Town) -> None:
    before = alike.map()
    again = look(alike)
    assert (again.new, again.gone) == (0, 0)
    assert again.found > 0
    assert alike.map() == before


def test_a_likeness_explains_itself_without_a_word_of_whom_it_is_about(alike: Town) -> None:
    store = alike.warehouse.store
    edge_id = edge_between(alike, "crm:SACHA", "shop:ALEXANDRE")

    chain = explain(store, alike.identifier("crm:SACHA"), alike.identifier("shop:ALEXANDRE"))
    reason = get_likeness_reasons(store, [edge_id])[edge_id]

    assert [edge.edge_id for edge in chain.edges] == [edge_id]
    assert reason.match_probability > 0.9
    levels = {step.field: step.level for step in reason.steps}
    first_name = level_name(list_comparisons()["first_name"], levels["first_name"])
    assert first_name == "variant of the name"
    assert {"last_name", "birth_date", "street", "postcode"} <= set(levels)
    told = store.rows("select evidence from likenesses")
    assert told
    shown = json.dumps([row["evidence"] for row in told])
    assert not any(name in shown for name in ("Quenneville", "QUENNEVILLE", "quai", "1961"))


def test_a_withdrawn_likeness_stays_withdrawn_when_it_is_looked_for_again(alike: Town) -> None:
    before = alike.map()
    edge_id = edge_between(alike, "crm:SACHA", "shop:ALEXANDRE")

    unmerge(alike.decider, edge_id, reason="father and son")
    assert alike.who("crm:SACHA") != alike.who("shop:ALEXANDRE")
    look(alike)
    assert alike.who("crm:SACHA") != alike.who("shop:ALEXANDRE")

    remerge(alike.decider, edge_id)
    assert alike.map() == before
    look(alike)
    assert alike.map() == before


def test_a_rule_says_how_probable_a_likeness_must_be(alike: Town) -> None:
    found = look(alike).found
    probabilities = [
        row["match_probability"]
        for row in alike.warehouse.store.rows("select match_probability from likenesses")
    ]
    middle = sorted(probabilities)[found // 2]
    alike.rules = replace(DEFAULT_RULES, least_likeness=middle)

    fewer = look(alike)

    assert 0 < fewer.found < found
    assert fewer.gone == found - fewer.found


def test_who_is_kept_apart_is_not_found_alike(alike: Town) -> None:
    pair = (alike.identifier("crm:SACHA"), alike.identifier("shop:ALEXANDRE"))
    separate(alike.decider, [pair], reason="father and son")

    found = look(alike)

    assert found.gone == 1
    assert alike.who("crm:SACHA") != alike.who("shop:ALEXANDRE")


def test_who_fills_in_a_form_as_somebody_else_is_not_found_alike(small_town: Town) -> None:
    populate(small_town)
    small_town.hear("lottery", "browser", [{"record_key": "1", **ALEXANDRE}])

    found = look(small_town)

    assert found.records == 502
    assert small_town.who("lottery:1") != small_town.who("crm:SACHA")


def test_a_mailbox_of_two_ways_to_say_one_name_is_that_person_s(small_town: Town) -> None:
    populate(small_town)
    small_town.hear("club", "loyalty", [{"record_key": "1", **SACHA, "email": "q@exemple.fr"}])
    # No table of names says that this is Sacha: the rest of what the two hold does.
    other = {**ALEXANDRE, "first_name": "Sachenka", "email": "q@exemple.fr"}
    small_town.hear("site", "webshop", [{"record_key": "2", **other}])
    small_town.resolve()
    assert len(small_town.whoever("q@exemple.fr")) == 2

    look(small_town)

    assert small_town.who("q@exemple.fr") == small_town.who("crm:SACHA")
    chain = explain(
        small_town.warehouse.store,
        small_town.identifier("q@exemple.fr"),
        small_town.identifier("crm:SACHA"),
    )
    assert chain.is_same


@pytest.mark.parametrize("people", [0, 1, 100])
def test_where_there_is_hardly_anybody_nothing_is_alike(small_town: Town, people: int) -> None:
    if people:
        rows = [{"record_key": str(at), **SACHA, "email": ""} for at in range(people)]
        small_town.hear("crm", "crm", [{**row, "birth_date": ""} for row in rows])

    assert look(small_town) == LikenessSummary(people, 0, 0, 0)
