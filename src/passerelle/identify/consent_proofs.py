"""Under what consent a binding was told: the event that said so, for whoever asks for the proof."""

from __future__ import annotations

import polars as pl

from passerelle.identify.graph_store import with_edge_ids


def find_proofs(told: pl.DataFrame) -> pl.DataFrame:
    """What was last said about consent with each edge.

    Args:
        told: One row per event and edge: left_id, right_id, kind, source, event_id, seen_at, and
            consent, the text of the statement, null where the event makes none.

    Returns:
        edge_id, event_id, consent, said_at; one row per edge of which some event states a consent.
    """
    stated = told.filter(pl.col("consent").is_not_null())
    latest = stated.sort("seen_at", "event_id").unique(
        ("left_id", "right_id", "kind", "source"), keep="last", maintain_order=True
    )
    return with_edge_ids(latest).select(
        "edge_id", "event_id", "consent", pl.col("seen_at").alias("said_at")
    )
