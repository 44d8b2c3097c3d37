"""Reads a whole column: what a pattern recognises in bulk, the rest one distinct value at a time.

A type whose canonical values are often already there as typed has a bulk path: it proposes a
`value` for the rows it is sure of, and `read_rest` reads the others with the type's own `parse`.
The contract suite holds that both ways give the same answer.
"""

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
    proposed = pl.DataFrame({"raw": values}).with_columns(value=pl.lit(None, dtype=pl.String))
    read = read_rest(proposed, lambda raw: kind.parse(raw, context))
    judged = map_distinct(read["value"], lambda value: kind.judge(value).kind)
    return NormalizedColumn(read["value"], read["reason"], judged, read["others"])


def read_rest(
    proposed: pl.DataFrame, parse: Callable[..., Reading], *, keys: tuple[str, ...] = ("raw",)
) -> pl.DataFrame:
    """Columns `value`, `reason`, `others` for a frame with `raw` and a `value` where it is known.

    `parse` is given the `keys` columns of each distinct row that has text and no value yet.
    """
    is_left = pl.col("value").is_null() & pl.col("raw").is_not_null() & (pl.col("raw") != "")
    left = proposed.filter(is_left).select(keys).unique()
    if left.is_empty():
        return proposed.select(
            "value",
            reason=pl.lit(None, dtype=pl.String),
            others=pl.lit(None, dtype=_OTHERS),
        )
    columns = [left[key].to_list() for key in keys]
    rows = left.hstack(_readings_frame(map(parse, *columns)))
    joined = proposed.join(rows, on=keys, how="left", maintain_order="left", suffix="_read")
    return joined.select("reason", "others", value=pl.coalesce("value", "value_read"))


def map_distinct(values: pl.Series, function: Callable[[str], str | None]) -> pl.Series:
    """A function applied to each distinct text of a column once; null stays null."""
    column = pl.DataFrame({"raw": values.cast(pl.String)})
    distinct = column["raw"].unique().drop_nulls()
    mapped = pl.Series([function(value) for value in distinct.to_list()], dtype=pl.String)
    pairs = pl.DataFrame({"raw": distinct, "mapped": mapped})
    return column.join(pairs, on="raw", how="left", maintain_order="left")["mapped"]


def _readings_frame(readings: Iterable[Reading]) -> pl.DataFrame:
    values: list[str | None] = []
    reasons: list[str | None] = []
    others: list[list[str] | None] = []
    for reading in readings:
        if isinstance(reading, Parsed):
            values.append(reading.value)
            reasons.append(None)
            others.append(list(reading.others) or None)
        else:
            values.append(None)
            reasons.append(None if reading is None else reading.reason)
            others.append(None)
    return pl.DataFrame(
        {
            "value": pl.Series(values, dtype=pl.String),
            "reason": pl.Series(reasons, dtype=pl.String),
            "others": pl.Series(others, dtype=_OTHERS),
        }
    )
