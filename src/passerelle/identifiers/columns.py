"""Reads a whole column: each distinct value once, then put back in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import polars as pl

from passerelle.identifiers.identifier_type import (
    IdentifierType,
    NormalizedColumn,
    ParseContext,
    Parsed,
    Reading,
)

_OTHERS = pl.List(pl.String)


def read_column(
    kind: IdentifierType, values: pl.Series, regions: pl.Series | None, context: ParseContext
) -> NormalizedColumn:
    """The column read by its type: in its own vector form if it has one, else value by value."""
    if kind.parse_column is not None:
        return kind.parse_column(values, regions, context)
    read = pl.DataFrame({"raw": values})
    distinct = read["raw"].unique().drop_nulls()
    rows = readings_frame(kind.parse(raw, context) for raw in distinct)
    rows = rows.with_columns(raw=distinct)
    joined = read.join(rows, on="raw", how="left", maintain_order="left")
    kinds = map_distinct(joined["value"], lambda value: kind.judge(value).kind)
    return NormalizedColumn(joined["value"], joined["reason"], kinds, joined["others"])


def readings_frame(readings: Iterable[Reading]) -> pl.DataFrame:
    """Readings as columns `value`, `reason`, `others`."""
    values: list[str | None] = []
    reasons: list[str | None] = []
    others: list[list[str] | None] = []
    for reading in readings:
        is_parsed = isinstance(reading, Parsed)
        values.append(reading.value if isinstance(reading, Parsed) else None)
        reasons.append(None if reading is None or isinstance(reading, Parsed) else reading.reason)
        others.append(list(reading.others) or None if is_parsed else None)  # type: ignore[union-attr]
    return pl.DataFrame(
        {
            "value": pl.Series(values, dtype=pl.String),
            "reason": pl.Series(reasons, dtype=pl.String),
            "others": pl.Series(others, dtype=_OTHERS),
        }
    )


def map_distinct(values: pl.Series, function: Callable[[str], str | None]) -> pl.Series:
    """A function applied to each distinct text of a column once; null stays null."""
    distinct = values.unique().drop_nulls()
    mapped = pl.Series([function(value) for value in distinct], dtype=pl.String)
    pairs = pl.DataFrame({"raw": distinct.cast(pl.String), "mapped": mapped})
    column = pl.DataFrame({"raw": values.cast(pl.String)})
    return column.join(pairs, on="raw", how="left", maintain_order="left")["mapped"]


def no_others(length: int) -> pl.Series:
    """A column of `others` where no cell held several values."""
    return pl.Series([None], dtype=_OTHERS).new_from_index(0, length)
