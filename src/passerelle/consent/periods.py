"""Periods of law: days, calendar months and years, added to instants."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _

_TEXT = re.compile(r"(\d{1,4}) (day|month|year)s?")
_MONTHS = {"month": 1, "year": 12}


class _Month(NamedTuple):
    """A month of a year."""

    year: int
    month: int

    @classmethod
    def of(cls, instant: datetime) -> _Month:
        return cls(instant.year, instant.month)

    @property
    def days(self) -> int:
        return monthrange(self.year, self.month)[1]

    def plus(self, months: int) -> _Month:
        year, month = divmod(self.year * 12 + self.month - 1 + months, 12)
        return _Month(year, month + 1)

    def begins(self, like: datetime) -> datetime:
        return datetime(self.year, self.month, 1, tzinfo=like.tzinfo)


@dataclass(frozen=True)
class Period:
    """A number of days or of calendar months.

    Months end at the same time of the same day of a later month; where that month has no such
    day, with the month itself. A period that begins later so never ends earlier.

    >>> from datetime import UTC
    >>> Period(months=6).after(datetime(2026, 8, 31, 9, tzinfo=UTC)).isoformat()
    '2027-03-01T00:00:00+00:00'
    >>> Period(days=365).after(datetime(2027, 9, 1, tzinfo=UTC)).isoformat()
    '2028-08-31T00:00:00+00:00'
    """

    days: int = 0
    months: int = 0

    def after(self, instant: datetime) -> datetime:
        """When a period that begins at an instant ends; what ends then is valid then still."""
        if not self.months:
            return instant + timedelta(days=self.days)
        month = _Month.of(instant).plus(self.months)
        if instant.day <= month.days:
            return instant.replace(year=month.year, month=month.month)
        return month.plus(1).begins(instant)

    def earliest(self, at: datetime) -> datetime:
        """The first instant from which the period has not ended before `at`, to the microsecond.

        >>> from datetime import UTC
        >>> Period(months=6).earliest(datetime(2027, 3, 1, tzinfo=UTC)).isoformat()
        '2026-08-29T00:00:00+00:00'
        """
        if not self.months:
            return at - timedelta(days=self.days)
        month = _Month.of(at).plus(-self.months)
        before = month.plus(-1)
        ends_a_shorter_month = at == _Month.of(at).begins(at) and (
            before.days > before.plus(self.months).days
        )
        if ends_a_shorter_month:
            return before.begins(at) + timedelta(days=before.plus(self.months).days)
        if at.day > month.days:
            return month.plus(1).begins(at)
        return at.replace(year=month.year, month=month.month)

    def __str__(self) -> str:
        """As a policy file writes it.

        >>> str(Period(months=24)), str(Period(months=13)), str(Period(days=1))
        ('2 years', '13 months', '1 day')
        """
        number, unit = (
            (self.days, "day")
            if not self.months
            else (self.months // 12, "year") if self.months % 12 == 0 else (self.months, "month")
        )  # fmt: skip
        return f"{number} {unit}{'' if number == 1 else 's'}"


def parse_period(text: str) -> Period:
    """A period as a policy file writes it.

    >>> parse_period("3 years")
    Period(days=0, months=36)

    Raises:
        InvalidInput: It is none.
    """
    match = _TEXT.fullmatch(text.strip())
    if match is None or not int(match[1]):
        raise InvalidInput(
            _("{text!r} is no period.").format(text=text),
            hint=_('Write a number of days, months or years, such as "13 months".'),
        )
    number, unit = int(match[1]), match[2]
    return Period(days=number) if unit == "day" else Period(months=number * _MONTHS[unit])
