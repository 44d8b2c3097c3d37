"""Cells, columns and files that are not what linking expects: refused with a hint, or linked."""

from __future__ import annotations

import datetime

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from passerelle.kernel import InvalidInput
from passerelle.linkage import LinkageSpec, guess_fields, link
from passerelle.linkage.cells import read_texts
from passerelle.linkage.fields import list_comparisons
from passerelle.linkage.texts.folding import applied, iso_days

NAMES = [f"name{at % 30}" for at in range(60)]


@pytest.mark.parametrize(
    "cells",
    [
        pa.array([[at] for at in range(60)]),
        pa.array([{"k": at} for at in range(60)]),
        pa.array([[("k", at)] for at in range(60)], pa.map_(pa.string(), pa.int64())),
        pa.array([b"\xff" + bytes([at]) for at in range(60)]),
        pa.array([datetime.timedelta(at) for at in range(60)]),
        pa.nulls(60),
    ],
)
def test_cells_that_are_no_text_say_nothing(cells: pa.Array) -> None:
    found = link(pa.table({"nom": NAMES, "x": cells}))
    assert [field.column for field in found.fields] == ["last_name"]


def test_columns_of_one_name_are_refused() -> None:
    table = pa.Table.from_arrays([pa.array(NAMES)] * 2, ["nom", "nom"])
    with pytest.raises(InvalidInput, match="same name: nom"):
        read_texts(table)


def test_tables_without_a_common_column_are_refused() -> None:
    with pytest.raises(InvalidInput, match="no column in common"):
        link([pa.table({"alpha": NAMES}), pa.table({"beta": NAMES})])


def test_fields_that_no_table_has_are_refused() -> None:
    fields = link(pa.table({"nom": NAMES})).fields
    with pytest.raises(InvalidInput, match="None of the columns"):
        link(pa.table({"alpha": NAMES}), LinkageSpec(fields=fields))


def test_a_column_that_repeats_another_counts_once() -> None:
    table = pl.DataFrame({"nom": NAMES, "ville": [str(at % 7) for at in range(60)]})
    again = table.with_columns(pl.col("nom").str.to_uppercase().alias("name upper"))
    assert guess_fields(again) == guess_fields(table)


def test_the_number_of_a_row_says_nothing() -> None:
    table = pl.DataFrame({"nom": NAMES, "row": [str(10_000 + at) for at in range(60)]})
    assert [field.column for field in guess_fields(table)] == ["nom"]


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Straße", "street"), ("PLZ", "postcode"), ("Wohnort", "city"), ("Nachname", "last_name"),
        ("Código postal", "postcode"), ("Fecha de nacimiento", "birth_date"),
        ("Imię", "first_name"), ("Miejscowość", "city"), ("Achternaam", "last_name"),
        ("NAME_LAST", "last_name"), ("RES_ZIP", "postcode"), ("RES_STATE", "region"),
        ("Telemóvel", "phone"), ("Correo electrónico", "email"), ("Cognome", "last_name"),
    ],
)  # fmt: skip
def test_columns_of_other_languages_are_known(header: str, kind: str) -> None:
    table = pl.DataFrame({header: NAMES, "x": NAMES[::-1]})
    kinds = {field.column: field.kind for field in guess_fields(table)}
    assert kinds[header] == kind


def test_two_surnames_are_no_whole_name_where_first_names_stand_apart() -> None:
    table = pl.DataFrame({"Nombre": NAMES, "Apellidos": [f"Garcia Lopez{at}" for at in range(60)]})
    assert [field.kind for field in guess_fields(table)] == ["first_name", "last_name"]


@pytest.mark.parametrize(
    "written",
    ["+49 (0) 151 234 5678", "0151-2345678", "0049 1512345678", "(0151) 2345678"],
)
def test_a_phone_number_is_one_with_its_country_and_without(written: str) -> None:
    told = applied(list_comparisons()["phone"].normalize, pl.Series([written]))
    assert told.to_list() == ["1512345678"]


@pytest.mark.parametrize(
    "written",
    ["5 March 1980", "March 5th, 1980", "05-mar-1980", "5 de marzo de 1980", "5 mars 1980"],
)
def test_months_are_read_by_name(written: str) -> None:
    assert applied(iso_days, pl.Series([written])).to_list() == ["19800305"]


def test_an_address_that_differs_as_a_whole_is_one_fact() -> None:
    columns = {
        "prenom": ["Zoe", "Zoe", "Luc"],
        "nom": ["Petit", "Petit", "Roux"],
        "rue": ["rue Haute", "quai Bas", "cours Neuf"],
        "ville": ["Lyon", "Brest", "Nice"],
        "cp": ["69001", "29200", "06000"],
    }
    found = link(pa.table(columns))
    fields = range(len(found.fields))
    levels = [int(found.patterns[0] >> np.uint64(4 * at)) & 15 for at in fields]
    assert (found.pairs.left[0], found.pairs.right[0]) == (0, 1)
    assert levels.count(1) == 1
