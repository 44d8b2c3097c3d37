"""Bodies that are not Segment's, as events in Segment's form; pure, for the follower and the door.

What is logged is the body as it came. Whoever reads the log has it told in one language here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl

import msgspec

_MATOMO_NAMES = {  # parameter of a hit that says what it is: the event's name in Segment's words
    "search": "Products Searched",
    "download": "File Downloaded",
    "link": "Outlink Clicked",
}
_ORDER, _CART, _GOAL = "Order Completed", "Cart Updated", "Goal Converted"
_PING = "Page Pinged"
# Parameters that are read into fields of their own, or that serve the transport alone.
_MATOMO_READ = frozenset(
    {
        "_id", "cid", "uid", "url", "urlref", "action_name", "e_c", "e_a", "e_n", "e_v",
        "search", "search_cat", "search_count", "download", "link", "idgoal", "revenue",
        "ec_id", "ec_items", "ec_tx", "ec_sh", "ec_st", "ec_dt", "ua", "lang", "cdt", "cip",
        "token_auth", "writeKey", "rec", "apiv", "rand", "send_image", "h", "m", "s", "r",
        "queuedtracking", "bots", "uadata",
    }
)  # fmt: skip
_MATOMO_SHOP = {"ec_st": "subtotal", "ec_tx": "tax", "ec_sh": "shipping", "ec_dt": "discount"}
_ITEM_FIELDS = ("sku", "name", "category", "price", "quantity")

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


class _Bulk(msgspec.Struct):
    """The body of a request with several hits."""

    requests: list[str | dict[str, str | int | float | bool | None]]
    token_auth: str | None = None


class MatomoHits(msgspec.Struct):
    """Hits of Matomo's tracking API, with the token that came with them."""

    hits: list[dict[str, str]]
    token: str | None = None

    def __repr__(self) -> str:
        """Nothing of what the hits say."""
        return f"MatomoHits({len(self.hits)})"


def read_matomo_hits(body: bytes) -> MatomoHits:
    """The hits of a body: a query string, or a bulk request in JSON.

    Source: Matomo 5, "Tracking HTTP API" reference.

    Raises:
        ValueError: It is neither.

    >>> read_matomo_hits(b"idsite=1&rec=1&url=https%3A%2F%2Fa.fr%2F").hits[0]["url"]
    'https://a.fr/'
    """
    if not body.lstrip().startswith((b"{", b"[")):
        hit = _parameters(body.decode("utf-8", "replace"))
        return MatomoHits([hit], hit.get("token_auth"))
    try:
        bulk = msgspec.json.decode(body, type=_Bulk)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ValueError("no bulk request of Matomo") from None
    return MatomoHits([_hit(each) for each in bulk.requests], bulk.token_auth)


def matomo_events(body: bytes) -> list[bytes]:
    """The events of a logged Matomo body, each as JSON in Segment's form, in its order.

    Raises:
        ValueError: The body holds none.
    """
    return [_encode(_matomo_event(hit)) for hit in read_matomo_hits(body).hits]


class WebhookMapping(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How a webhook is signed, and which parts of its body feed which fields of an event.

    Args:
        source: Whose events it brings; a source with a write key in force.
        secret: What its sender signs with.
        fields: Field of the event, with dots for what is inside (`context.traits.email`), and
            the JSON pointer of its value (RFC 6901); a value without a leading slash is constant.
        events: JSON pointer of the list of events; empty: the body is one event, or a list.
        signature_header: Header with the HMAC-SHA256, in hexadecimal or base64, after an
            optional `sha256=`.
        timestamp_header: Header with the seconds since 1970 that are signed, before a dot and
            the body; empty: the body alone is signed.
        tolerance_seconds: How old a timestamp may be.
    """

    source: str
    secret: str
    fields: dict[str, str]
    events: str = ""
    signature_header: str = "x-signature"
    timestamp_header: str = ""
    tolerance_seconds: int = 300

    def __repr__(self) -> str:
        """No secret: it may be printed by accident."""
        return f"WebhookMapping(source={self.source!r})"


def webhook_events(body: bytes, mapping: WebhookMapping) -> list[bytes]:
    """The events of a webhook's body, each as JSON in Segment's form, in its order.

    Raises:
        ValueError: It is not JSON, or holds no events where they should be.
    """
    try:
        said = _decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ValueError("not JSON") from None
    found = point_at(said, mapping.events)
    items = found if isinstance(found, list) else [found]
    if not all(isinstance(item, dict) for item in items):
        raise ValueError("no events at the pointer")
    return [_encode(_webhook_event(item, mapping.fields)) for item in items]


def point_at(value: object, pointer: str) -> object | None:
    """What a JSON pointer leads to; None for nothing.

    >>> point_at({"a": [{"b/c": 1}]}, "/a/0/b~1c")
    1
    """
    for part in pointer.split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if isinstance(value, dict):
            value = value.get(name)
        elif isinstance(value, list) and name.isdecimal() and int(name) < len(value):
            value = value[int(name)]
        else:
            return None
    return value


def _webhook_event(item: object, fields: Mapping[str, str]) -> dict[str, object]:
    event: dict[str, object] = {}
    for path, said in fields.items():
        value = point_at(item, said) if said.startswith("/") else said
        if value is None:
            continue
        *outer, last = path.split(".")
        place = event
        for name in outer:
            inner = place.setdefault(name, {})
            place = inner if isinstance(inner, dict) else {}
        place[last] = value
    return event


def _parameters(text: str) -> dict[str, str]:
    return dict(parse_qsl(text.strip().lstrip("?"), keep_blank_values=True))


def _hit(said: str | dict[str, str | int | float | bool | None]) -> dict[str, str]:
    if isinstance(said, str):
        return _parameters(said.partition("?")[2] or said)
    return {name: str(value) for name, value in said.items() if value is not None}


def _matomo_event(hit: Mapping[str, str]) -> dict[str, object]:
    page = {"url": hit.get("url"), "referrer": hit.get("urlref"), "title": hit.get("action_name")}
    kind, name, properties = _matomo_kind(hit)
    rest = {key: value for key, value in hit.items() if key not in _MATOMO_READ and value}
    event: dict[str, object] = {
        "type": kind,
        "anonymousId": hit.get("cid") or hit.get("_id"),
        "userId": hit.get("uid"),
        "timestamp": _matomo_time(hit.get("cdt")),
        "context": _given({"page": _given(page), "userAgent": hit.get("ua")}),
        "properties": {**rest, **_given(properties)},
        ("event" if kind == "track" else "name"): name,
    }
    return _given(event)


def _matomo_kind(hit: Mapping[str, str]) -> tuple[str, str | None, dict[str, object]]:
    """The type of a hit's event, its name, and its properties."""
    if hit.get("e_c") or hit.get("e_a"):
        said = {"category": hit.get("e_c"), "label": hit.get("e_n"), "value": hit.get("e_v")}
        return "track", hit.get("e_a") or hit.get("e_c"), dict(said)
    if hit.get("idgoal") == "0":
        shop: dict[str, object] = {name: hit.get(key) for key, name in _MATOMO_SHOP.items()}
        shop |= {"total": hit.get("revenue"), "order_id": hit.get("ec_id")}
        shop["products"] = list(_items(hit.get("ec_items")))
        return "track", _ORDER if hit.get("ec_id") else _CART, shop
    if hit.get("idgoal"):
        return "track", _GOAL, {"goal": hit["idgoal"], "value": hit.get("revenue")}
    for key, name in _MATOMO_NAMES.items():
        if hit.get(key):
            return "track", name, {"query" if key == "search" else "url": hit[key]}
    if hit.get("ping"):
        return "track", _PING, {}
    return "page", hit.get("action_name"), {}


def _items(said: str | None) -> Iterator[dict[str, object]]:
    """The products of a cart: a JSON list of lists."""
    try:
        listed = _decode(said.encode()) if said else []
    except (msgspec.DecodeError, RecursionError):
        return
    for item in listed if isinstance(listed, list) else []:
        if isinstance(item, list):
            yield _given(dict(zip(_ITEM_FIELDS, item, strict=False)))


def _matomo_time(said: str | None) -> str | None:
    """The time a hit says, ISO 8601: seconds since 1970, or a date and a time, UTC."""
    if not said:
        return None
    if said.isdecimal() and len(said) <= 11:
        return datetime.fromtimestamp(int(said), UTC).isoformat()
    return f"{said.replace(' ', 'T')}Z" if " " in said else said


def _given(fields: Mapping[str, object]) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value not in (None, "", [], {})}
