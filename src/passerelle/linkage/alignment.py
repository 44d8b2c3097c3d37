"""Tables with columns of their own made one table: what means the same stands in one column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _
from passerelle.linkage.birth_columns import join_birth_columns
from passerelle.linkage.fields import Field, kinds_of
from passerelle.linkage.texts.folding import or_null
from passerelle.linkage.texts.one_by_one import first_given, in_one_text, one_row, one_value, told

ONE_OF_A_KIND = (
    "first_name", "last_name", "maiden_name", "full_name", "birth_date", "email", "phone", "street",
    "house_number", "postcode", "city",
)  # fmt: skip
"""Kinds of which a record has one value: the first column of a table that holds one gives it."""

_IN_ONE, _IN_TWO = "full_name", ("first_name", "last_name")

_MOBILE = ("mob", "portable", "gsm", "cell")


@dataclass(frozen=True)
class Origin:
    """Where the values of an aligned column come from in a table.

    columns: its columns; the first that has a value gives it, or all together if `is_joined`.
    """

    columns: tuple[str, ...]
    is_joined: bool = False


Sources = Mapping[str, Origin]
"""For each aligned column, its origin in one table."""


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

    Year, month and day of birth become one date; so do first and last name a whole name where some
    table has it in one cell. Columns in `leave` and columns without a value are left out.
    """
    told = [
        _sources(source, join_birth_columns(table.drop(set(leave) & set(table.columns))))
        for source, table in enumerate(tables)
    ]
    given = _with_one_name([each for each, _left in told])
    names = [name for each in given for name in each]
    kept = [
        name
        for name in dict.fromkeys(names)
        if name in ONE_OF_A_KIND or len(tables) == 1 or names.count(name) > 1
    ]
    columns = tuple({name: each[name] for name in kept if name in each} for each in given)
    frames = [align_like(table, each, kept) for table, each in zip(tables, columns, strict=True)]
    alone = (
        LeftOut(source, name, "one_table")
        for source, each in enumerate(given)
        for name in each
        if name not in kept
    )
    if not kept and any(given):
        raise InvalidInput(
            _("The files have no column in common."),
            hint=_(
                "Give the columns that mean the same the same name. The first has: {columns}."
            ).format(columns=", ".join(tables[0].columns)),
        )
    left_out = (*(each for _given, some in told for each in some), *alone)
    return Alignment(pl.concat(frames) if kept else pl.DataFrame(), columns, left_out)


def with_fields(table: pl.DataFrame, fields: Sequence[Field]) -> pl.DataFrame:
    """An aligned table in which every field has its column, empty where the tables have none.

    Raises:
        InvalidInput: None of the fields' columns is there.
    """
    missing = [field.column for field in fields if field.column not in table.columns]
    if len(missing) == len(fields):
        raise InvalidInput(
            _("None of the columns that are to be compared is there."),
            hint=_("Columns that are wanted: {columns}.").format(columns=", ".join(missing)),
        )
    return table.with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in missing)


def align_like(table: pl.DataFrame, sources: Sources, columns: Sequence[str]) -> pl.DataFrame:
    """The aligned columns of a table, null where it has no column for them."""
    joined = join_birth_columns(table)
    present = {name: pl.col(name) for name in joined.columns}
    none = pl.lit(None, dtype=pl.String)
    return joined.with_columns(
        _value(sources.get(column), present, none).cast(pl.String).alias(column)
        for column in columns
    ).select(columns)


def align_cells(
    cells: Mapping[str, Sequence[str | None]], sources: Sources, columns: Sequence[str]
) -> dict[str, list[str | None]]:
    """What `align_like` gives of a few rows, without a query.

    Args:
        cells: Texts, row by row, of each column; none of them is to be joined to a birth date.
        sources: Where the values of aligned columns come from.
        columns: The aligned columns.
    """
    rows = [one_row(cells, row) for row in range(len(next(iter(cells.values()))))]
    return {
        column: [told(_value(sources.get(column), row, one_value(None))) for row in rows]
        for column in columns
    }


def _value(origin: Origin | None, present: Mapping[str, pl.Expr], none: pl.Expr) -> pl.Expr:
    """The value of an aligned column, given what stands in a table's own."""
    cells = [] if origin is None else [present[name] for name in origin.columns if name in present]
    if origin is None or not cells:
        return none
    return or_null(in_one_text(cells)) if origin.is_joined else first_given(*cells)


def _with_one_name(tables: Sequence[Sources]) -> Sequence[Sources]:
    """Tables that all say a name in one cell, or all in two: both would count it twice."""
    halves = set(_IN_TWO)
    if all(set(table) >= halves or not _has_name(table) for table in tables):
        return [_without(table, (_IN_ONE,)) for table in tables]
    if not any(_IN_ONE in table for table in tables):
        return tables
    return [_with_whole_name(table) for table in tables]


def _has_name(table: Sources) -> bool:
    return _IN_ONE in table or any(name in table for name in _IN_TWO)


def _with_whole_name(table: Sources) -> Sources:
    parts = [name for name in table if name in _IN_TWO]
    rest = _without(table, _IN_TWO)
    if _IN_ONE in table or not parts:
        return rest
    columns = tuple(column for name in parts for column in table[name].columns)
    return {_IN_ONE: Origin(columns, is_joined=True), **rest}


def _without(table: Sources, names: Sequence[str]) -> Sources:
    return {name: origin for name, origin in table.items() if name not in names}


def _sources(source: int, table: pl.DataFrame) -> tuple[Sources, list[LeftOut]]:
    by_kind: dict[str, list[str]] = {}
    others: dict[str, Origin] = {}
    left_out = []
    kinds = kinds_of(table)
    for name in table.columns:
        values = table[name]
        if values.null_count() == values.len():
            left_out.append(LeftOut(source, name, "empty"))
            continue
        kind = kinds[name]
        if kind is None:
            left_out.append(LeftOut(source, name, "says_nothing"))
        elif kind in ONE_OF_A_KIND and (kind == "phone" or kind not in by_kind):
            by_kind.setdefault(kind, []).append(name)
        else:
            others[name] = Origin((name,))
    of_a_kind = {kind: Origin(tuple(_mobiles_first(names))) for kind, names in by_kind.items()}
    return {**of_a_kind, **others}, left_out


def _mobiles_first(names: Sequence[str]) -> list[str]:
    return sorted(names, key=lambda name: not any(word in name.lower() for word in _MOBILE))
