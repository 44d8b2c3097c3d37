"""A table made by hand or by a till: its headers are read, in French or in English.

A column of hours apart is added to the date; without an amount, price times quantity is one.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from passerelle.collect.mapping.headers import find_field, fold
from passerelle.collect.receipts.amounts import read_cents, read_quantities
from passerelle.collect.receipts.receipt_layout import CENTS_FIELDS, LOOSE_FIELDS, ReceiptLayout
from passerelle.files import ROW_NUMBER

_TIME, _PRICE = "time", "price"
_OTHERS = {
    _TIME: ("heure", "heureticket", "heureachat", "heurevente", "time", "hour", "timeofday"),
    _PRICE: ("prixunitaire", "prixunitairettc", "pu", "puttc", "unitprice", "price", "prix"),
}  # fmt: skip
_OTHER_OF = {header: name for name, headers in _OTHERS.items() for header in headers}
_NEEDED = ({"receipt_id"}, {"occurred_at"}, {"amount", "total", _PRICE})
_SURE_ENOUGH = 0.6  # of what a header means
_SURENESS = 0.8  # below any layout known by its exact columns


def _recognise(columns: Sequence[str]) -> float:
    found = set(_find(columns))
    return _SURENESS if all(found & choice for choice in _NEEDED) else 0.0


def _find(columns: Sequence[str]) -> dict[str, str]:
    """The column that says each field: the surest, and of equals the first of the file."""
    found: dict[str, tuple[float, str]] = {}
    for column in columns:
        field, sureness = _mean(column)
        if field is not None and sureness > found.get(field, (0.0, ""))[0]:
            found[field] = (sureness, column)
    return {field: column for field, (_sureness, column) in found.items()}


def _mean(column: str) -> tuple[str | None, float]:
    if column in LOOSE_FIELDS:
        return column, 2.0  # somebody named it so, in a mapping: surer than any header
    other = _OTHER_OF.get(fold(column))
    if other is not None:
        return other, 1.0
    field, sureness = find_field(column, "receipts")
    if field is None or sureness < _SURE_ENOUGH:
        return None, 0.0
    return CENTS_FIELDS.get(field, field), sureness


def _read(frame: pl.DataFrame) -> pl.DataFrame:
    found = _find([column for column in frame.columns if column != ROW_NUMBER])
    named = (pl.col(column).alias(name) for name, column in found.items())
    lines = frame.select(ROW_NUMBER, *named)
    if _TIME in found and "occurred_at" in found:
        lines = lines.with_columns(_with_hour(lines).alias("occurred_at"))
    if _PRICE in found and "amount" not in found and "total" not in found:
        lines = lines.with_columns(_priced(lines).alias("amount"))
    return lines.drop(_TIME, _PRICE, strict=False)


def _with_hour(lines: pl.DataFrame) -> pl.Series:
    """The date and the hour as one text; a spreadsheet's midnight is no hour."""
    if lines["occurred_at"].dtype != pl.String or lines[_TIME].dtype != pl.String:
        return lines["occurred_at"]
    date = pl.col("occurred_at").str.strip_chars().str.replace(r"[T ]00:00(?::00(?:\.0+)?)?$", "")
    hour = pl.col(_TIME).str.extract(r"(\d{1,2}[:hH]\d{2}(?::\d{2})?)")
    both = pl.when(hour.is_not_null()).then(date + " " + hour).otherwise(date)
    return lines.select(both).to_series()


def _priced(lines: pl.DataFrame) -> pl.Series:
    """Price by quantity, as text; a price that is no number stays as it is."""
    amount = read_cents(lines[_PRICE]) / 100
    if "quantity" in lines.columns:
        amount = (amount * read_quantities(lines["quantity"]).fill_null(1.0)).round(2)
    return amount.cast(pl.String).fill_null(lines[_PRICE].cast(pl.String))


PLUGIN = ReceiptLayout(
    label="Table with French or English headers", recognises=_recognise, read=_read
)
