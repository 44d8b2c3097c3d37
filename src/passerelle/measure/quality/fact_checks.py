"""Checks of birth dates, other dates, numbers that somebody hands out, and device identifiers."""

from __future__ import annotations

from datetime import date

import polars as pl

from passerelle.collect import parse_dates
from passerelle.identifiers import normalize_column
from passerelle.measure.quality.checked import (
    PLACEHOLDER,
    Checked,
    Setting,
    coded,
    first_of,
    is_among,
    kept,
)

_AGE_OF_CONSENT = 15  # years; below it a parent consents too (French law 78-17, article 45)
_OLDEST = 110  # years; fewer than a hundred people in France are older

_TYPES = {
    "customer_number": "customer_number",
    "loyalty_card": "loyalty_card",
    "login": "login",
    "record_key": "customer_number",
    "cookie": "cookie",
    "mobile_id": "mobile_id",
}


def check_birth_date(cells: pl.Series, setting: Setting) -> Checked:
    """Birth dates, read with the file's own order of day and month."""
    iso = parse_dates(cells, setting.date_order)[0]
    read = normalize_column("birth_date", first_of(iso, cells), today=setting.today)
    blocked = coded(PLACEHOLDER, is_among(read.reasons, "blocked"))
    default = coded("default_date", is_among(read.judgements, "default"))
    reasons = read.reasons.replace("invalid_syntax", "bad_date")
    refusals = first_of(blocked, reasons, default)
    values = kept(read.values, refusals.is_null())
    return Checked(
        values=values,
        refusals=refusals,
        kinds=read.judgements,
        suspicions={
            "round_date": is_among(read.judgements, "round"),
            "under_15": _is_after(values, _years_before(setting.today, _AGE_OF_CONSENT)),
            "over_110": ~_is_after(values, _years_before(setting.today, _OLDEST))
            & values.is_not_null(),
        },
    )


def check_instant(cells: pl.Series, setting: Setting) -> Checked:
    """When a record was made or changed: a date, with or without a time, not in the future."""
    iso, reasons = parse_dates(cells, setting.date_order)
    is_future = _is_after(iso.str.slice(0, 10), setting.today)
    refusals = first_of(reasons, coded("future", is_future))
    return Checked(values=kept(iso, refusals.is_null()), refusals=refusals)


def check_number(cells: pl.Series, setting: Setting) -> Checked:
    """Numbers that a business hands out, logins, cookies and mobile advertising ids."""
    type_name = _TYPES[setting.field or ""]
    read = normalize_column(type_name, cells, namespace=setting.namespace)
    blocked = is_among(read.judgements, "blocked") | is_among(read.reasons, "blocked")
    refusals = first_of(coded(PLACEHOLDER, blocked), read.reasons)
    suspicions = {}
    if type_name == "loyalty_card":
        suspicions["check_digit"] = is_among(read.judgements, "check_digit")
    return Checked(
        values=kept(read.values, refusals.is_null()),
        refusals=refusals,
        kinds=read.judgements,
        suspicions=suspicions,
    )


def _is_after(values: pl.Series, day: date) -> pl.Series:
    return (values > day.isoformat()).fill_null(False)


def _years_before(today: date, years: int) -> date:
    last = today.replace(day=28) if (today.month, today.day) == (2, 29) else today
    return last.replace(year=today.year - years)
