"""Which row names the columns, and what to do when none does or two names are the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from passerelle.files.table import ROW_NUMBER, ReadLimits
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _, ngettext

_LOOK_AT = 30  # rows above the header: titles, dates of export, blank lines
_DATA = (
    re.compile(r"[^@\s]+@[^@\s]+\.[a-z]{2,}", re.IGNORECASE),
    re.compile(r"\+?\d[\d .\-]{3,}"),  # phone, postcode, number
    re.compile(r"\d{1,2}[/.\-]\d{1,2}[/.\-]\d{2,4}.*|\d{4}-\d{2}-\d{2}.*"),
    re.compile(r"[0-9a-f]{32,}", re.IGNORECASE),
)


@dataclass(frozen=True)
class Header:
    """The names of the columns, how many rows precede the data, and what was decided."""

    columns: tuple[str, ...]
    rows_above: int
    notes: tuple[str, ...]


def find_header(
    rows: Sequence[Sequence[str | None]], width: int, *, header: bool | None, limits: ReadLimits
) -> Header:
    """The header of a table, from its first rows (blank ones included).

    Args:
        rows: The first rows, as cells.
        width: Cells that most rows have.
        header: True if the first row that is not blank names the columns, False if nothing
            does, None to find out.
        limits: How many columns are accepted.

    Raises:
        InvalidInput: There is no row, too many columns, or what looks like the header is data.
    """
    filled = [index for index, row in enumerate(rows) if _count(row)]
    if not filled:
        raise InvalidInput(
            _("The file has no row with anything in it."),
            hint=_("Check that the export had finished, or name the right sheet with --sheet."),
        )
    if header is False:
        _check_width(width, limits)
        names = tuple(_unnamed(position) for position in range(width))
        return Header(names, 0, (_("The file has no header: columns are numbered."),))
    index = filled[0] if header else _header_row(rows, filled, width)
    cells = [_clean(cell) for cell in rows[index]]
    while len(cells) > width and not cells[-1]:
        cells.pop()
    _check_width(len(cells), limits)
    if header is None:
        _refuse_data(cells)
    columns, notes = _name(cells)
    if index > filled[0]:
        notes.insert(
            0, _("The header is on row {row}; what stands above is a title.").format(row=index + 1)
        )
    return Header(columns, index + 1, tuple(notes))


def _header_row(rows: Sequence[Sequence[str | None]], filled: list[int], width: int) -> int:
    """The first row about as wide as the table; titles above it are narrower."""
    needed = max(2, width * 2 // 3) if width > 1 else 1
    for index in filled[:_LOOK_AT]:
        if _count(rows[index]) >= needed:
            return index
    return filled[0]


def _refuse_data(cells: list[str]) -> None:
    """The first row must not look like a customer."""
    if any(pattern.fullmatch(cell) for cell in cells for pattern in _DATA):
        raise InvalidInput(
            _("The first row looks like data (an e-mail, a number or a date), not column names."),
            hint=_(
                "Add a first row that names the columns, or import with --no-header and say"
                " what each column is with --mapping. If these really are names, use --header."
            ),
        )


def _name(cells: list[str]) -> tuple[tuple[str, ...], list[str]]:
    names: list[str] = []
    taken = {ROW_NUMBER}
    renamed, blank = 0, 0
    for position, cell in enumerate(cells):
        name = cell or _unnamed(position)
        blank += not cell
        base, number = name, 1
        while name in taken:
            number += 1
            name = f"{base} ({number})"
        renamed += number > 1
        taken.add(name)
        names.append(name)
    notes = []
    if renamed:
        notes.append(
            ngettext(
                "{count} column had the name of another and was numbered.",
                "{count} columns had the name of another and were numbered.",
                renamed,
            ).format(count=renamed)
        )
    if blank:
        notes.append(
            ngettext(
                "{count} column has no name and is called by its position.",
                "{count} columns have no name and are called by their position.",
                blank,
            ).format(count=blank)
        )
    return tuple(names), notes


def _unnamed(position: int) -> str:
    return f"column {position + 1}"


def _clean(cell: str | None) -> str:
    """A header cell on one line."""
    return " ".join((cell or "").replace("\ufeff", "").replace("\0", "").split())[:_MAX_NAME]


_MAX_NAME = 200


def _count(row: Sequence[str | None]) -> int:
    return sum(1 for cell in row if cell and cell.strip())


def _check_width(width: int, limits: ReadLimits) -> None:
    if width > limits.max_columns:
        raise InvalidInput(
            _("The file has {count} columns, more than the {limit} accepted.").format(
                count=width, limit=limits.max_columns
            ),
            hint=_("Check the separator, or export only the columns you need."),
        )
