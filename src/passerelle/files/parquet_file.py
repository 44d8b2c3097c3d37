"""Reads Parquet: typed columns become text; nested ones are dotted, lists become JSON."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from passerelle.files.container import Payload
from passerelle.files.header import find_header
from passerelle.files.json_file import as_text
from passerelle.files.rejections import reject
from passerelle.files.table import ROW_NUMBER, Piece, ReadLimits, TableFile
from passerelle.files.workbook import count_formulas
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _

_ROWS = 50_000
_ARE_BYTES = (
    pa.types.is_binary,
    pa.types.is_large_binary,
    pa.types.is_fixed_size_binary,
    pa.types.is_binary_view,
)


def open_parquet(path: Path, payload: Payload, limits: ReadLimits) -> TableFile:
    """A Parquet file, read in batches of its own."""
    content = payload.read_whole(limits) if payload.wrapped else None
    try:
        with _file(path, content) as file:
            names = _flat_names(file.schema_arrow)
    except (pa.ArrowException, OSError) as error:
        raise _broken(path) from error
    found = find_header([names], len(names), header=True, limits=limits)
    return TableFile(
        path=path,
        format="parquet",
        columns=found.columns,
        encoding=None,
        delimiter=None,
        notes=found.notes,
        pieces=lambda: _pieces(path, content, found.columns, limits),
    )


def _file(path: Path, content: bytes | None) -> Any:
    return pq.ParquetFile(path if content is None else io.BytesIO(content))


def _flat_names(schema: pa.Schema) -> list[str]:
    return list(_flatten(schema.empty_table()).column_names)


def _flatten(table: pa.Table) -> pa.Table:
    """Structs as dotted columns, however deep."""
    while any(pa.types.is_struct(field.type) for field in table.schema):
        table = table.flatten()
    return table


def _pieces(
    path: Path, content: bytes | None, columns: tuple[str, ...], limits: ReadLimits
) -> Iterator[Piece]:
    start = 1
    try:
        with _file(path, content) as file:
            for batch in file.iter_batches(batch_size=_ROWS):
                yield _piece(pa.Table.from_batches([batch]), columns, start, limits)
                start += batch.num_rows
    except (pa.ArrowException, OSError) as error:
        raise _broken(path) from error


def _piece(table: pa.Table, columns: tuple[str, ...], start: int, limits: ReadLimits) -> Piece:
    flat = _flatten(table)
    series = [_text(column).alias(name) for name, column in zip(columns, flat.columns, strict=True)]
    numbers = pl.int_range(start, start + table.num_rows, dtype=pl.Int64, eager=True)
    frame = pl.DataFrame([*series, numbers.alias(ROW_NUMBER)])
    names = list(columns)
    blank = pl.all_horizontal(pl.col(names).is_null())
    long = pl.any_horizontal(pl.col(names).str.len_chars().fill_null(0) > limits.max_cell_chars)
    nul = pl.any_horizontal(pl.col(names).str.contains("\0", literal=True).fill_null(False))
    rejected = tuple(
        reject(
            row[ROW_NUMBER],
            "nul_bytes" if any("\0" in (row[n] or "") for n in names) else "cell_too_long",
            "\t".join(row[n] or "" for n in names),
            cells=None,
            width=len(names),
        )
        for row in frame.filter(long | nul).to_dicts()
    )
    good = frame.filter(~(long | nul | blank))
    return Piece(good, rejected, count_formulas(good, names))


def _text(column: pa.ChunkedArray) -> pl.Series:
    kind = column.type
    if pa.types.is_nested(kind):
        return pl.Series([_say(value) for value in column.to_pylist()], dtype=pl.String)
    if pa.types.is_dictionary(kind):
        column = column.cast(kind.value_type)
        kind = kind.value_type
    if any(is_bytes(kind) for is_bytes in _ARE_BYTES):
        return pl.Series([_say(value) for value in column.to_pylist()], dtype=pl.String)
    values = pl.Series(column)
    if pa.types.is_duration(kind):
        return values.dt.to_string("iso")
    if pa.types.is_timestamp(kind):
        pattern = "%Y-%m-%dT%H:%M:%S%.f" + ("%:z" if kind.tz else "")
        return values.dt.to_string(pattern).str.replace("T00:00:00$", "")
    return values.cast(pl.String).str.replace(r"^(-?\d+)\.0$", "$1").replace("", None)


def _say(value: Any) -> str | None:
    """Bytes as text or hexadecimal; lists and maps as JSON."""
    if isinstance(value, bytes):
        try:
            return value.decode() or None
        except UnicodeDecodeError:
            return value.hex()
    return as_text(_plain(value))


def _plain(value: Any) -> Any:
    """A value that JSON can say."""
    if isinstance(value, bytes):
        return _say(value)
    if isinstance(value, dict):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def _broken(path: Path) -> InvalidInput:
    return InvalidInput(
        _("The Parquet file {name} is damaged or cut off.").format(name=path.name),
        hint=_("Copy or download it again, completely."),
    )
