"""IAB's Global Privacy Platform: the TC string inside a GPP string, and around one.

A GPP string is a header, which lists the sections that follow, and the sections, joined by "~".
Source: IAB Tech Lab, Global Privacy Platform, "Consent String Specification" (header type 3,
version 1, ids as Fibonacci-coded ranges); section 2 is TCF for Europe.
"""

from __future__ import annotations

from passerelle.consent.signals.tcf_bits import BitReader, broken

_TYPE, _VERSION, _EUROPE = 3, 1, 2
_HEADER_OF_EUROPE = "DBABMA"
_MOST_TERMS = 40  # of a number in Fibonacci coding: far above every section


def find_tc_in_gpp(text: str) -> str | None:
    """The TC string of a GPP string; None if it has no section for Europe.

    >>> find_tc_in_gpp("DBABMA~CQ.YA")
    'CQ.YA'

    Raises:
        InvalidInput: It is no GPP string.
    """
    header, *sections = text.strip().split("~")
    ids = _read_header(header)
    if len(ids) != len(sections):
        raise broken()
    return dict(zip(ids, sections, strict=True)).get(_EUROPE)


def write_gpp(tc_string: str) -> str:
    """The GPP string that holds a TC string alone."""
    return f"{_HEADER_OF_EUROPE}~{tc_string}"


def _read_header(header: str) -> list[int]:
    reader = BitReader.of(header + "A" * (-len(header) % 4))
    if (reader.number(6), reader.number(6)) != (_TYPE, _VERSION):
        raise broken()
    ids: list[int] = []
    last = 0
    for _entry in range(reader.number(12)):
        is_range = reader.truth()
        first = last + _fibonacci(reader)
        last = first + (_fibonacci(reader) if is_range else 0)
        if last > first + _MOST_TERMS:
            raise broken()
        ids += range(first, last + 1)
    return ids


def _fibonacci(reader: BitReader) -> int:
    """A number as a sum of Fibonacci's, smallest first; two ones in a row end it."""
    total, low, high = 0, 1, 2
    was_one = False
    for _term in range(_MOST_TERMS):
        is_one = reader.truth()
        if is_one and was_one:
            return total
        total += low if is_one else 0
        was_one = is_one
        low, high = high, low + high
    raise broken()
