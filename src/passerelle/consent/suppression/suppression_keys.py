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

import numpy as np
import numpy.typing as npt

from passerelle.identifiers import id_texts
from passerelle.kernel import IdentifierKeys

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
        start.update(f"{version}|{kind}|".encode())
        digests = []
        for text in texts:
            inner, outer = start.copy(), self._outer.copy()
            inner.update(text.encode())
            outer.update(inner.digest())
            digests.append(outer.digest()[:8])
        return np.frombuffer(b"".join(digests), dtype="<i8")

    def key(self, version: int, kind: str, text: str) -> int:
        """The key of one normalised text."""
        return int(self.keys(version, kind, [text])[0])

    def sieve(self, type_name: str, text: str) -> int:
        """32 bits of the keyed id of what a key is about: an e-mail, a phone, an address, a name.

        Of a million records whose ids are known anyhow, only those whose sieve is on the list
        can be on it: no HMAC is made for the others.
        """
        if type_name == "address":
            return int(text) & SIEVE_BITS
        texts = id_texts(type_name, [text]) if type_name in ("email", "phone") else [text]
        return self._identifiers.identifier_id(_NAMESPACES[type_name], texts[0]) & SIEVE_BITS

    def sieves_of_names(self, texts: Iterable[str]) -> npt.NDArray[np.int64]:
        """`sieve` of many names, each with its birth date or postcode."""
        return self._identifiers.identifier_ids(_NAMESPACES["name"], texts) & SIEVE_BITS


_NAMESPACES = {"email": "email", "phone": "phone", "name": "suppressed_name"}
