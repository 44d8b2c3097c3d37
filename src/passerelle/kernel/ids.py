"""Ids of identifiers: short keyed hashes, the same on every run and meaningless to a stranger.

An identifier id is the first 8 bytes of a keyed BLAKE2b of its type and canonical value, as a
signed 64-bit integer, so that it joins at the speed of integers in SQLite, PostgreSQL, DuckDB
and Spark alike. With n identifiers the chance that any two collide is about n^2 / 2^65:
3 in a million at ten million identifiers. Without the key nobody can test whether an e-mail
address is in the base. Source: BLAKE2 keyed mode, RFC 7693.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford: no i, l, o, u, so it can be dictated
_DIGITS = 13  # 5 bits each: 65 bits hold one unsigned 64-bit number


@dataclass(frozen=True)
class IdentifierKeys:
    """Makes identifier ids with the secret of one installation."""

    secret: bytes = field(repr=False)

    def identifier_id(self, type_name: str, value: str) -> int:
        """The id of one canonical value of one identifier type."""
        state = blake2b(value.encode(), digest_size=8, key=self.secret, person=_person(type_name))
        return int.from_bytes(state.digest(), "little", signed=True)

    def identifier_ids(self, type_name: str, values: Iterable[str]) -> npt.NDArray[np.int64]:
        """The ids of many values of one type, in their order."""
        import numpy as np  # here, so that the command line's help need not wait for it

        blank = blake2b(digest_size=8, key=self.secret, person=_person(type_name))
        digests = []
        for value in values:
            state = blank.copy()
            state.update(value.encode())
            digests.append(state.digest())
        return np.frombuffer(b"".join(digests), dtype="<i8")


def format_id(number: int, prefix: str) -> str:
    """A 64-bit id as people see it.

    >>> format_id(-1, "p")
    'p_fzzzzzzzzzzzz'
    """
    rest = number & 0xFFFF_FFFF_FFFF_FFFF
    letters = []
    for _ in range(_DIGITS):
        letters.append(_ALPHABET[rest & 31])
        rest >>= 5
    return f"{prefix}_{''.join(reversed(letters))}"


def parse_id(text: str, prefix: str) -> int | None:
    """The 64-bit id behind what `format_id` wrote, or None if it is not one.

    >>> parse_id("p_fzzzzzzzzzzzz", "p")
    -1
    >>> parse_id("Dupont", "p") is None
    True
    """
    head, _, body = text.strip().lower().partition("_")
    if head != prefix or len(body) != _DIGITS or any(c not in _ALPHABET for c in body):
        return None
    number = 0
    for letter in body:
        number = number << 5 | _ALPHABET.index(letter)
    if number >= 1 << 64:
        return None
    return number - (1 << 64) if number >= 1 << 63 else number


def _person(type_name: str) -> bytes:
    name = type_name.encode()
    if len(name) > blake2b.PERSON_SIZE:
        raise ValueError(f"{type_name!r} is longer than {blake2b.PERSON_SIZE} bytes")
    return name
