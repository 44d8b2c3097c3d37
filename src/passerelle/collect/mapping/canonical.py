"""Turns the rows of a file into the fields we know, beside what the row said."""

from __future__ import annotations

import json
from collections.abc import Sequence

import polars as pl

from passerelle.collect.files import ROW_NUMBER
from passerelle.collect.mapping.plan import Mapping

ORIGINAL = "original"
"""Name of the column that holds the row as it was said: a JSON object of its filled cells."""

_TO_ESCAPE = ['"', "\\", *map(chr, range(32))]
_ESCAPED = [json.dumps(mark, ensure_ascii=False)[1:-1] for mark in _TO_ESCAPE]
_GUARD = r"^'([\d=+@\-])"  # the apostrophe Shopify and Excel write before what looks like a number


def apply_mapping(mapping: Mapping, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows under the names of the fields.

    One column for each field the mapping feeds (text, trimmed, null when blank; dates and
    amounts as they were said), then `row_number` and `original`.
    """
    fields = [_field(mapping.columns_for(name), frame).alias(name) for name in mapping.fields()]
    columns = [name for name in frame.columns if name != ROW_NUMBER]
    return frame.select(*fields, pl.col(ROW_NUMBER), _original(frame, columns).alias(ORIGINAL))


def _field(columns: Sequence[str], frame: pl.DataFrame) -> pl.Expr:
    present = [name for name in columns if name in frame.columns]
    if not present:
        return pl.lit(None, dtype=pl.String)
    return pl.coalesce(_trimmed(name) for name in present)


def _trimmed(name: str) -> pl.Expr:
    """The cell without blanks around it nor a spreadsheet's apostrophe."""
    text = pl.col(name).str.strip_chars()
    guarded = text.str.starts_with("'")
    text = pl.when(guarded).then(text.str.replace(_GUARD, "$1")).otherwise(text)
    return pl.when(text != "").then(text)


def _original(frame: pl.DataFrame, columns: Sequence[str]) -> pl.Expr:
    """The filled cells of a row as a JSON object, under the names the file gives them."""
    cells = [_member(frame, name) for name in columns]
    return pl.concat_str(
        pl.lit("{"), pl.concat_str(cells, separator=",", ignore_nulls=True), pl.lit("}")
    )


def _member(frame: pl.DataFrame, name: str) -> pl.Expr:
    """`"name":"cell"`, null where the cell is blank; cells are escaped only where they must."""
    text = pl.col(name)
    if frame[name].str.contains_any(_TO_ESCAPE).any():
        text = text.str.replace_many(_TO_ESCAPE, _ESCAPED)
    key = json.dumps(name, ensure_ascii=False)
    return pl.when(pl.col(name) != "").then(pl.concat_str(pl.lit(f'{key}:"'), text, pl.lit('"')))
