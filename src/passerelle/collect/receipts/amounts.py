"""Amounts as people write them, in cents: `1 234,56 €`, `1.234,56`, `(12.50)`, `12,50-`."""

from __future__ import annotations

import polars as pl

_CENTS = 100
_MOST = 10**13  # cents; beyond it a number is no amount, and a float no longer exact
_DECIMAL_POINT = r"\d\.\d{1,2}\s*(?:\D{0,4})$"
_THOUSANDS = r"^[-+]?\d{1,3}(?:,\d{3})+$"
_DECIMAL_COMMA = r"\d,\d{1,2}\s*(?:\D{0,4})$"


def uses_decimal_point(texts: pl.Series) -> bool:
    """Whether a column of amounts has its decimals after a point, so that commas part thousands.

    >>> uses_decimal_point(pl.Series(["1,234", "12.50"])), uses_decimal_point(pl.Series(["1,234"]))
    (True, False)
    """
    if texts.dtype != pl.String:
        return True
    has_point = texts.str.contains(_DECIMAL_POINT).any()
    return bool(has_point and not texts.str.contains(_DECIMAL_COMMA).any())


def read_numbers(column: pl.Series, *, decimal_point: bool = False) -> pl.Series:
    r"""Numbers of a column, text or not; null where there is none or it cannot be read.

    >>> read_numbers(pl.Series(["1 234,56 €", "1.234,50", "(3)", "2-", "x"])).to_list()
    [1234.56, 1234.5, -3.0, -2.0, None]
    """
    if column.dtype != pl.String:
        return column.cast(pl.Float64, strict=False)
    numbers = column.cast(pl.Float64, strict=False)
    hard = numbers.is_null() & column.is_not_null()
    if not hard.any():
        return numbers
    rest = column.filter(hard).unique()
    table = pl.DataFrame({"text": rest, "number": _read_written(rest, decimal_point)})
    found = column.to_frame("text").join(table, on="text", how="left", maintain_order="left")
    return numbers.fill_null(found["number"])


def read_cents(column: pl.Series, *, decimal_point: bool = False) -> pl.Series:
    """Amounts in whole cents.

    >>> read_cents(pl.Series(["12,345.6", "-0,5"]), decimal_point=True).to_list()
    [1234560, -50]
    """
    cents = (read_numbers(column, decimal_point=decimal_point) * _CENTS).round(0)
    sane = pl.when(cents.is_finite() & (cents.abs() < _MOST)).then(cents)
    return pl.select(sane.cast(pl.Int64).alias(column.name)).to_series()


def _read_written(texts: pl.Series, decimal_point: bool) -> pl.Series:
    bare = texts.str.replace_all(r"[\s'’€$£]|(?i:eur|usd|gbp|chf)", "").str.replace("−", "-")
    negative = bare.str.contains(r"^\(.*\)$") | bare.str.ends_with("-")
    digits = bare.str.replace_all(r"[()]", "").str.strip_suffix("-")
    comma_last = digits.str.contains(r",[^.]*$") & digits.str.contains(".", literal=True)
    only_comma = ~digits.str.contains(".", literal=True)
    grouped = digits.str.contains(_THOUSANDS) if decimal_point else comma_last
    decimal_comma = comma_last | (only_comma & ~grouped)
    with_comma = digits.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    with_point = digits.str.replace_all(",", "", literal=True)
    plain = pl.select(pl.when(decimal_comma).then(with_comma).otherwise(with_point)).to_series()
    number = plain.cast(pl.Float64, strict=False)
    return pl.select(pl.when(negative).then(-number).otherwise(number)).to_series()
