"""Under which names, at which addresses, people are looked for in a file."""

from __future__ import annotations

import polars as pl


def list_bearers(sayings: pl.DataFrame) -> pl.DataFrame:
    """One row per profile and way it is named: by last name, also the one at birth or before.

    Columns: profile_id, record_id, last_key, first_key, birth_date, sex, said_until (latest dated
    version, null without a date).
    """
    by_name = [
        sayings.select(
            "profile_id", "record_id", pl.col(name).alias("last_key"), "first_key", "birth_date",
            "sex", "said_at",
        )
        for name in ("last_key", "birth_key")
    ]  # fmt: skip
    named = pl.concat(by_name).filter(
        pl.all_horizontal(pl.col("last_key", "first_key").is_not_null())
    )
    known = sayings.group_by("profile_id").agg(
        pl.col("birth_date").drop_nulls().mode().sort().first().alias("usual_birth_date"),
        pl.col("sex").drop_nulls().mode().sort().first().alias("usual_sex"),
        pl.col("said_at").max().alias("said_until"),
    )
    return (
        named.join(known, on="profile_id")
        .with_columns(
            pl.coalesce("birth_date", "usual_birth_date").alias("birth_date"),
            pl.coalesce("sex", "usual_sex").alias("sex"),
        )
        .sort("record_id")
        .unique(["profile_id", "last_key", "first_key", "birth_date"], keep="first")
        .drop("usual_birth_date", "usual_sex", "said_at")
    )
