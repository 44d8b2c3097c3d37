"""Reads workbooks: .xlsx, .xls, .xlsb, .ods; every cell becomes the text a person would say.

Dates become ISO, whole numbers lose their `.0`, and a number stays as it is: the leading zero
that Excel took from a postcode or a phone is put back by those who know what the column is.
"""

from __future__ import annotations

import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from passerelle.files.container import Payload
from passerelle.files.formulas import is_formula
from passerelle.files.header import find_header
from passerelle.files.rejections import reject
from passerelle.files.table import ROW_NUMBER, Piece, ReadLimits, TableFile
from passerelle.files.workbook_guard import check_workbook
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _

_LOOK_AT = 50
_SLICE = 100_000
_MIDNIGHT = " 00:00:00"
_WORKBOOK_PARTS = ("xl/workbook.xml", "xl/workbook.bin", "content.xml")


def is_workbook_archive(payload: Payload) -> bool:
    """Whether a zip archive is a workbook."""
    try:
        with payload.open() as stream, zipfile.ZipFile(stream) as archive:
            return any(name in archive.namelist() for name in _WORKBOOK_PARTS)
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def open_workbook(
    path: Path, payload: Payload, limits: ReadLimits, *, sheet: str | None, header: bool | None
) -> TableFile:
    """Load one sheet and find its header."""
    content = payload.read_whole(limits)
    check_workbook(content, limits)
    name, cells, note = _load(content, sheet)
    head = cells.head(_LOOK_AT).rows()
    found = find_header(head, _width(cells.head(_LOOK_AT * 4)), header=header, limits=limits)
    columns = found.columns
    used = cells.select(cells.columns[: len(columns)])
    used.columns = list(columns)
    return TableFile(
        path=path,
        format="workbook",
        columns=columns,
        encoding=None,
        delimiter=None,
        notes=(_("Read from the sheet {name!r}.").format(name=name), *note, *found.notes),
        pieces=lambda: _pieces(used, found.rows_above, limits),
    )


def _load(content: bytes, wanted: str | None) -> tuple[str, pl.DataFrame, tuple[str, ...]]:
    import fastexcel

    try:
        book = fastexcel.read_excel(content)
        names = list(book.sheet_names)
        if wanted is not None and wanted not in names:
            raise InvalidInput(
                _("The workbook has no sheet named {name!r}.").format(name=wanted),
                hint=_("It has: {names}").format(names=", ".join(names[:20])),
            )
        filled = [(name, cells) for name, cells in _sheets(book, names, wanted) if cells.width]
    except fastexcel.FastExcelError as error:
        raise _unreadable(error) from error
    if not filled:
        raise InvalidInput(
            _("The workbook has no row with anything in it."),
            hint=_("Check that the export had finished, or name the right sheet with --sheet."),
        )
    name, cells = filled[0]
    others = len(names) - 1
    note = _("{count} more sheets are not read; name one with --sheet.").format(count=others)
    return name, cells, (note,) if others and wanted is None else ()


def _sheets(book: Any, names: list[str], wanted: str | None) -> Iterator[tuple[str, pl.DataFrame]]:
    """Sheets until one has something in it."""
    for name in [wanted] if wanted else names:
        sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
        cells = sheet.to_polars()
        yield name, cells
        if cells.width:
            return


def _unreadable(error: Exception) -> InvalidInput:
    if "password" in str(error).lower():
        return InvalidInput(
            _("The workbook is protected by a password."),
            hint=_("Open it in a spreadsheet, remove the password, and save it again."),
        )
    return InvalidInput(
        _("The workbook is damaged or of a kind that is not known."),
        hint=_("Open it in a spreadsheet and save it again as Excel (.xlsx)."),
    )


def _width(cells: pl.DataFrame) -> int:
    """Cells that most rows have, up to the last that is filled."""
    widths = Counter(
        max((i + 1 for i, cell in enumerate(row) if cell), default=0) for row in cells.rows()
    )
    widths.pop(0, None)
    return max(widths, key=lambda width: (widths[width], width), default=0)


def _pieces(cells: pl.DataFrame, above: int, limits: ReadLimits) -> Iterator[Piece]:
    columns = cells.columns
    for start in range(above, cells.height, _SLICE):
        part = cells.slice(start, _SLICE)
        part = part.with_columns(
            pl.all().str.strip_suffix(_MIDNIGHT).replace("", None),
            pl.int_range(start + 1, start + 1 + part.height, dtype=pl.Int64).alias(ROW_NUMBER),
        ).filter(~pl.all_horizontal(pl.col(columns).is_null()))
        yield _reject_odd(part, columns, limits)


def _reject_odd(part: pl.DataFrame, columns: list[str], limits: ReadLimits) -> Piece:
    """Take out rows that hold a NUL or a cell beyond any honest length."""
    long = pl.any_horizontal(pl.col(columns).str.len_chars() > limits.max_cell_chars)
    nul = pl.any_horizontal(pl.col(columns).str.contains("\0", literal=True))
    bad = part.with_columns(_long=long.fill_null(False), _nul=nul.fill_null(False))
    odd = bad.filter(pl.col("_long") | pl.col("_nul"))
    rejected = tuple(
        reject(
            row[ROW_NUMBER],
            "cell_too_long" if row["_long"] else "nul_bytes",
            "\t".join(row[name] or "" for name in columns),
            cells=None,
            width=len(columns),
        )
        for row in odd.to_dicts()
    )
    good = bad.filter(~(pl.col("_long") | pl.col("_nul"))).drop("_long", "_nul")
    return Piece(good, rejected, count_formulas(good, columns))


def count_formulas(frame: pl.DataFrame, columns: list[str]) -> Counter[str]:
    """How many cells a spreadsheet could run."""
    found = 0
    for name in columns:
        column = frame[name]
        suspects = column.filter(column.str.contains(r"^[=+\-@\t]"))
        found += sum(map(is_formula, suspects))
    return Counter({"formula_cells": found} if found else {})
