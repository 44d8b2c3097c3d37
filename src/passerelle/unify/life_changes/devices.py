"""New devices: one that appears when the one before has fallen silent.

A browser that was reset comes back under a new cookie and is no new device: only another kind of
browser, or a telephone's own number, is one.
"""

from __future__ import annotations

import polars as pl

from passerelle.unify.life_changes.change import NEW_DEVICE, PROPOSALS
from passerelle.unify.life_changes.weighing import as_json, weigh, when

SILENT_DAYS = 30
"""A device that was not seen for so long when another appears is taken to be given up; chosen."""

_PRIOR_ODDS = 0.25  # most new cookies are old devices; chosen


def find_new_devices(spans: pl.DataFrame) -> pl.DataFrame:
    """New devices of profiles; columns as `PROPOSALS`.

    Args:
        spans: profile_id, device_id, type, browser, first_at, last_at.
    """
    if spans.is_empty():
        return PROPOSALS.to_frame()
    until = spans.select(pl.col("last_at").max())["last_at"][0]
    new = spans.sort("first_at", "device_id").filter(
        (pl.col("first_at") > pl.col("first_at").first().over("profile_id"))
        & (pl.col("last_at") >= until - pl.duration(days=SILENT_DAYS))
    )
    pairs = new.join(spans, on=["profile_id", "type"], suffix="_old").filter(
        pl.col("last_at_old") < pl.col("first_at"),
        pl.col("last_at_old") < until - pl.duration(days=SILENT_DAYS),
    )
    before = pairs.sort("last_at_old", "device_id_old", descending=True).unique(
        "device_id", keep="first", maintain_order=True
    )
    return _proposals(_weighed(before))


def _weighed(pairs: pl.DataFrame) -> pl.DataFrame:
    is_phone = pl.col("type") == "mobile_id"
    return weigh(
        pairs,
        _PRIOR_ODDS,
        {
            "long_silent": when(pl.col("last_at_old").is_not_null(), 2.0),
            "other_browser": when(~is_phone & (pl.col("browser") != pl.col("browser_old")), 3.0),
            "is_phone": when(is_phone, 8.0),
        },
    )


def _proposals(pairs: pl.DataFrame) -> pl.DataFrame:
    return pairs.select(
        pl.lit(NEW_DEVICE).alias("kind"),
        pl.col("device_id").alias("identifier_id"),
        pl.col("device_id_old").alias("other_id"),
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
