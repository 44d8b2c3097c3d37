"""The gazetteer answers by postcode, by code, and on a day."""

from __future__ import annotations

from datetime import date

import pytest

from passerelle.postal import Gazetteer, load_gazetteer
from passerelle.postal.reference import routing_label


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer()


def test_a_postcode_has_its_towns(gazetteer: Gazetteer) -> None:
    towns = gazetteer.towns_of("76800")
    assert [(town.insee_code, town.routing_label) for town in towns] == [
        ("76575", "ST ETIENNE DU ROUVRAY")
    ]
    assert gazetteer.towns_of("00000") == ()


def test_boroughs_are_routed_as_their_city(gazetteer: Gazetteer) -> None:
    town = gazetteer.towns_of("75116")[0]
    assert (town.insee_code, town.name) == ("75116", "Paris 16e Arrondissement")
    assert town.routing_label == "PARIS"


@pytest.mark.parametrize(
    ("postcode", "is_known", "is_cedex"),
    [("75011", True, False), ("75436", True, True), ("00000", False, False)],
)
def test_a_postcode_is_known_or_a_cedex(
    gazetteer: Gazetteer, postcode: str, is_known: bool, is_cedex: bool
) -> None:
    assert gazetteer.is_known_postcode(postcode) is is_known
    assert gazetteer.is_cedex(postcode) is is_cedex


def test_a_city_has_the_postcodes_of_its_boroughs(gazetteer: Gazetteer) -> None:
    assert gazetteer.postcodes_of("75116") == ("75016", "75116")
    assert {"13001", "13016"} <= set(gazetteer.postcodes_of("13055"))


def test_a_code_that_ended_leads_to_the_commune_that_followed(gazetteer: Gazetteer) -> None:
    today = gazetteer.find_commune("01018")  # Arlod, of Bellegarde, of Valserhône
    assert today is not None
    assert (today.insee_code, today.name) == ("01033", "Valserhône")


def test_a_commune_is_named_as_it_was_on_the_day(gazetteer: Gazetteer) -> None:
    then = gazetteer.find_commune("51108", on=date(1990, 1, 1))
    now = gazetteer.find_commune("51108", on=date(2020, 1, 1))
    assert then is not None and then.name == "Châlons-sur-Marne"
    assert now is not None and now.name == "Châlons-en-Champagne"
    assert gazetteer.find_commune("00000") is None


def test_no_routing_label_is_too_long_for_its_line(gazetteer: Gazetteer) -> None:
    names = [town.name for postcode in gazetteer.postcodes_of("24214") for town in
             gazetteer.towns_of(postcode)]  # fmt: skip
    long = ["Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson", "L'" + "A" * 60, *names]
    assert all(0 < len(routing_label(name)) <= 32 for name in long)
