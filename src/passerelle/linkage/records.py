"""Records as integers: one row of codes a record, and what the codes stand for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from passerelle.kernel import side_threads
from passerelle.linkage.adding.known_values import (
    KnownValues,
    are_placeholders,
    know_values,
    level_and_bits,
)
from passerelle.linkage.comparison import Comparison, Tables
from passerelle.linkage.compiling import keep_compiled
from passerelle.linkage.dictionaries import (
    Codes,
    Dictionary,
    Words,
    encode,
    hash_texts,
    recode,
    without,
)
from passerelle.linkage.fields import Field, list_comparisons
from passerelle.linkage.texts.folding import all_applied, applied

Floats = npt.NDArray[np.float64]

_THREADS = 2  # columns at a time


@dataclass(frozen=True)
class Column:
    """A field's distinct values, ready to be compared.

    known: what is known of how frequent they are.
    hashes: uint64 of shape (values,).
    exact: uint8 of shape (values,), the level that two records reach that share the value.
    finer: bits that each value says more, when it agrees, than the mean of its band.
    tables: what the comparison's kernel needs.
    parts: for blocking, hashes of what is derived from each value, by name; 0 is none.
    """

    field: Field
    comparison: Comparison
    dictionary: Dictionary
    known: KnownValues
    hashes: Words
    exact: npt.NDArray[np.uint8]
    finer: Floats
    tables: Tables
    parts: Mapping[str, Words]

    def finer_of(self, codes: Codes) -> Floats:
        """Bits that the values of some records say more; 0 where one is missing."""
        return np.append(self.finer, 0.0)[codes]

    @property
    def records(self) -> int:
        """Records, with a value or without."""
        return len(self.dictionary.codes)

    @property
    def band_shares(self) -> Floats:
        """Share of records in each band of frequency, by level of exact agreement."""
        shares = np.zeros(self.comparison.bands)
        np.add.at(shares, self.exact - self.comparison.first_exact, self.dictionary.frequencies)
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
    table: pa.Table,
    fields: Sequence[Field],
    sources: npt.NDArray[np.int16],
    known: Sequence[KnownValues] | None = None,
) -> Records:
    """Records of a table of texts, one row each.

    Args:
        table: The records.
        fields: What they are compared by.
        sources: Of each record, its table.
        known: For each field, what an earlier run knew of its values; these records' own counts
            unless given.
    """
    keep_compiled()

    def column(at: int) -> Column:
        field = fields[at]
        return make_column(
            field, *_read(table[field.column], field, None if known is None else known[at])
        )

    with side_threads(_THREADS) as beside:
        started = [beside.start(partial(column, at)) for at in range(len(fields))]
        columns = tuple(each.result() for each in started)
    codes = np.stack([each.dictionary.codes for each in columns], axis=1)
    return Records(np.ascontiguousarray(codes, dtype=np.int32), columns, sources)


def sample_records(records: Records, most: int, random: np.random.Generator) -> Records:
    """Some of the records, in their order; what is known of their columns stays that of all."""
    if records.count <= most:
        return records
    some = np.sort(random.choice(records.count, most, replace=False))
    return Records(
        np.ascontiguousarray(records.codes[some]), records.columns, records.sources[some]
    )


def read_values(
    table: pa.Table, fields: Sequence[Field], known: Sequence[KnownValues]
) -> list[Dictionary]:
    """The values of each field, put right, without placeholders."""
    return [
        _read(table[field.column], field, each)[0]
        for field, each in zip(fields, known, strict=True)
    ]


def _read(
    cells: pa.ChunkedArray, field: Field, known: KnownValues | None
) -> tuple[Dictionary, KnownValues]:
    comparison = list_comparisons()[field.kind]
    raw = encode(cells.cast(pa.large_string()))
    values = applied(comparison.normalize, pl.Series(raw.values).cast(pl.String))
    whole = recode(raw, values.to_arrow())
    dropped = _placeholders(whole, comparison, known)
    dictionary = without(whole, dropped) if dropped.any() else whole
    if known is None:
        known = know_values(dictionary, comparison, whole.values.filter(pa.array(dropped)))
    return dictionary, known


def make_column(field: Field, dictionary: Dictionary, known: KnownValues) -> Column:
    """A column of values that were put right, none of them a placeholder."""
    comparison = list_comparisons()[field.kind]
    hashes = hash_texts(dictionary.values)
    exact, finer = level_and_bits(known, comparison, hashes)
    parts = hash_parts(comparison, dictionary.values)
    tables = comparison.tables(dictionary.values, known.common_words)
    return Column(field, comparison, dictionary, known, hashes, exact, finer, tables, parts)


def hash_parts(comparison: Comparison, values: pa.Array) -> dict[str, Words]:
    """Hashes of what blocking may use of distinct values, by name; 0 is none."""
    told = all_applied(comparison.parts, pl.Series(values).cast(pl.String))
    return {name: hash_texts(pa.array(each.to_arrow())) for name, each in told.items()}


def _placeholders(
    dictionary: Dictionary, comparison: Comparison, known: KnownValues | None
) -> npt.NDArray[np.bool_]:
    if known is not None:
        return are_placeholders(known, hash_texts(dictionary.values))
    if comparison.most_records is None:
        return np.zeros(len(dictionary.values), np.bool_)
    return dictionary.counts > comparison.most_records
