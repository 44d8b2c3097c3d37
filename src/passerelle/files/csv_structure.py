"""Looks at the bytes of a block to know whether every row of it is perfectly formed.

Only then may the fast parser have it: it is given nothing on which two readers could disagree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

_QUOTE, _NEWLINE, _RETURN = 34, 10, 13
_FORMULA_STARTS = np.frombuffer(b"=@\t", np.uint8)
_SIGNS = np.frombuffer(b"+-", np.uint8)
_NUMERIC = np.isin(np.arange(256), np.frombuffer(b'0123456789 .,()/-"\r', np.uint8))


@dataclass(frozen=True)
class Structure:
    """Cells per record and where records end, in bytes; how many cells look like a formula."""

    widths: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    formulas: int
    quoted: bool

    def longest(self) -> int:
        """Bytes of the longest record."""
        return int(np.diff(self.ends, prepend=-1).max(initial=0))


def whole_records(block: bytes) -> int:
    """How many bytes of a block hold whole records, as far as quotes come in pairs."""
    end = len(block)
    quotes = block.count(b'"')
    while True:
        cut = block.rfind(b"\n", 0, end)
        if cut < 0:
            return 0
        quotes -= block.count(b'"', cut, end)
        if quotes % 2 == 0:
            return cut + 1
        end = cut


def scan_structure(block: bytes, delimiter: int) -> Structure | None:
    """The structure of whole records, or None if a quote stands where it should not."""
    data = np.frombuffer(block, np.uint8)
    marks = np.flatnonzero((data == delimiter) | (data == _NEWLINE))
    quotes = np.flatnonzero(data == _QUOTE) if b'"' in block else None
    if quotes is not None:
        if not _well_quoted(data, quotes, delimiter):
            return None
        marks = marks[np.searchsorted(quotes, marks) % 2 == 0]
    lines = np.flatnonzero(data[marks] == _NEWLINE)
    return Structure(
        widths=np.diff(lines, prepend=-1),
        ends=marks[lines],
        formulas=_count_formulas(data, marks),
        quoted=quotes is not None,
    )


def _well_quoted(
    data: npt.NDArray[np.uint8], quotes: npt.NDArray[np.int64], delimiter: int
) -> bool:
    """Whether each quote opens a cell, closes one, or is half of a doubled quote.

    Quotes alternate: the first, third, … open a cell or end a doubled quote; the second,
    fourth, … close a cell or begin a doubled quote.
    """
    if len(quotes) % 2:
        return False
    opening, closing = quotes[0::2], quotes[1::2]
    before = data[np.maximum(opening - 1, 0)]
    opens = (opening == 0) | (before == delimiter) | (before == _NEWLINE) | (before == _QUOTE)
    after = data[np.minimum(closing + 1, len(data) - 1)]
    closes = (after == delimiter) | (after == _NEWLINE) | (after == _RETURN) | (after == _QUOTE)
    return bool(opens.all() and closes.all())


def _count_formulas(data: npt.NDArray[np.uint8], marks: npt.NDArray[np.int64]) -> int:
    """How many cells a spreadsheet could run; `formulas.is_formula` says the same of one cell."""
    if not len(marks):
        return 0
    starts = np.concatenate([[0], marks[:-1] + 1])
    starts = starts + (data[starts] == _QUOTE)
    first = data[starts]
    sure = int(np.isin(first, _FORMULA_STARTS).sum())
    signed = np.flatnonzero(np.isin(first, _SIGNS))
    if not len(signed):
        return sure
    other = np.cumsum(~_NUMERIC[data], dtype=np.int32)  # so far, bytes no number or phone has
    inside = other[marks[signed] - 1] - other[starts[signed]]
    return sure + int((inside > 0).sum())
