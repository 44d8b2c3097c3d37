"""What a quality report reads: files, or the records of a source as they were last received."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import polars as pl

from passerelle.collect import Mapping, TableFile

BATCH_ROWS = 100_000
"""Rows that are looked at together: large enough for speed, small enough for memory."""


@dataclass(frozen=True)
class RowBatch:
    """Rows of one file: its columns as texts, and `row_number` as a spreadsheet counts.

    refused: rows beside them that could not be read, by reason.
    """

    file: str
    rows: pl.DataFrame = field(repr=False)
    refused: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class QualityPart:
    """Rows that are understood alike: a file, or what a source said under one mapping.

    id_column: column whose value tells one customer from another, when a person says so.
    """

    name: str
    mapping: Mapping
    batches: Callable[[], Iterator[RowBatch]] = field(repr=False)
    notes: tuple[str, ...] = ()
    id_column: str | None = None


def file_part(table: TableFile, mapping: Mapping, *, id_column: str | None = None) -> QualityPart:
    """A file, once opened, as a part of the report."""
    name = table.path.name

    def batches() -> Iterator[RowBatch]:
        for batch in table.batches(BATCH_ROWS):
            refused = Counter(row.reason for row in batch.rejected)
            yield RowBatch(name, batch.frame, refused)

    return QualityPart(name, mapping, batches, table.notes, id_column)
