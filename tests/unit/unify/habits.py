"""Receipts and devices of one person, as the finders of changed habits read them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import polars as pl

_START = datetime(2025, 1, 1, tzinfo=UTC)


def receipts(shops: Sequence[str]) -> pl.DataFrame:
    """One receipt a month in each of the shops, in order."""
    return pl.DataFrame(
        {
            "profile_id": [1] * len(shops),
            "identifier_id": [2] * len(shops),
            "store_id": list(shops),
            "receipt_id": [f"T{place:02d}" for place in range(len(shops))],
            "occurred_at": [_START + timedelta(days=30 * place) for place in range(len(shops))],
        }
    )


def devices(*spans: tuple[str, int, int, int]) -> pl.DataFrame:
    """Cookies of one person: browser, first and last day, and on how many days it was seen."""
    return pl.DataFrame(
        {
            "profile_id": [1] * len(spans),
            "device_id": list(range(10, 10 + len(spans))),
            "type": ["cookie"] * len(spans),
            "browser": [browser for browser, *_rest in spans],
            "first_at": [_START + timedelta(days=first) for _, first, _, _ in spans],
            "last_at": [_START + timedelta(days=last) for _, _, last, _ in spans],
            "days": [days for *_rest, days in spans],
        }
    )
