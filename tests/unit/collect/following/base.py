"""An installation for tests of the follower, and what it holds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from passerelle.collect import (
    EventsPrepared,
    SourceCounts,
    Warehouse,
    count_quarantine,
    follow_once,
    read_counts,
)
from passerelle.engine import Engine
from passerelle.identify import hear_events
from passerelle.ingest import Reception
from passerelle.store import BulkSession
from tests.event_logs import write_log


@dataclass
class Base:
    """A home with a log in it, a store and a lake."""

    home: Path
    warehouse: Warehouse
    engine: Engine

    def receive(self, *receptions: Reception, segment_bytes: int = 1 << 20) -> None:
        """Have a collector receive requests; it ends when they are durable."""
        write_log(self.home, receptions, segment_bytes=segment_bytes)

    def follow(self) -> None:
        """Do all that waits."""
        follow_once(self.home, self.warehouse, self.engine, take_in)

    def lake(self) -> pl.DataFrame:
        """The events of the lake."""
        files = self.warehouse.lake.files("events")
        if not files.files:
            return pl.DataFrame(schema={"message_id": pl.String, "source": pl.String})
        told = self.engine.run("select * from events", {"events": files})
        return pl.DataFrame(told).sort("source", "message_id")

    def messages(self) -> list[tuple[str, str]]:
        """Source and message id of each event of the lake."""
        return self.lake().select("source", "message_id").rows()

    def counts(self, source: str = "web") -> SourceCounts:
        """What became of the events of a source."""
        found = read_counts(self.warehouse.store, source=source)
        return found[0] if found else SourceCounts(source)

    def quarantine(self) -> dict[tuple[str, str, str], int]:
        """How many rows are in quarantine."""
        return count_quarantine(self.warehouse.store)

    def edges(self) -> list[dict[str, Any]]:
        """The evidence that was heard."""
        return self.warehouse.store.rows(
            "select i.value as left_value, j.value as right_value, e.kind, e.source, "
            "e.observations from edges e join identifiers i on i.identifier_id = e.left_id "
            "join identifiers j on j.identifier_id = e.right_id order by 1, 2, 3, 4"
        )


def take_in(bulk: BulkSession, batches: Sequence[EventsPrepared]) -> None:
    """Hear what events tell."""
    for batch in batches:
        hear_events(batch)(bulk)


def flat(receptions: Iterable[Reception]) -> list[Reception]:
    """A list, whatever it was."""
    return list(receptions)
