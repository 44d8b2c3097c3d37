"""Children: a record of somebody under age appears in the household of adults."""

from __future__ import annotations

import polars as pl

from passerelle.unify.life_changes.change import CHILD
from passerelle.unify.life_changes.weighing import as_json, weigh, when

OF_AGE_YEARS = 18
"""Somebody whose record was made before this age is a child."""

_PARENT_YEARS = (15, 55)  # how much older than a child its parents are
_PRIOR_ODDS = 2.0  # of an adult and a child in one household; chosen


def find_children(sayings: pl.DataFrame, households: pl.DataFrame) -> pl.DataFrame:
    """Children that appeared in households, once for each adult there; columns as `PROPOSALS`.

    Args:
        sayings: What records said; see `read_sayings`.
        households: profile_id, household_id.
    """
    people = (
        sayings.with_columns(pl.col("birth_date").str.to_date("%Y-%m-%d", strict=False))
        .drop_nulls("birth_date")
        .sort("received_at", "record_id")
        .unique("profile_id", keep="first", maintain_order=True)
        .join(households, on="profile_id")
    )
    age = pl.from_epoch("received_at", time_unit="us").dt.year() - pl.col("birth_date").dt.year()
    children = people.filter(age < OF_AGE_YEARS)
    adults = people.filter(age >= OF_AGE_YEARS)
    older = pl.col("birth_date_child").dt.year() - pl.col("birth_date").dt.year()
    pairs = adults.join(children, on="household_id", suffix="_child").filter(
        older.is_between(*_PARENT_YEARS)
    )
    same_name = pl.col("last_key") == pl.col("last_key_child")
    return _proposals(weigh(pairs, _PRIOR_ODDS, {"same_name": when(same_name, 5.0)}))


def _proposals(pairs: pl.DataFrame) -> pl.DataFrame:
    return pairs.select(
        pl.lit(CHILD).alias("kind"),
        pl.col("record_id").alias("identifier_id"),
        pl.lit(None, pl.Int64).alias("other_id"),
        pl.col("source_child").alias("source"),
        pl.col("birth_date_child").dt.to_string("%Y-%m-%d").alias("happened_on"),
        pl.col("record_id_child").cast(pl.String).alias("what"),
        "probability",
        pl.lit(value=False).alias("is_certain"),
        pl.lit(None, pl.String).alias("former_name_key"),
        as_json(
            pl.col("birth_date_child").dt.to_string("%Y-%m-%d").alias("born_on"), name="details"
        ),
        as_json(
            pl.struct(
                pl.col("source_child").alias("source"),
                pl.col("record_key_child").alias("key"),
                pl.lit(None, pl.String).alias("on"),
            ).alias("new"),
            pl.col("reasons"),
            name="evidence",
        ),
    )
