from __future__ import annotations

import random

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passerelle.postal import (
    OUTPUT_COLUMNS,
    AddressColumns,
    AddressFields,
    Gazetteer,
    load_gazetteer,
    standardize_address,
    standardize_table,
)
from passerelle.postal.by_parts import find_parts
from passerelle.postal.standardizing import read_whole

STREETS = (
    "12 rue Victor-Hugo", "12bis av du gal Leclerc", "1 3 rue X", "5, place de la Poste", "7 Le Bourg",
    "bat B, 3 rue des Lilas", "appt 4 12 rue du Port", "rue du 8 Mai 1945", "1 rue du Café, 12",
    "Résidence les Lilas", "1000 chemin D 900", "99999 rue Basse", "BP 12 rue Haute", "3 rue de France",
    "chez M Durand 2e étage 4 rue Neuve", "M. Jean Petit 4 rue Neuve", "2 grande rue cedex", "0612 rue X",
    "1ER rue Y", "1200E rue Y", "4 RUE ŒUVRE", "9 rue l’Église", "8 rue du CafÃ©", "12 place de la 2e DB",
    "1 boulevard du Maréchal Jean de Lattre de Tassigny et de la Résistance", "D - 10 rue Z", "0 rue 0",
)  # fmt: skip
TOWNS = (
    "75011 Paris", "75011 PARIS 11", "69003 Lyon 3e", "75007 Paris Cedex 07", "42000 Saint-Étienne",
    "42000 ST ETIENE", "60120 Breteuil-sur-Noye", "98000 Monaco", "10220 Bouy-Luxembourg", "1000 Lausanne",
    "24440 Labouquerie", "52200 Saint-Maurice", "00000 Nulle-Part", "35000 RENNES FRANCE", "97400 St-Denis",
    "10115 Berlin, Allemagne", "33000", "01000 Bourg en Bresse", "75 011 Paris", "13001 Marseille 1er",
)  # fmt: skip
WORDS = sorted({word for text in STREETS + TOWNS for word in text.split()})
BETWEEN = (" ", "\n", ", ", " - ", " (", "\n\n", "-")


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return load_gazetteer()


def agrees(text: str, gazetteer: Gazetteer, country: str = "") -> bool:
    """Whether the parts, where they answer, say what reading the whole text says; else fails."""
    parts = find_parts(text, country, gazetteer)
    if parts is None:
        return False
    assert parts.as_address(text) == read_whole(text, country, gazetteer, "postal")
    return True


def test_reading_by_parts_finds_what_reading_the_whole_finds(gazetteer: Gazetteer) -> None:
    answered = [
        agrees(f"{street}{between}{town}", gazetteer)
        for street in STREETS
        for town in TOWNS
        for between in BETWEEN
    ]
    assert sum(answered) > len(answered) / 5


@settings(
    max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(words=st.lists(st.sampled_from(WORDS), min_size=2, max_size=12))
def test_so_it_does_with_words_in_any_order(gazetteer: Gazetteer, words: list[str]) -> None:
    text = " ".join(words)
    whole = read_whole(text, "", gazetteer, "postal")
    assert standardize_address(text, gazetteer=gazetteer) == whole


def test_a_house_number_is_its_own_whatever_was_read_before(gazetteer: Gazetteer) -> None:
    numbers = random.Random(4).sample(range(10_000), 50)
    for number in map(str, numbers):
        made = standardize_address(f"{number} rue Neuve 75011 Paris", gazetteer=gazetteer)
        assert (made.number, made.lines[3]) == (number, f"{number} RUE NEUVE")
        assert agrees(f"{number} bis le Village 01000 Bourg-en-Bresse", gazetteer)


def test_a_table_says_what_each_address_alone_says(gazetteer: Gazetteer) -> None:
    rng = random.Random(11)
    rows = [(rng.choice(STREETS), *rng.choice(TOWNS).partition(" ")[::2]) for _row in range(400)]
    frame = pl.DataFrame(rows, schema=["a", "cp", "v"], orient="row")
    columns = AddressColumns(street="a", postcode="cp", city="v")
    made = standardize_table(frame, columns, gazetteer=gazetteer)
    for row, (street, postcode, city) in zip(made.iter_rows(), rows, strict=True):
        fields = AddressFields(street=street, postcode=postcode, city=city)
        alone = standardize_address(fields, gazetteer=gazetteer)
        told = dict(zip(OUTPUT_COLUMNS, row, strict=True))
        assert [told[f"line_{number}"] for number in range(1, 7)] == list(alone.lines)
        others = {name: told[name] for name in OUTPUT_COLUMNS[6:]}
        assert others == {name: getattr(alone, name) for name in others}
