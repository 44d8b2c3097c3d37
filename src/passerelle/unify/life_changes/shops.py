"""Another usual shop: the latest receipts come from one shop, those before from another."""

from __future__ import annotations

import polars as pl

from passerelle.unify.life_changes.change import SHOP_CHANGE
from passerelle.unify.life_changes.weighing import as_json, weigh

LATEST_RECEIPTS = 3
"""So many of the latest receipts are compared with all before them, of which as many are needed."""

_USUAL = 0.6  # share of the receipts before from which a shop was the usual one; chosen


def find_shop_changes(receipts: pl.DataFrame) -> pl.DataFrame:
    """Profiles whose usual shop is another than before; columns as `PROPOSALS`.

    Args:
        receipts: profile_id, identifier_id, store_id, occurred_at, receipt_id; one row a receipt.
    """
    told = receipts.filter(pl.col("store_id").is_not_null()).sort(
        "occurred_at", "receipt_id", descending=True
    )
    place = pl.int_range(pl.len()).over("profile_id")
    counted = told.with_columns((place < LATEST_RECEIPTS).alias("is_late"))
    late = _usual(counted.filter("is_late"), "new")
    early = _usual(counted.filter(~pl.col("is_late")), "old")
    pairs = late.join(early, on="profile_id").filter(
        (pl.col("new_shop") != pl.col("old_shop"))
        & (pl.col("old_receipts") >= LATEST_RECEIPTS)
        & (pl.col("old_share") >= _USUAL)
        & (pl.col("new_share") >= _USUAL)
    )
    return _proposals(_weighed(pairs))


def _usual(receipts: pl.DataFrame, end: str) -> pl.DataFrame:
    """The shop that most receipts of a profile come from, with its share."""
    by_shop = receipts.group_by("profile_id", "store_id").agg(
        pl.len().alias("receipts"),
        pl.col("occurred_at").min().alias("first_at"),
        pl.col("identifier_id").min(),
    )
    shares = by_shop.with_columns(
        (pl.col("receipts") / pl.col("receipts").sum().over("profile_id")).alias("share"),
        pl.col("receipts").sum().over("profile_id").alias("all"),
    )
    best = shares.sort("receipts", "store_id", descending=[True, False]).unique(
        "profile_id", keep="first", maintain_order=True
    )
    return best.select(
        "profile_id",
        pl.col("store_id").alias(f"{end}_shop"),
        pl.col("share").alias(f"{end}_share"),
        pl.col("all").alias(f"{end}_receipts"),
        pl.col("first_at").alias(f"{end}_first_at"),
        pl.col("identifier_id").alias(f"{end}_identifier_id"),
    )


def _weighed(pairs: pl.DataFrame) -> pl.DataFrame:
    # Had the habit not changed, each of the latest receipts would rather be of the usual shop.
    by_chance = (1 - pl.col("old_share")).clip(0.05) ** (pl.col("new_share") * LATEST_RECEIPTS)
    return weigh(pairs, 0.1, {"share_after": 1 / by_chance})


def _proposals(pairs: pl.DataFrame) -> pl.DataFrame:
    return pairs.select(
        pl.lit(SHOP_CHANGE).alias("kind"),
        pl.col("new_identifier_id").alias("identifier_id"),
        pl.lit(None, pl.Int64).alias("other_id"),
        pl.lit("passerelle").alias("source"),
        pl.col("new_first_at").dt.to_string("%Y-%m-%d").alias("happened_on"),
        pl.concat_str("old_shop", "new_shop", separator=" > ").alias("what"),
        "probability",
        pl.lit(value=False).alias("is_certain"),
        pl.lit(None, pl.String).alias("former_name_key"),
        as_json(pl.col("old_shop").alias("from"), pl.col("new_shop").alias("to"), name="details"),
        as_json(pl.col("reasons"), name="evidence"),
    )
