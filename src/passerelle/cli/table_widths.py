"""How wide each column of a table is, when the terminal is narrower than the table.

Numbers are never cut. What gives way, in this order: headings of numbers are written on several
lines, long texts are folded, bars are left out, texts are folded further. A terminal that is
narrower still gets lines longer than itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_GAP = 3  # blanks between two columns
_READABLE = 24  # columns of text below which a sentence is tiring to read
_LEAST = 12  # columns of text below which words are cut


@dataclass(frozen=True)
class ColumnNeed:
    """What a column asks for, in characters: its widest cell, its heading, that one's longest word.

    A bar is a drawing that repeats a number.
    """

    cells: int
    heading: int
    heading_word: int
    is_number: bool = False
    is_bar: bool = False


def fit_widths(needs: Sequence[ColumnNeed], room: int) -> list[int]:
    """The width of each column so that the table fits the room; 0 for a bar that is left out.

    >>> text, number = ColumnNeed(40, 6, 6), ColumnNeed(3, 20, 9, is_number=True)
    >>> [fit_widths([text, number], room) for room in (80, 55, 1)]
    [[40, 20], [40, 12], [12, 9]]
    """
    widths = [max(need.cells, need.heading) for need in needs]
    _narrow(widths, [max(need.cells, need.heading_word) for need in needs], room, _numbers(needs))
    _narrow(widths, [_READABLE] * len(needs), room, _texts(needs))
    if table_width(widths) > room:
        widths = [0 if need.is_bar else width for need, width in zip(needs, widths, strict=True)]
    _narrow(widths, [_LEAST] * len(needs), room, _texts(needs))
    return widths


def table_width(widths: Sequence[int]) -> int:
    """How wide a table with these columns is, the gaps between them included."""
    shown = [width for width in widths if width]
    return sum(shown) + _GAP * (len(shown) - 1)


def _narrow(widths: list[int], floors: Sequence[int], room: int, which: Sequence[int]) -> None:
    """Take from the widest of some columns, down to their floors, until the table fits."""
    while table_width(widths) > room:
        wide = [place for place in which if widths[place] > floors[place]]
        if not wide:
            return
        widths[max(wide, key=widths.__getitem__)] -= 1


def _numbers(needs: Sequence[ColumnNeed]) -> list[int]:
    return [place for place, need in enumerate(needs) if need.is_number]


def _texts(needs: Sequence[ColumnNeed]) -> list[int]:
    return [place for place, need in enumerate(needs) if not (need.is_number or need.is_bar)]
