"""Rows that cannot be read: why, in a sentence, and what they said."""

from __future__ import annotations

from collections.abc import Sequence

from passerelle.files.table import RejectedRow
from passerelle.kernel.language import N_, _

_MAX_ORIGINAL = 65_536  # characters kept of a row nobody can read, cell of a million or not

_DETAILS = {
    "too_many_cells": N_(
        "The row has {found} cells and the header {width}: a separator inside a cell is not quoted."
    ),
    "too_few_cells": N_(
        "The row has {found} cells and the header {width}: it is cut, or a cell holds a line feed."
    ),
    "unclosed_quote": N_("A quote opens a cell and never closes it."),
    "bad_quoting": N_("Quotes inside a cell are neither doubled nor balanced."),
    "nul_bytes": N_("The row holds NUL characters, which no text has: the file is damaged there."),
    "cell_too_long": N_("A cell is longer than any honest one."),
    "bad_encoding": N_("The row holds bytes that the encoding asked for does not know."),
    "bad_json": N_("The line is not valid JSON."),
    "not_an_object": N_("The line is JSON but not an object with named values."),
}


def reject(
    row_number: int, reason: str, original: str, *, cells: Sequence[str] | None, width: int
) -> RejectedRow:
    """The rejection of one row, with its sentence and what the row said."""
    detail = _(_DETAILS[reason]).format(found=len(cells or ()), width=width)
    kept = original.replace("\0", "\N{SYMBOL FOR NULL}")
    if len(kept) > _MAX_ORIGINAL:
        kept = kept[:_MAX_ORIGINAL]
        detail += " " + _("Only its beginning is kept.")
    return RejectedRow(row_number, reason, detail, kept)
