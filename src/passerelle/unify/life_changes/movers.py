"""Moves that a file of movers tells of: last name and old address say who it is."""

from __future__ import annotations

import polars as pl
from rapidfuzz import fuzz, process

from passerelle.unify.life_changes.change import MOVE, PROPOSALS
from passerelle.unify.life_changes.notices import read_in_file
from passerelle.unify.life_changes.weighing import as_json, weigh, when

SURE = 0.95
"""From this probability a move is followed without a person's word, if the address is exact."""

_ALIKE = 85.0  # of two lines of one postcode, from which they are one place
_FROM = ("address_1", "address_2", "postcode", "city")
_TO = ("to_address_1", "to_address_2", "to_postcode", "to_city", "to_country")


def find_file_moves(sayings: pl.DataFrame, movers: pl.DataFrame) -> pl.DataFrame:
    """Moves of people of the base that files of movers tell of; columns as `PROPOSALS`."""
    homes = sayings.filter(pl.col("place").is_not_null() & pl.col("last_key").is_not_null())
    if movers.is_empty() or homes.is_empty():
        return PROPOSALS.to_frame()
    pairs = _candidates(homes, movers)
    weighed = _weighed(pairs, homes)
    best = weighed.sort("probability", "record_id", descending=[True, False])
    return _proposals(best.unique(["profile_id", "notice_id"], keep="first", maintain_order=True))


def _candidates(homes: pl.DataFrame, movers: pl.DataFrame) -> pl.DataFrame:
    """Records of the name at the old address, or at one written alike."""
    code = pl.col("place").str.extract(r"^(\S+)").alias("code")
    records = homes.select(
        "profile_id", "record_id", "last_key", "first_key", "place", "said_at"
    ).with_columns(code)  # fmt: skip
    pairs = records.join(
        movers.with_columns(code), on=["last_key", "code"], suffix="_notice"
    ).with_columns((pl.col("place") == pl.col("place_notice")).alias("is_exact"))
    if pairs.is_empty():
        return pairs
    lines = [pairs[name].to_list() for name in ("place", "place_notice")]
    return pairs.filter(pl.Series(process.cpdist(*lines, scorer=fuzz.ratio)) >= _ALIKE)


def _weighed(pairs: pl.DataFrame, homes: pl.DataFrame) -> pl.DataFrame:
    lives_elsewhere = (
        homes.filter(pl.col("said_at").is_not_null())
        .sort("said_at")
        .group_by("profile_id", maintain_order=True)
        .agg(pl.col("place").last().alias("last_place"), pl.col("said_at").max().alias("last_at"))
    )
    known = pairs.join(lives_elsewhere, on="profile_id", how="left")
    moved_at = pl.col("happened_on").str.to_date("%Y-%m-%d", strict=False).cast(pl.Datetime("us"))
    is_newer = (pl.col("last_at") > moved_at.dt.timestamp("us")) & (
        (pl.col("last_place") != pl.col("place"))
        & pl.col("last_place").ne_missing(pl.col("to_place"))
    )
    family = pl.col("scope") == "family"
    same_first = pl.col("first_key") == pl.col("first_key_notice")
    initial = pl.col("first_key").str.slice(0, 1) == pl.col("first_key_notice").str.slice(0, 1)
    return weigh(
        known,
        1.0,
        {
            "address_exact": when(pl.col("is_exact"), 20.0),
            "address_alike": when(~pl.col("is_exact"), 5.0),
            "first_name_same": when(same_first, 10.0),
            "whole_family": when(family & ~same_first.fill_null(value=False), 5.0),
            "first_name_differs": when(~family & ~same_first & ~initial, 0.005),
            "newer_address": when(is_newer, 0.1),
        },
    )


def _proposals(pairs: pl.DataFrame) -> pl.DataFrame:
    old = pl.struct(*_FROM, pl.col("place").alias("place"))
    new = pl.struct(
        *(pl.col(name).alias(name.removeprefix("to_")) for name in _TO),
        pl.col("to_place").alias("place"),
    )
    return pairs.select(
        pl.lit(MOVE).alias("kind"),
        pl.col("record_id").alias("identifier_id"),
        pl.lit(None, pl.Int64).alias("other_id"),
        "source",
        "happened_on",
        pl.col("notice_id").cast(pl.String).alias("what"),
        "probability",
        (pl.col("is_exact") & (pl.col("probability") >= SURE)).alias("is_certain"),
        pl.lit(None, pl.String).alias("former_name_key"),
        as_json(
            old.alias("from"),
            new.alias("to"),
            pl.col("until", "expires_on", "file_name"),
            name="details",
        ),
        as_json(read_in_file(), pl.col("reasons"), name="evidence"),
    )
