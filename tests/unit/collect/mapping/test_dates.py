"""Dates and times as people write them."""

from datetime import UTC, date, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerelle.collect.mapping import parse_dates, parse_timestamps


def read(text: str | None, order: str = "dmy") -> tuple[str | None, str | None]:
    iso, reason = parse_dates(pl.Series([text], dtype=pl.String), order)
    return iso.item(), reason.item()


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("31/12/1980", "1980-12-31"),
        ("31.12.80", "1980-12-31"),
        ("1/2/05", "2005-02-01"),
        ("31-12-1980", "1980-12-31"),
        ("31 12 1980", "1980-12-31"),
        ("1980-12-31", "1980-12-31"),
        ("1980/12/31", "1980-12-31"),
        ("19801231", "1980-12-31"),
        ("31121980", "1980-12-31"),
        ("31 décembre 1980", "1980-12-31"),
        ("1er janvier 2020", "2020-01-01"),
        ("12-janv.-80", "1980-01-12"),
        ("mardi 12 mars 2024", "2024-03-12"),
        ("Dec 31, 1980", "1980-12-31"),
        ("29586", "1980-12-31"),
        ("31/12/1980 00:00:00", "1980-12-31"),
        ("1980-12-31T00:00:00.000", "1980-12-31"),
        ("2024-01-02T03:04:05Z", "2024-01-02T03:04:05Z"),
        ("2025-10-07 09:50:26 +0200", "2025-10-07T09:50:26+02:00"),
        ("2024-03-12 09:14", "2024-03-12T09:14:00"),
        ("12/03/2024 9h05", "2024-03-12T09:05:00"),
        ("Mar 3, 2024 9:05 PM", "2024-03-03T21:05:00"),
        ("2024-03-12T09:14:00.123456+01:00", "2024-03-12T09:14:00.123456+01:00"),
        (" 31/12/1980 ", "1980-12-31"),
        ("29/02/2024", "2024-02-29"),
    ],
)
def test_a_date_is_read_however_it_is_written(text: str, iso: str) -> None:
    assert read(text) == (iso, None)


@pytest.mark.parametrize(
    "text", ["31/02/2001", "29/02/2023", "00/01/1980", "32/01/1980", "12/31/1980", "hier", "1980",
             "2024-01-02 25:00", "2024-13-01", "31/12/980"]
)  # fmt: skip
def test_what_is_no_date_says_so(text: str) -> None:
    assert read(text) == (None, "bad_date")


@pytest.mark.parametrize("text", ["", "   ", None])
def test_a_blank_cell_is_neither_a_date_nor_an_error(text: str | None) -> None:
    assert read(text) == (None, None)


def test_americans_write_the_month_first() -> None:
    assert read("12/31/1980", "mdy") == ("1980-12-31", None)
    assert read("3/15/2024 2:30 PM", "mdy") == ("2024-03-15T14:30:00", None)


def test_local_times_become_instants_in_their_zone() -> None:
    cells = pl.Series(
        ["12/03/2024 09:14", "12/07/2024 09:14", "2024-03-12T09:14:00+05:00", "x", None]
    )

    instants, reasons = parse_timestamps(cells, "dmy", zone="Europe/Paris")

    assert instants.to_list() == [
        datetime(2024, 3, 12, 8, 14, tzinfo=UTC),
        datetime(2024, 7, 12, 7, 14, tzinfo=UTC),
        datetime(2024, 3, 12, 4, 14, tzinfo=UTC),
        None,
        None,
    ]
    assert reasons.to_list() == [None, None, None, "bad_date", None]


@given(st.dates(date(1930, 1, 1), date(2029, 12, 31)), st.sampled_from(["/", ".", "-", " "]))
@settings(deadline=None, max_examples=40)
def test_any_date_comes_back_from_any_form(day: date, mark: str) -> None:
    forms = [f"%d{mark}%m{mark}%Y", f"%d{mark}%m{mark}%y", "%Y-%m-%d", "%Y%m%d"]
    cells = pl.Series([day.strftime(form) for form in forms])

    iso, _reasons = parse_dates(cells, "dmy")

    assert set(iso) == {day.isoformat()}
