"""Matomo's visits log: the answer of `Live.getLastVisitsDetails`, in JSON or CSV.

A record is one visit; each of its actions is an event. In CSV the actions are flattened into
columns (`actionDetails_0_type`), which are put together again; ask for it with
`translateColumnNames=0`.
Source: Matomo 5, plugins/Live/VisitorDetails.php, plugins/Actions, plugins/Ecommerce and
core/DataTable/Renderer/Csv.php.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from passerelle.collect.events.browsers import classify_browser
from passerelle.collect.events.event_format import (
    EventFormat,
    LooseEvents,
    Records,
    RejectedRow,
    loose_frame,
)
from passerelle.collect.events.json_rows import read_objects
from passerelle.collect.events.known_fields import pick_known_fields
from passerelle.collect.events.known_fields import scalar_text as text_of
from passerelle.kernel.language import N_

_ACTIONS = "actionDetails"
_FLAT = re.compile(rf"{_ACTIONS}[_.](\d+)[_.](.+)")
_NAMES = {  # type of the action: the event's name, as Segment would call it
    "ecommerceOrder": "Order Completed",
    "ecommerceAbandonedCart": "Cart Abandoned",
    "download": "File Downloaded",
    "outlink": "Outlink Clicked",
    "search": "Products Searched",
    "goal": "Goal Converted",
}
_CAMPAIGN = "campaign"
_encode = msgspec.json.Encoder().encode

_Object = Mapping[str, object]


def read_matomo(records: Records, max_event_bytes: int) -> LooseEvents:
    """The events of visits, one for each action."""
    good, refused = read_objects(records, None)
    rows: list[dict[str, object]] = []
    rejected = list(refused)
    for number, value, said in good:
        visit, actions = _unfold(value)
        if not actions:
            rejected.append(RejectedRow(number, "no_actions", "", said))
        for item, action in enumerate(actions, start=1):
            original = _encode({**visit, _ACTIONS: [action]}).decode()
            if len(original.encode()) > max_event_bytes:
                rejected.append(RejectedRow(number, "too_large", "", original, item))
                continue
            place = {"row_number": number, "item": item, "original": original}
            rows.append({**_read_visit(visit), **_read_action(visit, action), **place})
    columns = {
        name: [row.get(name) for row in rows]
        for name in sorted({name for row in rows for name in row})
    }
    return LooseEvents(loose_frame(columns, len(rows)), tuple(rejected))


def _unfold(value: _Object) -> tuple[_Object, list[_Object]]:
    """The visit without its actions, and its actions."""
    listed = value.get(_ACTIONS)
    visit = {key: said for key, said in value.items() if not key.startswith(_ACTIONS)}
    if isinstance(listed, list):
        return visit, [action for action in listed if isinstance(action, dict)]
    return visit, list(_gather_flat(value))


def _gather_flat(value: _Object) -> Iterator[_Object]:
    actions: dict[int, dict[str, object]] = {}
    for key, said in value.items():
        if said is not None and said != "" and (flat := _FLAT.fullmatch(key)):
            actions.setdefault(int(flat[1]), {})[flat[2]] = said
    return (actions[index] for index in sorted(actions))


def _read_visit(visit: _Object) -> dict[str, object]:
    is_campaign = text_of(visit.get("referrerType")) == _CAMPAIGN
    browser = text_of(visit.get("browserName"))
    system = text_of(visit.get("operatingSystemName")) or text_of(visit.get("operatingSystem"))
    return {
        "anonymous_id": _visitor(visit.get("visitorId")),
        "user_id": text_of(visit.get("userId")),
        "browser": None if browser is None else classify_browser(browser, system or ""),
        "referrer": None if is_campaign else text_of(visit.get("referrerUrl")),
        "campaign_source": text_of(visit.get("campaignSource")),
        "campaign_name": text_of(visit.get("campaignName"))
        or (text_of(visit.get("referrerName")) if is_campaign else None),
    }


def _read_action(visit: _Object, action: _Object) -> dict[str, object]:
    kind = text_of(action.get("type")) or ""
    stamps = (action.get("timestamp"), visit.get("serverTimestamp"))
    order = text_of(action.get("orderId"))
    known = pick_known_fields([action])
    return {
        **{name: value for name, value in known.items() if name not in ("order_id", "total")},
        "message_id": _message_id(visit, action, kind),
        "type": "page" if kind == "action" else "track",
        "name": _name(action, kind),
        "timestamp": next((said for stamp in stamps if (said := text_of(stamp))), None),
        "page_url": text_of(action.get("url")),
        "order_id": order,
        "total": text_of(action.get("revenue")) if order else None,
        "currency": text_of(visit.get("siteCurrency")) if order else None,
        "properties": _encode(action).decode(),
    }


def _visitor(value: object) -> str | None:
    text = text_of(value)
    return None if text == "0" else text  # what the CSV writes for none


def _name(action: _Object, kind: str) -> str | None:
    if kind == "action":
        return text_of(action.get("pageTitle")) or text_of(action.get("title"))
    if kind == "event":
        return text_of(action.get("eventAction")) or text_of(action.get("eventCategory"))
    return _NAMES.get(kind, kind or None)


def _message_id(visit: _Object, action: _Object, kind: str) -> str | None:
    """An id of what Matomo numbers itself; none (the row then names it) where it does not."""
    visited = text_of(visit.get("idVisit"))
    order, page = text_of(action.get("orderId")), text_of(action.get("pageId"))
    if visited is None or not (order or page):
        return None
    site = text_of(visit.get("idSite")) or ""
    return f"matomo-{site}-{visited}-{kind}-{order or page}"


def _recognise(sample: Sequence[object]) -> float:
    hits = sum(
        isinstance(one, dict)
        and "idVisit" in one
        and (_ACTIONS in one or "visitorId" in one or f"{_ACTIONS}_0_type" in one)
        for one in sample
    )
    return hits / max(len(sample), 1)


PLUGIN = EventFormat(label=N_("Matomo visits log"), recognises=_recognise, read=read_matomo)
