"""Reads CSV and its cousins: fast where rows are perfectly formed, patiently where not."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np
import polars as pl

from passerelle.files.container import Payload
from passerelle.files.csv_dialect import Sniffed, is_old_mac, sniff_dialect
from passerelle.files.csv_rows import Dialect, Record, read_records
from passerelle.files.csv_structure import Structure, scan_structure, whole_records
from passerelle.files.encoding import legacy_encoding, sniff_encoding, utf8_blocks
from passerelle.files.formulas import is_formula
from passerelle.files.header import Header, find_header
from passerelle.files.rejections import reject
from passerelle.files.table import (
    ROW_NUMBER,
    Piece,
    ReadLimits,
    RejectedRow,
    TableFile,
)
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _

_HEAD_BYTES = 1 << 20
_MAX_CARRY = 1 << 20  # an unfinished record longer than this is a forgotten quote
_REPLACEMENT = "\ufffd"


@dataclass(frozen=True)
class _Plan:
    """All that was decided before the first row is read."""

    payload: Payload
    encoding: str
    legacy: str
    strict: bool
    old_mac: bool
    dialect: Dialect
    columns: tuple[str, ...]
    skip: int
    limits: ReadLimits

    @property
    def width(self) -> int:
        return len(self.columns)


def open_csv(
    path: Path,
    payload: Payload,
    limits: ReadLimits,
    *,
    delimiter: str | None,
    encoding: str | None,
    header: bool | None,
) -> TableFile:
    """Decide how a text table is written, from its first megabyte."""
    head = payload.head(_HEAD_BYTES)
    chosen = encoding or sniff_encoding(head)
    legacy = legacy_encoding(head)
    text = _head_text(payload, head, chosen, legacy)
    final = len(head) < _HEAD_BYTES
    sniffed = sniff_dialect(text, delimiter=delimiter, final=final)
    if delimiter is not None:
        _refuse_wrong_delimiter(text, sniffed, final=final)
    above = int(sniffed.hinted)
    rows = [record.cells or [] for record in sniffed.records[above:]]
    found = find_header(rows, sniffed.width, header=header, limits=limits)
    plan = _Plan(
        payload, chosen, legacy, encoding is not None, is_old_mac(text), sniffed.dialect,
        found.columns, found.rows_above + above, limits,
    )  # fmt: skip
    return TableFile(
        path=path,
        format="csv",
        columns=found.columns,
        encoding=chosen,
        delimiter=sniffed.dialect.delimiter,
        notes=_notes(plan, found, told=(encoding, delimiter)),
        pieces=lambda: _pieces(plan),
    )


def _head_text(payload: Payload, head: bytes, encoding: str, legacy: str) -> str:
    small = replace(payload, open=lambda: _reopen(head))
    try:
        with small.open() as stream:
            blocks = [b for b, _n in utf8_blocks(stream, encoding, legacy=legacy, strict=False)]
    except LookupError as error:
        raise InvalidInput(
            _("There is no encoding called {name!r}.").format(name=encoding),
            hint=_("Try utf-8, windows-1252 or latin-1, or leave --encoding out."),
        ) from error
    return b"".join(blocks).decode("utf-8", errors="replace")


def _reopen(content: bytes) -> io.BytesIO:
    return io.BytesIO(content)


def _refuse_wrong_delimiter(text: str, told: Sniffed, *, final: bool) -> None:
    """A separator that finds one column where another finds several is a slip."""
    if told.width > 1:
        return
    better = sniff_dialect(text, delimiter=None, final=final)
    if better.width > 1:
        raise InvalidInput(
            _(
                "The separator {told!r} gives a single column where {better!r} gives {count}."
            ).format(
                told=told.dialect.delimiter, better=better.dialect.delimiter, count=better.width
            ),
            hint=_("Leave --delimiter out, or correct it."),
        )


def _notes(plan: _Plan, found: Header, told: tuple[str | None, str | None]) -> tuple[str, ...]:
    notes = []
    if told[0] is None:
        notes.append(_("Read as {encoding}.").format(encoding=plan.encoding))
    if told[1] is None and plan.width > 1:
        notes.append(
            _("Cells are separated by {delimiter!r}.").format(delimiter=plan.dialect.delimiter)
        )
    if plan.dialect.escaped:
        notes.append(_("Quotes inside a cell are written with a backslash."))
    return (*notes, *found.notes)


def _pieces(plan: _Plan) -> Iterator[Piece]:
    """The rows, block by block, numbered as a spreadsheet numbers them."""
    number, carry, first = plan.skip + 1, b"", True
    for read, other in _blocks(plan):
        block = _after_header(plan, read) if first else carry + read
        first = False
        piece, used, carry = _read_block(plan, block, number, final=False)
        number += used
        if other:
            piece.counts["other_encoding"] += other
        yield piece
    if carry:
        yield _read_block(plan, carry, number, final=True)[0]


def _after_header(plan: _Plan, block: bytes) -> bytes:
    """The first block without what stands above the data."""
    text = block.decode("utf-8", errors="replace")
    records = read_records(text, plan.dialect, ReadLimits(), width=None, final=True)
    above = list(islice(records, plan.skip))
    return text[above[-1].end :].encode() if above else block


def _blocks(plan: _Plan) -> Iterator[tuple[bytes, int]]:
    with plan.payload.open() as stream:
        for block, other in utf8_blocks(
            stream, plan.encoding, legacy=plan.legacy, strict=plan.strict
        ):
            lines = block.replace(b"\r", b"\n") if plan.old_mac else block
            yield (plan.dialect.unescape(lines) if plan.dialect.escaped else lines), other


def _read_block(plan: _Plan, block: bytes, number: int, *, final: bool) -> tuple[Piece, int, bytes]:
    """The rows of a block, how many row numbers it used, and the bytes left for the next."""
    if final and not block.endswith(b"\n"):
        block += b"\n"
    cut = whole_records(block)
    if not cut or len(block) - cut > _MAX_CARRY or (final and cut < len(block)):
        return _read_patiently(plan, block, number, final=final)
    whole, rest = block[:cut], block[cut:]
    structure = _perfect(plan, whole)
    if structure is None:
        return _read_patiently(plan, block, number, final=final)
    frame = _parse_fast(plan, whole, structure, number)
    counts = Counter({"formula_cells": structure.formulas} if structure.formulas else {})
    return Piece(frame, (), counts), len(structure.ends), rest


def _perfect(plan: _Plan, block: bytes) -> Structure | None:
    """The structure of a block in which every row is as it should be, or None."""
    delimiter = plan.dialect.delimiter
    doubtful = b"\0" in block or block.count(b"\r") != block.count(b"\r\n")
    if doubtful or not delimiter.isascii() or (plan.strict and _REPLACEMENT.encode() in block):
        return None
    structure = scan_structure(block, ord(delimiter))
    if structure is None or bool((structure.widths != plan.width).any()):
        return None
    blank = plan.width == 1 and bool((np.diff(structure.ends, prepend=-1) <= 2).any())
    if blank or structure.longest() > plan.limits.max_cell_chars:
        return None
    return structure


def _parse_fast(plan: _Plan, block: bytes, structure: Structure, number: int) -> pl.DataFrame:
    """The rows of a perfect block; an empty cell is null, quoted or not."""
    frame = pl.read_csv(
        block,
        has_header=False,
        separator=plan.dialect.delimiter,
        quote_char='"' if structure.quoted else None,
        schema=dict.fromkeys(plan.columns, pl.String()),
        null_values=[""],
        raise_if_empty=False,
    )
    if frame.height != len(structure.ends):
        raise AssertionError("the fast parser and the structure disagree")
    rows = pl.int_range(number, number + len(structure.ends), dtype=pl.Int64, eager=True)
    return _without_blank(frame.with_columns(rows.alias(ROW_NUMBER)), plan.columns)


def _without_blank(frame: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    return frame.filter(~pl.all_horizontal(pl.col(list(columns)).is_null()))


def _read_patiently(
    plan: _Plan, block: bytes, number: int, *, final: bool
) -> tuple[Piece, int, bytes]:
    text = block.decode("utf-8", errors="replace")
    rows: list[list[str]] = []
    numbers: list[int] = []
    rejected: list[RejectedRow] = []
    counts: Counter[str] = Counter()
    used, end = 0, 0
    width = plan.width
    for record in read_records(text, plan.dialect, plan.limits, width=width, final=final):
        row_number, used, end = number + used, used + 1, record.end
        problem = record.problem or _problem(plan, record)
        if problem is not None:
            original = text[record.start : record.end].removesuffix("\n").removesuffix("\r")
            rejected.append(reject(row_number, problem, original, cells=record.cells, width=width))
        elif record.cells is not None and any(record.cells):
            rows.append(record.cells[:width])
            numbers.append(row_number)
            counts["repaired_quotes"] += record.repaired
            counts["formula_cells"] += sum(
                is_formula(cell) for cell in record.cells if cell and cell[0] in "=+-@\t"
            )
    frame = _frame(plan.columns, rows, numbers)
    return Piece(frame, tuple(rejected), +counts), used, text[end:].encode()


def _problem(plan: _Plan, record: Record) -> str | None:
    """Why a record cannot be a row, if it cannot."""
    cells = record.cells or []
    if not any(cells):
        return None
    size = record.end - record.start
    if size > plan.limits.max_cell_chars and max(map(len, cells)) > plan.limits.max_cell_chars:
        return "cell_too_long"
    if any("\0" in cell for cell in cells):
        return "nul_bytes"
    if plan.strict and any(_REPLACEMENT in cell for cell in cells):
        return "bad_encoding"
    if len(cells) > plan.width and any(cells[plan.width :]):
        return "too_many_cells"
    return "too_few_cells" if len(cells) < plan.width else None


def _frame(columns: tuple[str, ...], rows: list[list[str]], numbers: list[int]) -> pl.DataFrame:
    cells = zip(*rows, strict=True) if rows else ((),) * len(columns)
    series = [
        pl.Series(name, [cell or None for cell in column], dtype=pl.String)
        for name, column in zip(columns, cells, strict=True)
    ]
    return pl.DataFrame([*series, pl.Series(ROW_NUMBER, numbers, dtype=pl.Int64)])
