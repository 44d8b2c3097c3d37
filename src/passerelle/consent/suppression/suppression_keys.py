"""Keys of a suppression list: HMACs of normalised values, of which nothing can be read back.

A plain hash would hide nothing: all French mobile numbers are tried in minutes. Without the
installation's secret nobody can say whether a value is on the list. A key is the first 8 bytes of
an HMAC-SHA256 (RFC 2104, RFC 4231): with 10 million keys and 10 million values looked up, the
chance that any of them meets another's key is 1 in 180,000.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable
from hashlib import sha256
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from passerelle.consent.suppression.normalisers import KeyText
from passerelle.identifiers import id_texts
from passerelle.kernel import IdentifierKeys

if TYPE_CHECKING:
    import hashlib

_KEY_BYTES = 8
SIEVE_BITS = 0xFFFF_FFFF
"""The part of an identifier id that a list keeps beside a key; see `SuppressionKeys.sieve`."""

_BLOCK = 64  # bytes: the block of SHA-256
_INNER, _OUTER = 0x36, 0x5C  # RFC 2104


class SuppressionKeys:
    """Makes keys with a secret of its own, drawn from the installation's."""

    def __init__(self, keys: IdentifierKeys) -> None:
        self._identifiers = keys
        pepper = hmac.digest(keys.secret, b"passerelle suppression list", "sha256")
        # HMAC's two first blocks, done once: `hmac` would do them for each value anew.
        padded = pepper.ljust(_BLOCK, b"\0")
        self._inner = sha256(bytes(byte ^ _INNER for byte in padded))
        self._outer = sha256(bytes(byte ^ _OUTER for byte in padded))

    def keys(self, version: int, kind: str, texts: Iterable[str]) -> npt.NDArray[np.int64]:
        """The keys of normalised texts of one kind, in their order."""
        start = self._inner.copy()
        start.update(_prefix(version, kind))
        return _as_numbers(self._digest(start, text.encode()) for text in texts)

    def keys_of(self, version: int, texts: Iterable[KeyText]) -> npt.NDArray[np.int64]:
        """The keys of texts of any kinds, in their order."""
        return _as_numbers(
            self._digest(self._inner, _prefix(version, each.kind) + each.text.encode())
            for each in texts
        )

    def key(self, version: int, kind: str, text: str) -> int:
        """The key of one normalised text."""
        return int(self.keys(version, kind, [text])[0])

    def sieve(self, type_name: str, text: str) -> int:
        """32 bits of the keyed id of what a key is about: an e-mail, a phone, an address, a name.

        Of a million records whose ids are known anyhow, only those whose sieve is on the list
        can be on it: no HMAC is made for the others.
        """
        return int(self.sieves(type_name, [text])[0])

    def sieves(self, type_name: str, texts: list[str]) -> npt.NDArray[np.int64]:
        """`sieve` of many texts of one type, in their order."""
        if type_name == "address":
            return np.array([int(text) for text in texts], np.int64) & SIEVE_BITS
        if type_name == "name":
            return self._identifiers.identifier_ids("suppressed_name", texts) & SIEVE_BITS
        ids = self._identifiers.identifier_ids(type_name, id_texts(type_name, texts))
        return ids & SIEVE_BITS

    def address_ids(self, address_keys: Iterable[str]) -> list[int]:
        """The keyed ids of addresses, as `residences` has them."""
        ids: list[int] = self._identifiers.identifier_ids("address", address_keys).tolist()
        return ids

    def _digest(self, start: hashlib._Hash, rest: bytes) -> bytes:
        inner, outer = start.copy(), self._outer.copy()
        inner.update(rest)
        outer.update(inner.digest())
        return outer.digest()[:_KEY_BYTES]


def _prefix(version: int, kind: str) -> bytes:
    return f"{version}|{kind}|".encode()


def _as_numbers(digests: Iterable[bytes]) -> npt.NDArray[np.int64]:
    return np.frombuffer(b"".join(digests), dtype="<i8")
