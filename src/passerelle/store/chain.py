"""Chains of rows: each row's hash covers the row and the hash of the one before.

SHA-256 over the previous hash and the row as a JSON list: whoever has the rows can check it
without passerelle. The end is sealed with a key, so that rows cut off are missed.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from hashlib import sha256

import msgspec

CHAIN_START = "0" * 64
"""The hash before the first row."""

_encode = msgspec.json.Encoder().encode


def chain_hash(previous: str, values: Sequence[int | str | None]) -> str:
    """The hash of a row that follows the one with hash `previous`, in hexadecimal."""
    state = sha256(previous.encode())
    state.update(_encode(values))
    return state.hexdigest()


def chain_seal(secret: bytes, name: str, number: int, hash_: str) -> str:
    """What only the holder of the secret can write beside the last row of the chain `name`."""
    return hmac.new(secret, f"{name} head {number} {hash_}".encode(), sha256).hexdigest()
