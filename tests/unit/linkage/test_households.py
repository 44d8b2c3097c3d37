"""Households where they are hard to tell: towers, homes for the aged, frequent names, two names."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest

from passerelle.linkage import LinkageSpec, link
from tests.unit.linkage.households_town import MEN, WOMEN, Town, make_town


@pytest.fixture
def town() -> Town:
    return make_town()


def test_a_couple_of_one_name_lives_together(town: Town) -> None:
    where = {"address": "4 rue Verte", "code": "44110"}
    town.add("Luc", "Kerbrat", born=1970, name="he", **where)
    town.add("Anne", "Kerbrat", born=1972, name="she", **where)
    _found, homes = town.linked()
    assert homes["he"] == homes["she"]


def test_a_couple_of_two_names_lives_together_where_nobody_else_does(town: Town) -> None:
    where = {"address": "4 rue Verte", "code": "44110"}
    town.add("Luc", "Kerbrat", born=1970, name="he", **where)
    town.add("Anne", "Tanguy", born=1972, name="she", **where)
    _found, homes = town.linked()
    assert homes["he"] == homes["she"]


def test_parents_and_a_child_who_stayed_are_one_household_and_one_who_left_is_not(
    town: Town,
) -> None:
    where = {"address": "4 rue Verte", "code": "44110"}
    town.add("Luc", "Kerbrat", born=1962, name="father", **where)
    town.add("Anne", "Kerbrat", born=1963, name="mother", **where)
    town.add("Hugo", "Kerbrat", born=1995, name="stayed", **where)
    town.add("Emma", "Kerbrat", born=1993, name="left", address="7 rue Basse", code="69003")
    _found, homes = town.linked()
    assert homes["father"] == homes["mother"] == homes["stayed"]
    assert homes["left"] != homes["father"]


def test_brothers_in_two_streets_of_one_place_are_two_households(town: Town) -> None:
    town.add("Luc", "Kerbrat", born=1970, address="4 rue Verte", code="44110", name="one")
    town.add("Marc", "Kerbrat", born=1973, address="19 rue Noire", code="44110", name="other")
    _found, homes = town.linked()
    assert homes["one"] != homes["other"]


def test_twins_are_of_one_household(town: Town) -> None:
    where = {"address": "4 rue Verte", "code": "44110", "born": "1999-03-08"}
    town.add("Hugo", "Kerbrat", name="one", **where)
    town.add("Thomas", "Kerbrat", name="other", **where)
    _found, homes = town.linked()
    assert homes["one"] == homes["other"]


def test_tenants_of_a_tower_are_neighbours_but_for_those_of_one_name(town: Town) -> None:
    where = {"address": "1 place des Tours", "code": "44110"}
    for flat in range(60):
        first = town.chance.choice(MEN + WOMEN)
        year = town.chance.randint(1940, 2000)
        town.add(first, town.last_name(), born=year, name=f"flat {flat}", **where)
    town.add("Luc", "Kerbrat", born=1970, name="he", **where)
    town.add("Anne", "Kerbrat", born=1972, name="she", **where)
    _found, homes = town.linked()
    assert homes["he"] == homes["she"]
    assert len(set(homes.values())) >= 59


def test_two_hundred_in_a_home_for_the_aged_are_no_household(town: Town) -> None:
    where = {"address": "2 allée du Repos", "code": "44120"}
    for room in range(200):
        first = town.chance.choice(MEN + WOMEN)
        year = town.chance.randint(1925, 1942)
        town.add(first, town.last_name(), born=year, name=f"room {room}", **where)
    _found, homes = town.linked()
    assert max(Counter(homes.values()).values()) <= 3
    assert len(set(homes.values())) >= 195


def test_a_frequent_name_in_a_large_town_is_no_household(town: Town) -> None:
    for number in range(40):
        first = (MEN + WOMEN)[number % 30]
        year = town.chance.randint(1940, 2000)
        is_known = number % 2 == 0
        address = f"{3 * number + 1} rue de Vaugirard" if is_known else None
        town.add(first, "Martin", born=year, address=address, code="75015", name=f"{number}")
    for number in range(120):  # and elsewhere: the name is frequent
        code = str(44000 + number % 60 * 10)
        town.add(MEN[number % 15], "Martin", born=1930 + number % 70, address=None, code=code)
    _found, homes = town.linked()
    assert len(set(homes.values())) >= 36


def test_what_two_records_of_a_person_know_apart_counts_together(town: Town) -> None:
    """One has the street, the other the phone that somebody at home shares."""
    same = {"born": "1970-05-02", "email": "luc.kerbrat@exemple.fr"}
    town.add("Luc", "Kerbrat", address="4 rue Verte", code=None, name="street", **same)
    town.add("Luc", "Kerbrat", address=None, code=None, phone="0240111213", **same)
    town.add("Anne", "Kerbrat", address=None, code="44110", phone="0240111213", name="phone")
    _found, homes = town.linked()
    assert homes["street"] == homes["phone"]


def test_households_hold_whole_persons_and_probabilities_are_those_of_the_town(
    town: Town,
) -> None:
    found, _homes = town.linked()
    assert (found.households[found.clusters] == found.households).all()
    assert (found.homes.left < found.homes.right).all()
    assert np.isin(found.homes.left, found.clusters).all()
    sizes = Counter(found.households[np.unique(found.clusters)].tolist())
    assert max(sizes.values()) <= 4


THREE = pa.table(
    {
        "prenom": ["Luc", "Anne", "Paul"],
        "nom": ["Kerbrat", "Kerbrat", "Roux"],
        "date de naissance": ["1970-01-02", "1971-05-06", "1950-02-03"],
        "adresse": ["4 rue Verte", "4 rue Verte", "9 rue Noire"],
        "code postal": ["44110", "44110", "69003"],
    }
)


def test_three_records_are_enough() -> None:
    assert link(THREE).households.tolist() == [0, 0, 2]


def test_households_are_not_looked_for_where_nobody_asks() -> None:
    assert link(THREE, LinkageSpec(finds_homes=False)).households.tolist() == [0, 1, 2]
