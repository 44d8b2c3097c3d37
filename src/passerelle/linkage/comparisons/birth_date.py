"""Birth dates: near in time, a part wrong, day and month in each other's place, or a year alone."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from passerelle.kernel.language import N_
from passerelle.linkage.comparison import Comparison, Hashes
from passerelle.linkage.compiling import kernel
from passerelle.linkage.dictionaries import find_texts, text_table
from passerelle.linkage.texts.folding import are_birth_dates, iso_days
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
_ONLY_YEAR = ("0101", "0000")  # day and month of a date of which only the year is known

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
    return pl.when(~days.is_in(_PLACEHOLDERS)).then(days)


def _parts(values: pl.Expr) -> dict[str, pl.Expr]:
    whole = values.str.contains(r"^\d{8}$")
    return {
        "year": pl.when(whole).then(values.str.slice(0, 4)),
        "day and month": pl.when(whole).then(values.str.slice(4, 4)),
    }


def _tables(values: pa.Array, _common: Hashes) -> tuple[Any, ...]:
    text = pl.col("text")
    is_whole = text.str.contains(r"^\d{8}$")
    told = pl.DataFrame({"text": pl.Series(values).cast(pl.String)}).select(
        text.str.to_date("%Y%m%d", strict=False)
        .cast(pl.Int32)
        .fill_null(int(_NO_DAY))
        .alias("days"),
        pl.concat_str(text.str.slice(0, 4), text.str.slice(6, 2), text.str.slice(4, 2)).alias(
            "turned"
        ),
        *(
            pl.when(is_whole).then(text.str.slice(*place)).cast(pl.Int32).fill_null(-1).alias(name)
            for name, place in (("year", (0, 4)), ("month", (4, 2)), ("day", (6, 2)))
        ),
        (is_whole & text.str.slice(4, 4).is_in(_ONLY_YEAR)).alias("only_year"),
    )
    numbers = told.select("year", "month", "day").to_numpy()
    return (
        *text_table(values).arrays, told["days"].to_numpy(),
        find_texts(values, pa.array(told["turned"].to_arrow())),
        np.ascontiguousarray(numbers), told["only_year"].to_numpy(),
    )  # fmt: skip


@kernel
def _compare(
    codes: Any, column: Any, left: Any, right: Any, shift: Any, exact: Any, patterns: Any,
    chars: Any, lengths: Any, signatures: Any, overs: Any, days: Any, swapped: Any, parts: Any,
    only_year: Any,
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
        elif swapped[one] == other or swapped[other] == one:
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
