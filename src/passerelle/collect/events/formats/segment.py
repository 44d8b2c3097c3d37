"""Segment's event format, which RudderStack's and Jitsu's clients write too.

A record is one event, or the body of a `/v1/batch` request with several.
Source: segment-docs, connections/sources/catalog/libraries/server/http-api and spec/common.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence, Set
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
    Page,
    Refused,
    add_context,
    decode_event,
    free_texts,
    understand,
)
from passerelle.kernel.language import N_

_EVENT_FIELDS = (
    "type", "message_id", "anonymous_id", "user_id", "previous_id", "event", "name",
    "timestamp", "original_timestamp", "sent_at", "received_at", "context", "properties", "traits",
)  # fmt: skip
_SAME_NAME = (
    "message_id", "anonymous_id", "user_id", "previous_id",
    "timestamp", "original_timestamp", "sent_at", "received_at",
)  # fmt: skip
_CONTEXT_FIELDS = (
    "page", "campaign", "device", "library", "user_agent", "traits", "consent",
    "consent_management",
)  # fmt: skip
_CHUNK = 20_000  # lines decoded at once: their objects fit in the processor's cache
_PHONE_LIBRARIES = ["ios", "android", "swift", "kotlin", "react-native", "flutter"]
_COMBINED = (
    # a track event is named by what happened, a page or a screen by its own name
    pl.when(pl.col("type").is_in(["page", "screen"]))
    .then("page")
    .when(~pl.col("type").is_in(["identify", "group", "alias"]).fill_null(False))
    .then("event")
    .alias("name"),
    pl.coalesce("given_consent", "consent_management").alias("consent"),
    pl.coalesce("given_properties", "traits").alias("properties"),
    pl.when(pl.col("type") != "group").then("traits").alias("own_traits"),  # else the group's
    pl.when(pl.col("library").str.to_lowercase().str.contains_any(_PHONE_LIBRARIES))
    .then(pl.lit("app"))
    .alias("browser"),
)
_FREE = ("own_traits", "shared_traits", "given_properties")  # the first that says it wins
_NO_CONTEXT, _NO_PAGE, _NO_CAMPAIGN = Context(), Page(), Campaign()
_KEYS = frozenset({"anonymousId", "messageId", "originalTimestamp", "previousId", "batch"})
_WITH_USER = frozenset({"type", "event", "traits"})  # others have a `userId` too, Matomo for one
_decode_body = msgspec.json.Decoder(Body).decode

_Outcome = tuple[int, bytes, Event | Refused]


def read_segment(records: Records, max_event_bytes: int) -> LooseEvents:
    """The events of lines that are each one event or one batch body."""
    starts = range(0, max(len(records.lines), 1), _CHUNK)
    read = [_read_chunk(_slice(records, start), max_event_bytes) for start in starts]
    rejected = tuple(row for one in read for row in one.rejected)
    return LooseEvents(pl.concat([one.frame for one in read]), rejected)


def _slice(records: Records, start: int) -> Records:
    chosen = slice(start, start + _CHUNK)
    return Records(records.row_numbers[chosen], records.lines[chosen])


def _read_chunk(records: Records, max_event_bytes: int) -> LooseEvents:
    """All lines at once if each is an event of the usual shape and size, else one by one."""
    lines = records.lines
    try:
        events = [decode_event(line) for line in lines]
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _read_one_by_one(records, max_event_bytes)
    if max(map(len, lines), default=0) > max_event_bytes or any(event.batch for event in events):
        return _read_one_by_one(records, max_event_bytes)
    try:
        said = decode_lines(lines)
        return LooseEvents(to_frame(records.row_numbers, [0] * len(lines), events, said))
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
    return LooseEvents(to_frame(rows, items, events, decode_lines(kept)), tuple(rejected))


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


def to_frame(
    rows: Sequence[int], items: Sequence[int], events: Sequence[Event], said: pl.Series
) -> pl.DataFrame:
    """Loose events from structures, one row each, beside the text that each was."""
    columns = _gather(events, _EVENT_FIELDS)
    around = _gather([one or _NO_CONTEXT for one in columns["context"]], _CONTEXT_FIELDS)
    pages = _gather([one or _NO_PAGE for one in around["page"]], ("url", "referrer"))
    campaigns = _gather([one or _NO_CAMPAIGN for one in around["campaign"]], ("source", "name"))
    frame = loose_frame(
        {
            **{name: columns[name] for name in _SAME_NAME},
            "type": _types(columns["type"], events),
            "row_number": rows,
            "item": items,
            "user_agent": around["user_agent"],
            "page_url": pages["url"],
            "referrer": pages["referrer"],
            "campaign_source": campaigns["source"],
            "campaign_name": campaigns["name"],
            "original": said,
        },
        len(events),
    )
    beside = [
        text_series("event", columns["event"]),
        text_series("page", columns["name"]),
        text_series("library", [one and one.name for one in around["library"]]),
        text_series("device_id", [one and one.advertising_id for one in around["device"]]),
        free_texts("traits", columns["traits"]),
        free_texts("shared_traits", around["traits"]),
        free_texts("given_properties", columns["properties"]),
        free_texts("given_consent", around["consent"]),
        free_texts("consent_management", around["consent_management"]),
    ]
    whole = frame.with_columns(beside).with_columns(_COMBINED)
    known = read_known_fields(
        [whole[n] for n in ("own_traits", "shared_traits", "given_properties")]
    )
    if "mobile_id" in known:
        known["mobile_id"] = whole["device_id"].fill_null(known["mobile_id"])
    else:
        known["mobile_id"] = whole["device_id"]
    return whole.select(frame.columns).with_columns(
        series.alias(name) for name, series in known.items()
    )


def _gather(structs: Sequence[msgspec.Struct], names: tuple[str, ...]) -> dict[str, Sequence[Any]]:
    """The fields of many structures, as columns."""
    return {name: list(map(attrgetter(name), structs)) for name in names}


def _types(given: Sequence[object], events: Sequence[Event]) -> Sequence[object]:
    if all(given):
        return given
    return [kind or _guess_type(event) for kind, event in zip(given, events, strict=True)]


def _guess_type(event: Event) -> str | None:
    """The type of an event that does not say it: single-call routes let clients leave it out."""
    if event.event is not None:
        return "track"
    if event.previous_id is not None:
        return "alias"
    if event.group_id is not None:
        return "group"
    return "identify" if event.traits else None


def _recognise(sample: Sequence[object]) -> float:
    hits = sum(isinstance(one, dict) and _is_ours(one.keys()) for one in sample)
    return hits / max(len(sample), 1)


def _is_ours(keys: Set[str]) -> bool:
    return bool(_KEYS & keys) or ("userId" in keys and bool(_WITH_USER & keys))


PLUGIN = EventFormat(
    label=N_("Segment, RudderStack or Jitsu"), recognises=_recognise, read=read_segment
)
