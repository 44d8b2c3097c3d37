"""Segment's event format, which RudderStack's and Jitsu's clients write too.

A record is one event, or the body of a `/v1/batch` request with several.
Source: segment-docs, connections/sources/catalog/libraries/server/http-api and spec/common.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter
from typing import Any

import msgspec
import polars as pl

from passerelle.collect.events.event_format import (
    EventFormat,
    LooseEvents,
    Records,
    RejectedRow,
    decode_lines,
    loose_frame,
    text_series,
)
from passerelle.collect.events.known_fields import read_known_fields
from passerelle.collect.events.segment_shapes import (
    Body,
    Campaign,
    Context,
    Event,
    Library,
    Page,
    Refused,
    add_context,
    decode_event,
    free_texts,
    understand,
)

_EVENT_FIELDS = (
    "type", "message_id", "anonymous_id", "user_id", "previous_id", "event", "name",
    "timestamp", "original_timestamp", "sent_at", "received_at", "context", "properties", "traits",
)  # fmt: skip
_SAME_NAME = (
    "type", "message_id", "anonymous_id", "user_id", "previous_id",
    "timestamp", "original_timestamp", "sent_at", "received_at",
)  # fmt: skip
_CONTEXT_FIELDS = (
    "page", "campaign", "device", "library", "user_agent", "traits", "consent",
    "consent_management",
)  # fmt: skip
_PHONE_LIBRARIES = ["ios", "android", "swift", "kotlin", "react-native", "flutter"]
_NO_CONTEXT, _NO_PAGE, _NO_CAMPAIGN = Context(), Page(), Campaign()
_KEYS = frozenset({"anonymousId", "userId", "messageId", "originalTimestamp", "previousId"})
_decode_body = msgspec.json.Decoder(Body).decode

_Outcome = tuple[int, bytes, Event | Refused]


def read_segment(records: Records, max_event_bytes: int) -> LooseEvents:
    """The events of lines that are each one event or one batch body."""
    lines = records.lines
    try:
        events = [decode_event(line) for line in lines]
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _read_one_by_one(records, max_event_bytes)
    if max(map(len, lines), default=0) > max_event_bytes or any(event.batch for event in events):
        return _read_one_by_one(records, max_event_bytes)
    try:
        return LooseEvents(_to_frame(records.row_numbers, [0] * len(lines), events, lines))
    except pl.exceptions.ComputeError:  # a line is not UTF-8
        return _read_one_by_one(records, max_event_bytes)


def _read_one_by_one(records: Records, max_event_bytes: int) -> LooseEvents:
    rows: list[int] = []
    items: list[int] = []
    events: list[Event] = []
    kept: list[bytes] = []
    rejected: list[RejectedRow] = []
    for row, line in zip(records.row_numbers, records.lines, strict=True):
        for item, said, outcome in _read_record(line, max_event_bytes):
            if isinstance(outcome, Refused):
                text = said.decode(errors="replace")
                rejected.append(RejectedRow(row, outcome.reason, outcome.detail, text, item))
                continue
            rows.append(row)
            items.append(item)
            events.append(outcome)
            kept.append(said)
    return LooseEvents(_to_frame(rows, items, events, kept), tuple(rejected))


def _read_record(line: bytes, max_event_bytes: int) -> Iterator[_Outcome]:
    """Each event of a record: its place in it, what it said, and what was understood."""
    is_big = len(line) > max_event_bytes
    try:
        event = understand(line)
    except Refused as refused:
        # a line the reader cut for its length is broken JSON too, but its length is what to mend
        yield 0, line, _too_large(line) if is_big else refused
        return
    if bytes(event.batch).startswith(b"["):
        yield from _read_body(line, max_event_bytes)
    else:
        yield 0, line, _too_large(line) if is_big else event


def _read_body(line: bytes, max_event_bytes: int) -> Iterator[_Outcome]:
    try:
        body = _decode_body(line)
    except msgspec.DecodeError:
        yield 0, line, Refused("not_an_object", "batch")
        return
    for item, raw in enumerate(body.batch, start=1):
        said = bytes(raw)
        yield item, said, _read_item(said, body, max_event_bytes)


def _read_item(said: bytes, body: Body, max_event_bytes: int) -> Event | Refused:
    if len(said) > max_event_bytes:
        return _too_large(said)
    try:
        event = understand(add_context(said, body.context))
    except Refused as refused:
        return refused
    if event.sent_at is None:
        event.sent_at = body.sent_at
    if event.received_at is None:
        event.received_at = body.received_at
    return event


def _too_large(line: bytes) -> Refused:
    return Refused("too_large", f"{len(line)} bytes")


def _to_frame(
    rows: Sequence[int], items: Sequence[int], events: Sequence[Event], said: Sequence[bytes]
) -> pl.DataFrame:
    columns = _gather(events, _EVENT_FIELDS)
    contexts = [context or _NO_CONTEXT for context in columns.pop("context")]
    around = _gather(contexts, _CONTEXT_FIELDS)
    pages = _gather([page or _NO_PAGE for page in around["page"]], ("url", "referrer"))
    campaigns = _gather([one or _NO_CAMPAIGN for one in around["campaign"]], ("source", "name"))
    frame = loose_frame(
        {
            **{name: columns[name] for name in _SAME_NAME},
            "row_number": rows,
            "item": items,
            "user_agent": around["user_agent"],
            "page_url": pages["url"],
            "referrer": pages["referrer"],
            "campaign_source": campaigns["source"],
            "campaign_name": campaigns["name"],
            "original": decode_lines(said),
        },
        len(events),
    )
    types = _types(frame["type"], events)
    traits, shared = free_texts(columns["traits"]), free_texts(around["traits"])
    properties, consent = free_texts(columns["properties"]), free_texts(around["consent"])
    managed = free_texts(around["consent_management"])
    frame = frame.with_columns(
        types,
        _names(types, columns["event"], columns["name"]),
        pl.select(pl.coalesce(consent, managed)).to_series().alias("consent"),
        pl.select(pl.coalesce(properties, traits)).to_series().alias("properties"),
        _apps(around["library"]),
    )
    own = pl.select(pl.when(types != "group").then(traits)).to_series()  # else a group's
    known = read_known_fields([own, shared, properties])
    phones = [None if one is None else one.advertising_id for one in around["device"]]
    if any(phones):
        known["mobile_id"] = text_series("mobile_id", phones)
    return frame.with_columns(series.alias(name) for name, series in known.items())


def _gather(structs: Sequence[msgspec.Struct], names: tuple[str, ...]) -> dict[str, Sequence[Any]]:
    """The fields of many structures, as columns."""
    return {name: list(map(attrgetter(name), structs)) for name in names}


def _types(given: pl.Series, events: Sequence[Event]) -> pl.Series:
    if not given.null_count():
        return given
    missing = given.is_null()
    guesses = [
        _guess_type(event) if gone else None for event, gone in zip(events, missing, strict=True)
    ]
    return given.fill_null(pl.Series(guesses, dtype=pl.String))


def _names(types: pl.Series, events: Sequence[object], names: Sequence[object]) -> pl.Series:
    """A track event is named by what happened, a page or a screen by its own name."""
    event, name = text_series("event", events), text_series("name", names)
    return pl.select(
        pl.when(types.is_in(["page", "screen"]))
        .then(name)
        .when(types.is_in(["identify", "group", "alias"]).not_())
        .then(event)
        .alias("name")
    ).to_series()


def _guess_type(event: Event) -> str | None:
    """The type of an event that does not say it: single-call routes let clients leave it out."""
    if event.event is not None:
        return "track"
    if event.previous_id is not None:
        return "alias"
    if event.group_id is not None:
        return "group"
    return "identify" if event.traits else None


def _apps(libraries: Sequence[Library | None]) -> pl.Series:
    """`app` where the client's library is one for phones."""
    if not any(libraries):
        return pl.Series("browser", [None], dtype=pl.String).new_from_index(0, len(libraries))
    names = text_series("library", [one and one.name for one in libraries])
    is_app = names.str.to_lowercase().str.contains_any(_PHONE_LIBRARIES)
    return pl.select(pl.when(is_app).then(pl.lit("app")).alias("browser")).to_series()


def _recognise(sample: Sequence[object]) -> float:
    hits = sum(isinstance(one, dict) and ("batch" in one or bool(_KEYS & one.keys()))
               for one in sample)  # fmt: skip
    return hits / max(len(sample), 1)


PLUGIN = EventFormat(
    label="Segment, RudderStack or Jitsu", recognises=_recognise, read=read_segment
)
