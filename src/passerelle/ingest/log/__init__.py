"""The event log: what was received, in the order it was made durable, in append-only segments."""

from passerelle.ingest.log.appender import LogAppender
from passerelle.ingest.log.blanking import (
    blank_events,
    finish_overwriting,
    overwrite_blocks,
)
from passerelle.ingest.log.reading import Damage, LogEntry, LogReader, Position
from passerelle.ingest.log.reception import Reception
from passerelle.ingest.log.segments import list_logs, list_segments, segment_path

__all__ = [
    "Damage",
    "LogAppender",
    "LogEntry",
    "LogReader",
    "Position",
    "Reception",
    "blank_events",
    "finish_overwriting",
    "list_logs",
    "list_segments",
    "overwrite_blocks",
    "segment_path",
]
