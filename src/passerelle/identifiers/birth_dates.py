"""Reads a birth date in the many ways files write it, and compares two of them.

Days come before months, as in French files; the month comes first for region US. Two-digit years
take the century that makes a living adult; if both or neither do, the date is refused. Five
digits are Excel's count of days since 1899-12-30; six are day, month and year unless year, month
and day fit as well. A date without its day or month (00/02/1969, 1969) is incomplete.

Source: ISO 8601; Excel 1900 date system.
"""

from __future__ import annotations

import re
from datetime import date, timedelta

from rapidfuzz.distance import OSA

from passerelle.identifiers.blocked_values import data_set, read_data, stands_for_nothing
from passerelle.identifiers.identifier_type import (
    PERSONAL,
    Judgement,
    ParseContext,
    Parsed,
    Reading,
    Refused,
    by_kind,
)
from passerelle.identifiers.text_cleaning import clean_text, fold_letters
from passerelle.kernel.language import N_

DEFAULT = Judgement("default", False, N_("It is a date that software fills in by itself."))
ROUND = Judgement("round", True, N_("It is a 1 January often typed for lack of the real day."))
BIRTH_DATE_JUDGEMENTS = by_kind(PERSONAL, DEFAULT, ROUND)

_TIME = re.compile(r"[T ]\s*[0-9]{1,2}[:h][0-9]{2}.*$|(?<=[0-9])(?:Z|[+-][0-9]{2}:[0-9]{2})$")
_BEFORE = re.compile(
    r"^(?:'|n[ée]e?(?:\(e\))?\s+(?:le\s+)?|born\s+(?:on\s+)?"
    r"|(?:lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+(?=\S+\s+\S))",
    re.IGNORECASE,
)
_YEAR_FIRST = re.compile(r"([0-9]{4})\s?[-/. ]\s?([0-9]{1,2})\s?[-/. ]\s?([0-9]{1,2})")
_YEAR_LAST = re.compile(r"([0-9]{1,2})\s?[-/. ]\s?([0-9]{1,2})\s?[-/. ]\s?([0-9]{4}|[0-9]{2})")
_MONTH_NAMED = re.compile(
    r"([0-9]{1,2})(?:er|st|nd|rd|th)?[\s.\-/]*([^\W\d]+)[\s.\-/,]*([0-9]{4}|[0-9]{2})"
)
_MONTH_FIRST = re.compile(
    r"([^\W\d]+)\.?[\s\-]+([0-9]{1,2})(?:st|nd|rd|th)?,?[\s\-]+([0-9]{4}|[0-9]{2})"
)
_SIX = re.compile(r"[0-9]{6}")
_INCOMPLETE = re.compile(r"(?:[0-9]{1,2}\s?[-/. ]\s?)?(?:19|20)[0-9]{2}(?:-[0-9]{1,2})?")
_EIGHT = re.compile(r"[0-9]{8}")
_SERIAL = re.compile(r"([1-4][0-9]{4})(?:[.,]0+)?")
_EXCEL_EPOCH = date(1899, 12, 30)
_FIRST_YEAR = 1900
_YOUNGEST, _OLDEST = 14, 105  # ages a two-digit year may mean
_MONTHS, _DAYS = 12, 31
_LONGEST = 60  # characters


def parse_birth_date(raw: str, context: ParseContext) -> Reading:
    """The date as `YYYY-MM-DD`."""
    text = clean_text(raw)
    if not text:
        return None
    if len(text) > _LONGEST:
        return Refused("too_long")
    if stands_for_nothing(text):
        return Refused("blocked")
    return _check(_read_date(_BEFORE.sub("", _TIME.sub("", text)), context), context.today)


def judge_birth_date(value: str) -> Judgement:
    """Whether a date was probably filled in by software or for lack of the real one."""
    if value in data_set("default_dates", "defaults"):
        return DEFAULT
    return ROUND if value in data_set("default_dates", "round") else PERSONAL


def are_compatible_birth_dates(a: str, b: str) -> bool:
    """Whether two dates may be one person's: equal, one part wrong, swapped, or a mistyped year.

    A missing date contradicts nothing.

    >>> are_compatible_birth_dates("1969-02-05", "1969-05-02")
    True
    >>> are_compatible_birth_dates("1969-02-25", "1972-11-03")
    False
    """
    if not a or not b or a == b:
        return True
    (year_a, month_a, day_a), (year_b, month_b, day_b) = a.split("-"), b.split("-")
    if year_a == year_b:
        is_swapped = (month_a, day_a) == (day_b, month_b)
        return is_swapped or month_a == month_b or day_a == day_b
    is_year_typo = OSA.distance(year_a, year_b, score_cutoff=1) <= 1
    return is_year_typo and (month_a, day_a) == (month_b, day_b)


def _check(read: date | Refused | None, today: date) -> Reading:
    if read is None or isinstance(read, Refused):
        return read or Refused("invalid_syntax")
    if read > today:
        return Refused("future")
    return Refused("too_old") if read.year < _FIRST_YEAR else Parsed(read.isoformat())


def _read_date(text: str, context: ParseContext) -> date | Refused | None:
    return _read_digits(text, context) or _read_named_month(text, context)


def _read_digits(text: str, context: ParseContext) -> date | Refused | None:
    found = _YEAR_FIRST.fullmatch(text)
    if found:
        return _date(int(found[1]), int(found[2]), int(found[3]))
    found = _YEAR_LAST.fullmatch(text)
    if found:
        return _day_and_month(found[1], found[2], found[3], context)
    if _EIGHT.fullmatch(text):
        return _read_eight(text, context)
    if _SIX.fullmatch(text):
        return _read_six(text, context)
    found = _SERIAL.fullmatch(text)
    if found:
        return _EXCEL_EPOCH + timedelta(days=int(found[1]))
    return None


def _read_eight(text: str, context: ParseContext) -> date | Refused | None:
    """Eight digits: 19690225 or 25021969; never both, since no month is 19 or 20."""
    year_first = _date(int(text[:4]), int(text[4:6]), int(text[6:]))
    year_last = _day_and_month(text[:2], text[2:4], text[4:], context)
    is_plausible = isinstance(year_first, date) and year_first.year >= _FIRST_YEAR
    return year_first if is_plausible and year_first != year_last else year_last


def _read_six(text: str, context: ParseContext) -> date | Refused:
    """Six digits: 250269, or 690225 where that alone is a date."""
    year_last = _day_and_month(text[:2], text[2:4], text[4:], context)
    year_first = _day_and_month(text[4:], text[2:4], text[:2], context)
    dates = {read for read in (year_last, year_first) if isinstance(read, date)}
    if len(dates) == 1:
        return dates.pop()
    return Refused("ambiguous") if dates else year_last


def _read_named_month(text: str, context: ParseContext) -> date | Refused | None:
    found = _MONTH_NAMED.fullmatch(text)
    day, name, years = found.groups() if found else ("", "", "")
    if found is None and (found := _MONTH_FIRST.fullmatch(text)):
        name, day, years = found.groups()
    months: dict[str, int] = read_data("default_dates")["months"]
    month = months.get(fold_letters(name))
    if month is None:
        return Refused("incomplete") if _INCOMPLETE.fullmatch(text) else None
    year = _year(years, context)
    return year if isinstance(year, Refused) else _date(year, month, int(day))


def _day_and_month(first: str, second: str, year: str, context: ParseContext) -> date | Refused:
    day, month = int(first), int(second)
    if context.region == "US" or (month > 12 >= day):
        day, month = month, day
    if month > 12 >= day:  # an American file that wrote this one the other way round
        day, month = month, day
    whole = _year(year, context)
    return whole if isinstance(whole, Refused) else _date(whole, month, day)


def _year(text: str, context: ParseContext) -> int | Refused:
    if len(text) == 4:
        return int(text)
    years = [
        century + int(text)
        for century in (1900, 2000)
        if _YOUNGEST <= context.today.year - (century + int(text)) <= _OLDEST
    ]
    return years[0] if len(years) == 1 else Refused("ambiguous")


def _date(year: int, month: int, day: int) -> date | Refused:
    try:
        return date(year, month, day)
    except ValueError:
        is_unknown = year and 0 in (month, day) and month <= _MONTHS and day <= _DAYS
        return Refused("incomplete" if is_unknown else "impossible")
