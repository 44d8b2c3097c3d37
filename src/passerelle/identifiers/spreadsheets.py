"""Undoes what spreadsheets and data frames do to numbers, when nothing was lost.

Excel shows a number of 12 digits or more in scientific form and keeps 15 significant digits;
data frames add `.0`. A scientific form that shows fewer digits than its exponent needs was
rounded: whatever follows is unknown, and guessing zeros would give somebody else's number.

Source: IEEE 754 binary64 (15 significant decimal digits survive).
"""

from __future__ import annotations

import re

_FLOAT = re.compile(r"(\d+)[.,]0", re.ASCII)
_SCIENTIFIC = re.compile(r"\+?(\d)(?:[.,](\d+))?\s*[eE]\s*\+?(\d{1,2})", re.ASCII)
_FORMULA = re.compile(r"=\s*\"?([^\"]+)\"?")
_EXACT_DIGITS = 15


class PrecisionLost(Exception):
    """The digits that follow are gone."""


def read_mangled_number(text: str) -> str:
    """The text, with a number that a spreadsheet deformed put back in plain digits.

    >>> read_mangled_number("6.12345678E+08"), read_mangled_number("612345678.0")
    ('612345678', '612345678')

    Raises:
        PrecisionLost: The scientific form was rounded.
    """
    text = _without_marks(text)
    found = _FLOAT.fullmatch(text)
    if found:
        if len(found[1].lstrip("0")) > _EXACT_DIGITS + 1:
            raise PrecisionLost
        return found[1]
    found = _SCIENTIFIC.fullmatch(text)
    if not found:
        return text
    digits, exponent = found[1] + (found[2] or ""), int(found[3])
    if not digits.strip("0") or len(digits) != exponent + 1 or len(digits) > _EXACT_DIGITS:
        raise PrecisionLost
    return digits


def _without_marks(text: str) -> str:
    """The text without Excel's signs for "this is text": a leading apostrophe, or `="..."`."""
    while True:
        formula = _FORMULA.fullmatch(text)
        bare = (formula[1] if formula else text.lstrip("'")).strip()
        if bare == text:
            return text
        text = bare
