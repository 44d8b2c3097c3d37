"""Turns the rows of a file into the fields we know, beside what the row said."""

from __future__ import annotations

import json
from collections.abc import Sequence

import polars as pl

from passerelle.collect.mapping.plan import Mapping
from passerelle.files import ROW_NUMBER

ORIGINAL = "original"
"""Name of the column that holds the row as it was said: a JSON object of its filled cells."""

_TO_ESCAPE = ['"', "\\", *map(chr, range(32))]
_ESCAPED = [json.dumps(mark, ensure_ascii=False)[1:-1] for mark in _TO_ESCAPE]
_BYTES_TO_ESCAPE = "".join(_TO_ESCAPE).encode()
_GUARD = r"^'([\d=+@\-])"  # the apostrophe Shopify and Excel write before what looks like a number


def apply_mapping(mapping: Mapping, frame: pl.DataFrame) -> pl.DataFrame:
    """The rows under the names of the fields.

    One column for each field the mapping feeds (text, trimmed, null when blank; dates and
    amounts as they were said), then `row_number` and `original`.
    """
    used = [c.column for c in mapping.columns if c.field and c.column in frame.columns]
    trimmed = trim_cells(frame.select(list(dict.fromkeys(used))))
    fields = [_field(mapping.columns_for(name), trimmed).alias(name) for name in mapping.fields()]
    return trimmed.select(fields).with_columns(frame[ROW_NUMBER], _original(frame))


def _field(columns: Sequence[str], frame: pl.DataFrame) -> pl.Expr:
    """The first of the columns that says something."""
    present = [name for name in columns if name in frame.columns]
    if not present:
        return pl.lit(None, dtype=pl.String)
    return pl.col(present[0]) if len(present) == 1 else pl.coalesce(present)


def trim_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """Columns of text without outer blanks nor a spreadsheet's apostrophe; blank cells are null."""
    frame = frame.select(pl.all().str.strip_chars())
    guarded = [column.name for column in frame if column.str.starts_with("'").any()]
    frame = frame.with_columns(pl.col(guarded).str.replace(_GUARD, "$1"))
    blank = [column.name for column in frame if (column == "").any()]
    return frame.with_columns(pl.col(blank).replace("", None))


def _original(frame: pl.DataFrame) -> pl.Series:
    """The filled cells of a row as a JSON object, under the names the file gives them."""
    members = [_member(column) for column in frame if column.name != ROW_NUMBER]
    inside = pl.concat_str([part for parts in members for part in parts], ignore_nulls=True)
    whole = pl.concat_str(pl.lit("{"), inside.str.slice(1), pl.lit("}"))  # the first comma goes
    return frame.select(whole.alias(ORIGINAL)).to_series()


def _member(column: pl.Series) -> list[pl.Expr]:
    """The parts of `,"name":"cell"`: nothing where the cell is blank, escaped where it must."""
    text = pl.col(column.name)
    if _must_escape(column):
        text = text.str.replace_many(_TO_ESCAPE, _ESCAPED)
    opening = pl.lit(f',{json.dumps(column.name, ensure_ascii=False)}:"')
    if not column.null_count() and not (column == "").any():
        return [opening, text, pl.lit('"')]
    return [pl.when(pl.col(column.name) != "").then(pl.concat_str(opening, text, pl.lit('"')))]


def _must_escape(column: pl.Series) -> bool:
    """Whether some cell holds a character that JSON escapes: one pass over the bytes."""
    cells = (column.str.join("").item() or "").encode()
    return len(cells.translate(None, _BYTES_TO_ESCAPE)) != len(cells)
