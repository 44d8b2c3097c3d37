"""Opens any file that may hold a table, whatever its name, and says clearly when it holds none."""

from __future__ import annotations

import re
from pathlib import Path
from typing import IO

from passerelle.files.container import Payload, read_exactly, unpack_gzip, unpack_zip
from passerelle.files.csv_file import open_csv
from passerelle.files.json_file import open_json_array, open_json_lines
from passerelle.files.table import ReadLimits, TableFile
from passerelle.files.workbook import is_workbook_archive, open_workbook
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _

_HEAD = 4096
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_SHEETS = (".xlsx", ".xlsm", ".xlsb", ".ods")
_OTHER = (
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"Rar!", "RAR"),
    (b"\xfd7zXZ\0", "xz"),
    (b"BZh", "bzip2"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"%PDF", "PDF"),
    (b"SQLite format 3\0", "SQLite"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
)
_HTML = re.compile(rb"\s*(<!doctype html|<html|<table|<\?xml|<meta)", re.IGNORECASE)
_CONTROL = bytes(b for b in range(32) if b not in b"\t\n\r\0\x0c\x1a\x1b\x1f\x01")
_MANY = 0.02  # share of control characters above which a file is no text
_STRAY = 16  # a few of them prove nothing in a small file


def open_table(  # noqa: PLR0913 - what the person may override
    path: Path,
    *,
    sheet: str | None = None,
    delimiter: str | None = None,
    encoding: str | None = None,
    password: str | None = None,
    header: bool | None = None,
    limits: ReadLimits | None = None,
) -> TableFile:
    """Open a file of rows and columns: CSV, Excel, JSON, Parquet, also inside .gz or .zip.

    Args:
        path: The file. What it is is found from its content, not from its name.
        sheet: The sheet of a workbook (by default the first that is not empty), or the file
            of a .zip that holds several.
        delimiter: The separator of a CSV, when it is not found by itself.
        encoding: The encoding of a text file, when it is not found by itself; rows that it
            cannot read are then rejected instead of being read in another one.
        password: The password of a .zip.
        header: Whether the first row names the columns; None to find out.
        limits: How far the file may go; see `ReadLimits`.

    Raises:
        InvalidInput: The file cannot be read as a table; the hint says what to do.
    """
    limits = limits or ReadLimits()
    _check_path(path)
    table = _open(path, limits, sheet, password, delimiter, encoding, header)
    if not any(piece.frame.height or piece.rejected for piece in table.pieces()):
        raise InvalidInput(
            _("The file {name} names its columns and has no row under them.").format(
                name=path.name
            ),
            hint=_("Check that the export had finished and that its filter was not too narrow."),
        )
    return table


def _open(  # noqa: PLR0913, PLR0917 - passed on as received
    path: Path,
    limits: ReadLimits,
    sheet: str | None,
    password: str | None,
    delimiter: str | None,
    encoding: str | None,
    header: bool | None,
) -> TableFile:
    payload = Payload(path.name, lambda: path.open("rb"))
    head = payload.head(_HEAD)
    if head.startswith(_ZIP) and not is_workbook_archive(payload):
        if path.suffix.lower() in _SHEETS:
            raise _not_a_workbook(path, damaged=True)
        payload = unpack_zip(path, limits, member=sheet, password=password)
        sheet = None
    elif head.startswith(b"\x1f\x8b"):
        payload = unpack_gzip(payload, limits)
    if payload.wrapped:
        head = payload.head(_HEAD)
    if not head:
        raise InvalidInput(
            _("The file {name} is empty.").format(name=path.name),
            hint=_("Check that the export had finished."),
        )
    if head.startswith(b"PAR1"):
        # Arrow takes as much memory as all the rest; few files need it.
        from passerelle.files.parquet_file import open_parquet

        return open_parquet(path, payload, limits)
    if head.startswith(_ZIP) or head.startswith(_OLE):
        return open_workbook(path, payload, limits, sheet=sheet, header=header)
    _refuse_binary(path, payload, head, encoding)
    return _open_text(path, payload, head, limits, delimiter, encoding, header)


def _open_text(  # noqa: PLR0913, PLR0917 - passed on as received
    path: Path,
    payload: Payload,
    head: bytes,
    limits: ReadLimits,
    delimiter: str | None,
    encoding: str | None,
    header: bool | None,
) -> TableFile:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if delimiter is None and start.startswith((b'{"', b"{ ", b"{\n", b"{\r", b"{}")):
        return open_json_lines(path, payload, limits)
    if delimiter is None and re.match(rb"\[\s*[\[{\]]", start):
        return open_json_array(path, payload, limits)
    return open_csv(path, payload, limits, delimiter=delimiter, encoding=encoding, header=header)


def _check_path(path: Path) -> None:
    if path.is_dir():
        raise InvalidInput(
            _("{name} is a folder, not a file.").format(name=path.name or path),
            hint=_("Name one file in it."),
        )
    if not path.exists():
        raise InvalidInput(
            _("There is no file {name}.").format(name=path),
            hint=_("Check the name and the folder."),
        )
    if not path.is_file():
        raise InvalidInput(
            _("{name} is not an ordinary file.").format(name=path.name),
            hint=_("Save its content in a file first."),
        )
    try:
        with path.open("rb") as stream:
            _touch(stream)
    except OSError as error:
        raise InvalidInput(
            _("The file {name} cannot be read: {why}.").format(
                name=path.name, why=error.strerror or type(error).__name__
            ),
            hint=_("Check that you may read it and that no other program holds it."),
        ) from error


def _touch(stream: IO[bytes]) -> None:
    read_exactly(stream, 1)


def _refuse_binary(path: Path, payload: Payload, head: bytes, encoding: str | None) -> None:
    suffix = Path(payload.name).suffix.lower()
    if suffix in _SHEETS:
        raise _not_a_workbook(path, damaged=False)
    for magic, name in _OTHER:
        if head.startswith(magic):
            raise InvalidInput(
                _("{name} is a {kind} file, which is not a table that can be read here.").format(
                    name=path.name, kind=name
                ),
                hint=_("Unpack or export it as CSV, Excel, JSON Lines or Parquet."),
            )
    if _HTML.match(head):
        raise InvalidInput(
            _("{name} is a web page or XML, whatever it is called.").format(name=path.name),
            hint=_("Open it in a spreadsheet and save it as Excel (.xlsx) or CSV UTF-8."),
        )
    if suffix == ".parquet":
        raise InvalidInput(
            _("{name} is not a Parquet file, or its beginning is missing.").format(name=path.name),
            hint=_("Copy or download it again, completely."),
        )
    control = len(head) - len(head.translate(None, _CONTROL))
    zeros = head.count(0) / len(head)
    looks_utf16 = encoding is not None or head.startswith((b"\xff\xfe", b"\xfe\xff"))
    one_sided = min(head[0::2].count(0), head[1::2].count(0)) < len(head) * 0.05
    if control > max(len(head) * _MANY, _STRAY) or (zeros > 0.2 and not (looks_utf16 or one_sided)):
        raise InvalidInput(
            _("{name} is not text, nor any kind of table that can be read here.").format(
                name=path.name
            ),
            hint=_("Export it as CSV, Excel (.xlsx), JSON Lines or Parquet."),
        )


def _not_a_workbook(path: Path, *, damaged: bool) -> InvalidInput:
    if damaged:
        return InvalidInput(
            _("{name} is an archive without a workbook inside.").format(name=path.name),
            hint=_("Open it in a spreadsheet and save it again, or rename it to .zip."),
        )
    return InvalidInput(
        _("{name} is not a workbook, in spite of its name.").format(name=path.name),
        hint=_("If it is a text table, rename it to .csv; else save it again as Excel (.xlsx)."),
    )
