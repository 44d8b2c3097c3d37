"""CDNOW: the purchases of 23,570 customers of a music shop, 1997 to mid-1998.

One row is one purchase: customer, date (yyyymmdd), number of discs, dollars; in the text file
in columns parted by blanks, the sample file with a second customer number. Purchases have no
number of their own: each gets one from its row.
Source: Fader & Hardie (2001), "Forecasting Repeat Sales at CDNOW", and its data set.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from passerelle.collect.receipts.receipt_layout import Columns, ReceiptLayout
from passerelle.files import ROW_NUMBER

_COLUMNS = Columns(
    names={
        "customer_number": ("customer_id", "masterid", "id"),
        "occurred_at": ("date",),
        "quantity": ("number_of_cds", "quantity"),
        "amount": ("dollar_value", "amount", "price"),
    },
)
_SPELLINGS = (
    {"customer_id", "date", "number_of_cds", "dollar_value"},
    {"id", "date", "quantity", "amount"},
    {"customer_id", "date", "quantity", "amount"},
    {"customer_id", "date", "quantity", "price"},
)


def _recognise(columns: Sequence[str]) -> float:
    present = {name.strip().lower() for name in columns if name.strip()}
    return 0.9 if present in _SPELLINGS else 0.0


def _read(frame: pl.DataFrame) -> pl.DataFrame:
    lines = _COLUMNS.read(frame)
    place = pl.col(ROW_NUMBER).cast(pl.String)
    return lines.with_columns(
        pl.format("{}-{}-{}", pl.col("customer_number"), pl.col("occurred_at"), place).alias(
            "receipt_id"
        ),
        pl.lit("1").alias("line_number"),
        pl.lit("web").alias("channel"),
    )


PLUGIN = ReceiptLayout(
    label="CDNOW",
    recognises=_recognise,
    read=_read,
    timezone="America/New_York",
    currency="USD",
    text_line=(
        r"\s*(?P<customer_id>\d{4,6})(?:\s+\d{4})?\s+(?P<date>(?:19|20)\d{6})"
        r"\s+(?P<number_of_cds>-?\d+)\s+(?P<dollar_value>-?\d+\.\d{2})\s*"
    ),
)
