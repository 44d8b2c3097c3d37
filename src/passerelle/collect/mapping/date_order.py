"""Learns from the cells themselves whether dates are written day first or month first."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from passerelle.collect.mapping.plan import DateOrder

_NUMERIC = r"^\s*(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})(\D|$)"
_YEAR_FIRST = r"^\s*\d{4}[/.\-]\d{1,2}[/.\-]\d{1,2}"
_MONTHS = 12


def learn_date_order(columns: Sequence[pl.Series], *, default: DateOrder) -> DateOrder:
    """The order that most dates prove; the default when none proves anything.

    A number above 12 can only be a day: 31/12 proves day first, 12/31 month first.
    """
    day_first, month_first, year_first = 0, 0, 0
    for column in columns:
        first = column.str.extract(_NUMERIC, 1).cast(pl.Int32)
        second = column.str.extract(_NUMERIC, 2).cast(pl.Int32)
        day_first += int((first > _MONTHS).sum())
        month_first += int((second > _MONTHS).sum())
        year_first += int(column.str.contains(_YEAR_FIRST).sum())
    if day_first or month_first:
        return "dmy" if day_first >= month_first else "mdy"
    return "ymd" if year_first and not _ambiguous(columns) else default


def _ambiguous(columns: Sequence[pl.Series]) -> bool:
    return any(bool(column.str.contains(_NUMERIC).any()) for column in columns)
