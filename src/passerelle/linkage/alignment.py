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
    """Tables made one, and the columns that found no place in it."""

    table: pl.DataFrame
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True)
class _Told:
    """What one table tells: values by the name of their aligned column, and columns without."""

    values: Mapping[str, pl.Series]
    left_out: tuple[LeftOut, ...]


def align(tables: Sequence[pl.DataFrame], *, leave: Sequence[str] = ()) -> Alignment:
    """One table of texts; of several tables, a column of no known kind needs the same name in two.

    Columns in `leave` and columns without a value are left out.
    """
    told = [_tell(source, table, leave) for source, table in enumerate(tables)]
    names = [name for each in told for name in each.values]
    kept = [
        name
        for name in dict.fromkeys(names)
        if name in ONE_OF_A_KIND or len(tables) == 1 or names.count(name) > 1
    ]
    frames = [
        pl.DataFrame({name: each.values[name] for name in kept if name in each.values})
        if any(name in each.values for name in kept)
        else pl.DataFrame({kept[0]: pl.Series([None] * table.height, dtype=pl.String)})
        for each, table in zip(told, tables, strict=True)
        if kept
    ]
    return Alignment(
        pl.concat(frames, how="diagonal") if frames else pl.DataFrame(),
        tuple(
            left
            for source, each in enumerate(told)
            for left in (
                *each.left_out,
                *(LeftOut(source, name, "one_table") for name in each.values if name not in kept),
            )
        ),
    )


def _tell(source: int, table: pl.DataFrame, leave: Sequence[str]) -> _Told:
    by_kind: dict[str, list[str]] = {}
    others: dict[str, pl.Series] = {}
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
            others[name] = values
    of_a_kind = {
        kind: table.select(pl.coalesce(_mobiles_first(names)).alias(kind))[kind]
        for kind, names in by_kind.items()
    }
    return _Told({**of_a_kind, **others}, tuple(left_out))


def _mobiles_first(names: Sequence[str]) -> list[str]:
    return sorted(names, key=lambda name: not any(word in name.lower() for word in _MOBILE))
