"""The timeline of a profile: what it did in shop and online, in one list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from passerelle.engine import Engine
from passerelle.lake import Lake


@dataclass(frozen=True)
class Touchpoint:
    """One thing that happened: an event or a receipt. The amount is in cents."""

    occurred_at: datetime
    source: str
    kind: str
    what: str | None
    detail: str | None
    amount_cents: int | None
    currency: str | None


def list_touchpoints(
    engine: Engine, lake: Lake, identifier_ids: Iterable[int], *, limit: int = 50
) -> list[Touchpoint]:
    """What happened to the bearer of some identifiers, newest first; at most 1,000."""
    held = pa.table({"identifier_id": pa.array(list(identifier_ids), pa.int64())})
    rows = engine.build(
        "unify",
        "timeline",
        {"events": lake.files("events"), "receipts": lake.files("receipts"), "held": held},
    )
    return [Touchpoint(**row) for row in rows.slice(0, limit).to_pylist()]
