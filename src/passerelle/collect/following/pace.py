"""How much the follower does at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Pace:
    """How much the follower does at once, so that memory is bounded whatever waits.

    Args:
        step_events: Events that one transaction takes, about.
        step_bytes: Bytes of the log that it takes, about.
        lake_events: Events that are appended to the lake at once, about.
        lake_wait: How long an accepted event waits for others at most.
        ids_in_memory: Ids of events in memory before they go to a file, 8 bytes each.
    """

    step_events: int = 50_000
    step_bytes: int = 32 << 20
    lake_events: int = 50_000
    lake_wait: timedelta = timedelta(seconds=5)
    ids_in_memory: int = 1_000_000
