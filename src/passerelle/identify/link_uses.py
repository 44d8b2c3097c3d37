"""Uses of personal links: the first browser that follows one is bound, any other is not.

A mail that is handed on is followed by somebody else's browser: that is worth keeping, and proves
nothing. First is what was heard first, as only then the link was unused; events of one link that
are heard together count in the order of their time.
"""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from passerelle.collect import EventsPrepared
from passerelle.identify.consent_proofs import find_proofs
from passerelle.identify.evidence import FORWARD, LINK
from passerelle.identify.graph_store import Evidence, add_evidence
from passerelle.store import BulkSession

_EDGE = ("left_id", "right_id", "kind", "source")


def adding_link_uses(batch: EventsPrepared) -> Callable[[BulkSession], None]:
    """Put in order now what the answered function writes: uses of links, and what they prove."""
    uses = _uses(batch)

    def write(bulk: BulkSession) -> None:
        if uses.height:
            add_evidence(bulk, judge_link_uses(bulk, uses))

    return write


def judge_link_uses(bulk: BulkSession, uses: pl.DataFrame) -> Evidence:
    """Keep who used each link first, and answer what the uses prove.

    A link made for somebody who is not in the base any more proves nothing.

    Args:
        bulk: The transaction.
        uses: One row per event: link_id, subject_id, device_id, device, source, trusted, seen_at,
            learned_at, event_id, consent.
    """
    first = uses.sort("seen_at", "event_id").unique("link_id", keep="first", maintain_order=True)
    rows = first.select(
        "link_id", "subject_id", "device_id", pl.col("seen_at").alias("first_used_at")
    )
    bulk.put("link_uses", rows.sort("link_id").to_arrow(), "(link_id) do nothing")
    holders = _holders(bulk, rows["link_id"])
    told = uses.join(holders, on="link_id").with_columns(
        pl.col("device_id").alias("left_id"),
        pl.col("subject_id").alias("right_id"),
        pl.when(pl.col("device_id") == pl.col("holder_id"))
        .then(pl.lit(LINK))
        .otherwise(pl.lit(FORWARD))
        .alias("kind"),
    )
    return Evidence(_devices(told), _edges(told), find_proofs(told))


def _uses(batch: EventsPrepared) -> pl.DataFrame:
    used = pl.col("link_id").is_not_null() & pl.col("cookie_id").is_not_null()
    return batch.events.filter(used).select(
        "link_id",
        pl.col("link_subject_id").alias("subject_id"),
        pl.col("cookie_id").alias("device_id"),
        pl.col("cookie_id_value").alias("device"),
        pl.lit(batch.source.name).alias("source"),
        pl.lit(int(batch.source.is_trusted), pl.Int64).alias("trusted"),
        pl.col("occurred_at").dt.timestamp("us").alias("seen_at"),
        pl.col("received_at").dt.timestamp("us").alias("learned_at"),
        "event_id",
        "consent",
    )


def _holders(bulk: BulkSession, link_ids: pl.Series) -> pl.DataFrame:
    """The browser that used each link first, of the links whose person is in the base."""
    bulk.stage("used_links", pl.DataFrame({"link_id": link_ids}).to_arrow())
    found = bulk.fetch(
        "select u.link_id, u.device_id as holder_id from used_links l "
        "join link_uses u on u.link_id = l.link_id "
        "join identifiers i on i.identifier_id = u.subject_id"
    )
    bulk.execute("drop table used_links")
    return pl.DataFrame(found, schema={"link_id": pl.Int64, "holder_id": pl.Int64})


def _devices(told: pl.DataFrame) -> pl.DataFrame:
    return (
        told.group_by(pl.col("device_id").alias("identifier_id"))
        .agg(pl.col("device").first().alias("value"), pl.col("learned_at").min())
        .with_columns(pl.lit("cookie").alias("type"), pl.lit("personal").alias("judgement"))
    )


def _edges(told: pl.DataFrame) -> pl.DataFrame:
    return told.group_by(_EDGE).agg(
        pl.col("trusted").first(),
        pl.col("seen_at").min().alias("first_seen_at"),
        pl.col("seen_at").max().alias("last_seen_at"),
        pl.col("learned_at").min(),
        pl.len().cast(pl.Int64).alias("observations"),
    )
