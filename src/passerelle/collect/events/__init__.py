"""Event files in, canonical events out, whatever tool wrote them."""

from passerelle.collect.events.browsers import BROWSERS
from passerelle.collect.events.event_file import (
    EventBatch,
    EventFile,
    EventLimits,
    detect_format,
    get_event_format,
    list_event_formats,
    open_events,
    read_events,
)
from passerelle.collect.events.event_format import EventFormat, LooseEvents, Records, RejectedRow
from passerelle.collect.events.event_frame import EVENT_SCHEMA, EVENT_TYPES, REASONS
from passerelle.collect.events.event_times import UTC_TIME
from passerelle.collect.events.received import ReceivedEvents, Request, read_received

__all__ = [
    "BROWSERS",
    "EVENT_SCHEMA",
    "EVENT_TYPES",
    "REASONS",
    "UTC_TIME",
    "EventBatch",
    "EventFile",
    "EventFormat",
    "EventLimits",
    "LooseEvents",
    "ReceivedEvents",
    "Records",
    "RejectedRow",
    "Request",
    "detect_format",
    "get_event_format",
    "list_event_formats",
    "open_events",
    "read_events",
    "read_received",
]
