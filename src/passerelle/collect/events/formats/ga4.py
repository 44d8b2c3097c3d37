"""Google Analytics 4, as its export to BigQuery writes it: one row an event.

Rows come as JSON Lines (`bq extract`, where whole numbers are strings) or Parquet. The export has
no event id. Where the columns that number events within an upload are there (since 2024), they
make one, so that the late re-exports of a day do not count twice; else the row does.
Source: support.google.com/analytics/answer/7029846, "BigQuery Export schema".
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

import msgspec

from passerelle.collect.events.browsers import classify_browser
from passerelle.collect.events.event_format import (
    EventFormat,
    LooseEvents,
    Records,
    loose_frame,
)
from passerelle.collect.events.json_rows import nested, read_objects
from passerelle.collect.events.known_fields import pick_known_fields
from passerelle.collect.events.known_fields import scalar_text as text_of
from passerelle.kernel.language import N_

_VALUES = ("string_value", "int_value", "double_value", "float_value")
_NOT_SET = frozenset({"(not set)", "(none)", "(direct)", "(data deleted)"})
_PAGE, _SCREEN = "page_view", "screen_view"
_PLACE = (  # what tells two events of one upload apart
    "stream_id", "event_bundle_sequence_id", "batch_page_id", "batch_ordering_id",
    "batch_event_index", "event_timestamp", "event_name",
)  # fmt: skip
_encode = msgspec.json.Encoder().encode

_Row = Mapping[str, object]


def read_ga4(records: Records, max_event_bytes: int) -> LooseEvents:
    """The events of rows of the export."""
    good, rejected = read_objects(records, max_event_bytes)
    rows = [_read_row(value) for _, value, _ in good]
    columns: dict[str, list[object]] = {
        "row_number": [number for number, _, _ in good],
        "original": [said for _, _, said in good],
    }
    for name in sorted({name for row in rows for name in row}):
        columns[name] = [row.get(name) for row in rows]
    return LooseEvents(loose_frame(columns, len(rows)), rejected)


def _read_row(row: _Row) -> dict[str, object]:
    parameters = _parameters(row.get("event_params"))
    people = _parameters(row.get("user_properties"))
    name = text_of(row.get("event_name"))
    known = pick_known_fields([parameters, people])
    order, web = nested(row, "ecommerce"), nested(row, "device", "web_info")
    device = nested(row, "device")
    campaign = nested(row, "collected_traffic_source")
    return {
        **known,
        "message_id": _message_id(row),
        "type": {_PAGE: "page", _SCREEN: "screen"}.get(name or "", "track"),
        "name": _title(name, parameters),
        "timestamp": text_of(row.get("event_timestamp")),
        "anonymous_id": text_of(row.get("user_pseudo_id")),
        "user_id": text_of(row.get("user_id")),
        "mobile_id": text_of(device.get("advertising_id")),
        "order_id": _set(order.get("transaction_id")) or known.get("order_id"),
        "total": text_of(order.get("purchase_revenue")) or known.get("total"),
        "browser": _browser(row, device, web),
        "page_url": text_of(parameters.get("page_location")),
        "referrer": text_of(parameters.get("page_referrer")),
        "campaign_source": _set(campaign.get("manual_source")) or _set(parameters.get("source")),
        "campaign_name": _set(campaign.get("manual_campaign_name"))
        or _set(parameters.get("campaign")),
        "consent": _json(row.get("privacy_info")),
        "properties": _json(parameters),
    }


def _parameters(items: object) -> dict[str, object]:
    """The key-value list of the export as an object."""
    if not isinstance(items, Sequence) or isinstance(items, str):
        return {}
    found: dict[str, object] = {}
    for item in items:
        if not isinstance(item, Mapping) or not isinstance(item.get("key"), str):
            continue
        value = nested(item, "value")
        said = next((value[kind] for kind in _VALUES if value.get(kind) is not None), None)
        found[str(item["key"])] = said
    return found


def _title(name: str | None, parameters: _Row) -> str | None:
    if name == _PAGE:
        return text_of(parameters.get("page_title")) or name
    if name == _SCREEN:
        return text_of(parameters.get("firebase_screen")) or name
    return name


def _message_id(row: _Row) -> str | None:
    if row.get("batch_event_index") is None or not row.get("user_pseudo_id"):
        return None
    place = "\n".join(str(row.get(name)) for name in ("user_pseudo_id", *_PLACE))
    return f"ga4-{hashlib.sha256(place.encode()).hexdigest()[:32]}"


def _browser(row: _Row, device: _Row, web: _Row) -> str | None:
    if text_of(row.get("platform")) in ("IOS", "ANDROID"):
        return "app"
    browser = text_of(web.get("browser")) or text_of(device.get("browser"))
    if browser is None:
        return None
    return classify_browser(browser, text_of(device.get("operating_system")) or "")


def _set(value: object) -> str | None:
    text = text_of(value)
    return None if text in _NOT_SET else text


def _json(value: object) -> str | None:
    return _encode(value).decode() if value else None


def _recognise(sample: Sequence[object]) -> float:
    hits = sum(
        isinstance(row, dict) and "event_name" in row and "event_timestamp" in row for row in sample
    )
    return hits / max(len(sample), 1)


PLUGIN = EventFormat(
    label=N_("Google Analytics 4, export to BigQuery"), recognises=_recognise, read=read_ga4
)
