"""The collector's own process: events in over HTTP, durable before they are acknowledged.

It imports neither Django nor a data frame: a request is answered in tens of microseconds, and
whatever takes longer is done by the follower, which reads the log.
"""

from passerelle.ingest.log import (
    Damage,
    LogAppender,
    LogEntry,
    LogReader,
    Position,
    Reception,
    list_logs,
    list_segments,
    segment_path,
)

__all__ = [
    "Damage",
    "LogAppender",
    "LogEntry",
    "LogReader",
    "Position",
    "Reception",
    "list_logs",
    "list_segments",
    "segment_path",
]
