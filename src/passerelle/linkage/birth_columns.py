"""Year, month and day of birth in three columns, made one date: else it would count thrice."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from unicodedata import normalize

import polars as pl

COLUMN = "birth_date"
"""What the date is called."""

_BIRTH = r"birth|naissance|geburt|dob|nee? en"
_NAMED = {
    "year": rf"(.*({_BIRTH}).*(year|annee|an|jahr)|(year|annee|an|jahr).*({_BIRTH}).*|"
    r"b ?y(ear)?|yob)",
    "month": rf"(.*({_BIRTH}).*(month|mois|monat)|(month|mois|monat).*({_BIRTH}).*|"
    r"b ?m(onth)?|mob)",
    "day": rf"(.*({_BIRTH}).*(day|jour|tag)|(day|jour|tag).*({_BIRTH}).*|b ?d(ay)?)",
}
_RANGES = {"year": (1850, 2100), "month": (1, 12), "day": (1, 31)}
_MOSTLY = 0.9  # share of values that have to lie in their range


def join_birth_columns(table: pl.DataFrame) -> pl.DataFrame:
    """The table with one date, where exactly one column is each part of it; else as it was.

    Where the month or the day is missing it is 00: the year still says something.

    >>> table = pl.DataFrame({"by": ["1980", "1975"], "bm": ["5", "12"], "bd": ["17", None]})
    >>> join_birth_columns(table)["birth_date"].to_list()
    ['19800517', '19751200']
    """
    if not may_be_joined(tuple(table.columns)):
        return table
    found = {part: _columns(table, part) for part in _NAMED}
    if COLUMN in table.columns or any(len(names) != 1 for names in found.values()):
        return table
    year, month, day = (found[part][0] for part in ("year", "month", "day"))
    whole = pl.concat_str(
        pl.col(year).str.strip_chars(),
        *(pl.col(each).str.strip_chars().str.zfill(2).fill_null("00") for each in (month, day)),
    )
    return table.with_columns(whole.alias(COLUMN)).drop(year, month, day)


@lru_cache(maxsize=64)
def may_be_joined(names: Sequence[str]) -> bool:
    """Whether columns of these names can be the parts of a date, whatever they hold."""
    return COLUMN not in names and all(
        any(_is_named(name, part) for name in names) for part in _NAMED
    )


def _is_named(name: str, part: str) -> bool:
    return re.fullmatch(_NAMED[part], _folded(name)) is not None


def _columns(table: pl.DataFrame, part: str) -> list[str]:
    return [
        name for name in table.columns if _is_named(name, part) and _is_in_range(table[name], part)
    ]


def _folded(name: str) -> str:
    plain = normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return " ".join(re.findall(r"[a-z]+", plain))


def _is_in_range(values: pl.Series, part: str) -> bool:
    some = values.drop_nulls()
    least, most = _RANGES[part]
    numbers = some.str.strip_chars().cast(pl.Int32, strict=False)
    share = numbers.is_between(least, most).fill_null(value=False).mean()
    return isinstance(share, float) and share >= _MOSTLY
