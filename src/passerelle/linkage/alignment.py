"""Tables with columns of their own made one table: what means the same stands in one column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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


def align(
    tables: Sequence[pl.DataFrame], *, leave: Sequence[str] = ()
) -> tuple[pl.DataFrame, tuple[Sources, ...]]:
    """One table of texts, and where each table's values came from.

    Of several tables, a column of no known kind needs the same name in two. Columns in `leave` and
    columns without a value are left out.
    """
    told = [_sources(table, leave) for table in tables]
    names = [name for each in told for name in each]
    kept = [
        name
        for name in dict.fromkeys(names)
        if name in ONE_OF_A_KIND or len(tables) == 1 or names.count(name) > 1
    ]
    sources = tuple({name: each[name] for name in kept if name in each} for each in told)
    frames = [align_like(table, each, kept) for table, each in zip(tables, sources, strict=True)]
    return (pl.concat(frames) if kept else pl.DataFrame()), sources


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


def _sources(table: pl.DataFrame, leave: Sequence[str]) -> Sources:
    by_kind: dict[str, list[str]] = {}
    others: dict[str, tuple[str, ...]] = {}
    for name in table.columns:
        values = table[name]
        if name in leave or values.null_count() == values.len():
            continue
        kind = kind_of(name, values)
        if kind is None:
            continue
        if kind in ONE_OF_A_KIND and (kind == "phone" or kind not in by_kind):
            by_kind.setdefault(kind, []).append(name)
        else:
            others[name] = (name,)
    return {**{kind: tuple(_mobiles_first(names)) for kind, names in by_kind.items()}, **others}


def _mobiles_first(names: Sequence[str]) -> list[str]:
    return sorted(names, key=lambda name: not any(word in name.lower() for word in _MOBILE))
