"""Any file of rows for receipts: typed where the file is (Parquet), else as columns of text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from passerelle.collect.receipts.receipt_lines import REASONS
from passerelle.files import ROW_NUMBER, ReadLimits, RejectedRow, open_table
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _

_PARQUET_ROWS = 131_072
_HEAD_BYTES = 8 << 10
_ENOUGH_LINES = 0.5


@dataclass(frozen=True)
class RowBatch:
    """Some consecutive rows, and those that could not be read as rows."""

    number: int
    frame: pl.DataFrame
    rejected: tuple[RejectedRow, ...] = ()


@dataclass(frozen=True)
class RowFile:
    """A file understood as rows; `pattern` names the layout whose text lines it has, if any."""

    columns: tuple[str, ...]
    batches: Callable[[int], Iterator[RowBatch]] = field(repr=False)
    pattern: str | None = None

    def sample(self, rows: int) -> pl.DataFrame:
        """The first rows."""
        first = next(self.batches(rows), None)
        empty = {name: pl.String() for name in self.columns} | {ROW_NUMBER: pl.Int64()}
        return first.frame if first else pl.DataFrame(schema=empty)


def open_rows(
    path: Path,
    patterns: Mapping[str, str],
    *,
    sheet: str | None,
    password: str | None,
    limits: ReadLimits,
) -> RowFile:
    """Open a file of rows.

    Args:
        path: The file.
        patterns: Regular expressions of text lines, by layout, with a named group a column.
        sheet: The sheet of a workbook, or the file of a .zip.
        password: The password of a .zip.
        limits: How far the file may go.

    Raises:
        InvalidInput: It is no file of rows that can be read.
    """
    head = _head(path)
    if head.startswith(b"PAR1"):
        return _open_parquet(path)
    for name, pattern in patterns.items():
        if _fits(head, pattern):
            return _open_text(path, name, pattern)
    table = open_table(path, sheet=sheet, password=password, limits=limits)

    def batches(size: int) -> Iterator[RowBatch]:
        for batch in table.batches(size):
            yield RowBatch(batch.number, batch.frame, batch.rejected)

    return RowFile(table.columns, batches)


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as stream:
            return stream.read(_HEAD_BYTES)
    except OSError:
        return b""  # what is wrong with the file is said when it is opened as a table


def _open_parquet(path: Path) -> RowFile:
    try:
        with pq.ParquetFile(path) as file:
            columns = tuple(file.schema_arrow.names)
    except (pa.ArrowException, OSError) as error:
        raise _broken(path) from error

    def batches(size: int) -> Iterator[RowBatch]:
        number, first = 0, 1
        for frame in _cut(_parquet_frames(path), size):
            yield RowBatch(
                number, frame.with_row_index(ROW_NUMBER, first).cast({ROW_NUMBER: pl.Int64})
            )
            number, first = number + 1, first + frame.height

    return RowFile(columns, batches)


def _parquet_frames(path: Path) -> Iterator[pl.DataFrame]:
    try:
        with pq.ParquetFile(path) as file:
            for part in file.iter_batches(_PARQUET_ROWS):
                frame = pl.DataFrame(part)
                yield frame.drop(ROW_NUMBER, strict=False)
    except (pa.ArrowException, OSError) as error:
        raise _broken(path) from error


def _cut(frames: Iterator[pl.DataFrame], size: int) -> Iterator[pl.DataFrame]:
    """The same rows in frames of `size` rows, the last one shorter."""
    held: list[pl.DataFrame] = []
    for frame in frames:
        held.append(frame)
        if sum(one.height for one in held) >= size:
            whole = pl.concat(held)
            while whole.height >= size:
                yield whole.head(size)
                whole = whole.slice(size)
            held = [whole]
    if held and (rest := pl.concat(held)).height:
        yield rest


def _fits(head: bytes, pattern: str) -> bool:
    lines = [line for line in head.decode("latin-1").splitlines()[1:] if line.strip()]
    hits = sum(re.fullmatch(pattern, line) is not None for line in lines)
    return bool(lines) and hits >= len(lines) * _ENOUGH_LINES


def _open_text(path: Path, layout: str, pattern: str) -> RowFile:
    columns = tuple(re.compile(pattern).groupindex)

    def batches(size: int) -> Iterator[RowBatch]:
        with path.open(encoding="latin-1", newline=None) as stream:
            number, first = 0, 1
            while lines := [line.rstrip("\n") for line in islice(stream, size)]:
                yield _read_lines(lines, pattern, columns, number=number, first=first)
                number, first = number + 1, first + len(lines)

    return RowFile(columns, batches, pattern=layout)


def _read_lines(
    lines: list[str], pattern: str, columns: tuple[str, ...], *, number: int, first: int
) -> RowBatch:
    texts = pl.DataFrame({"line": lines}).with_row_index(ROW_NUMBER, first)
    read = texts.with_columns(pl.col("line").str.extract_groups(f"^{pattern}$").alias("cells"))
    fits = read.unnest("cells").select(
        pl.col(ROW_NUMBER).cast(pl.Int64), "line", *columns
    )  # fmt: skip
    odd = pl.all_horizontal(pl.col(columns).is_null())
    header = pl.col(ROW_NUMBER) == 1
    blank = pl.col("line").str.strip_chars() == ""
    detail = REASONS["bad_line"]
    rejected = tuple(
        RejectedRow(row, "bad_line", _(detail), line)
        for row, line in fits.filter(odd & ~blank & ~header).select(ROW_NUMBER, "line").iter_rows()
    )
    return RowBatch(number, fits.filter(~odd).drop("line"), rejected)


def _broken(path: Path) -> InvalidInput:
    return InvalidInput(
        _("The Parquet file {name} is damaged or cut off.").format(name=path.name),
        hint=_("Copy or download it again, completely."),
    )
