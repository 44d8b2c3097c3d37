"""dunnhumby's Complete Journey: grocery baskets of 2,469 households over a year.

One row is one product of one basket. `sales_value` is what the retailer received, in dollars;
the household is known by its loyalty card; times run to 04:01 on 1 January 2018, which is the
evening of 31 December in the United States: they are UTC.
Source: completejourney, reference of `transactions` (R package 1.1.0, of which the Python one is
a port).
"""

from __future__ import annotations

import polars as pl

from passerelle.collect.receipts.receipt_layout import Columns, ReceiptLayout
from passerelle.files import ROW_NUMBER

_DISCOUNTS = ("retail_disc", "coupon_disc", "coupon_match_disc")
_COLUMNS = Columns(
    names={
        "receipt_id": ("basket_id",),
        "store_id": ("store_id",),
        "occurred_at": ("transaction_timestamp",),
        "loyalty_card": ("household_id",),
        "product_id": ("product_id",),
        "quantity": ("quantity",),
        "amount": ("sales_value",),
    },
    required=("household_id", "basket_id", "sales_value", "transaction_timestamp"),
)


def _read(frame: pl.DataFrame) -> pl.DataFrame:
    discounts = [name for name in _DISCOUNTS if name in frame.columns]
    said = (pl.col(name).cast(pl.Float64, strict=False) for name in discounts)
    discount = pl.sum_horizontal(pl.lit(0.0), *said)
    return _COLUMNS.read(frame).with_columns(
        frame.select(discount.alias("discount"), ROW_NUMBER)["discount"], channel=pl.lit("shop")
    )


PLUGIN = ReceiptLayout(
    label="dunnhumby, The Complete Journey",
    recognises=_COLUMNS.recognise,
    read=_read,
    timezone="UTC",
    currency="USD",
)
