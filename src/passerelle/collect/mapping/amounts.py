"""Reads the amounts people write into whole cents."""

from __future__ import annotations

import polars as pl

_NOISE = r"[\s\u00a0\u202f'’]|€|EUR|eur|\$|USD|£|GBP|CHF"
_NUMBER = r"^[+-]?(\d+)([.,]\d+)?$"


def parse_amounts(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Amounts in cents, and why a cell is none.

    `1 234,56`, `1.234,56`, `1,234.56`, `12 €`, `-3,5` and `(12,00)` are read; beyond two decimals
    the cent is rounded half away from zero. A lone mark before three digits (`1,234`, `1.234`)
    separates thousands only if another mark says so; alone it is a decimal mark.

    Returns:
        Cents (Int64), and reasons: `bad_amount`; both null for a blank cell.
    """
    frame = pl.DataFrame({"text": cells.str.strip_chars().replace("", None)})
    bare = pl.col("text").str.replace_all(_NOISE, "")
    bare = bare.str.replace(r"^\((.*)\)$", "-$1").str.replace(r"^(.*)-$", "-$1")
    bare = bare.str.replace_all("−", "-", literal=True)
    frame = frame.with_columns(bare=_one_mark(bare))
    right = pl.col("bare").str.contains(r"^[+-]?(\d{1,15}(\.\d*)?|\.\d+)$")
    cents = pl.when(right).then(_to_cents(pl.col("bare")))
    reason = pl.when(pl.col("text").is_not_null() & ~right.fill_null(False)).then(
        pl.lit("bad_amount")
    )
    read = frame.select(cents.alias("cents"), reason.alias("reason"))
    return read["cents"].alias(cells.name), read["reason"]


def _one_mark(text: pl.Expr) -> pl.Expr:
    """The number with a point for its decimals and nothing between thousands."""
    commas, points = text.str.count_matches(","), text.str.count_matches(r"\.")
    comma_last = text.str.contains(r",[^.]*$")
    both = (commas > 0) & (points > 0)
    european = text.str.replace_all(".", "", literal=True).str.replace(",", ".", literal=True)
    english = text.str.replace_all(",", "", literal=True)
    return (
        pl.when(both & comma_last & (commas == 1)).then(european)
        .when(both & ~comma_last & (points == 1)).then(english)
        .when((commas > 1) & (points == 0)).then(_thousands(text, ","))
        .when((points > 1) & (commas == 0)).then(_thousands(text, r"\."))
        .otherwise(text.str.replace(",", ".", literal=True))
    )  # fmt: skip


def _thousands(text: pl.Expr, mark: str) -> pl.Expr:
    """Several of one mark separate thousands, if groups have three digits."""
    grouped = text.str.contains(rf"^[+-]?\d{{1,3}}({mark}\d{{3}})+$")
    return pl.when(grouped).then(text.str.replace_all(mark, "")).otherwise(text)


def _to_cents(text: pl.Expr) -> pl.Expr:
    """Exact: through whole numbers, never through binary fractions."""
    negative = text.str.starts_with("-")
    whole = text.str.extract(r"^[+-]?(\d*)", 1).replace("", "0").cast(pl.Int64, strict=False)
    decimals = text.str.extract(r"\.(\d*)$", 1).fill_null("") + "000"
    cents = decimals.str.slice(0, 2).cast(pl.Int64, strict=False)
    up = decimals.str.slice(2, 1).cast(pl.Int64, strict=False) >= 5
    total = whole * 100 + cents + up.cast(pl.Int64)
    return pl.when(negative).then(-total).otherwise(total)
