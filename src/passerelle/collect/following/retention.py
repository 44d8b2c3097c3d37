"""Remove segments of the event log that every consumer has read, when they are old enough."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from passerelle.collect.following.follower_store import CONSUMERS, load_offsets
from passerelle.collect.following.log_reading import find_logs
from passerelle.ingest import list_segments, segment_path
from passerelle.store import Store

RETENTION_EVERY = 3600.0
"""Seconds between two looks for what is old."""


def remove_old_segments(home: Path, store: Store, *, days: int, now: datetime) -> int:
    """Remove what was last written `days` ago or before; answers how many segments.

    The last segment of a log stays: its number tells the next writer where to go on.
    """
    offsets = [load_offsets(store, consumer) for consumer in CONSUMERS]
    oldest = (now - timedelta(days=days)).timestamp()
    removed = 0
    for name, folder in find_logs(home / "collector" / "log").items():
        passed = min(each[name].segment if name in each else 0 for each in offsets)
        for number in list_segments(folder)[:-1]:
            path = segment_path(folder, number)
            if number < passed and path.stat().st_mtime < oldest:
                path.unlink()
                removed += 1
    return removed
