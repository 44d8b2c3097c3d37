"""Names: taking them apart, keys, and compatible first names."""

from __future__ import annotations

import polars as pl
import pytest

from passerelle.identifiers import (
    PersonName,
    are_compatible_first_names,
    display_name,
    first_name_key,
    first_name_keys,
    last_name_keys,
    parse_full_name,
    parse_name_parts,
)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("M. DUPONT Jean-Pierre", PersonName("person", "M.", "Jean-Pierre", "Dupont")),
        ("Mme Marie DUPONT née MARTIN", PersonName("person", "Mme", "Marie", "Dupont", "Martin")),
        (
            "Mme DUPONT née MARTIN Marie-Claire",
            PersonName("person", "Mme", "Marie-Claire", "Dupont", "Martin"),
        ),
        ("DE GAULLE Charles", PersonName("person", None, "Charles", "de Gaulle")),
        ("Mlle Le Goff Anne", PersonName("person", "Mme", "Anne", "Le Goff")),
        ("M. Jean-Pierre de la Tour", PersonName("person", "M.", "Jean-Pierre", "de la Tour")),
        ("marie dupont", PersonName("person", None, "Marie", "Dupont")),
        ("DUPONT MARIE", PersonName("person", None, "Marie", "Dupont")),
        ("Dupont, Marie", PersonName("person", None, "Marie", "Dupont")),
        ("Jean Pierre Dupont", PersonName("person", None, "Jean Pierre", "Dupont")),
        ("M. et Mme DUPONT", PersonName("couple", None, None, "Dupont")),
        ("Monsieur et Madame Jean DUPONT", PersonName("couple", None, "Jean", "Dupont")),
        ("SARL Dupont et fils", PersonName("company", None, None, "SARL Dupont et fils")),
        ("Dr Łukasz Nowak", PersonName("person", "Dr", "Łukasz", "Nowak")),
        ("DUPONT/MARTIN Claire", PersonName("person", None, "Claire", "Dupont/Martin")),
        ("Madame", None),
        ("non renseigné", None),
        ("", None),
    ],
)
def test_a_full_name_is_taken_apart(raw: str, name: PersonName | None) -> None:
    assert parse_full_name(raw) == name


def test_separate_columns_win_over_the_full_name_which_fills_what_they_lack() -> None:
    name = parse_name_parts(title="MADAME", last_name="DUPONT", full_name="Mme Marie DURAND")

    assert name == PersonName("person", "Mme", "Marie", "Dupont")


def test_a_birth_name_written_in_the_last_name_is_found() -> None:
    name = parse_name_parts(first_name="Marie", last_name="DUPONT née MARTIN")

    assert name == PersonName("person", None, "Marie", "Dupont", "Martin")


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("JEAN-PIERRE", "Jean-Pierre"),
        ("d'ORMESSON", "d'ORMESSON"),
        ("D'ORMESSON", "d'Ormesson"),
        ("louis xiv", "Louis Xiv"),
        ("McDonald", "McDonald"),
        ("ÉLODIE", "Élodie"),
        ("null", None),
    ],
)
def test_capitals_become_what_is_written_on_an_envelope(typed: str, shown: str | None) -> None:
    assert display_name(typed) == shown


def test_keys_of_a_column_are_those_of_its_names() -> None:
    names = pl.Series(["Jean-Pierre", "JEAN PIERRE", "Cœur", "Łukasz", None, "n/a", "ANAÏS"])

    keys = first_name_keys(names).to_list()

    assert keys == ["JEANPIERRE", "JEANPIERRE", "COEUR", "LUKASZ", None, None, "ANAIS"]
    assert last_name_keys(pl.Series(["St Martin", "SAINT-MARTIN", "d'Ormesson"])).to_list() == [
        "SAINTMARTIN", "SAINTMARTIN", "DORMESSON",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jean-Pierre", "JP"), ("Jean-Pierre", "Jean"), ("J", "Jean"), ("Alexandre", "Alex"),
        ("Catherine", "Cathy"), ("Kathy", "Catherine"), ("Maxime", "Maxim"), ("Philippe", "Philipe"),
        ("Frédérique", "Frederique"), ("Christophe", "Christohpe"), ("Matthieu", "Mathieu"),
        ("Stéphane", "Steph"), ("Stephanie", "Steph"), ("Marie-Thérèse", "Maïté"),
        ("Anne-Sophie", "Anne"), ("", "Marie"), ("Elisabeth", "Babeth"), ("Elizabeth", "Elisabeth"),
    ],
)  # fmt: skip
def test_first_names_of_one_person_are_compatible(one: str, other: str) -> None:
    a, b = first_name_key(one) or "", first_name_key(other) or ""

    assert are_compatible_first_names(a, b)
    assert are_compatible_first_names(b, a)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Jean", "Jeanne"), ("Louis", "Louise"), ("Paul", "Paule"), ("Daniel", "Danielle"),
        ("Paul", "Pauline"), ("Julie", "Julien"), ("Alexandre", "Alexandra"), ("René", "Renée"),
        ("Stéphane", "Stéphanie"), ("Victor", "Victoria"), ("Aurélie", "Aurélien"), ("Simon", "Simone"),
        ("Michel", "Michèle"), ("Constant", "Constance"), ("Patrice", "Patricia"), ("Eric", "Erica"),
        ("Marie", "Pierre"), ("Jean-Pierre", "Jean-Paul"), ("Jean-Marie", "Marie"), ("Luc", "Léa"),
        ("Jean-Michel", "JP"), ("Antoine", "Antoinette"), ("Léon", "Léonie"), ("Zéphirin", "Zéphirine"),
    ],
)  # fmt: skip
def test_first_names_of_two_people_are_not_compatible(one: str, other: str) -> None:
    a, b = first_name_key(one) or "", first_name_key(other) or ""

    assert not are_compatible_first_names(a, b)
    assert not are_compatible_first_names(b, a)
