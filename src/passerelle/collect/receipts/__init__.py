"""Files of purchases in, canonical receipt lines out, whatever till wrote them."""

from passerelle.collect.receipts.layout_choice import (
    detect_layout,
    get_receipt_layout,
    list_receipt_layouts,
)
from passerelle.collect.receipts.receipt_file import ReceiptBatch, ReceiptFile, open_receipts
from passerelle.collect.receipts.receipt_layout import Columns, ReceiptLayout
from passerelle.collect.receipts.receipt_lines import REASONS, RECEIPT_SCHEMA

__all__ = [
    "REASONS",
    "RECEIPT_SCHEMA",
    "Columns",
    "ReceiptBatch",
    "ReceiptFile",
    "ReceiptLayout",
    "detect_layout",
    "get_receipt_layout",
    "list_receipt_layouts",
    "open_receipts",
]
