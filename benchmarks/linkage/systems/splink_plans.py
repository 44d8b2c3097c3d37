"""Splink's settings for each set: those of its documentation where it has the set.

Source: Splink's demos febrl3, febrl4, accuracy_analysis_from_labels_column; for the others what
its documentation advises, chosen without looking at the truth.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import splink.comparison_library as cl
from splink import block_on

RENAMED = {"by": "birth_year"}
"""Columns whose name is a word of SQL: with frequencies, Splink 5.0.0 makes no table of it."""

_SWAPPED = "l.given_name = r.surname and l.surname = r.given_name"


@dataclass(frozen=True)
class Plan:
    """What Splink is told.

    comparisons: makes them anew, since a linker changes them.
    rules: for candidates, as columns that must agree or as SQL.
    certain, recall: rules that hardly err, and how many of the true pairs they find.
    blocks: of each round of learning.
    """

    comparisons: Callable[[], list[Any]]
    rules: Sequence[Any]
    certain: Sequence[Any]
    recall: float
    blocks: Sequence[Any]
    learns_without_frequencies: bool = False


def _frequent(comparison: Any) -> Any:
    return comparison.configure(term_frequency_adjustments=True)


def _born(column: str, **options: Any) -> Any:
    return cl.DateOfBirthComparison(column, input_is_string=True, **options)


def _febrl3() -> list[Any]:
    return [
        cl.NameComparison("given_name"),
        cl.NameComparison("surname"),
        _born("date_of_birth", datetime_format="%Y%m%d"),
        cl.DamerauLevenshteinAtThresholds("soc_sec_id", [2]),
        _frequent(cl.ExactMatch("street_number")),
        _frequent(cl.ExactMatch("postcode")),
    ]


def _febrl4() -> list[Any]:
    return [
        _frequent(cl.NameComparison("given_name")),
        _frequent(cl.NameComparison("surname")),
        _born("date_of_birth", datetime_format="%Y%m%d"),
        cl.DamerauLevenshteinAtThresholds("soc_sec_id", [1, 2]),
        _frequent(cl.ExactMatch("street_number")),
        _frequent(cl.DamerauLevenshteinAtThresholds("postcode", [1, 2])),
    ]


def _fake() -> list[Any]:
    return [
        _frequent(cl.NameComparison("first_name")),
        _frequent(cl.NameComparison("surname")),
        _born("dob"),
        _frequent(cl.ExactMatch("city")),
        cl.EmailComparison("email"),
    ]


def _rldata() -> list[Any]:
    return [
        _frequent(cl.NameComparison("fname_c1")),
        _frequent(cl.NameComparison("lname_c1")),
        _frequent(cl.ExactMatch("birth_year")),
        cl.ExactMatch("bm"),
        cl.ExactMatch("bd"),
    ]


def _retailer() -> list[Any]:
    return [
        _frequent(cl.NameComparison("first_name")),
        _frequent(cl.NameComparison("last_name")),
        _born("birth_date"),
        cl.EmailComparison("email"),
        cl.DamerauLevenshteinAtThresholds("phone", [1, 2]),
        _frequent(cl.JaroWinklerAtThresholds("street", [0.95, 0.88])),
        cl.ExactMatch("house_number"),
        _frequent(cl.DamerauLevenshteinAtThresholds("postcode", [1, 2])),
    ]


_FEBRL3 = Plan(
    _febrl3,
    ["soc_sec_id", "given_name", "surname", "date_of_birth", "postcode"],
    [
        "soc_sec_id",
        ("given_name", "surname", "date_of_birth"),
        _SWAPPED + " and l.date_of_birth = r.date_of_birth",
    ],
    0.9,
    ["date_of_birth", "postcode"],
)
_FEBRL4 = Plan(
    _febrl4,
    [
        ("given_name", "surname"),
        _SWAPPED,
        "date_of_birth",
        "soc_sec_id",
        ("state", "address_1"),
        ("street_number", "address_1"),
        "postcode",
    ],
    ["soc_sec_id", ("given_name", "surname", "date_of_birth")],
    0.8,
    ["date_of_birth", "postcode"],
    learns_without_frequencies=True,
)
_FAKE = Plan(
    _fake,
    ["first_name", "surname", "dob", "email"],
    [
        "l.first_name = r.first_name and levenshtein(r.dob, l.dob) <= 1",
        "l.surname = r.surname and levenshtein(r.dob, l.dob) <= 1",
        "l.first_name = r.first_name and levenshtein(r.surname, l.surname) <= 2",
        "l.email = r.email",
    ],
    0.7,
    [("first_name", "surname"), "dob"],
    learns_without_frequencies=True,
)
_RLDATA = Plan(
    _rldata,
    [
        ("fname_c1", "lname_c1"),
        ("lname_c1", "birth_year"),
        *((name, *two) for name in ("fname_c1", "lname_c1")
          for two in (("birth_year", "bm"), ("birth_year", "bd"), ("bm", "bd"))),
        ("birth_year", "bm", "bd"),
    ],
    [("fname_c1", "lname_c1", "birth_year", "bm"), ("fname_c1", "lname_c1", "bm", "bd")],
    0.8,
    [("fname_c1", "lname_c1"), ("birth_year", "bm", "bd")],
    learns_without_frequencies=True,
)  # fmt: skip
_RETAILER = Plan(
    _retailer,
    [
        "email",
        "phone",
        ("first_name", "last_name"),
        ("last_name", "birth_date"),
        ("first_name", "birth_date"),
        ("last_name", "postcode"),
        ("street", "house_number", "postcode"),
    ],
    ["email", ("first_name", "last_name", "birth_date"), ("first_name", "last_name", "phone")],
    0.8,
    ["email", ("first_name", "last_name"), "birth_date"],
    learns_without_frequencies=True,
)
PLANS = {
    "febrl1": _FEBRL3,
    "febrl2": _FEBRL3,
    "febrl3": _FEBRL3,
    "febrl4": _FEBRL4,
    "fake_20000": _FAKE,
    "RLdata10000": _RLDATA,
    "retailer": _RETAILER,
}


def to_rule(told: Any) -> Any:
    """A rule as Splink takes it: SQL as it is, columns as a block."""
    if isinstance(told, str) and " " in told:
        return told
    return block_on(*((told,) if isinstance(told, str) else told))
