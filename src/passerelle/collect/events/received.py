"""Events that were received over HTTP: each as it came, with what its request says for all."""

from __future__ import annotations

from dataclasses import dataclass, field

import msgspec
import polars as pl

from passerelle.collect.events.event_file import EventBatch, EventLimits
from passerelle.collect.events.event_format import LooseEvents, RejectedRow, decode_lines
from passerelle.collect.events.event_frame import FileFacts, build_events
from passerelle.collect.events.formats.segment import to_frame
from passerelle.collect.events.segment_shapes import (
    Context,
    Event,
    Refused,
    decode_event,
    understand,
)

_CHUNK = 20_000  # events decoded at once: their objects fit in the processor's cache


class Request(msgspec.Struct, frozen=True):
    """What a request says for all of its events; grain: one request.

    Args:
        place: Names the request for ever; an event without any id is named by it and its own place.
        received_at: When it was received, in ISO 8601, by the collector's clock.
        type: What an event that does not say it is, from the path that was called.
        sent_at: When the client says that it sent the request.
        sent_anew: Whether a client stamps that at each attempt: browsers and phones do.
        user_agent: The browser's, for events that do not say it.
        cookie: The id that our own server gave the browser, for events without an anonymous id.
    """

    place: str
    received_at: str
    type: str | None = None
    sent_at: str | int | float | None = None
    sent_anew: bool = False
    user_agent: str | None = None
    cookie: str | None = None

    def __repr__(self) -> str:
        """Nothing that tells who sent it."""
        return f"Request(place={self.place!r})"


@dataclass(slots=True)
class ReceivedEvents:
    """Events in Segment's words, as columns: their text, request, place in it, and given id if any.

    The place of an event in these lists is its `row_number` afterwards.
    """

    lines: list[bytes] = field(default_factory=list, repr=False)
    requests: list[Request] = field(default_factory=list, repr=False)
    items: list[int] = field(default_factory=list)
    given_ids: list[str | None] = field(default_factory=list, repr=False)

    def add(self, line: bytes, request: Request, item: int, given_id: str | None) -> None:
        """Add an event."""
        self.lines.append(line)
        self.requests.append(request)
        self.items.append(item)
        self.given_ids.append(given_id)


def read_received(received: ReceivedEvents, limits: EventLimits | None = None) -> EventBatch:
    """Canonical events, in their order, and those refused, by their place."""
    limits = limits or EventLimits()
    facts = FileFacts("", None, limits.clock_margin)
    starts = range(0, max(len(received.lines), 1), _CHUNK)
    read = [_read_chunk(received, start, limits.max_event_bytes) for start in starts]
    loose = LooseEvents(
        pl.concat([one.frame for one in read]), tuple(row for one in read for row in one.rejected)
    )
    frame, rejected = build_events(loose, facts)
    return EventBatch(0, frame, tuple(rejected))


def _read_chunk(received: ReceivedEvents, start: int, max_event_bytes: int) -> LooseEvents:
    rows: list[int] = []
    events: list[Event] = []
    kept: list[bytes] = []
    rejected: list[RejectedRow] = []
    for row in range(start, min(start + _CHUNK, len(received.lines))):
        line = received.lines[row]
        try:
            event = _understand(line, max_event_bytes)
        except Refused as refused:
            text = line.decode(errors="replace")
            rejected.append(RejectedRow(row, refused.reason, refused.detail, text))
            continue
        request = received.requests[row]
        if event.message_id in (None, ""):
            event.message_id = received.given_ids[row] or f"{request.place}-{received.items[row]}"
        _complete(event, request)
        rows.append(row)
        events.append(event)
        kept.append(line)
    frame = to_frame(rows, [0] * len(rows), events, decode_lines(kept))
    anew = pl.Series("sent_anew", [received.requests[row].sent_anew for row in rows], pl.Boolean)
    return LooseEvents(frame.with_columns(anew), tuple(rejected))


def _understand(line: bytes, max_event_bytes: int) -> Event:
    if len(line) > max_event_bytes:
        raise Refused("too_large", f"{len(line)} bytes")
    if not line.isascii():
        return understand(line)
    try:
        return decode_event(line)
    except msgspec.DecodeError:
        return understand(line)


def _complete(event: Event, request: Request) -> None:
    """Put in what the event leaves to its request; when it was received is ours to say."""
    event.received_at = request.received_at
    if event.type is None:
        event.type = request.type
    if event.sent_at is None:
        event.sent_at = request.sent_at
    if event.anonymous_id in (None, ""):
        event.anonymous_id = request.cookie
    if request.user_agent is not None:
        if event.context is None:
            event.context = Context(user_agent=request.user_agent)
        elif event.context.user_agent is None:
            event.context.user_agent = request.user_agent
