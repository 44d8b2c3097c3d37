"""Birth dates with a part wrong or made up, in one column or three; and names at birth."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from passerelle.linkage import guess_fields, link
from passerelle.linkage.alignment import align
from passerelle.linkage.birth_columns import join_birth_columns
from passerelle.linkage.patterns import compare_pairs, level_of
from passerelle.linkage.records import read_records
from passerelle.linkage.swaps import mark_swaps
from tests.unit.linkage.comparing import level_between

EXACT = "same, on 3 records at most"


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        ("1980-05-17", "17/05/1980", EXACT),
        ("1980-05-17", "17/05/80", EXACT),
        ("2005-05-17", "17.05.05", EXACT),
        ("1980-05-17", "1980-05-18", "one edit"),
        ("1980-05-09", "1980-09-05", "day and month swapped"),
        ("1980-05-17", "1992-05-17", "day and month, another year"),
        ("1980-05-17", "1980-12-17", "year and one of day and month"),
        ("1980-05-17", "1980-01-01", "the year, one of them on 1 January"),
        ("1980-05-29", "1980-06-03", "within a month"),
        ("1980-12-29", "1981-04-03", "within a year"),
        ("1980-12-29", "1988-04-03", "within ten years"),
        ("1980-12-29", "1999-04-03", "different"),
        ("1900-01-01", "1980-05-17", "missing"),
        ("1970-01-01", "1970-01-01", "missing"),
    ],
)
def test_birth_dates(one: str, other: str, level: str) -> None:
    assert level_between("birth_date", one, other) == level


@pytest.mark.parametrize(
    "names",
    [
        ("by", "bm", "bd"),
        ("birth_year", "birth_month", "birth_day"),
        ("Année de naissance", "Mois de naissance", "Jour de naissance"),
    ],
)
def test_a_birth_in_three_columns_is_one_date(names: tuple[str, str, str]) -> None:
    year, month, day = names
    table = pl.DataFrame({year: ["1980", "1975"], month: ["5", "12"], day: ["17", None]})
    assert align([table]).table.to_dict(as_series=False) == {"birth_date": ["19800517", "19751200"]}


@pytest.mark.parametrize(
    "columns",
    [
        {"by": ["1980"], "bm": ["5"]},
        {"by": ["12"], "bm": ["5"], "bd": ["17"]},
        {"by": ["1980"], "bm": ["5"], "bd": ["17"], "birth_date": ["1980-05-17"]},
    ],
)
def test_columns_that_are_no_whole_date_stay(columns: dict[str, list[str]]) -> None:
    table = pl.DataFrame(columns)
    assert join_birth_columns(table).columns == table.columns


@pytest.mark.parametrize(
    ("columns", "kinds"),
    [
        ({"Nom": ["DUPONT Jean", "PETIT Zoé"]}, ["full_name"]),
        ({"Nom": ["Dupont", "Petit"], "Prénom": ["Jean", "Zoé"]}, ["first_name", "last_name"]),
        (
            {"Nom de l'adhérent": ["Roux", "Petit"], "Né(e) le": ["1.5.80", "2.6.1975"]},
            ["birth_date", "last_name"],
        ),
        ({"Née le": ["a", "b"], "Née": ["Roux", "Petit"]}, ["birth_date", "maiden_name"]),
        ({"Nom du contact": ["Zoé Roux", "Al Petit"], "Mél": ["a", "b"]}, ["email", "full_name"]),
        ({"name": ["Dupont", "Petit"], "first name": ["Jo", "Al"]}, ["first_name", "last_name"]),
        ({"Nom complet": ["Dupont Jean", "Zoé"]}, ["full_name"]),
        (
            {"Nom d'usage": ["Dupont", "Roux"], "Nom de jeune fille": ["Petit", "Faure"]},
            ["last_name", "maiden_name"],
        ),
        (
            {"display name": ["Jo B", "Al C"], "nom": ["B", "C"], "prenom": ["Jo", "Al"]},
            ["first_name", "last_name"],
        ),
    ],
)
def test_columns_of_names_are_understood(columns: dict[str, list[str]], kinds: list[str]) -> None:
    table = pl.DataFrame(columns)
    assert sorted(field.kind for field in guess_fields(align([table]).table)) == kinds


def test_names_in_one_cell_meet_names_in_two() -> None:
    one = pa.table({"client": ["DUPONT Jean", "Petit Zoé", "Roux Luc"]})
    other = pa.table({"Nom": ["Roux", "Dupont"], "Prénom": ["Luc", "Jean"]})
    found = link([one, other])
    assert found.clusters.tolist() == [0, 1, 2, 2, 0]


def last_name_level(pairs: list[tuple[str, str | None]]) -> str:
    table = pa.table(
        {
            "nom": [pair[0] for pair in pairs],
            "née": pa.array([pair[1] for pair in pairs], pa.string()),
        }
    )
    fields = guess_fields(pl.DataFrame({"nom": ["a", "b"], "nee": ["c", "d"]}))
    records = read_records(table.rename_columns(["nom", "nee"]), fields, np.zeros(2, np.int16))
    left, right = np.array([0, 1], np.int32), np.array([1, 0], np.int32)
    patterns = compare_pairs(records, left, right)
    mark_swaps(records, left, right, patterns)
    at = next(at for at, field in enumerate(fields) if field.kind == "last_name")
    there, back = level_of(patterns, at)
    assert there == back
    special = records.columns[at].comparison.level_count - 1
    return "at birth" if there == special else "other"


@pytest.mark.parametrize(
    ("one", "other", "level"),
    [
        (("Durand", "Martin"), ("Martin", None), "at birth"),
        (("Durand", "Martin"), ("Martin", "Martin"), "at birth"),
        (("Durand", "Martin"), ("Martin", "Durand"), "at birth"),
        (("Durand", "Martin"), ("Durand", None), "other"),
        (("Durand", "Martin"), ("Petit", "Martin"), "other"),
        (("Durand", None), ("Petit", None), "other"),
    ],
)
def test_who_bears_the_name_that_the_other_had_at_birth(
    one: tuple[str, str | None], other: tuple[str, str | None], level: str
) -> None:
    assert last_name_level([one, other]) == level


@pytest.mark.parametrize(
    "header",
    ["Total Spent", "Total Orders", "Accepts Email Marketing", "Tags", "Montant des achats"],
)
def test_what_a_customer_did_or_chose_is_no_evidence_of_who_it_is(header: str) -> None:
    table = pl.DataFrame({"Nom": ["Roux", "Petit"], header: ["yes", "no"]})
    assert [field.column for field in guess_fields(table)] == ["Nom"]
