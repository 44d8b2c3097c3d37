"""New devices: one that appears when the one before has fallen silent.

A browser that was reset comes back under a new cookie and is no new device: only another kind of
browser, or a telephone's own number, is one. Most people have several devices and use each now and
then, so one that is silent is rarely given up. What tells is the order: the days on which two
devices in use are seen lie mixed, and those of one that replaced the other lie all behind.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from passerelle.unify.life_changes.change import NEW_DEVICE, PROPOSALS
from passerelle.unify.life_changes.weighing import as_json, weigh, when

SILENT_DAYS = 30
"""A device that was not seen for so long when another appears is taken to be given up; chosen."""

_PRIOR_ODDS = 0.02  # of two devices of a person: that the one replaced the other; chosen
_PHONE_FACTOR = 10.0  # few people use two telephones, or reset the number of one; chosen
_MOST_DAYS = 500  # seen days beyond it tell nothing more


def find_new_devices(spans: pl.DataFrame) -> pl.DataFrame:
    """New devices of profiles; columns as `PROPOSALS`.

    Args:
        spans: profile_id, device_id, type, browser, first_at, last_at, and on how many days seen.
    """
    if spans.is_empty():
        return PROPOSALS.to_frame()
    until = spans.select(pl.col("last_at").max())["last_at"][0]
    long_ago = until - pl.duration(days=SILENT_DAYS)
    kinds = _kinds(spans)
    new = kinds.filter(
        pl.col("first_at") > pl.col("first_at").min().over("profile_id"),
        pl.col("last_at") >= long_ago,
    )
    pairs = new.join(kinds, on=["profile_id", "type"], suffix="_old").filter(
        pl.col("last_at_old") < pl.col("first_at"), pl.col("last_at_old") < long_ago
    )
    before = pairs.sort("last_at_old", "last_id_old", descending=True).unique(
        "first_id", keep="first", maintain_order=True
    )
    return _proposals(_weighed(before))


def _kinds(spans: pl.DataFrame) -> pl.DataFrame:
    """One row a device, as far as one can tell: a profile's browsers of one kind, or a telephone.

    `first_id` and `last_id` are the first and the last number that it was seen under.
    """
    is_phone = pl.col("type") == "mobile_id"
    which = pl.when(is_phone).then(pl.col("device_id").cast(pl.String)).otherwise(pl.col("browser"))
    ordered = spans.with_columns(which.alias("which")).sort("first_at", "device_id")
    return ordered.group_by("profile_id", "type", "which", maintain_order=True).agg(
        pl.col("browser").first(),
        pl.col("device_id").first().alias("first_id"),
        pl.col("device_id").sort_by("last_at", "device_id").last().alias("last_id"),
        pl.col("first_at").min(),
        pl.col("last_at").max(),
        pl.col("days").sum(),
    )


def _weighed(pairs: pl.DataFrame) -> pl.DataFrame:
    is_phone = pl.col("type") == "mobile_id"
    ordered = pairs.with_columns(_mixed_orders(pairs["days_old"], pairs["days"]).alias("orders"))
    return weigh(
        ordered,
        _PRIOR_ODDS,
        {
            "never_mixed": pl.col("orders"),
            "is_phone": when(is_phone, _PHONE_FACTOR),
        },
    )


def _mixed_orders(old_days: pl.Series, new_days: pl.Series) -> pl.Series:
    """In how many orders the days of two devices could lie; in one of them all old come first."""
    old = old_days.clip(upper_bound=_MOST_DAYS).to_numpy()
    new = new_days.clip(upper_bound=_MOST_DAYS).to_numpy()
    logs = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, 2 * _MOST_DAYS + 1)))])
    return pl.Series(np.exp(logs[old + new] - logs[old] - logs[new]))


def _proposals(pairs: pl.DataFrame) -> pl.DataFrame:
    return pairs.select(
        pl.lit(NEW_DEVICE).alias("kind"),
        pl.col("first_id").alias("identifier_id"),
        pl.col("last_id_old").alias("other_id"),
        pl.lit("passerelle").alias("source"),
        pl.col("first_at").dt.to_string("%Y-%m-%d").alias("happened_on"),
        pl.lit("device").alias("what"),
        "probability",
        pl.lit(value=False).alias("is_certain"),
        pl.lit(None, pl.String).alias("former_name_key"),
        as_json(
            pl.col("type"),
            pl.col("browser_old").alias("from"),
            pl.col("browser").alias("to"),
            pl.col("last_at_old").dt.to_string("%Y-%m-%d").alias("last_seen_on"),
            name="details",
        ),
        as_json(pl.col("reasons"), name="evidence"),
    )
