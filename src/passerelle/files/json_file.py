"""Reads JSON Lines and JSON arrays: each object is a row, each nested value a dotted column."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import polars as pl

from passerelle.files.container import Payload
from passerelle.files.rejections import reject
from passerelle.files.table import ROW_NUMBER, Piece, ReadLimits, RejectedRow, TableFile
from passerelle.files.workbook import count_formulas
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _

_ROWS = 50_000
_MAX_LINE = 16 << 20  # bytes of one line; the longest event anyone sends is under one
_MAX_DEPTH = 50

_Lines = Callable[[], Iterator[tuple[int, bytes]]]


def open_json_lines(path: Path, payload: Payload, limits: ReadLimits) -> TableFile:
    """A file of one JSON object a line; the columns are all that any line has."""
    return _open(path, "jsonl", lambda: _lines(payload), limits)


def open_json_array(path: Path, payload: Payload, limits: ReadLimits) -> TableFile:
    """A file that is one JSON array of objects."""
    try:
        items = msgspec.json.decode(payload.read_whole(limits), type=list[msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise InvalidInput(
            _("The JSON of {name} is broken or cut off.").format(name=path.name),
            hint=_("Export it again, if you can as JSON Lines: one object a line."),
        ) from error
    return _open(path, "json", lambda: ((i, bytes(x)) for i, x in enumerate(items, 1)), limits)


def _open(path: Path, kind: str, lines: _Lines, limits: ReadLimits) -> TableFile:
    columns = _columns(lines, limits)
    if not columns:
        raise InvalidInput(
            _("No line of {name} is a JSON object with named values.").format(name=path.name),
            hint=_("Each line must look like {example}.").format(example='{"email": "…"}'),
        )
    return TableFile(
        path=path,
        format=kind,
        columns=tuple(columns.values()),
        encoding="utf-8",
        delimiter=None,
        notes=(),
        pieces=lambda: _pieces(lines, columns, limits),
    )


def _lines(payload: Payload) -> Iterator[tuple[int, bytes]]:
    with payload.open() as stream:
        number = 0
        while line := stream.readline(_MAX_LINE):
            number += 1
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            whole = line
            while len(whole) == _MAX_LINE and not whole.endswith(b"\n"):
                whole = stream.readline(_MAX_LINE)  # skip the rest; what is kept cannot be JSON
            if line.strip():
                yield number, line


def _columns(lines: _Lines, limits: ReadLimits) -> dict[str, str]:
    """The dotted name of every value, in the order they appear, and the column it goes to."""
    seen: dict[str, str] = {}
    for _number, line in lines():
        value = _decode(line)
        for name in _flatten(value) if isinstance(value, dict) else ():
            if name not in seen:
                seen[name] = f"{name} (2)" if name == ROW_NUMBER else name
        if len(seen) > limits.max_columns:
            raise InvalidInput(
                _("The objects have more than {limit} different names.").format(
                    limit=limits.max_columns
                ),
                hint=_("Export values under fixed names, not under names that are data."),
            )
    return seen


def _pieces(lines: _Lines, columns: dict[str, str], limits: ReadLimits) -> Iterator[Piece]:
    rows: list[dict[str, str | None]] = []
    numbers: list[int] = []
    rejected: list[RejectedRow] = []
    for number, line in lines():
        value = _decode(line)
        cells = _flatten(value) if isinstance(value, dict) else {}
        problem = _problem(value, cells, limits)
        if problem is not None:
            text = line.decode("utf-8", errors="replace").strip()
            rejected.append(reject(number, problem, text, cells=None, width=len(columns)))
        elif any(cells.values()):
            rows.append(cells)
            numbers.append(number)
        if len(rows) + len(rejected) >= _ROWS:
            yield _piece(rows, numbers, rejected, columns)
            rows, numbers, rejected = [], [], []
    if rows or rejected:
        yield _piece(rows, numbers, rejected, columns)


def _piece(
    rows: list[dict[str, str | None]],
    numbers: list[int],
    rejected: list[RejectedRow],
    columns: dict[str, str],
) -> Piece:
    series = [
        pl.Series(column, [row.get(name) or None for row in rows], dtype=pl.String)
        for name, column in columns.items()
    ]
    frame = pl.DataFrame([*series, pl.Series(ROW_NUMBER, numbers, dtype=pl.Int64)])
    return Piece(frame, tuple(rejected), count_formulas(frame, list(columns.values())))


class _Broken:
    """What a line that is not JSON decodes to."""


_BROKEN = _Broken()
_NUMBER_END = re.compile(r"\.0$")


def _decode(line: bytes) -> Any:
    try:
        return msgspec.json.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _BROKEN


def _problem(value: Any, cells: dict[str, str | None], limits: ReadLimits) -> str | None:
    if value is _BROKEN:
        return "bad_json"
    if not isinstance(value, dict):
        return "not_an_object"
    if any("\0" in cell for cell in cells.values() if cell):
        return "nul_bytes"
    if any(len(cell) > limits.max_cell_chars for cell in cells.values() if cell):
        return "cell_too_long"
    return None


def _flatten(value: dict[str, Any], prefix: str = "", depth: int = 0) -> dict[str, str | None]:
    cells: dict[str, str | None] = {}
    for key, inner in value.items():
        name = f"{prefix}{key}" or "(empty)"
        if isinstance(inner, dict) and inner and depth < _MAX_DEPTH:
            cells.update(_flatten(inner, f"{name}.", depth + 1))
        else:
            cells[name] = as_text(inner)
    return cells


def as_text(value: Any) -> str | None:
    """A JSON value as the text a person would say; lists and deeper objects stay JSON.

    >>> as_text(75001.0), as_text(True), as_text(["a"]), as_text(None)
    ('75001', 'true', '["a"]', None)
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float):
        return _NUMBER_END.sub("", repr(value))
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return msgspec.json.encode(value).decode()
