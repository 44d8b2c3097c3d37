"""What checking a column gives: for each cell its value, or why there is none, or what is odd."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

import polars as pl

PLACEHOLDER = "placeholder"
"""Code of a cell that stands for no value, whatever the column holds."""


@dataclass(frozen=True)
class Setting:
    """What reading a cell depends on besides the cell.

    regions: country (ISO 3166 alpha-2) of each row, for phone numbers without a country code.
    is_abroad: whether the row's address is in another country than France, if rows say so.
    """

    field: str | None
    today: date
    date_order: str = "dmy"
    namespace: str = "default"
    regions: pl.Series | None = None
    is_abroad: pl.Series | None = None


@dataclass(frozen=True)
class Checked:
    """A column of cells once checked; every series is as long as the column.

    values: canonical texts, null where the cell is blank or refused. refusals: code of why a
    filled cell cannot be used. kinds: how far a value may be trusted, for types that judge.
    suspicions: by code, whether a cell is suspected. proposals: by code of mending, what to put
    in the cell's place. changes: by the same code, what is said and what is proposed without what
    is personal in it.
    """

    values: pl.Series
    refusals: pl.Series
    kinds: pl.Series | None = None
    suspicions: Mapping[str, pl.Series] = field(default_factory=dict)
    proposals: Mapping[str, pl.Series] = field(default_factory=dict)
    changes: Mapping[str, pl.DataFrame] = field(default_factory=dict)


def with_proposals(
    checked: Checked,
    proposals: Mapping[str, pl.Series],
    suspicions: Mapping[str, pl.Series] = MappingProxyType({}),
) -> Checked:
    """A checked column, with what other columns of the rows say of it."""
    return replace(
        checked,
        proposals={**checked.proposals, **proposals},
        suspicions={**checked.suspicions, **suspicions},
    )


def nothing(length: int) -> pl.Series:
    """A column of texts that says nothing."""
    return pl.Series([None], dtype=pl.String).new_from_index(0, length)


def coded(code: str, where: pl.Series) -> pl.Series:
    """A code where a condition holds, null elsewhere."""
    return pl.select(code=pl.when(where).then(pl.lit(code)))["code"]


def first_of(*columns: pl.Series) -> pl.Series:
    """For each row, what the first column says that says something."""
    return pl.select(first=pl.coalesce(*columns))["first"]


def kept(values: pl.Series, where: pl.Series) -> pl.Series:
    """The values where a condition holds, null elsewhere."""
    return pl.select(value=pl.when(where).then(values))["value"]


def is_among(values: pl.Series, *codes: str) -> pl.Series:
    """Whether each value is one of some codes; false for null."""
    return values.is_in(list(codes)).fill_null(False)


def proposed_once(cells: pl.Series, propose: Callable[[str], str | None]) -> pl.Series:
    """What is proposed for each cell, asked once for each distinct text; null for null."""
    distinct = cells.unique().drop_nulls()
    found = pl.Series([propose(text) for text in distinct], dtype=pl.String)
    asked = pl.DataFrame({"cell": distinct, "proposed": found})
    joined = pl.DataFrame({"cell": cells}).join(asked, on="cell", how="left", maintain_order="left")
    return joined["proposed"]
