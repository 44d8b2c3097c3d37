"""Matomo's tracking API: what a tracker says of one action, in Segment's words.

Source: developer.matomo.org, "Tracking HTTP API".
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import parse_qsl

import msgspec

_MOST_FIELDS = 1000
_SECRET = ("token_auth",)
_NAMES = (
    # parameter of the request, name of the event, field of its properties
    ("ec_id", "Order Completed", "order_id"),
    ("ec_items", "Cart Updated", "items"),
    ("idgoal", "Goal Converted", "goal_id"),
    ("search", "Products Searched", "query"),
    ("download", "File Downloaded", "url"),
    ("link", "Outlink Clicked", "url"),
    ("ping", "Page Stayed", "ping"),
)
_decode = msgspec.json.Decoder().decode


def split_matomo(body: bytes) -> list[dict[str, object]]:
    """The events of a tracking request: a query, or `{"requests": [...]}` with many.

    Raises:
        ValueError: It is neither.
    """
    text = body.decode().strip()
    if not text.startswith("{"):
        return [_read_action(_read_query(text))]
    told = _decode(text)  # a DecodeError is a ValueError
    listed = told.get("requests")
    if not isinstance(listed, list):
        raise ValueError("no requests")
    return [_read_action(_read_query(one)) for one in listed]


def _read_query(one: object) -> Mapping[str, str]:
    if isinstance(one, dict):
        return {str(name): str(value) for name, value in one.items()}
    text = str(one)
    query = text.partition("?")[2] if "?" in text else text
    return dict(parse_qsl(query, max_num_fields=_MOST_FIELDS))


def _read_action(said: Mapping[str, str]) -> dict[str, object]:
    kind, name, properties = _what_happened(said)
    page = {"url": said.get("url"), "referrer": said.get("urlref")}
    campaign = {"name": said.get("_rcn"), "source": said.get("_rck")}
    event: dict[str, object] = {
        "type": kind,
        ("name" if kind == "page" else "event"): name,
        "anonymousId": said.get("cid") or said.get("_id"),
        "userId": said.get("uid"),
        "timestamp": said.get("cdt"),
        "properties": {**properties, "matomo": _without_secrets(said)},
        "context": {"page": page, "campaign": campaign, "userAgent": said.get("ua")},
    }
    return {field: value for field, value in event.items() if value}


def _what_happened(said: Mapping[str, str]) -> tuple[str, str | None, dict[str, object]]:
    """The event's type, its name as Segment would call it, and what is known of it."""
    if "e_c" in said or "e_a" in said:
        told = {"category": said.get("e_c"), "label": said.get("e_n"), "value": said.get("e_v")}
        return "track", said.get("e_a") or said.get("e_c"), dict(told)
    for parameter, name, field in _NAMES:
        if parameter in said:
            told = {field: said[parameter], "total": said.get("revenue")}
            return "track", name, {field: value for field, value in told.items() if value}
    return "page", said.get("action_name"), {}


def _without_secrets(said: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in said.items() if name not in _SECRET}
