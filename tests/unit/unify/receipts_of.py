"""Receipts of one person, as the finder of usual shops reads them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import polars as pl


def receipts(shops: Sequence[str]) -> pl.DataFrame:
    """One receipt a month in each of the shops, in order."""
    start = datetime(2025, 1, 1, tzinfo=UTC)
    return pl.DataFrame(
        {
            "profile_id": [1] * len(shops),
            "identifier_id": [2] * len(shops),
            "store_id": list(shops),
            "receipt_id": [f"T{place:02d}" for place in range(len(shops))],
            "occurred_at": [start + timedelta(days=30 * place) for place in range(len(shops))],
        }
    )
