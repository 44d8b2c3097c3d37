"""Amounts and quantities of a column, whether the file is typed or is text."""

from __future__ import annotations

import polars as pl

from passerelle.collect.mapping import parse_amounts

_CENTS = 100
_MOST = 10**15  # cents; beyond it a float is no longer exact, and no amount is that high
_DECIMAL_POINT = r"\d\.\d{1,2}\D{0,4}$"
_DECIMAL_COMMA = r"\d,\d{1,2}\D{0,4}$"
_TINY = r"^\s*([+-]?\d+(?:\.\d+)?[eE]-\d+)\s*$"  # what is left of a sum that should be nothing
_THOUSANDS = r"^\D{0,3}\d{1,3}(?:,\d{3})+\D{0,4}$"


def uses_decimal_point(texts: pl.Series) -> bool:
    """Whether a column of amounts has its decimals after a point, so that commas part thousands.

    >>> uses_decimal_point(pl.Series(["1,234", "12.50"])), uses_decimal_point(pl.Series(["1,234"]))
    (True, False)
    """
    if texts.dtype != pl.String:
        return True
    has_point = texts.str.contains(_DECIMAL_POINT).any()
    return bool(has_point and not texts.str.contains(_DECIMAL_COMMA).any())


def read_cents(column: pl.Series, *, decimal_point: bool = False) -> pl.Series:
    """Amounts in whole cents; null where there is none or it cannot be read.

    >>> read_cents(pl.Series(["1 234,56 €", "(3)", "x", "1,234"])).to_list()
    [123456, -300, None, 123]
    >>> read_cents(pl.Series(["1.776357e-15"])).to_list()
    [0]
    >>> read_cents(pl.Series(["1,234"]), decimal_point=True).to_list()
    [123400]
    """
    if column.dtype != pl.String:
        return _round(column.cast(pl.Float64, strict=False) * _CENTS)
    distinct = column.drop_nulls().unique()
    texts = distinct
    if decimal_point:
        grouped = distinct.str.contains(_THOUSANDS)
        texts = distinct.str.replace_all(",", "", literal=True).zip_with(grouped, distinct)
    cents = parse_amounts(texts)[0]
    if texts.str.contains(_TINY).any():
        tiny = texts.str.extract(_TINY).cast(pl.Float64, strict=False)
        cents = cents.fill_null(_round(tiny * _CENTS))
    return _look_up(column, distinct, cents)


def read_whole_numbers(column: pl.Series) -> pl.Series:
    """Whole numbers, of a column that counts in cents; null where it cannot be read."""
    return _round(column.cast(pl.Float64, strict=False))


def read_quantities(column: pl.Series) -> pl.Series:
    """Quantities, with their decimals; null where there is none or it cannot be read.

    >>> read_quantities(pl.Series(["1,250", "-2", "deux"])).to_list()
    [1.25, -2.0, None]
    """
    if column.dtype == pl.String:
        column = column.str.replace_all(r"\s", "").str.replace(",", ".", literal=True)
    return column.cast(pl.Float64, strict=False)


def _round(numbers: pl.Series) -> pl.Series:
    whole = numbers.round(0)
    sane = pl.when(whole.is_finite() & (whole.abs() < _MOST)).then(whole)
    return pl.select(sane.cast(pl.Int64).alias(numbers.name)).to_series()


def _look_up(column: pl.Series, texts: pl.Series, values: pl.Series) -> pl.Series:
    table = pl.DataFrame({"text": texts, "value": values})
    found = column.to_frame("text").join(table, on="text", how="left", maintain_order="left")
    return found["value"].alias(column.name)
