"""A table somebody gave us, whatever its format: columns of text, read in batches.

Grain of a batch: `size` rows in file order, counting the rejected ones, so that batch `k` is the
same on every run and an import can resume there. Blank rows are skipped but keep their number.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import polars as pl

from passerelle.kernel.language import ngettext

ROW_NUMBER = "row_number"
"""Name of the column that numbers the rows; a file's own column of that name is renamed."""

_HASH_BYTES = 1 << 20


@dataclass(frozen=True)
class ReadLimits:
    """How far a file may go before it is refused as hostile or broken.

    Defaults: 16 GiB once unpacked (about 100 million rows of 15 columns) and 200 times its
    packed size (real exports compress 3 to 30 times, a deflate bomb 1,032 times; not checked
    below `ratio_grace_bytes`); 131,072 characters a cell (the longest text area of Salesforce;
    Excel stops at 32,767); 2,000 columns; 2 GiB for formats that must be held whole (workbooks,
    JSON arrays, Parquet inside an archive); 50 million cells a sheet (about 2 GiB of memory).
    """

    max_expanded_bytes: int = 16 << 30
    max_ratio: int = 200
    ratio_grace_bytes: int = 32 << 20
    max_cell_chars: int = 131_072
    max_columns: int = 2_000
    max_held_bytes: int = 2 << 30
    max_sheet_cells: int = 50_000_000


@dataclass(frozen=True)
class RejectedRow:
    """A row that cannot be read, with why and what it said.

    `reason` is a stable code: `too_many_cells`, `too_few_cells`, `unclosed_quote`, `bad_quoting`,
    `nul_bytes`, `cell_too_long`, `bad_encoding`, `bad_json`, `not_an_object`.
    """

    row_number: int
    reason: str
    detail: str
    original: str


@dataclass(frozen=True)
class TableBatch:
    """Some rows of the table, in file order; `notes` says what was repaired or looks odd."""

    number: int
    frame: pl.DataFrame
    rejected: tuple[RejectedRow, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Piece:
    """Rows as a format's reader delivers them, before they are cut into batches."""

    frame: pl.DataFrame
    rejected: tuple[RejectedRow, ...] = ()
    counts: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class TableFile:
    """A file that was understood: its columns, how they were found, and its rows on demand."""

    path: Path
    format: str
    columns: tuple[str, ...]
    encoding: str | None
    delimiter: str | None
    notes: tuple[str, ...]
    pieces: Callable[[], Iterator[Piece]] = field(repr=False)

    @cached_property
    def content_id(self) -> str:
        """SHA-256 of the file's bytes, in hexadecimal: the same file is recognised anywhere."""
        state = hashlib.sha256()
        with self.path.open("rb") as stream:
            while block := stream.read(_HASH_BYTES):
                state.update(block)
        return state.hexdigest()

    def batches(self, size: int, *, start: int = 0) -> Iterator[TableBatch]:
        """The rows in batches of `size`, from batch `start` on; the first is number 0."""
        for number, (frame, rejected, counts) in enumerate(_regroup(self, size)):
            if number >= start:
                yield TableBatch(number, frame, rejected, describe_counts(counts))

    def sample(self, rows: int = 1000) -> pl.DataFrame:
        """The first readable rows, to look at before an import."""
        frames = [empty_frame(self.columns)]
        missing = rows
        for piece in self.pieces():
            frames.append(piece.frame.head(missing))
            missing -= piece.frame.height
            if missing <= 0:
                break
        return pl.concat(frames)


def empty_frame(columns: tuple[str, ...]) -> pl.DataFrame:
    """No rows of these columns."""
    schema = {name: pl.String() for name in columns}
    return pl.DataFrame(schema={**schema, ROW_NUMBER: pl.Int64()})


def describe_counts(counts: Counter[str]) -> tuple[str, ...]:
    """What was repaired or looks odd in some rows, as sentences."""
    return tuple(
        _SENTENCES[name](count).format(count=count) for name, count in sorted(counts.items())
    )


_SENTENCES: dict[str, Callable[[int], str]] = {
    "formula_cells": lambda n: ngettext(
        "{count} cell starts like a formula; it is kept as it was said and must be guarded"
        " when exported to a spreadsheet.",
        "{count} cells start like a formula; they are kept as they were said and must be guarded"
        " when exported to a spreadsheet.",
        n,
    ),
    "other_encoding": lambda n: ngettext(
        "{count} line was in another encoding than the rest; it was read in its own.",
        "{count} lines were in another encoding than the rest; they were read in their own.",
        n,
    ),
    "repaired_quotes": lambda n: ngettext(
        "{count} row had quotes inside a quoted cell without doubling them; they were kept.",
        "{count} rows had quotes inside a quoted cell without doubling them; they were kept.",
        n,
    ),
}

_Cut = tuple[pl.DataFrame, tuple[RejectedRow, ...], Counter[str]]


def _regroup(table: TableFile, size: int) -> Iterator[_Cut]:
    if size < 1:
        raise ValueError(f"a batch holds at least one row, not {size}")
    frames: list[pl.DataFrame] = []
    rejected: list[RejectedRow] = []
    counts: Counter[str] = Counter()
    held = 0
    for piece in table.pieces():
        frames.append(piece.frame)
        rejected.extend(piece.rejected)
        counts.update(piece.counts)
        held += piece.frame.height + len(piece.rejected)
        if held < size:
            continue
        whole = pl.concat(frames)
        while held >= size:
            head, bad, whole, rejected = _cut(whole, rejected, size)
            yield head, tuple(bad), counts
            counts, held = Counter(), held - size
        frames = [whole]
    if held:
        yield pl.concat(frames), tuple(rejected), counts


def _cut(
    frame: pl.DataFrame, rejected: list[RejectedRow], size: int
) -> tuple[pl.DataFrame, list[RejectedRow], pl.DataFrame, list[RejectedRow]]:
    """The first `size` rows, good and bad together, and the rest."""
    if not rejected:
        return frame.head(size), [], frame.slice(size), []
    good = frame[ROW_NUMBER].to_numpy()
    bad = np.fromiter((row.row_number for row in rejected), dtype=np.int64)
    last = np.partition(np.concatenate([good, bad]), size - 1)[size - 1]
    kept_good = int(np.searchsorted(good, last, side="right"))
    kept_bad = size - kept_good
    return frame.head(kept_good), rejected[:kept_bad], frame.slice(kept_good), rejected[kept_bad:]
