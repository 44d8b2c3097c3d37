"""The collector's own process: events in over HTTP, durable before they are acknowledged.

It imports neither Django nor a data frame: a request is answered in tens of microseconds, and
whatever takes longer is done by the follower, which reads the log.
"""

from passerelle.ingest.access import WriteKey, hash_key
from passerelle.ingest.door import CollectorOptions, Limits, serve_collector
from passerelle.ingest.log import (
    Damage,
    LogAppender,
    LogEntry,
    LogReader,
    Position,
    Reception,
    list_logs,
)

__all__ = [
    "CollectorOptions",
    "Damage",
    "Limits",
    "LogAppender",
    "LogEntry",
    "LogReader",
    "Position",
    "Reception",
    "WriteKey",
    "hash_key",
    "list_logs",
    "serve_collector",
]
