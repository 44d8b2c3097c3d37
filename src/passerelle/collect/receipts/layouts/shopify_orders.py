"""Shopify's export of orders: one row a product, the order's own fields on its first row only.

The amount of a line is its price times its quantity, less its discount; shipping is no line. A
refund is a line of its own, number 0, with a negative amount, so that sums are what was kept.
Source: help.shopify.com, "Exporting orders" and its glossary of columns.
"""

from __future__ import annotations

import polars as pl

from passerelle.collect.receipts.amounts import read_quantities
from passerelle.collect.receipts.receipt_layout import Columns, ReceiptLayout
from passerelle.files import ROW_NUMBER

_COLUMNS = Columns(
    names={
        "receipt_id": ("name",),
        "store_id": ("location",),
        "occurred_at": ("created at", "paid at"),
        "email": ("email",),
        "phone": ("phone", "billing phone", "shipping phone"),
        "total": ("total",),
        "currency": ("currency",),
        "product_id": ("lineitem sku",),
        "product_label": ("lineitem name",),
        "quantity": ("lineitem quantity",),
        "price": ("lineitem price",),
        "discount": ("lineitem discount",),
        "refunded": ("refunded amount",),
        "status": ("financial status",),
        "channel": ("source",),
        "customer_number": ("customer id",),
    },
    required=("name", "financial status", "lineitem name"),
)
_NOT_SALES = ("voided", "expired")
_NEEDED = (
    "status", "price", "quantity", "discount", "refunded", "product_id", "product_label", "channel",
)  # fmt: skip
_REFUND = "Refund"
_ORDER_FIELDS = (
    "occurred_at", "email", "phone", "currency", "status", "channel", "store_id",
    "customer_number", "total", "refusal",
)  # fmt: skip


def _read(frame: pl.DataFrame) -> pl.DataFrame:
    said = _COLUMNS.read(frame)
    missing = (pl.lit(None, pl.String).alias(n) for n in _NEEDED if n not in said.columns)
    said = said.with_columns(missing)
    status = said["status"].str.to_lowercase()
    lines = said.with_columns(
        _amount(said).alias("amount"),
        _channel(said).alias("channel"),
        pl.lit(None, pl.String).alias("line_number"),
        pl.select(pl.when(status.is_in(_NOT_SALES)).then(pl.lit("not_a_sale")))
        .to_series()
        .alias("refusal"),
    )
    return pl.concat([lines, _refunds(lines)]).sort(ROW_NUMBER, maintain_order=True)


def _amount(lines: pl.DataFrame) -> pl.Series:
    """Price by quantity less discount, as text; a price that is no number stays as it is."""
    price, quantity, discount = (
        read_quantities(lines[name]) for name in ("price", "quantity", "discount")
    )
    amount = (price * quantity - discount.fill_null(0)).round(2)
    return amount.cast(pl.String).fill_null(lines["price"])


def _refunds(lines: pl.DataFrame) -> pl.DataFrame:
    refunded = read_quantities(lines["refunded"])
    return lines.with_columns(
        (-refunded).cast(pl.String).alias("amount"),
        pl.lit("0").alias("line_number"),
        pl.lit(_REFUND).alias("product_label"),
        pl.lit(None, pl.String).alias("product_id"),
        pl.lit(None, pl.String).alias("quantity"),
    ).filter((refunded > 0).fill_null(False))


def _channel(lines: pl.DataFrame) -> pl.Series:
    """Sales at the till come from the source `pos`; all others are online."""
    source = lines["channel"].str.to_lowercase()
    return pl.select(
        pl.when(source == "pos").then(pl.lit("shop")).when(source.is_not_null()).then(pl.lit("web"))
    ).to_series()


PLUGIN = ReceiptLayout(
    label="Shopify orders",
    recognises=_COLUMNS.recognise,
    read=_read,
    fill_down=_ORDER_FIELDS,
)
