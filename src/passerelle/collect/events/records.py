"""Any file of events as records, each one line of JSON, whatever the file is made of.

A file may hold JSON Lines, one JSON document (an array, or one object over several lines),
Parquet, or a table such as CSV; also inside .gz or .zip. Grain of a batch: `size` records in the
order of the file, so that batch `k` is the same on every run.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

import msgspec
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from passerelle.collect.events.event_format import Records, RejectedRow
from passerelle.files import (
    ROW_NUMBER,
    Payload,
    ReadLimits,
    open_table,
    unpack_gzip,
    unpack_zip,
)
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _

_HEAD_BYTES = 256 << 10
_BLOCK_BYTES = 4 << 20
_PARQUET_ROWS = 50_000
_BOM = b"\xef\xbb\xbf"
_SPACE = b" \t\r\n"


@dataclass(frozen=True)
class RecordBatch:
    """Some consecutive records, and the rows that could not even be read as records."""

    number: int
    records: Records
    rejected: tuple[RejectedRow, ...] = ()


@dataclass(frozen=True)
class RecordFile:
    """A file understood as records: how, and the batches on demand."""

    kind: str
    batches: Callable[[int], Iterator[RecordBatch]] = field(repr=False)

    def sample(self, count: int) -> list[bytes]:
        """The first records."""
        first = next(self.batches(count), None)
        return list(first.records.lines) if first else []


def open_records(path: Path, *, limits: ReadLimits, max_line_bytes: int) -> RecordFile:
    """Find what a file is made of, from its content and not from its name.

    Args:
        path: The file.
        limits: How far it may expand, and how much of it may be held in memory.
        max_line_bytes: The most bytes of a line; a longer one is cut, and so becomes invalid.

    Raises:
        InvalidInput: It is no file that can be read.
    """
    payload = _unwrap(path, limits)
    head = payload.head(_HEAD_BYTES).removeprefix(_BOM)
    start = head.lstrip(_SPACE)
    if head.startswith(b"PAR1"):
        return _open_parquet(path, payload, limits)
    if start.startswith(b"[") or (
        start.startswith(b"{") and _is_one_document(payload, head, limits)
    ):
        return _open_document(path, payload, limits)
    if start.startswith(b"{") or any(_is_json_object(line) for line in head.splitlines()[:20]):
        return RecordFile("jsonl", lambda size: _batch_lines(payload, size, max_line_bytes))
    return _open_table(path, limits)


def _unwrap(path: Path, limits: ReadLimits) -> Payload:
    if not path.is_file():
        open_table(path, limits=limits)  # says what is wrong with a folder or a missing file
    payload = Payload(path.name, lambda: path.open("rb"))
    try:
        head = payload.head(4)
    except OSError:
        open_table(path, limits=limits)
        raise
    if not head:
        raise InvalidInput(
            _("The file {name} is empty.").format(name=path.name),
            hint=_("Check that the export had finished."),
        )
    if head.startswith(b"\x1f\x8b"):
        return unpack_gzip(payload, limits)
    if head.startswith(b"PK\x03\x04"):
        return unpack_zip(path, limits, member=None, password=None)
    return payload


def _is_json_object(line: bytes) -> bool:
    try:
        return isinstance(msgspec.json.decode(line), dict)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False


def _is_one_document(payload: Payload, head: bytes, limits: ReadLimits) -> bool:
    """Whether a file that starts with an object is that object, written over several lines."""
    first_line = head.lstrip(_SPACE).split(b"\n", 1)[0].rstrip()
    if first_line.endswith(b"}") or len(first_line) > len(head) // 2:
        return False
    return _is_json_object(payload.read_whole(limits).removeprefix(_BOM))


def _batch_lines(payload: Payload, size: int, max_line_bytes: int) -> Iterator[RecordBatch]:
    rows: list[int] = []
    lines: list[bytes] = []
    number, first = 0, 1
    with payload.open() as stream:
        for block in _split_lines(stream, max_line_bytes):
            rows += range(first, first + len(block))
            lines += block
            first += len(block)
            if not all(block) or any(map(bytes.isspace, block)):
                rows, lines = _without_blanks(rows, lines)
            while len(lines) >= size:
                yield RecordBatch(number, Records(rows[:size], lines[:size]))
                rows, lines, number = rows[size:], lines[size:], number + 1
    if lines:
        yield RecordBatch(number, Records(rows, lines))


def _without_blanks(rows: list[int], lines: list[bytes]) -> tuple[list[int], list[bytes]]:
    kept = [index for index, line in enumerate(lines) if line and not line.isspace()]
    return [rows[index] for index in kept], [lines[index] for index in kept]


def _split_lines(stream: IO[bytes], max_line_bytes: int) -> Iterator[list[bytes]]:
    """The lines of a stream, none longer than one byte over the limit, in bounded memory."""
    rest = b""
    is_first = True
    while block := stream.read(_BLOCK_BYTES):
        if is_first:
            block, is_first = block.removeprefix(_BOM), False
        *whole, tail = block.split(b"\n")
        if not whole:
            rest = (rest + tail)[: max_line_bytes + 1]
            continue
        whole[0] = rest + whole[0]
        rest = tail
        if len(max(whole, key=len)) > max_line_bytes:
            whole = [line[: max_line_bytes + 1] for line in whole]
        yield whole
    if rest:
        yield [rest[: max_line_bytes + 1]]


def _open_document(path: Path, payload: Payload, limits: ReadLimits) -> RecordFile:
    content = payload.read_whole(limits).removeprefix(_BOM)
    try:
        if content.lstrip(_SPACE).startswith(b"["):
            items = [bytes(raw) for raw in msgspec.json.decode(content, type=list[msgspec.Raw])]
        else:
            items = [content.strip()]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput(
            _("The JSON of {name} is broken or cut off.").format(name=path.name),
            hint=_("Export it again, if you can as JSON Lines: one object a line."),
        ) from error
    return RecordFile("json", lambda size: _batch_items(items, size))


def _batch_items(items: list[bytes], size: int) -> Iterator[RecordBatch]:
    for number, first in enumerate(range(0, len(items), size)):
        some = items[first : first + size]
        yield RecordBatch(number, Records(range(first + 1, first + 1 + len(some)), some))


def _open_parquet(path: Path, payload: Payload, limits: ReadLimits) -> RecordFile:
    content = payload.read_whole(limits) if payload.wrapped else None

    def batches(size: int) -> Iterator[RecordBatch]:
        try:
            with pq.ParquetFile(path if content is None else io.BytesIO(content)) as file:
                held = (pl.DataFrame(part) for part in file.iter_batches(_PARQUET_ROWS))
                yield from _batch_frames(held, size)
        except (pa.ArrowException, OSError) as error:
            raise InvalidInput(
                _("The Parquet file {name} is damaged or cut off.").format(name=path.name),
                hint=_("Copy or download it again, completely."),
            ) from error

    return RecordFile("parquet", batches)


def _batch_frames(frames: Iterator[pl.DataFrame], size: int) -> Iterator[RecordBatch]:
    lines: list[bytes] = []
    number, first = 0, 1
    for frame in frames:
        lines += to_json_lines(frame)
        while len(lines) >= size:
            yield RecordBatch(number, Records(range(first, first + size), lines[:size]))
            lines, number, first = lines[size:], number + 1, first + size
    if lines:
        yield RecordBatch(number, Records(range(first, first + len(lines)), lines))


def _open_table(path: Path, limits: ReadLimits) -> RecordFile:
    table = open_table(path, limits=limits)

    def batches(size: int) -> Iterator[RecordBatch]:
        for batch in table.batches(size):
            rejected = tuple(
                RejectedRow(row.row_number, row.reason, row.detail, row.original)
                for row in batch.rejected
            )
            rows = batch.frame[ROW_NUMBER].to_list()
            yield RecordBatch(
                batch.number, Records(rows, to_json_lines(batch.frame.drop(ROW_NUMBER))), rejected
            )

    return RecordFile("table", batches)


def to_json_lines(frame: pl.DataFrame) -> list[bytes]:
    """The rows of a frame as JSON objects, nested ones too."""
    lines = io.BytesIO()
    frame.write_ndjson(lines)
    return lines.getvalue().split(b"\n")[: frame.height]
