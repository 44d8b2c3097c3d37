"""Rows under the names of the fields, beside what they said."""

import json

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from passerelle.collect.mapping import ColumnMapping, Mapping, apply_mapping, preview_mapping


def mapping(*pairs: tuple[str, str | None]) -> Mapping:
    return Mapping("records", tuple(ColumnMapping(c, f, 1.0, "") for c, f in pairs))


def frame(**columns: list[str | None]) -> pl.DataFrame:
    height = len(next(iter(columns.values())))
    data = {name: pl.Series(cells, dtype=pl.String) for name, cells in columns.items()}
    return pl.DataFrame({**data, "row_number": range(2, 2 + height)})


def test_the_first_column_that_says_something_wins() -> None:
    rows = frame(a=[None, "  ", "x"], b=["1", "2", "3"])

    mapped = apply_mapping(mapping(("a", "city"), ("b", "city")), rows)

    assert mapped["city"].to_list() == ["1", "2", "x"]


def test_cells_are_trimmed_and_the_original_is_not() -> None:
    mapped = apply_mapping(mapping(("a", "email")), frame(a=[" A@b.fr "], note=["il a dit «\n»"]))

    assert mapped["email"].to_list() == ["A@b.fr"]
    assert json.loads(mapped["original"][0]) == {"a": " A@b.fr ", "note": "il a dit «\n»"}
    assert mapped["row_number"].to_list() == [2]


def test_only_a_guarding_apostrophe_is_taken_off() -> None:
    mapped = apply_mapping(mapping(("a", "postcode")), frame(a=["'75011", "'t Hart", "'=1"]))

    assert mapped["postcode"].to_list() == ["75011", "'t Hart", "=1"]


def test_a_mapped_column_that_the_file_lacks_gives_nothing() -> None:
    mapped = apply_mapping(mapping(("absent", "email")), frame(a=["x"]))

    assert mapped["email"].to_list() == [None]


CELL = st.none() | st.text(st.characters(exclude_categories=("Cs",)), max_size=20)


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=20))
@settings(deadline=None)
def test_the_original_is_json_of_the_filled_cells_whatever_they_hold(
    rows: list[tuple[str | None, str | None]],
) -> None:
    table = frame(**{'a "b"': [row[0] for row in rows], "é": [row[1] for row in rows]})

    mapped = apply_mapping(mapping(("é", "city")), table)

    said = [{k: v for k, v in zip(('a "b"', "é"), row, strict=True) if v} for row in rows]
    assert [json.loads(text) for text in mapped["original"]] == said


def test_a_preview_shows_three_different_values_of_each_column() -> None:
    table = frame(a=["x", "x", "y", None, "z", "t"], b=[None, "", "v" * 60, None, None, None])

    preview = preview_mapping(mapping(("a", "city"), ("b", None)), table)

    assert preview[0].samples == ("x", "y", "z")
    assert (preview[1].field, preview[1].samples) == (None, ("v" * 40 + "…",))
