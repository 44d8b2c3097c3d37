"""The lines of INSEE's file of deceased persons: no header, columns of fixed widths, latin-1.

Source: matchID-project/deces-dataprep, widths of the file as INSEE publishes it.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, cast

import polars as pl

from passerelle.files import ROW_NUMBER, Piece, TableFile
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _

WIDTHS = {
    "nomprenom": 80,
    "sexe": 1,
    "datenaiss": 8,
    "lieunaiss": 5,
    "commnaiss": 30,
    "paysnaiss": 30,
    "datedeces": 8,
    "lieudeces": 5,
    "actedeces": 9,
}
"""Columns by the names of INSEE's own CSV edition, with how many characters each takes."""

_SEX_AT = WIDTHS["nomprenom"]
_LINES_AT_ONCE = 100_000
_GZIP = b"\x1f\x8b"


def has_death_lines(path: Path) -> bool:
    """Whether a file begins with a line of that layout: a name with a star, and a sex after it."""
    try:
        with _opened(path) as stream:
            line = _decoded(stream.readline(1000))
    except (OSError, EOFError):
        return False  # whoever opens it as a table says what is wrong with it
    return "*" in line[:_SEX_AT] and line[_SEX_AT : _SEX_AT + 1] in ("1", "2")


def open_death_lines(path: Path) -> TableFile:
    """The file as a table; a line that is too short has empty cells at its end."""
    return TableFile(
        path=path,
        format="insee-deaths",
        columns=tuple(WIDTHS),
        encoding="latin-1",
        delimiter=None,
        notes=(),
        pieces=lambda: _pieces(path),
    )


def _pieces(path: Path) -> Iterator[Piece]:
    done = 0
    try:
        with _opened(path) as stream:
            while lines := [_decoded(line) for line in islice(stream, _LINES_AT_ONCE)]:
                numbers = range(done + 1, done + len(lines) + 1)
                yield Piece(_cut(lines, numbers))
                done += len(lines)
    except (OSError, EOFError):
        raise InvalidInput(
            _("The file {name} is damaged: it cannot be unpacked to its end.").format(
                name=path.name
            ),
            hint=_("Download it again, then run the same command: it goes on where it stopped."),
        ) from None


def _cut(lines: list[str], numbers: range) -> pl.DataFrame:
    line = pl.col("line")
    cells, start = [], 0
    for name, width in WIDTHS.items():
        cells.append(line.str.slice(start, width).str.strip_chars().alias(name))
        start += width
    said = pl.DataFrame({"line": lines, ROW_NUMBER: list(numbers)}, schema_overrides=_TYPES)
    return said.filter(line.str.strip_chars() != "").select(*cells, ROW_NUMBER)


_TYPES = {"line": pl.String, ROW_NUMBER: pl.Int64}


def _decoded(line: bytes) -> str:
    # Some editions went through tools that made UTF-8 of them; hardly any latin-1 reads as such.
    text = line.rstrip(b"\r\n")
    try:
        return text.decode("utf-8")
    except UnicodeDecodeError:
        return text.decode("latin-1")


def _opened(path: Path) -> IO[bytes]:
    with path.open("rb") as stream:
        is_packed = stream.read(2) == _GZIP
    return cast(IO[bytes], gzip.open(path, "rb")) if is_packed else path.open("rb")
