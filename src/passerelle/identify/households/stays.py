"""Stays: which address each profile lived at, from when to when, as its records tell."""

from __future__ import annotations

import polars as pl

from passerelle.identify.households.dividing import GENERATION

STAY = {
    "profile_id": pl.Int64,
    "address_id": pl.Int64,
    "unit": pl.String,
    "postcode": pl.String,
    "since": pl.Int64,
    "last_seen": pl.Int64,
    "until": pl.Int64,
}


def build_stays(residences: pl.DataFrame) -> pl.DataFrame:
    """One row a stay: profile_id, address_id, unit, postcode, since, last_seen, until.

    A stay begins with the first record that says an address, and ends with the next that says
    another; of several at one instant, that of the smallest id counts. `until` is null for the
    last one.

    Args:
        residences: As `read_residences` gives them.
    """
    # Rows of one profile stand side by side, so what is asked of a stay is asked of neighbours:
    # a tenth of the time of grouping.
    told = residences.filter(pl.col("address_id").is_not_null()).sort(
        "profile_id", "observed_at", "record_id"
    )
    told = told.filter(_differs("profile_id") | _differs("observed_at"))
    is_new = _differs("profile_id") | _differs("address_id")
    numbered = told.with_columns(is_new.alias("is_new"), is_new.cum_sum().alias("stay"))
    units = numbered.filter(pl.col("unit").is_not_null()).select("stay", "unit")
    last_units = units.filter(pl.col("stay").ne_missing(pl.col("stay").shift(-1)))
    first = numbered.filter("is_new").select(
        "stay", "profile_id", "address_id", pl.col("observed_at").alias("since")
    )
    last = numbered.filter(pl.col("is_new").shift(-1).fill_null(True)).select(
        "postcode", pl.col("observed_at").alias("last_seen")
    )
    goes_on = pl.col("profile_id") == pl.col("profile_id").shift(-1)
    until = pl.when(goes_on).then(pl.col("since").shift(-1)).alias("until")
    return (
        pl.concat([first, last], how="horizontal")
        .join(last_units, on="stay", how="left", maintain_order="left")
        .with_columns(until)
        .select(list(STAY))
    )


def _differs(column: str) -> pl.Expr:
    return pl.col(column).ne_missing(pl.col(column).shift())


def with_presumed_moves(stays: pl.DataFrame, former: pl.DataFrame) -> pl.DataFrame:
    """The stays, with those of people who are presumed to have moved with their household.

    Who left an address takes along those of the household of whom nothing is heard afterwards,
    unless they left for different places. Who is a generation younger than another leaves home
    alone.

    Args:
        stays: As `build_stays` gives them, one profile's after the other.
        former: instant, group, profile_id, address_id, born: the members of former households,
            at the instant at which one of them left.
    """
    moves = stays.with_columns(
        pl.col(name).shift(-1).alias(f"next_{name}") for name in _PLACE
    ).filter(pl.col("until").is_not_null())
    leaving = former.join(
        moves.select("profile_id", "address_id", pl.col("until").alias("instant"), "^next_.*$"),
        on=["profile_id", "address_id", "instant"],
    )
    silent = former.join(
        stays.filter(pl.col("until").is_null()).select("profile_id", "address_id", "last_seen"),
        on=["profile_id", "address_id"],
    ).filter(pl.col("last_seen") < pl.col("instant"))
    drawn = silent.join(leaving, on=["group", "instant"], suffix="_leaving")
    return _moved(stays, drawn)


def with_followed_relatives(
    stays: pl.DataFrame, relatives: pl.DataFrame, people: pl.DataFrame
) -> pl.DataFrame:
    """The stays, with those of people who are presumed to live where a relative went.

    It is one who was first known there after they were last heard of.

    Args:
        stays: One profile's after the other.
        relatives: line, name, profile_id: who shares a line, and a name with others who do.
        people: profile_id, born.
    """
    key = ["line", "name"]
    last = stays.filter(pl.col("until").is_null())
    sharing = relatives.join(last, on="profile_id").join(
        people.select("profile_id", "born"), on="profile_id"
    )
    places = sharing.select(
        *key, "profile_id", "born", pl.col("since").alias("instant"),
        *(pl.col(name).alias(f"next_{name}") for name in _PLACE),
    )  # fmt: skip
    drawn = sharing.join(places, on=key, suffix="_leaving").filter(
        (pl.col("address_id") != pl.col("next_address_id"))
        & (pl.col("last_seen") < pl.col("instant"))
    )
    return _moved(stays, drawn)


_PLACE = ("address_id", "unit", "postcode")


def _moved(stays: pl.DataFrame, drawn: pl.DataFrame) -> pl.DataFrame:
    """The stays, with those of people who were drawn to one place by others.

    Who is a generation younger than another leaves home alone.

    Args:
        stays: One profile's after the other.
        drawn: profile_id, address_id, born of who may have moved; profile_id_leaving,
            born_leaving, instant and next_address_id, next_unit, next_postcode of who drew them.
    """
    one_place = pl.col("next_address_id").n_unique().over("profile_id") == 1
    moved = (
        drawn.filter((pl.col("born_leaving") < pl.col("born") + GENERATION).fill_null(value=True))
        .filter(one_place)
        .sort("profile_id", "instant", "profile_id_leaving")
        .unique("profile_id", keep="first", maintain_order=True)
    )
    ends = moved.select("profile_id", "address_id", "instant")
    ended = (
        stays.join(ends, on=["profile_id", "address_id"], how="left", maintain_order="left")
        .with_columns(
            pl.when(pl.col("until").is_null()).then("instant").otherwise("until").alias("until")
        )
        .select(list(STAY))
    )
    begun = moved.select(
        "profile_id",
        pl.col("next_address_id").alias("address_id"),
        pl.col("next_unit").alias("unit"),
        pl.col("next_postcode").alias("postcode"),
        pl.col("instant").alias("since"),
        pl.col("instant").alias("last_seen"),
        pl.lit(None, pl.Int64).alias("until"),
    )
    return pl.concat([ended, begun]).sort("profile_id", "since")
