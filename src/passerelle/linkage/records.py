"""Records as integers: one row of codes a record, and what the codes stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from passerelle.linkage.comparison import BANDS, Comparison
from passerelle.linkage.compiling import keep_compiled
from passerelle.linkage.dictionaries import Codes, Dictionary, encode, recode
from passerelle.linkage.fields import Field, list_comparisons

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Column:
    """A field's distinct values, ready to be compared.

    exact: uint8 of shape (values,), the level that two records reach that share the value.
    frequencies: share of each value among the records that have one.
    tables: what the comparison's kernel needs.
    parts: for blocking, other codes of each value by name; -1 is none.
    """

    field: Field
    comparison: Comparison
    dictionary: Dictionary
    exact: npt.NDArray[np.uint8]
    frequencies: Floats
    tables: tuple[Any, ...]
    parts: Mapping[str, Codes]

    @property
    def records(self) -> int:
        """Records, with a value or without."""
        return len(self.dictionary.codes)

    @property
    def band_shares(self) -> Floats:
        """Share of records in each band of frequency, by level of exact agreement."""
        shares = np.zeros(self.comparison.bands)
        np.add.at(shares, self.exact - self.comparison.first_exact, self.frequencies)
        return shares

    @property
    def chance_of_exact(self) -> Floats:
        """How often two records that have a value share one, by band of the value."""
        counts = self.dictionary.counts.astype(float)
        pairs = np.zeros(self.comparison.bands)
        np.add.at(pairs, self.exact - self.comparison.first_exact, counts * (counts - 1))
        filled = counts.sum()
        return np.asarray(pairs / max(1.0, filled * (filled - 1)))


@dataclass(frozen=True)
class Records:
    """All records of all tables.

    codes: int32 of shape (records, fields), -1 where a value is missing; one row is one or two
        lines of the processor's cache.
    sources: int16 of shape (records,), the table that each came from.
    """

    codes: npt.NDArray[np.int32]
    columns: tuple[Column, ...]
    sources: npt.NDArray[np.int16]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.codes)


def read_records(
    table: pa.Table, fields: Sequence[Field], sources: npt.NDArray[np.int16]
) -> Records:
    """Records of a table of texts, one row each."""
    keep_compiled()
    columns = tuple(_column(table[field.column], field) for field in fields)
    codes = np.stack([each.dictionary.codes for each in columns], axis=1)
    return Records(np.ascontiguousarray(codes, dtype=np.int32), columns, sources)


def _column(cells: pa.ChunkedArray, field: Field) -> Column:
    comparison = list_comparisons()[field.kind]
    raw = encode(cells.cast(pa.large_string()))
    values = comparison.normalize(pl.Series(raw.values).cast(pl.String))
    dictionary = _without_placeholders(recode(raw, values.to_arrow()), comparison)
    distinct = pl.Series(dictionary.values).cast(pl.String)
    parts = {
        name: _part_codes(part, distinct.len()) for name, part in comparison.parts(distinct).items()
    }
    return Column(
        field,
        comparison,
        dictionary,
        _exact_levels(dictionary, comparison),
        dictionary.frequencies,
        comparison.tables(dictionary.values),
        parts,
    )


def _without_placeholders(dictionary: Dictionary, comparison: Comparison) -> Dictionary:
    if comparison.most_records is None or not (dictionary.counts > comparison.most_records).any():
        return dictionary
    kept = pa.array(dictionary.counts <= comparison.most_records)
    return recode(dictionary, pa.compute.if_else(kept, dictionary.values, None))


def _exact_levels(dictionary: Dictionary, comparison: Comparison) -> npt.NDArray[np.uint8]:
    if comparison.is_banded:
        band = np.searchsorted(np.array(BANDS), dictionary.counts, side="left")
    else:
        band = np.zeros(len(dictionary.counts), np.int64)
    return (comparison.first_exact + band).astype(np.uint8)


def _part_codes(part: pl.Series, count: int) -> Codes:
    if count == 0:
        return np.empty(0, np.int32)
    coded = pa.array(part.to_arrow()).dictionary_encode().indices.fill_null(-1)
    return np.asarray(coded.to_numpy(zero_copy_only=False), np.int32)
