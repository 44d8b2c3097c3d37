"""Shows what a mapping would do, before anything is imported."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from passerelle.collect.mapping.plan import Mapping

_SHOWN = 40  # characters of a value; the rest would break the table on a screen


@dataclass(frozen=True)
class PreviewRow:
    """One column of the file: what it would feed, how sure and why, and up to three values."""

    column: str
    field: str | None
    confidence: float
    why: str
    samples: tuple[str, ...]


def preview_mapping(mapping: Mapping, sample: pl.DataFrame) -> tuple[PreviewRow, ...]:
    """Each column with what it would feed and three different values of it."""
    return tuple(
        PreviewRow(c.column, c.field, c.confidence, c.why, _samples(sample, c.column))
        for c in mapping.columns
    )


def _samples(sample: pl.DataFrame, column: str) -> tuple[str, ...]:
    if column not in sample.columns:
        return ()
    cells = sample[column].drop_nulls().str.strip_chars()
    distinct = cells.filter(cells != "").unique(maintain_order=True).head(3)
    return tuple(value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…" for value in distinct)
