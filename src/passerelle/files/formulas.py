"""Cells that a spreadsheet would run as a formula when the file is opened.

Source: OWASP, "CSV Injection": a cell that starts with = + - @, a tab or a carriage return.
A number or a phone (`-12,50`, `+33 6 12`) starts the same way and is harmless.
"""

from __future__ import annotations

import re

_DANGEROUS = re.compile(r"[=@\t\r]|[+-](?![\d\s.,()/-]*$)")


def is_formula(text: str) -> bool:
    """Whether a spreadsheet could run this cell.

    >>> is_formula("=cmd|' /C calc'!A0"), is_formula("+33 6 12 34 56 78"), is_formula("-12,50")
    (True, False, False)
    """
    return _DANGEROUS.match(text) is not None


def guard_formula(text: str) -> str:
    """The text as it may be written for a spreadsheet: an apostrophe disarms a formula.

    >>> guard_formula("=1+1")
    "'=1+1"
    >>> guard_formula("Dupont")
    'Dupont'
    """
    return f"'{text}" if is_formula(text) else text
