"""The chain of the ledger: what of a row its hash covers, and how its end is sealed.

docs/reference/consent-ledger.md says how to check it without passerelle.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from passerelle.store import CHAIN_START, chain_hash, chain_seal

START = CHAIN_START
"""The hash before the first row."""

CHAINED = (
    "number", "event_id", "subject_id", "subject_type", "scope", "purpose", "channel", "decision",
    "lifts", "method", "notice", "source", "is_trusted", "occurred_at", "recorded_at",
    "valid_until", "adult_from", "evidence",
)  # fmt: skip
"""What a row's hash covers, in this order."""


def hash_row(previous: str, row: Mapping[str, Any]) -> str:
    """The hash of a row that follows the one with hash `previous`, in hexadecimal."""
    return chain_hash(previous, [row[name] for name in CHAINED])


def seal_head(secret: bytes, number: int, hash_: str) -> str:
    """What only the holder of the secret can write beside the ledger's last row."""
    return chain_seal(secret, "consent", number, hash_)
