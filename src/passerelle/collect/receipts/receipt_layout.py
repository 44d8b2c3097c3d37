"""The contract of a receipt layout: which column of somebody's file says what of a purchase."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import polars as pl

from passerelle.files import ROW_NUMBER

LOOSE_FIELDS: tuple[str, ...] = (
    "receipt_id", "store_id", "occurred_at", "channel", "customer_number", "loyalty_card",
    "email", "phone", "login", "total", "currency", "line_number", "product_id",
    "product_label", "quantity", "amount", "discount", "refusal",
)  # fmt: skip
"""Columns a layout may give, as the file said them: text, or numbers and instants where the file
is typed. Amounts are in units of the currency; `refusal` is a reason not to take the row."""

CENTS_FIELDS: dict[str, str] = {
    "total_cents": "total",
    "amount_cents": "amount",
    "discount_cents": "discount",
}
"""Columns a layout may give instead, when the file counts in cents: and what they stand for."""


@dataclass(frozen=True)
class ReceiptLayout:
    """One way to write purchases in a file, one row a line of a receipt.

    Args:
        label: What people call it.
        recognises: How sure, from 0 to 1, that a file with these columns is of it.
        read: Loose lines of some rows, with the columns of `LOOSE_FIELDS` it can fill (or of
            `CENTS_FIELDS`) and the row number.
        fill_down: Columns that only the first row of a receipt carries.
        timezone: The zone of its local times, when it is not the one of the person who imports.
        currency: The currency of its amounts, when the rows do not say.
        text_line: For files without separators, a pattern whose named groups are the columns.
    """

    label: str
    recognises: Callable[[Sequence[str]], float]
    read: Callable[[pl.DataFrame], pl.DataFrame]
    fill_down: tuple[str, ...] = ()
    timezone: str | None = None
    currency: str | None = None
    text_line: str | None = None


@dataclass(frozen=True)
class Columns:
    """A layout that is a plain renaming: canonical field, then the names it may have.

    Names are compared without capitals. The first name that the file has is taken.
    """

    names: dict[str, tuple[str, ...]]
    required: tuple[str, ...] = field(default=())

    def recognise(self, columns: Sequence[str]) -> float:
        """1 when every required column is there, else 0."""
        present = {name.strip().lower() for name in columns}
        return float(bool(self.required) and present.issuperset(self.required))

    def read(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The columns that are there, under their canonical names."""
        present = {name.strip().lower(): name for name in frame.columns}
        chosen = [
            pl.col(present[name]).alias(wanted)
            for wanted, names in self.names.items()
            if (name := next((n for n in names if n in present), None)) is not None
        ]
        return frame.select(ROW_NUMBER, *chosen)
