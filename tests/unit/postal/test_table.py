from __future__ import annotations

import polars as pl

from passerelle.postal import (
    OUTPUT_COLUMNS,
    AddressColumns,
    guess_columns,
    load_gazetteer,
    standardize_table,
)


def test_the_columns_of_an_address_are_found_by_their_headings() -> None:
    found = guess_columns(["Nom", "Adresse 1", "Adresse 2", "Code postal", "Ville", "Pays"])
    assert (found.street, found.complement, found.postcode, found.city, found.country) == (
        "Adresse 1", "Adresse 2", "Code postal", "Ville", "Pays",
    )  # fmt: skip
    assert guess_columns(["Nom", "Montant"]).names == ()


def test_a_table_keeps_its_rows_in_order() -> None:
    frame = pl.DataFrame(
        {"a": ["12 rue X", None], "cp": ["69003", "75011"], "v": ["Lyon", "Paris"]}
    )
    columns = AddressColumns(street="a", postcode="cp", city="v")
    made = standardize_table(frame, columns, gazetteer=load_gazetteer())
    assert made.columns == list(OUTPUT_COLUMNS)
    assert made["line_4"].to_list() == ["12 RUE X", ""]
    assert made["insee_code"].to_list() == ["69383", "75111"]


def test_one_column_may_hold_it_all() -> None:
    frame = pl.DataFrame({"text": ["12 rue X\n69003 Lyon"]})
    made = standardize_table(frame, AddressColumns(lines=("text",)), gazetteer=load_gazetteer())
    assert made["level"].to_list() == ["V1"]
