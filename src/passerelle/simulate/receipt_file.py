"""The receipts as a Parquet table, one row per line, built from codes without copying texts."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa

from passerelle.simulate.receipts import Receipts, Trade
from passerelle.simulate.text_columns import from_letters, join_columns, number_letters, pick

LINES_PER_CHUNK = 250_000
_US_PER_MS = 1000

SCHEMA = pa.schema(
    [
        ("receipt_id", pa.string()),
        ("store_id", pa.string()),
        ("occurred_at", pa.timestamp("us", tz="UTC")),
        ("channel", pa.string()),
        ("loyalty_card", pa.string()),
        ("customer_number", pa.string()),
        ("email", pa.string()),
        ("login", pa.string()),
        ("line_number", pa.int32()),
        ("product_id", pa.string()),
        ("product_label", pa.string()),
        ("quantity", pa.int32()),
        ("amount_cents", pa.int64()),
        ("discount_cents", pa.int64()),
        ("currency", pa.string()),
    ]
)


def receipt_ids(receipts: Receipts) -> pl.Series:
    """`T000000001` for a till's receipt, `W000000002` for a web order; numbered in time."""
    letter = pick(pl.Series(["T", "W"]), receipts.is_web.astype(np.int64))
    return join_columns(letter, from_letters(number_letters(np.arange(1, len(receipts) + 1), 9)))


def receipt_table(trade: Trade, emails: pl.Series, ids: pl.Series, rows: slice) -> pa.Table:
    """Some lines of the receipts, as Arrow."""
    receipts, lines = trade.receipts, trade.lines
    catalogue, files = trade.catalogue, trade.files
    receipt, product = lines.receipt[rows], lines.product[rows]
    frame = pl.DataFrame(
        {
            "receipt_id": pick(ids, receipt),
            "store_id": pick(catalogue.stores, receipts.store[receipt]),
            "occurred_at": pl.Series(receipts.occurred_ms[receipt] * _US_PER_MS).cast(
                pl.Datetime("us", "UTC")
            ),
            "channel": pick(pl.Series(["shop", "web"]), receipts.is_web[receipt].astype(np.int64)),
            "loyalty_card": pick(files.loyalty.keys, receipts.loyalty_row[receipt]),
            "customer_number": pick(files.crm.keys, receipts.crm_row[receipt]),
            "email": pick(emails, receipts.email[receipt]),
            "login": pick(files.webshop.keys, receipts.webshop_row[receipt]),
            "line_number": lines.number[rows].astype(np.int32),
            "product_id": pick(catalogue.product_ids, product),
            "product_label": pick(catalogue.labels, product),
            "quantity": lines.quantity[rows].astype(np.int32),
            "amount_cents": lines.amount_cents[rows],
            "discount_cents": lines.discount_cents[rows],
            "currency": pl.repeat("EUR", len(receipt), eager=True),
        }
    )
    return frame.to_arrow().cast(SCHEMA)
