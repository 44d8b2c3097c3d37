"""Tables with columns of their own made one table: what means the same stands in one column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from passerelle.linkage.fields import kind_of

ONE_OF_A_KIND = (
    "first_name", "last_name", "birth_date", "email", "phone", "street", "house_number",
    "postcode", "city",
)  # fmt: skip
"""Kinds of which a record has one value: the first column of a table that holds one gives it."""

_MOBILE = ("mob", "portable", "gsm", "cell")


Sources = Mapping[str, tuple[str, ...]]
"""For each aligned column, the columns of a table that give it: the first that has a value."""


@dataclass(frozen=True)
class LeftOut:
    """A column of a table that is not compared, and why.

    source: position of the table. reason: `empty`, `says_nothing` (such as when a row was made) or
    `one_table` (no other table has a column like it).
    """

    source: int
    column: str
    reason: str


@dataclass(frozen=True)
class Alignment:
    """Tables made one.

    columns: for each table, where its values came from. left_out: columns that found no place.
    """

    table: pl.DataFrame
    columns: tuple[Sources, ...]
    left_out: tuple[LeftOut, ...]


def align(tables: Sequence[pl.DataFrame], *, leave: Sequence[str] = ()) -> Alignment:
    """One table of texts; of several tables, a column of no known kind needs the same name in two.

    Columns in `leave` and columns without a value are left out.
    """
    told = [_sources(source, table, leave) for source, table in enumerate(tables)]
    names = [name for each, _left in told for name in each]
    kept = [
        name
        for name in dict.fromkeys(names)
        if name in ONE_OF_A_KIND or len(tables) == 1 or names.count(name) > 1
    ]
    columns = tuple({name: each[name] for name in kept if name in each} for each, _left in told)
    frames = [align_like(table, each, kept) for table, each in zip(tables, columns, strict=True)]
    alone = (
        LeftOut(source, name, "one_table")
        for source, (each, _left) in enumerate(told)
        for name in each
        if name not in kept
    )
    left_out = (*(each for _sources, some in told for each in some), *alone)
    return Alignment(pl.concat(frames) if kept else pl.DataFrame(), columns, left_out)


def align_like(table: pl.DataFrame, sources: Sources, columns: Sequence[str]) -> pl.DataFrame:
    """The aligned columns of a table, null where it has no column for them."""
    none = pl.lit(None, dtype=pl.String)
    told = {
        column: [pl.col(name) for name in sources.get(column, ()) if name in table.columns]
        for column in columns
    }
    return table.with_columns(
        pl.coalesce(*each, none).cast(pl.String).alias(column) for column, each in told.items()
    ).select(columns)


def _sources(
    source: int, table: pl.DataFrame, leave: Sequence[str]
) -> tuple[Sources, list[LeftOut]]:
    by_kind: dict[str, list[str]] = {}
    others: dict[str, tuple[str, ...]] = {}
    left_out = []
    for name in table.columns:
        values = table[name]
        if name in leave:
            continue
        if values.null_count() == values.len():
            left_out.append(LeftOut(source, name, "empty"))
            continue
        kind = kind_of(name, values)
        if kind is None:
            left_out.append(LeftOut(source, name, "says_nothing"))
        elif kind in ONE_OF_A_KIND and (kind == "phone" or kind not in by_kind):
            by_kind.setdefault(kind, []).append(name)
        else:
            others[name] = (name,)
    of_a_kind = {kind: tuple(_mobiles_first(names)) for kind, names in by_kind.items()}
    return {**of_a_kind, **others}, left_out


def _mobiles_first(names: Sequence[str]) -> list[str]:
    return sorted(names, key=lambda name: not any(word in name.lower() for word in _MOBILE))
