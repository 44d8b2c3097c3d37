"""Tables with columns of their own made one table: what means the same stands in one column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set

import polars as pl

from passerelle.linkage.birth_columns import join_birth_columns
from passerelle.linkage.fields import kind_of

ONE_OF_A_KIND = (
    "first_name", "last_name", "maiden_name", "full_name", "birth_date", "email", "phone", "street",
    "house_number", "postcode", "city",
)  # fmt: skip
"""Kinds of which a record has one value: the first column of a table that holds one gives it."""

_IN_ONE, _IN_TWO = "full_name", frozenset({"first_name", "last_name"})

_MOBILE = ("mob", "portable", "gsm", "cell")


def align(tables: Sequence[pl.DataFrame], *, leave: Sequence[str] = ()) -> pl.DataFrame:
    """One table of texts; of several tables, a column of no known kind needs the same name in two.

    Year, month and day of birth become one date; so do first and last name a whole name where some
    table has it in one cell. Columns in `leave` and columns without a value are left out.
    """
    aligned = _with_one_name(
        [
            _aligned(join_birth_columns(table.drop(set(leave) & set(table.columns))))
            for table in tables
        ]
    )
    names = [name for each in aligned for name in each]
    kept = [
        name
        for name in dict.fromkeys(names)
        if name in ONE_OF_A_KIND or len(tables) == 1 or names.count(name) > 1
    ]
    frames = [
        pl.DataFrame({name: each[name] for name in kept if name in each})
        if any(name in each for name in kept)
        else pl.DataFrame({kept[0]: pl.Series([None] * table.height, dtype=pl.String)})
        for each, table in zip(aligned, tables, strict=True)
        if kept
    ]
    return pl.concat(frames, how="diagonal") if frames else pl.DataFrame()


def _with_one_name(tables: Sequence[Mapping[str, pl.Series]]) -> Sequence[Mapping[str, pl.Series]]:
    """Tables that all say a name in one cell, or all in two: both would count it twice."""
    if all(set(table) >= _IN_TWO or not _has_name(table) for table in tables):
        return [_without(table, {_IN_ONE}) for table in tables]
    if not any(_IN_ONE in table for table in tables):
        return tables
    return [_with_whole_name(table) for table in tables]


def _has_name(table: Mapping[str, pl.Series]) -> bool:
    return _IN_ONE in table or not _IN_TWO.isdisjoint(table)


def _with_whole_name(table: Mapping[str, pl.Series]) -> Mapping[str, pl.Series]:
    halves = {name: cells for name, cells in table.items() if name in _IN_TWO}
    if _IN_ONE in table or not halves:
        return _without(table, _IN_TWO)
    whole = pl.DataFrame(halves).select(
        pl.concat_str(pl.all().str.strip_chars(), separator=" ", ignore_nulls=True)
        .replace("", None)
        .alias(_IN_ONE)
    )
    return {_IN_ONE: whole[_IN_ONE], **_without(table, _IN_TWO)}


def _without(table: Mapping[str, pl.Series], names: Set[str]) -> Mapping[str, pl.Series]:
    return {name: cells for name, cells in table.items() if name not in names}


def _aligned(table: pl.DataFrame) -> Mapping[str, pl.Series]:
    by_kind: dict[str, list[str]] = {}
    others: dict[str, pl.Series] = {}
    for name in table.columns:
        values = table[name]
        if values.null_count() == values.len():
            continue
        kind = kind_of(name, values)
        if kind is None:
            continue
        if kind in ONE_OF_A_KIND and (kind == "phone" or kind not in by_kind):
            by_kind.setdefault(kind, []).append(name)
        else:
            others[name] = values
    told = {
        kind: table.select(pl.coalesce(_mobiles_first(names)).alias(kind))[kind]
        for kind, names in by_kind.items()
    }
    return {**told, **others}


def _mobiles_first(names: Sequence[str]) -> list[str]:
    return sorted(names, key=lambda name: not any(word in name.lower() for word in _MOBILE))
