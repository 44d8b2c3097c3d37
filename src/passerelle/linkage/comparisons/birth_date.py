"""Birth dates: near in time, a part wrong, day and month in each other's place, or a year alone."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from passerelle.kernel.language import N_
from passerelle.linkage.comparison import Comparison, Hashes, Tables
from passerelle.linkage.compiling import inlined, kernel
from passerelle.linkage.dictionaries import text_table
from passerelle.linkage.texts.folding import are_birth_dates, iso_days
from passerelle.linkage.texts.one_by_one import only_where
from passerelle.linkage.texts.string_kernels import edits_up_to_2

_PLACEHOLDERS = (
    "00010101", "11111111", "18991230", "18991231", "19000101", "19010101", "19700101", "99991231",
    "99999999", "00000000",
)  # fmt: skip
"""Days that programs and clerks write for none: the zeros of Excel, Unix and SQL, and all ones.

Somebody may be born on 1 January 1970: that his date says nothing costs less than that it links him
to all whose date is unknown.
"""

_NO_DAY = np.int32(-(2**31))
_MONTH, _YEAR, _DECADE = 31, 366, 3653  # days
_ONLY_YEAR = (101, 0)  # month and day of a date of which only the year is known, MMDD

_LEVELS = (
    N_("within ten years"),
    N_("within a year"),
    N_("within a month"),
    N_("the year, one of them on 1 January"),
    N_("year and one of day and month"),
    N_("day and month, another year"),
    N_("day and month swapped"),
    N_("one edit"),
)
_IN_DECADE, _IN_YEAR, _IN_MONTH, _YEAR_ALONE, _PART, _OTHER_YEAR, _SWAPPED, _EDIT = range(2, 10)


def normalize(values: pl.Expr) -> pl.Expr:
    """YYYYMMDD; null for the days that stand for none."""
    days = iso_days(values)
    return only_where(~days.is_in(_PLACEHOLDERS), days)


def _parts(values: pl.Expr) -> dict[str, pl.Expr]:
    whole = values.str.contains(r"^\d{8}$")
    return {
        "year": only_where(whole, values.str.slice(0, 4)),
        "day and month": only_where(whole, values.str.slice(4, 4)),
    }


def _tables(values: pa.Array, _common: Hashes) -> Tables:
    texts = text_table(values)
    days = np.full(len(values), _NO_DAY, np.int32)
    parts = np.full((len(values), 3), -1, np.int32)
    _read_days(texts.chars, texts.lengths, days, parts)
    only_year = (parts[:, 0] >= 0) & np.isin(parts[:, 1] * 100 + parts[:, 2], _ONLY_YEAR)
    return Tables(texts, rows=(days, parts, only_year))


@kernel
def _read_days(chars: Any, lengths: Any, days: Any, parts: Any) -> None:
    """Year, month and day of texts of eight digits; the day's number where there is such a day."""
    for value in range(len(lengths)):
        is_whole = lengths[value] == 8
        number = np.int64(0)
        for at in range(8):
            digit = np.int64(chars[value, at]) - 48
            is_whole = is_whole and 0 <= digit <= 9
            number = number * 10 + digit
        if not is_whole:
            continue
        year, month, day = number // 10000, number // 100 % 100, number % 100
        parts[value, 0], parts[value, 1], parts[value, 2] = year, month, day
        if 1 <= month <= 12 and 1 <= day <= _days_of(year, month):
            days[value] = _day_number(year, month, day)


@inlined
def _days_of(year: Any, month: Any) -> Any:
    if month == 2:
        is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        return 29 if is_leap else 28
    return 30 if month in (4, 6, 9, 11) else 31


@inlined
def _day_number(year: Any, month: Any, day: Any) -> Any:
    """Days since some day: years begin in March, so that the leap day is their last."""
    since = year - (month <= 2)
    before = (153 * ((month + 9) % 12) + 2) // 5
    return 365 * since + since // 4 - since // 100 + since // 400 + before + day


@kernel
def _compare(
    codes: Any, column: Any, left: Any, right: Any, shift: Any, exact: Any, patterns: Any,
    chars: Any, lengths: Any, signatures: Any, overs: Any, days: Any, parts: Any, only_year: Any,
) -> None:  # fmt: skip
    for pair in range(len(left)):
        one, other = codes[left[pair], column], codes[right[pair], column]
        if one < 0 or other < 0:
            continue
        is_dated = parts[one, 0] >= 0 and parts[other, 0] >= 0
        same_year = is_dated and parts[one, 0] == parts[other, 0]
        same_month = is_dated and parts[one, 1] == parts[other, 1]
        same_day = is_dated and parts[one, 2] == parts[other, 2]
        level = np.int64(1)
        if one == other:
            level = np.int64(exact[one])
        elif same_year and (only_year[one] or only_year[other]):
            level = np.int64(_YEAR_ALONE)
        elif edits_up_to_2(chars, lengths, signatures, overs, one, other) == 1:
            level = np.int64(_EDIT)
        elif same_year and parts[one, 1] == parts[other, 2] and parts[one, 2] == parts[other, 1]:
            level = np.int64(_SWAPPED)
        elif same_month and same_day:
            level = np.int64(_OTHER_YEAR)
        elif same_year and (same_month or same_day):
            level = np.int64(_PART)
        elif days[one] != _NO_DAY and days[other] != _NO_DAY:
            apart = abs(np.int64(days[one]) - np.int64(days[other]))
            if apart <= _MONTH:
                level = np.int64(_IN_MONTH)
            elif apart <= _YEAR:
                level = np.int64(_IN_YEAR)
            elif apart <= _DECADE:
                level = np.int64(_IN_DECADE)
        patterns[pair] |= np.uint64(level) << np.uint64(shift)


PLUGIN = Comparison(
    label=N_("Birth date"),
    levels=_LEVELS,
    normalize=normalize,
    tables=_tables,
    kernel=_compare,
    parts=_parts,
    least_chance=1 / (80 * 365.25),  # births of those alive, spread evenly
    headers=re.compile(
        r"dob|date of birth|birth ?(date|dt|day)|born( on)?|date (de )?naissance|"
        r"ne( ?e)? le|naissance|geburtsdatum|geburtstag|geb( |datum)?|geboren( am)?|"
        r"(fecha|f)( de)? nac(imiento)?|data( di)? nascita|nato( a)? il|"
        r"data( de)? nasc(imento)?|geboortedatum|data urodzenia|fodselsdato|fodelsedatum"
    ),
    looks_like=are_birth_dates,
)
