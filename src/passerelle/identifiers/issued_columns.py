"""Reads columns of customer numbers, cards, logins and cookies: plain ones in bulk.

Each pattern accepts only texts that the type's `parse` would keep as they are.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from passerelle.identifiers.columns import read_rest
from passerelle.identifiers.identifier_type import (
    BLOCKED,
    PERSONAL,
    NormalizedColumn,
    ParseContext,
    Reading,
)
from passerelle.identifiers.issued_numbers import (
    CHECK_DIGIT,
    FILLER_SEQUENCES,
    parse_login,
    parse_number,
)

_PLAIN_NUMBER = r"^(?:[1-9][0-9]{1,40}|[A-Z]+[0-9]{2,40})$"
# 18 characters: no word that stands for nothing is as long and as plain.
_PLAIN_LOGIN = (
    r"^(?:[1-9][0-9]{1,40}|[A-Za-z_]+[0-9]{2,40}|[a-z0-9][a-z0-9._-]{0,60}@[a-z0-9.-]{1,60}"
    r"|[A-Za-z0-9][A-Za-z0-9_-]{17,98})$"
)
_REPEATED = "^(?:0+|" + "|".join(f"{c}{{2,}}" for c in "123456789xX") + ")$"


def parse_number_column(
    values: pl.Series, regions: pl.Series | None, context: ParseContext
) -> NormalizedColumn:
    """The vector form of `parse_number`, judged as a customer number."""
    del regions
    return _read(values, context, parse_number, _PLAIN_NUMBER, _number_kind)


def parse_card_column(
    values: pl.Series, regions: pl.Series | None, context: ParseContext
) -> NormalizedColumn:
    """The vector form of `parse_number`, judged as a loyalty card."""
    del regions
    return _read(values, context, parse_number, _PLAIN_NUMBER, _card_kind)


def parse_login_column(
    values: pl.Series, regions: pl.Series | None, context: ParseContext
) -> NormalizedColumn:
    """The vector form of `parse_login`."""
    del regions
    return _read(values, context, parse_login, _PLAIN_LOGIN, _number_kind)


def _read(
    values: pl.Series,
    context: ParseContext,
    parse: Callable[[str, ParseContext], Reading],
    plain: str,
    kind: Callable[[pl.Expr], pl.Expr],
) -> NormalizedColumn:
    raw = pl.col("raw")
    prefix = f"{context.namespace}:"
    # A text that already carries its namespace is left to `parse`; so is a longer one.
    named = pl.when(raw.str.contains(plain)).then(pl.concat_str(pl.lit(prefix), raw))
    proposed = pl.DataFrame({"raw": values}).with_columns(value=named)
    read = read_rest(proposed, lambda text: parse(text, context))
    tail = pl.col("value").str.slice(len(prefix))
    kinds = read.select(kind=pl.when(tail.is_not_null()).then(kind(tail)))["kind"]
    return NormalizedColumn(read["value"], read["reason"], kinds, read["others"])


def _number_kind(tail: pl.Expr) -> pl.Expr:
    return pl.when(_is_filler(tail)).then(pl.lit(BLOCKED.kind)).otherwise(pl.lit(PERSONAL.kind))


def _card_kind(tail: pl.Expr) -> pl.Expr:
    number = pl.when(tail.str.contains("^[0-9]{13}$")).then(tail).cast(pl.Int64)
    digits = (number // 10**place % 10 * (3 if place % 2 else 1) for place in range(13))
    is_wrong = (pl.sum_horizontal(digits) % 10 != 0) & number.is_not_null()
    return (
        pl.when(_is_filler(tail))
        .then(pl.lit(BLOCKED.kind))
        .when(is_wrong)
        .then(pl.lit(CHECK_DIGIT.kind))
        .otherwise(pl.lit(PERSONAL.kind))
    )


def _is_filler(tail: pl.Expr) -> pl.Expr:
    bare = tail.str.replace_all("-", "", literal=True)
    return bare.str.contains(_REPEATED) | bare.is_in(list(FILLER_SEQUENCES))
