"""Reads a text table record by record, patiently: the path for what is not perfectly formed.

A record is a line, or several when a quoted cell holds line feeds. A quote that never closes
costs its own line and none of its neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from passerelle.files.table import ReadLimits

_MAX_LINES = 1000  # a quoted cell of more lines than this is a quote somebody forgot to close
_ESCAPE = re.compile(rb'\\(["\\])')


@dataclass(frozen=True)
class Dialect:
    r"""How cells are separated, and whether `\"` stands for a quote inside a quoted cell."""

    delimiter: str
    escaped: bool = False

    def unescape(self, block: bytes) -> bytes:
        """The block with backslash escapes turned into doubled quotes."""
        if b"\\" not in block:
            return block
        return _ESCAPE.sub(lambda m: b'""' if m[1] == b'"' else b"\\", block)


@dataclass(frozen=True)
class Record:
    """One record: where it starts and ends in the text, its cells, or why it has none."""

    start: int
    end: int
    cells: list[str] | None
    problem: str | None = None
    repaired: bool = False


def read_records(
    text: str, dialect: Dialect, limits: ReadLimits, *, width: int | None, final: bool
) -> Iterator[Record]:
    """The records of a text, blank lines included (no cells but one empty).

    Args:
        text: Whole lines; the last may lack its line feed if `final`.
        dialect: How cells are separated.
        limits: How long a record may be.
        width: Cells expected; it tells a forgotten quote from a cell of several lines.
        final: Whether the text ends here. If not, a record that may go on is left unread.
    """
    position = 0
    while position < len(text):
        end = text.find("\n", position)
        if end < 0:
            if not final:
                return
            end = len(text)
        if text.find('"', position, end) < 0:
            line = text[position:end].removesuffix("\r")
            yield Record(position, end + 1, line.split(dialect.delimiter))
        else:
            record = _read_quoted(text, position, end, dialect, limits, width, final)
            if record is None:
                return
            yield record
            end = record.end - 1
        position = end + 1


def _read_quoted(  # noqa: PLR0913, PLR0917 - the state of one scan
    text: str,
    start: int,
    line_end: int,
    dialect: Dialect,
    limits: ReadLimits,
    width: int | None,
    final: bool,
) -> Record | None:
    """The record at `start`, or None if it may go on beyond the text."""
    cells, end, problem = _scan(text, start, line_end, dialect.delimiter)
    if problem is None:
        return Record(start, end, cells)
    if problem == "open":  # a cell of several lines, or a quote somebody forgot to close
        limit = min(len(text), start + 2 * limits.max_cell_chars)
        cells, end, problem = _scan(text, start, limit, dialect.delimiter)
        if problem == "open" and limit == len(text) and not final:
            return None
        if problem is None and text.count("\n", start, end) > _MAX_LINES:
            problem = "open"
    if problem is None and not _swallowed(text, line_end + 1, cells, dialect, width):
        return Record(start, end, cells)
    line = text[start:line_end].removesuffix("\r")
    repaired = _repair(line, dialect.delimiter)
    if repaired is not None and (width is None or len(repaired) == width):
        return Record(start, line_end + 1, repaired, repaired=True)
    odd = line.count('"') % 2
    return Record(start, line_end + 1, None, "unclosed_quote" if odd else "bad_quoting")


def _scan(
    text: str, position: int, limit: int, delimiter: str
) -> tuple[list[str], int, str | None]:
    """Cells of a well-formed record, and where the next one starts; or what is wrong with it."""
    cells: list[str] = []
    stop = _stops(delimiter)
    while True:
        if text.startswith('"', position):
            close = _closing_quote(text, position + 1, limit)
            if close < 0:
                return cells, limit, "open"
            cells.append(text[position + 1 : close].replace('""', '"'))
            position = close + 1
        else:
            found = stop.search(text, position)
            after = found.start() if found else len(text)
            cells.append(text[position:after])
            position = after
        if text.startswith(delimiter, position):
            position += len(delimiter)
            continue
        if position >= len(text):
            return _without_return(cells, text, position), position + 1, None
        if text.startswith("\r\n", position):
            return cells, position + 2, None
        if text.startswith("\n", position):
            return _without_return(cells, text, position), position + 1, None
        return cells, position, "malformed"


def _closing_quote(text: str, position: int, limit: int) -> int:
    while (quote := text.find('"', position, limit)) >= 0:
        if not text.startswith('"', quote + 1):
            return quote
        position = quote + 2
    return -1


def _without_return(cells: list[str], text: str, end: int) -> list[str]:
    if text.startswith("\r", end - 1):
        cells[-1] = cells[-1].removesuffix("\r")
    return cells


def _swallowed(
    text: str, next_line: int, cells: list[str], dialect: Dialect, width: int | None
) -> bool:
    """Whether a record of several lines has eaten its neighbours through a forgotten quote."""
    if width is None or len(cells) == width:
        return False
    end = text.find("\n", next_line)
    line = text[next_line : end if end >= 0 else len(text)].removesuffix("\r")
    return len(_repair(line, dialect.delimiter) or line.split(dialect.delimiter)) == width


def _repair(line: str, delimiter: str) -> list[str] | None:
    """The cells of one line whose inner quotes are not doubled, if they can be told apart."""
    cell = _lenient(delimiter)
    cells = []
    position = 0
    while found := cell.match(line, position):
        quoted, plain = found[1], found[2]
        if quoted is None and plain.count('"') % 2:
            return None
        cells.append(plain if quoted is None else quoted.replace('""', '"'))
        if found.end() == len(line):
            return cells
        position = found.end() + len(delimiter)
    return None


@cache
def _stops(delimiter: str) -> re.Pattern[str]:
    return re.compile(f"{re.escape(delimiter)}|\r?\n")


@cache
def _lenient(delimiter: str) -> re.Pattern[str]:
    mark = re.escape(delimiter)
    closed = rf'"((?:[^"]|"(?!{mark}|$))*)"(?={mark}|$)'
    return re.compile(rf"{closed}|((?:(?!{mark}).)*)(?={mark}|$)", re.DOTALL)
