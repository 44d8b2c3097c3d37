"""Fields of a TC string: bits, big-endian, in base64url without padding.

Source: IAB Europe, Transparency and Consent String, version 2.3 of April 2025.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _

_ALPHABET_START = ord("A")


@dataclass
class BitReader:
    """Takes fields off the front of a segment.

    Raises:
        InvalidInput: The segment ends too early; from every method.
    """

    bits: str
    at: int = 0

    @classmethod
    def of(cls, segment: str) -> BitReader:
        """The bits of a base64url segment."""
        try:
            data = base64.b64decode(segment + "=" * (-len(segment) % 4), b"-_", validate=True)
        except (binascii.Error, ValueError):
            raise broken() from None
        return cls("".join(f"{byte:08b}" for byte in data))

    def number(self, size: int) -> int:
        """An unsigned number of so many bits."""
        end = self.at + size
        if end > len(self.bits):
            raise broken()
        taken, self.at = self.bits[self.at : end], end
        return int(taken, 2) if size else 0

    def truth(self) -> bool:
        """One bit."""
        return self.number(1) == 1

    def letters(self) -> str:
        """Two letters of six bits each."""
        codes = [self.number(6) for _letter in range(2)]
        if max(codes) > 25:
            raise broken()
        return "".join(chr(_ALPHABET_START + code) for code in codes)

    def flags(self, size: int) -> frozenset[int]:
        """The places, from 1, of the bits that are set."""
        end = self.at + size
        if end > len(self.bits):
            raise broken()
        taken, self.at = self.bits[self.at : end], end
        return frozenset(place for place, bit in enumerate(taken, start=1) if bit == "1")

    def ranges(self) -> frozenset[int]:
        """Numbers written as ranges, with how many come first."""
        found: set[int] = set()
        for _entry in range(self.number(12)):
            is_range, start = self.truth(), self.number(16)
            end = self.number(16) if is_range else start
            if not 1 <= start <= end:
                raise broken()
            found.update(range(start, end + 1))
        return frozenset(found)

    def vendors(self) -> frozenset[int]:
        """Vendor ids, as a field of bits or as ranges."""
        most = self.number(16)
        return self.ranges() if self.truth() else self.flags(most)


@dataclass
class BitWriter:
    """Puts fields one behind the other."""

    parts: list[str] = field(default_factory=list)

    def number(self, value: int, size: int) -> None:
        """An unsigned number in so many bits.

        Raises:
            InvalidInput: It does not fit.
        """
        if not 0 <= value < 1 << size:
            raise InvalidInput(
                _("A value does not fit into a TC string."),
                hint=_("Ids have 16 bits, CMP ids and versions 12."),
            )
        self.parts.append(f"{value:0{size}b}")

    def truth(self, value: bool) -> None:
        """One bit."""
        self.number(int(value), 1)

    def letters(self, value: str) -> None:
        """Two letters of six bits each."""
        for letter in value.upper():
            self.number(ord(letter) - _ALPHABET_START, 6)

    def flags(self, values: Iterable[int], size: int) -> None:
        """Bits at some places, from 1."""
        places = set(values)
        self.parts.append("".join("1" if place in places else "0" for place in range(1, size + 1)))

    def ranges(self, values: Iterable[int]) -> None:
        """Numbers as ranges, with how many come first."""
        found = as_ranges(values)
        self.number(len(found), 12)
        for start, end in found:
            self.truth(end > start)
            self.number(start, 16)
            if end > start:
                self.number(end, 16)

    def vendors(self, values: Iterable[int]) -> None:
        """Vendor ids in the shorter of both forms; of equals, as bits."""
        known = sorted(values)
        most = known[-1] if known else 0
        as_bits, in_ranges = BitWriter(), BitWriter()
        as_bits.flags(known, most)
        in_ranges.ranges(known)
        is_range = in_ranges.size < as_bits.size
        self.number(most, 16)
        self.truth(is_range)
        self.parts += (in_ranges if is_range else as_bits).parts

    @property
    def size(self) -> int:
        """How many bits were put."""
        return sum(map(len, self.parts))

    def segment(self) -> str:
        """The segment in base64url, filled up to whole letters as the reference encoder does."""
        bits = "".join(self.parts)
        bits += "0" * (-len(bits) % 24)
        data = int(bits or "0", 2).to_bytes(len(bits) // 8, "big")
        return base64.urlsafe_b64encode(data).decode().rstrip("=")


def as_ranges(values: Iterable[int]) -> Sequence[tuple[int, int]]:
    """Numbers as their runs: first and last of each.

    >>> as_ranges([3, 1, 2, 7])
    [(1, 3), (7, 7)]
    """
    runs: list[tuple[int, int]] = []
    for value in sorted(values):
        if runs and value == runs[-1][1] + 1:
            runs[-1] = (runs[-1][0], value)
        else:
            runs.append((value, value))
    return runs


def broken() -> InvalidInput:
    """What is said of a string that cannot be read."""
    return InvalidInput(
        _("It is no TC string of version 2 that can be read."),
        hint=_("Pass it as the consent platform gave it, with all of its segments."),
    )
