"""From loose receipt lines, as a layout read them, to canonical ones with typed columns."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from passerelle.collect.receipts.amounts import read_cents, read_quantities, read_whole_numbers
from passerelle.collect.receipts.line_positions import LinePositions
from passerelle.collect.receipts.local_times import UTC_TIME, read_local_times
from passerelle.collect.receipts.receipt_layout import CENTS_FIELDS
from passerelle.files import ROW_NUMBER
from passerelle.kernel.language import N_

RECEIPT_SCHEMA: dict[str, pl.DataType | type[pl.DataType]] = {
    ROW_NUMBER: pl.Int64,
    "receipt_id": pl.String,
    "store_id": pl.String,
    "occurred_at": UTC_TIME,
    "channel": pl.String,
    "customer_number": pl.String,
    "loyalty_card": pl.String,
    "email": pl.String,
    "phone": pl.String,
    "login": pl.String,
    "total_cents": pl.Int64,
    "currency": pl.String,
    "line_number": pl.Int64,
    "product_id": pl.String,
    "product_label": pl.String,
    "quantity": pl.Float64,
    "amount_cents": pl.Int64,
    "discount_cents": pl.Int64,
}
"""Columns of a canonical receipt line. Grain: one line of one receipt; returns are negative."""

REASONS: dict[str, str] = {
    "bad_line": N_("The line does not have the columns that the rest of the file has."),
    "no_receipt_id": N_("The line belongs to no receipt: its number is missing."),
    "no_date": N_("The line does not say when it was bought."),
    "bad_date": N_("The date or time cannot be read, or does not exist (31/02)."),
    "no_amount": N_("The line has neither an amount nor a total."),
    "bad_amount": N_("The amount cannot be read as a number."),
    "bad_quantity": N_("The quantity cannot be read as a number."),
    "not_a_sale": N_("The order was voided before it was paid: nothing was sold."),
}
"""Why a line is refused, by stable code, in a sentence for people (to translate when shown)."""

_TEXTS = (
    "receipt_id", "store_id", "channel", "customer_number", "loyalty_card", "email", "phone",
    "login", "currency", "line_number", "product_id", "product_label",
)  # fmt: skip
_CHANNELS = {
    "web": "web", "online": "web", "internet": "web", "site": "web", "ecommerce": "web",
    "e-commerce": "web", "app": "web", "shop": "shop", "store": "shop", "magasin": "shop",
    "boutique": "shop", "pos": "shop", "caisse": "shop",
}  # fmt: skip
_GUARD = r"^'([\d=+@\-])"  # the apostrophe Shopify and Excel write before what looks like a number
_PLAIN_FLOAT = r"\.0$"  # a spreadsheet's number of a receipt: 1234.0


@dataclass(frozen=True)
class Reading:
    """How amounts and times of a file are written, decided once for the whole file."""

    timezone: str
    currency: str | None
    channel: str
    decimal_point: bool
    date_order: str


def build_lines(loose: pl.DataFrame, reading: Reading) -> tuple[pl.DataFrame, pl.Series]:
    """Canonical lines, one for each loose one, and beside each its reason to be refused or null.

    `line_number` is null where the file has none.
    """
    texts = [_text(loose, name) for name in _TEXTS]
    times = _times(loose, reading)
    cents = [_cents(loose, name, unit, reading) for name, unit in CENTS_FIELDS.items()]
    quantity = _quantity(loose, reading)
    lines = pl.DataFrame([loose[ROW_NUMBER].cast(pl.Int64), *texts, times, *cents, quantity])
    reasons = _refusals(loose, lines)
    lines = lines.with_columns(
        pl.coalesce(*_amounts(loose)).alias("amount_cents"),
        pl.col("line_number").str.replace(_PLAIN_FLOAT, "").cast(pl.Int64, strict=False),
        pl.col("channel").str.to_lowercase().replace_strict(
            _CHANNELS, default=None, return_dtype=pl.String
        ).fill_null(reading.channel),
        pl.col("currency").str.to_uppercase().fill_null(reading.currency),
    )  # fmt: skip
    return lines.select(list(RECEIPT_SCHEMA)), reasons


def rename_columns(frame: pl.DataFrame, mapping: Mapping[str, str]) -> pl.DataFrame:
    """The frame with the columns that a person named under their canonical names."""
    named = [
        pl.col(column).alias(CENTS_FIELDS.get(wanted, wanted))
        for wanted, column in mapping.items()
        if column in frame.columns
    ]
    return frame.with_columns(named)


def number_lines(lines: pl.DataFrame, positions: LinePositions) -> pl.DataFrame:
    """Lines with a number each: refused ones count too, so that a mended one finds its place."""
    if not lines["line_number"].null_count():
        return lines
    place = pl.when(pl.col("receipt_id").is_not_null()).then(positions.number(lines["receipt_id"]))
    return lines.with_columns(pl.col("line_number").fill_null(place))


def _text(loose: pl.DataFrame, name: str) -> pl.Series:
    if name not in loose.columns:
        return pl.Series(name, [None], dtype=pl.String).new_from_index(0, loose.height)
    column = loose[name]
    if column.dtype != pl.String:
        text = column.cast(pl.String)
        return text.str.replace(_PLAIN_FLOAT, "") if column.dtype.is_float() else text
    trimmed = pl.col(name).str.strip_chars()
    if column.str.starts_with("'").any():
        trimmed = trimmed.str.replace(_GUARD, "$1")
    return loose.select(pl.when(trimmed != "").then(trimmed).alias(name)).to_series()


def _times(loose: pl.DataFrame, reading: Reading) -> pl.Series:
    if "occurred_at" not in loose.columns:
        return pl.Series("occurred_at", [None] * loose.height, dtype=UTC_TIME)
    return read_local_times(
        loose["occurred_at"], timezone=reading.timezone, order=reading.date_order
    )


def _cents(loose: pl.DataFrame, name: str, unit: str, reading: Reading) -> pl.Series:
    if name in loose.columns:
        return read_whole_numbers(loose[name])
    if unit in loose.columns:
        return read_cents(loose[unit], decimal_point=reading.decimal_point).alias(name)
    return pl.Series(name, [None], dtype=pl.Int64).new_from_index(0, loose.height)


def _quantity(loose: pl.DataFrame, reading: Reading) -> pl.Series:
    if "quantity" not in loose.columns:
        return pl.Series("quantity", [None], dtype=pl.Float64).new_from_index(0, loose.height)
    return read_quantities(loose["quantity"])


def _refusals(loose: pl.DataFrame, lines: pl.DataFrame) -> pl.Series:
    said = {name: _said(loose, name) for name in ("occurred_at", "quantity")}
    amounts = pl.any_horizontal(
        _unreadable(loose, lines, name, unit) for name, unit in CENTS_FIELDS.items()
    )
    refusal = pl.lit(loose["refusal"]) if "refusal" in loose.columns else pl.lit(None, pl.String)
    return lines.select(
        pl.when(refusal.is_not_null()).then(refusal)
        .when(pl.col("receipt_id").is_null()).then(pl.lit("no_receipt_id"))
        .when(pl.col("occurred_at").is_null() & ~said["occurred_at"]).then(pl.lit("no_date"))
        .when(pl.col("occurred_at").is_null()).then(pl.lit("bad_date"))
        .when(amounts).then(pl.lit("bad_amount"))
        .when(pl.all_horizontal(pl.col(_amounts(loose)).is_null()))
        .then(pl.lit("no_amount"))
        .when(pl.col("quantity").is_null() & said["quantity"]).then(pl.lit("bad_quantity"))
        .alias("reason")
    ).to_series()  # fmt: skip


def _amounts(loose: pl.DataFrame) -> list[str]:
    """The columns that say what a line came to: the total only in a file of whole receipts."""
    has_lines = "amount" in loose.columns or "amount_cents" in loose.columns
    return ["amount_cents"] if has_lines else ["amount_cents", "total_cents"]


def _said(loose: pl.DataFrame, name: str) -> pl.Expr:
    """Whether the file says anything under this name, row by row."""
    if name not in loose.columns:
        return pl.lit(False)
    column = loose[name]
    blank = (
        column.is_null()
        if column.dtype != pl.String
        else (column.is_null() | (column.str.strip_chars() == "").fill_null(True))
    )
    return pl.lit(~blank)


def _unreadable(loose: pl.DataFrame, lines: pl.DataFrame, name: str, unit: str) -> pl.Expr:
    source = name if name in loose.columns else unit
    return pl.lit(lines[name].is_null()) & _said(loose, source)
