"""Which of two things that records say came first, and how sure that is.

A record that says when it last changed may have changed for another reason; one that does not say
is as old as any: its age is taken to be that of the records that do say.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

SURE = 0.95
"""A dated record may have been touched without what it says being brought up to date; chosen."""
_LEANS = 0.7  # both were said in turns: the one said last is rather the present one
_IN_TURN = 0.97  # one record said the one and then the other


def order_probability(pairs: pl.DataFrame, dates: npt.NDArray[np.int64]) -> pl.Series:
    """How probable it is that the first of each pair was true before the second.

    Args:
        pairs: a_first_at, a_last_at, b_first_at, b_last_at (when said, null without a date), and
            a_then_b, b_then_a: whether one record said the one and later the other.
        dates: When the dated records of the base were said.
    """
    ages = np.sort(dates)
    later = pl.DataFrame({name: _share_later(pairs[f"{name}_last_at"], ages) for name in "ab"})
    a_first, a_last, b_first, b_last = (
        pl.col(f"{side}_{end}_at") for side in "ab" for end in ("first", "last")
    )
    only_a = a_last.is_not_null() & b_last.is_null()
    only_b = b_last.is_not_null() & a_last.is_null()
    none = a_last.is_null() & b_last.is_null()
    chosen = (
        pl.when(pl.col("a_then_b") & ~pl.col("b_then_a")).then(pl.lit(_IN_TURN))
        .when(pl.col("b_then_a") & ~pl.col("a_then_b")).then(pl.lit(1 - _IN_TURN))
        .when(none).then(pl.lit(0.5))
        .when(only_a).then(later["a"].clip(1 - SURE, SURE))
        .when(only_b).then((1 - later["b"]).clip(1 - SURE, SURE))
        .when(a_last < b_first).then(pl.lit(SURE))
        .when(b_last < a_first).then(pl.lit(1 - SURE))
        .when(a_last < b_last).then(pl.lit(_LEANS))
        .otherwise(pl.lit(1 - _LEANS))
    )  # fmt: skip
    return pairs.select(chosen.alias("order"))["order"]


def _share_later(instants: pl.Series, ages: npt.NDArray[np.int64]) -> pl.Series:
    """Of the dated records, the share said after each instant; half where there is no instant."""
    if not len(ages):
        return pl.Series([0.5]).new_from_index(0, instants.len())
    known = instants.fill_null(0).to_numpy()
    share = 1 - np.searchsorted(ages, known, side="right") / len(ages)
    return pl.Series(np.where(instants.is_null().to_numpy(), 0.5, share))


def turned(pairs: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """The pairs, the likelier first on side `a` as `old_…`, the other as `new_…`; `order` is its
    probability, from a half to one.
    """
    is_turned = pl.col("order") < 0.5
    sides = [
        pl.when(is_turned).then(pl.col(f"{two}_{name}")).otherwise(pl.col(f"{one}_{name}"))
        .alias(f"{end}_{name}")
        for name in columns
        for end, one, two in (("old", "a", "b"), ("new", "b", "a"))
    ]  # fmt: skip
    return pairs.with_columns(
        *sides,
        pl.when(is_turned).then(1 - pl.col("order")).otherwise(pl.col("order")).alias("order"),
    )


def day_of(instant: str) -> pl.Expr:
    """The day of an instant in UTC microseconds, as an ISO text."""
    return pl.from_epoch(pl.col(instant), time_unit="us").dt.to_string("%Y-%m-%d")


def told_by(end: str) -> pl.Expr:
    """Where the `old` or the `new` was read: source, key and day, as part of the evidence."""
    return pl.struct(
        pl.col(f"{end}_source").alias("source"),
        pl.col(f"{end}_record_key").alias("key"),
        day_of(f"{end}_last_at").alias("on"),
    ).alias(end)
