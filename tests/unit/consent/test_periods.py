"""Periods of law: to the day, across short months and leap years."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.consent.periods import Period, parse_period
from passerelle.kernel import InvalidInput

INSTANTS = st.one_of(
    st.datetimes(datetime(2000, 1, 1), datetime(2050, 1, 1), timezones=st.just(UTC)),
    st.dates(datetime(2019, 12, 1).date(), datetime(2032, 12, 31).date()).map(
        lambda day: datetime(day.year, day.month, day.day, tzinfo=UTC)
    ),
)
PERIODS = st.one_of(
    st.builds(Period, days=st.integers(1, 800)), st.builds(Period, months=st.integers(1, 60))
)
INSTANT = timedelta(microseconds=1)


@given(PERIODS, INSTANTS)
def test_the_earliest_beginning_is_the_first_that_has_not_ended(
    period: Period, at: datetime
) -> None:
    earliest = period.earliest(at)
    assert period.after(earliest) >= at
    assert period.after(earliest - INSTANT) < at


@given(PERIODS, INSTANTS, INSTANTS)
def test_what_begins_later_never_ends_earlier(
    period: Period, one: datetime, other: datetime
) -> None:
    first, second = sorted((one, other))
    assert period.after(first) <= period.after(second)


@given(PERIODS)
def test_it_is_written_as_it_is_read(period: Period) -> None:
    assert parse_period(str(period)) == period


@pytest.mark.parametrize(
    ("text", "begins", "ends"),
    [
        ("6 months", "2026-08-31", "2027-03-01"),
        ("13 months", "2027-01-31", "2028-03-01"),
        ("1 year", "2028-02-29", "2029-03-01"),
        ("4 years", "2024-02-29", "2028-02-29"),
        ("365 days", "2027-09-01", "2028-08-31"),
    ],
)
def test_periods_end_on_the_day_that_is_meant(text: str, begins: str, ends: str) -> None:
    began = datetime.fromisoformat(begins).replace(tzinfo=UTC)
    assert parse_period(text).after(began) == datetime.fromisoformat(ends).replace(tzinfo=UTC)


@pytest.mark.parametrize("text", ["", "3", "months", "0 days", "3 weeks", "-1 year", "1.5 years"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        parse_period(text)
