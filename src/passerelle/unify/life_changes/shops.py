"""Another usual shop: until some day most receipts come from one shop, since then from another.

Everybody buys elsewhere now and then, in busy shops more than in quiet ones. Two stories are
weighed for each pair of shops of a person: one usual shop all along, or one that changed at one of
the receipts, each as likely as the next. How faithful people are to their usual shop is learned
from the base.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from passerelle.unify.life_changes.change import PROPOSALS, SHOP_CHANGE
from passerelle.unify.life_changes.weighing import as_json, weigh

_LEAST_RECEIPTS = 2  # at either shop; fewer are no habit
_PRIOR_ODDS = 0.1  # of a change of shop within the receipts that are kept; chosen
_FAITHFUL = 0.8  # share of receipts at the usual shop where too few tell; chosen
_TOLD_BY = 200  # pairs of receipts that follow each other, from which faithfulness is learned
_LARGEST_LOG_ODDS = 30.0  # beyond it a probability is 1 anyway


def find_shop_changes(receipts: pl.DataFrame) -> pl.DataFrame:
    """Profiles whose usual shop is another than before; columns as `PROPOSALS`.

    Args:
        receipts: profile_id, identifier_id, store_id, occurred_at, receipt_id; one row a receipt.
    """
    told = receipts.filter(pl.col("store_id").is_not_null()).sort(
        "profile_id", "occurred_at", "receipt_id"
    )
    pairs = _pairs_of_shops(told)
    if pairs.is_empty():
        return PROPOSALS.to_frame()
    gains = _gains(told, _faithfulness(told))
    return _proposals(_likeliest(_weighed(_split(pairs, told, gains))))


def _pairs_of_shops(told: pl.DataFrame) -> pl.DataFrame:
    """profile_id, old_shop, new_shop: each two shops that a profile has been to more than once."""
    often = told.group_by("profile_id", "store_id").len().filter(pl.col("len") >= _LEAST_RECEIPTS)
    shops = often.select("profile_id", pl.col("store_id").alias("old_shop"))
    pairs = shops.join(
        shops.rename({"old_shop": "new_shop"}), on="profile_id", maintain_order="left_right"
    )
    return pairs.filter(pl.col("old_shop") != pl.col("new_shop"))


def _faithfulness(told: pl.DataFrame) -> float:
    """The share of receipts at the usual shop: two that follow each other are both from it."""
    following = told.select(
        (pl.col("store_id") == pl.col("store_id").shift()).alias("is_same"),
        (pl.col("profile_id") == pl.col("profile_id").shift()).alias("is_one"),
    ).filter("is_one")
    if following.height < _TOLD_BY:
        return _FAITHFUL
    same = following.select(pl.col("is_same").mean()).item()
    return float(np.clip(np.sqrt(same), 0.5, 0.99))


def _gains(told: pl.DataFrame, faithful: float) -> pl.DataFrame:
    """store_id, gain: by how much a receipt there speaks for its being the usual shop, as a log;
    share: of all receipts.

    Who is elsewhere is at a shop as often as everybody is.
    """
    by_shop = told.group_by("store_id").len()
    shares = by_shop.select("store_id", (pl.col("len") / pl.col("len").sum()).alias("share"))
    chance = (1 - faithful) * pl.col("share")
    return shares.with_columns((faithful / chance).log().alias("gain"))


def _split(pairs: pl.DataFrame, told: pl.DataFrame, gains: pl.DataFrame) -> pl.DataFrame:
    """The pairs with the log odds of a change against none, and the receipt it most likely began.

    Only receipts at one of the two shops tell them apart. With `before` the gains of the old shop
    up to a receipt, and `after` those of the new one from it on, a change there is worth their sum.
    Who changes goes to a shop as often as everybody does.
    """
    at = told.join(gains, on="store_id", maintain_order="left")
    usual = at.group_by("profile_id", "store_id").agg(pl.col("gain").sum().alias("all"))
    best = usual.group_by("profile_id").agg(pl.col("all").max().alias("unchanged"))
    of_pair = pairs.join(at, on="profile_id", maintain_order="left_right").filter(
        (pl.col("store_id") == pl.col("old_shop")) | (pl.col("store_id") == pl.col("new_shop"))
    )
    group = ["profile_id", "old_shop", "new_shop"]
    is_new = pl.col("store_id") == pl.col("new_shop")
    old_gain, new_gain = (pl.when(of).then("gain").otherwise(0.0) for of in (~is_new, is_new))
    before = old_gain.cum_sum().over(group)
    after = new_gain.sum().over(group) - new_gain.cum_sum().over(group) + new_gain
    told_by_receipts = pl.col("worth") + pl.col("spread") - pl.col("unchanged")
    scored = of_pair.with_columns((before + after).alias("worth")).filter(is_new)
    return (
        scored.sort("worth", "occurred_at", descending=[True, False])
        .group_by(group, maintain_order=True)
        .agg(
            pl.col("occurred_at").first().alias("new_first_at"),
            pl.col("identifier_id").first().alias("new_identifier_id"),
            pl.col("worth").first(),
            pl.col("share").first(),
            # Where it began is not known: every receipt at the new shop is as likely.
            (pl.col("worth") - pl.col("worth").first()).exp().mean().log().alias("spread"),
        )
        .join(best, on="profile_id", maintain_order="left")
        .with_columns((told_by_receipts + pl.col("share").log()).alias("log_odds"))
    )


def _weighed(pairs: pl.DataFrame) -> pl.DataFrame:
    worth = pl.col("log_odds").clip(upper_bound=_LARGEST_LOG_ODDS).exp()
    return weigh(pairs, _PRIOR_ODDS, {"share_after": worth})


def _likeliest(pairs: pl.DataFrame) -> pl.DataFrame:
    """One change a profile: the likeliest, whose chances the profile's other pairs share."""
    rivals = pl.col("odds").sum().over("profile_id")
    shared = pairs.with_columns((pl.col("odds") / (1 + rivals)).alias("probability"))
    order = ["probability", "old_shop", "new_shop"]
    return shared.sort(order, descending=[True, False, False]).unique(
        "profile_id", keep="first", maintain_order=True
    )


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
