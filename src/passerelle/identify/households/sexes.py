"""The sex that each person's first names tell, where they tell one."""

from __future__ import annotations

from functools import cache

import polars as pl

from passerelle.identifiers import first_name_table

_ONE_SEX = 0.95  # share of a name's bearers who are of one sex


def sexes_of_people(named: pl.DataFrame) -> pl.DataFrame:
    """profile_id, is_man: of those whose first names tell, all of them the same.

    Args:
        named: profile_id, first_name_key; several rows a profile, null where not known.
    """
    told = named.select("profile_id", "first_name_key").unique().join(_table(), on="first_name_key")
    return (
        told.group_by("profile_id")
        .agg(pl.col("is_man").first(), pl.col("is_man").n_unique().alias("sexes"))
        .filter(pl.col("sexes") == 1)
        .select("profile_id", "is_man")
    )


@cache
def _table() -> pl.DataFrame:
    """first_name_key, is_man: of names that nineteen in twenty bearers of one sex have."""
    told = first_name_table()
    telling = told.filter(
        pl.max_horizontal("men", "women") >= _ONE_SEX * (pl.col("men") + pl.col("women"))
    )
    return telling.select(
        pl.col("name").str.replace_all(" ", "", literal=True).str.to_uppercase()
        .alias("first_name_key"),
        (pl.col("men") > pl.col("women")).alias("is_man"),
    ).unique("first_name_key")  # fmt: skip
