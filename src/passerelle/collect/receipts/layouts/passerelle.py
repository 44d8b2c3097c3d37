"""Receipts under passerelle's own column names, amounts in cents."""

from __future__ import annotations

from passerelle.collect.receipts.receipt_layout import CENTS_FIELDS, Columns, ReceiptLayout

_NAMES = (
    "receipt_id", "store_id", "occurred_at", "channel", "customer_number", "loyalty_card",
    "email", "phone", "login", "currency", "line_number", "product_id", "product_label",
    "quantity", *CENTS_FIELDS,
)  # fmt: skip
_COLUMNS = Columns(
    names={name: (name,) for name in _NAMES},
    required=("receipt_id", "occurred_at", "amount_cents"),
)

PLUGIN = ReceiptLayout(
    label="passerelle (canonical column names)",
    recognises=_COLUMNS.recognise,
    read=_COLUMNS.read,
    timezone="UTC",
)
