"""The chain of the ledger: each row's hash covers the row and the hash of the one before.

SHA-256 over the previous hash and the row as canonical JSON: whoever has the rows can check it
without passerelle (docs/reference/consent-ledger.md says how). The head is sealed with a key, so
that rows cut off the end are missed.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import msgspec

START = "0" * 64
"""The hash before the first row."""

CHAINED = (
    "number", "event_id", "subject_id", "subject_type", "scope", "purpose", "channel", "decision",
    "lifts", "method", "notice", "source", "is_trusted", "occurred_at", "recorded_at",
    "valid_until", "adult_from", "evidence",
)  # fmt: skip
"""What a row's hash covers, in this order."""

_encode = msgspec.json.Encoder().encode


def hash_row(previous: str, row: Mapping[str, Any]) -> str:
    """The hash of a row that follows the one with hash `previous`, in hexadecimal."""
    state = sha256(previous.encode())
    state.update(_encode([row[name] for name in CHAINED]))
    return state.hexdigest()


def seal_head(secret: bytes, number: int, hash_: str) -> str:
    """What only the holder of the secret can write beside the ledger's last row."""
    return hmac.new(secret, f"consent head {number} {hash_}".encode(), sha256).hexdigest()
