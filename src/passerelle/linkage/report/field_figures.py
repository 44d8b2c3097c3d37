"""What each field weighs, what it holds, and which columns carry nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from passerelle.linkage.comparison import DIFFERENT, FIRST_FUZZY, MISSING, Comparison
from passerelle.linkage.learning import HOUSEHOLD, PERSON
from passerelle.linkage.linking import Linkage
from passerelle.linkage.patterns import count_levels
from passerelle.linkage.records import Column
from passerelle.linkage.report.linkage_report import (
    ColumnRow,
    FieldWeights,
    LevelWeight,
    SilentColumn,
)

_FREQUENT = 5  # values that are told of each field
_LITTLE = 0.5  # bits; a field all of whose levels weigh less carries nothing
_RARE = 0.01  # share of records that have a value, below which a column carries nothing


def weigh_fields(linkage: Linkage) -> tuple[FieldWeights, ...]:
    """The weights of each field's levels."""
    pairs = count_levels(linkage.patterns, len(linkage.fields))
    if linkage.unkept.count:
        pairs = pairs + linkage.unkept.by_level
    person = linkage.model.relations.index(PERSON)
    home = (
        linkage.model.relations.index(HOUSEHOLD) if HOUSEHOLD in linkage.model.relations else None
    )
    rows = []
    for at, column in enumerate(linkage.records.columns):
        reached = pairs[at]
        weights = linkage.model.weights(at)
        levels = tuple(
            LevelWeight(
                level,
                int(reached[level]),
                float(weights[person, level]),
                None if home is None else float(weights[home, level]),
            )
            for level in _strongest_first(column.comparison)
            if reached[level]
        )
        rows.append(FieldWeights(column.field, int(reached[MISSING]), levels))
    return tuple(rows)


def list_columns(linkage: Linkage) -> tuple[ColumnRow, ...]:
    """What each field holds, as it was compared."""
    return tuple(_column_row(column) for column in linkage.records.columns)


def list_silent(linkage: Linkage, sources: Sequence[str]) -> tuple[SilentColumn, ...]:
    """Columns that carry nothing, those that were compared first."""
    return (
        *_weak(linkage),
        *_repeating(linkage),
        *_not_chosen(linkage),
        *(
            SilentColumn(each.column, each.reason, source=sources[each.source])
            for each in linkage.left_out
        ),
    )


def _strongest_first(comparison: Comparison) -> list[int]:
    exact = comparison.exact_levels
    special = range(exact[-1] + 1, comparison.level_count)
    alike = range(exact[0] - 1, FIRST_FUZZY - 1, -1)
    return [*exact, *special, *alike, DIFFERENT]


def _column_row(column: Column) -> ColumnRow:
    counts = column.dictionary.counts
    most = np.argsort(-counts, kind="stable")[:_FREQUENT].tolist()
    return ColumnRow(
        column.field,
        int(counts.sum()) / max(1, column.records),
        int((counts > 0).sum()),
        tuple(
            (str(column.dictionary.values[at].as_py()), int(counts[at]))
            for at in most
            if counts[at]
        ),
    )


def _weak(linkage: Linkage) -> Iterator[SilentColumn]:
    for at, field in enumerate(linkage.fields):
        if np.abs(linkage.model.weights(at)[:, DIFFERENT:]).max() < _LITTLE:
            yield SilentColumn(field.label, "weak")


def _repeating(linkage: Linkage) -> Iterator[SilentColumn]:
    for each in linkage.repeats:
        first, second = linkage.fields[each.first], linkage.fields[each.second]
        yield SilentColumn(second.label, "repeats", other=first.label)


def _not_chosen(linkage: Linkage) -> Iterator[SilentColumn]:
    table = pl.DataFrame(linkage.table)
    compared = {field.column for field in linkage.fields}
    for name in table.columns:
        if name not in compared:
            yield SilentColumn(name, _why_not(table[name]))


def _why_not(values: pl.Series) -> str:
    some = values.drop_nulls()
    if some.len() == 0:
        return "empty"
    if bool((some == some[0]).all()):
        return "constant"
    return "rare" if some.len() < _RARE * values.len() else "not_chosen"
