"""Looks through a workbook before it is loaded, because loading it needs memory for every cell.

A cell placed at the far corner of an otherwise empty sheet would ask for 17 thousand million
cells; a sheet of zeros compresses a thousand times. Both are refused here, in bounded memory.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

from passerelle.files.table import ReadLimits
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _

_BLOCK = 1 << 20
_OVERLAP = 64  # bytes carried over so that a tag cut in two is still seen
_ROW = re.compile(rb'<(?:\w+:)?row [^>]*?\br="(\d+)"')
_FAR_COLUMN = re.compile(rb'\br="([A-Z]{2,3})\d')
_REPEATED = re.compile(rb'number-(columns|rows)-repeated="(\d+)"')
_ENCRYPTED_MARK = "EncryptedPackage".encode("utf-16-le")


def check_workbook(content: bytes, limits: ReadLimits) -> None:
    """Refuse a workbook that is encrypted, broken, or too big to be loaded.

    Raises:
        InvalidInput: With what to do about it.
    """
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        if _ENCRYPTED_MARK in content:
            raise InvalidInput(
                _("The workbook is protected by a password."),
                hint=_(
                    "Open it in Excel, remove the password (File > Info > Protect Workbook >"
                    " Encrypt with Password, leave it blank), save, and import it again."
                ),
            )
        return  # an old .xls: at most 65,536 rows of 256 columns a sheet
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            budget = limits.max_held_bytes
            for info in archive.infolist():
                budget -= _check_part(archive, content, info, budget, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError) as error:
        raise InvalidInput(
            _("The workbook is damaged or cut off."),
            hint=_("Open it in a spreadsheet and save it again, or copy it again."),
        ) from error


def _check_part(
    archive: zipfile.ZipFile, content: bytes, info: zipfile.ZipInfo, budget: int, limits: ReadLimits
) -> int:
    """Go through one part of the workbook; the bytes it expands to."""
    if info.flag_bits & 1:
        raise InvalidInput(
            _("The workbook is protected by a password."),
            hint=_("Open it in a spreadsheet, remove the password, and save it again."),
        )
    sheet = "/worksheets/" in info.filename or info.filename == "content.xml"
    rows, columns, size, tail = 0, 26, 0, b""
    for block in _inflate(content, info):
        size += len(block)
        ratio = size / max(info.compress_size, 1)
        if size > budget or (size > limits.ratio_grace_bytes and ratio > limits.max_ratio):
            raise InvalidInput(
                _("The workbook expands beyond what can be held in memory ({size} MiB).").format(
                    size=limits.max_held_bytes >> 20
                ),
                hint=_("Save the sheet as CSV UTF-8 and import that."),
            )
        if sheet:
            seen = tail + block
            rows = max([rows, *map(int, _ROW.findall(seen))])
            columns = max([columns, *map(_column, set(_FAR_COLUMN.findall(seen)))])
            _check_cells(rows, columns, limits)
            _check_repeats(seen, limits)
            tail = block[-_OVERLAP:]
    return size


def _inflate(content: bytes, info: zipfile.ZipInfo) -> Iterator[bytes]:
    """The part as it really expands, whatever size the archive says it has."""
    start = info.header_offset
    names = int.from_bytes(content[start + 26 : start + 28], "little")
    extra = int.from_bytes(content[start + 28 : start + 30], "little")
    begin = start + 30 + names + extra
    packed = content[begin : begin + info.compress_size]
    if info.compress_type == zipfile.ZIP_STORED:
        for at in range(0, len(packed), _BLOCK):
            yield packed[at : at + _BLOCK]
        return
    if info.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile("a workbook is deflated or stored")
    state = zlib.decompressobj(-15)
    while packed and not state.eof:
        yield state.decompress(packed, _BLOCK)
        packed = state.unconsumed_tail


def _check_cells(rows: int, columns: int, limits: ReadLimits) -> None:
    if rows * columns > limits.max_sheet_cells:
        raise InvalidInput(
            _(
                "A sheet spans {rows} rows of {columns} columns, more than can be held in memory."
            ).format(rows=rows, columns=columns),
            hint=_("Delete the empty rows and columns at its end, or save the sheet as CSV UTF-8."),
        )


def _check_repeats(block: bytes, limits: ReadLimits) -> None:
    """OpenDocument writes a run of equal cells as one cell and a number."""
    wide = [int(count) for kind, count in _REPEATED.findall(block) if kind == b"columns"]
    tall = [int(count) for kind, count in _REPEATED.findall(block) if kind == b"rows"]
    if not wide and not tall:
        return
    # the empty end of every OpenDocument sheet is one row repeated a million times: it is free
    filled = [count for count in tall if count < _ODS_ROWS // 2]
    _check_cells(sum(filled), max(wide, default=1), limits)


_ODS_ROWS = 1_048_576


def _column(letters: bytes) -> int:
    """The number of a column from its letters.

    >>> _column(b"AA")
    27
    """
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
