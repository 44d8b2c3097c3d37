"""Birth dates."""

from __future__ import annotations

from datetime import date

import pytest

from passerelle.identifiers import Parsed, Refused, are_compatible_birth_dates, parse_identifier

TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    "raw",
    [
        "1969-02-25", "25/02/1969", "25-02-1969", "25.02.69", "25 02 1969", "1969/2/25", "25021969",
        "19690225", "25 février 1969", "25 FÉVR. 1969", "25-Feb-69", "25/02/1969 00:00",
        "1969-02-25T00:00:00Z", "25259", "25259.0", "250269", "Feb 25, 1969", "February 25th 1969",
        "mardi 25 février 1969", "Tue Feb 25 1969", "née le 25/02/1969", "né(e) le 25 fév. 1969",
        "25Feb1969", "1969-02-25+01:00", "1969-02-25Z", "'25/02/1969", "1969.02.25", "25/2/69",
    ],
)  # fmt: skip
def test_a_date_is_read_however_it_is_written(raw: str) -> None:
    assert parse_identifier("birth_date", raw, today=TODAY) == Parsed("1969-02-25")


def test_an_american_file_puts_the_month_first() -> None:
    raw = "03/04/1969"

    assert parse_identifier("birth_date", raw, region="US", today=TODAY) == Parsed("1969-03-04")
    assert parse_identifier("birth_date", raw, today=TODAY) == Parsed("1969-04-03")


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("31/02/1969", "impossible"), ("29/02/1969", "impossible"), ("23/11/2026", "future"), ("01/01/1890", "too_old"),
        ("12/03/15", "ambiguous"), ("1969", "incomplete"), ("00/00/0000", "impossible"),
        ("02/1969", "incomplete"), ("1969-02", "incomplete"), ("00/02/1969", "incomplete"),
        ("1969-00-00", "incomplete"), ("010203", "ambiguous"), ("Tue 1969", "invalid_syntax"),
        ("25 brumaire 1969", "invalid_syntax"), ("99999", "invalid_syntax"),
    ],
)  # fmt: skip
def test_what_is_not_a_birth_date_is_refused(raw: str, reason: str) -> None:
    assert parse_identifier("birth_date", raw, today=TODAY) == Refused(reason)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("1969-02-25", "1969-02-25", True),
        ("1969-02-05", "1969-05-02", True),
        ("1969-02-25", "1969-02-26", True),
        ("1969-02-25", "1969-03-25", True),
        ("1969-02-25", "1996-02-25", True),
        ("1969-02-25", "1968-02-25", True),
        ("1969-02-25", "1942-02-25", False),
        ("1969-02-25", "1969-03-26", False),
        ("1969-02-25", "1972-11-03", False),
        ("", "1972-11-03", True),
    ],
)
def test_two_dates_of_one_person_may_differ_by_one_slip(
    one: str, other: str, expected: bool
) -> None:
    assert are_compatible_birth_dates(one, other) is expected
    assert are_compatible_birth_dates(other, one) is expected
