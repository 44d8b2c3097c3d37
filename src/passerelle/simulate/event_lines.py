"""Events as lines of JSON in the format of Segment, as a site's and an app's libraries send them.

Source of the shapes: Segment's specification (common fields, identify, track, page) and bodies
recorded from its libraries.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from zlib import crc32

import numpy as np
import polars as pl

from passerelle.simulate import events as kinds
from passerelle.simulate.catalogue import SITE
from passerelle.simulate.events import Events
from passerelle.simulate.randomness import Bools, Codes, Ints
from passerelle.simulate.receipts import Trade
from passerelle.simulate.text_columns import (
    from_letters,
    instant_letters,
    join_columns,
    pick,
    put,
    sha256_words,
    uuid_letters,
)
from passerelle.simulate.traffic import Traffic

EVENTS_PER_CHUNK = 20_000
VISITOR_SALT = crc32(b"visitor")
_MESSAGE_SALT = crc32(b"message")
ADVERTISING_SALT = crc32(b"advertising id")
_VERSIONS = 6
_AGENTS = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_{v} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/18.{v} Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/15{v}.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/15{v}.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:15{v}.0) Gecko/20100101 Firefox/15{v}.0",
    "Mozilla/5.0 (compatible; ExampleBot/2.{v}; +https://bot.example/about)",
    "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
    "YahooMailProxy; https://help.yahoo.com/kb/yahoo-mail-proxy-SLN28749.html",
)
_REFERRERS = ("", "https://www.google.com/", "https://www.instagram.com/", f"{SITE}/")
_TYPES = {
    kinds.PAGE: "page",
    kinds.IDENTIFY: "identify",
    kinds.SIGNED_UP: "track",
    kinds.ORDER: "track",
    kinds.CLICK: "track",
    kinds.OPEN: "track",
    kinds.APP: "track",
}
_WEB_LIBRARY = '"library":{"name":"analytics.js","version":"npm:next-1.84.3"},"userAgent":'
_APP_CONTEXT = (
    '"library":{"name":"analytics-ios","version":"4.1.8"},"os":{"name":"iOS","version":"18.5"},',
    '"library":{"name":"analytics-android","version":"4.11.3"},"os":{"name":"Android",'
    '"version":"15"},',
)
_CAMPAIGNS = 26  # newsletters a year, one every fortnight
_FORTNIGHT_MS = 14 * 86_400_000


@dataclass(frozen=True)
class EventWords:
    """Ready-made pieces of the lines, each looked up by the codes of an event."""

    heads: pl.Series
    agents: pl.Series
    pages: pl.Series
    page_ends: pl.Series
    logins: pl.Series
    emails: pl.Series
    hashes: pl.Series
    order_ids: pl.Series
    order_totals: pl.Series
    app_devices: pl.Series
    first_app: int


def make_words(
    traffic: Traffic, trade: Trade, emails: pl.Series, receipt_ids: pl.Series
) -> EventWords:
    """Prepare the pieces once, for all events."""
    catalogue = trade.catalogue
    titles = [*catalogue.labels.to_list(), "Accueil"]
    paths = [*(f"/produits/{slug}" for slug in catalogue.slugs.to_list()), "/"]
    return EventWords(
        heads=pl.Series([f'{{"type":"{_TYPES[k]}","messageId":"' for k in sorted(_TYPES)]),
        agents=pl.Series(
            [json.dumps(agent.format(v=v)) for agent in _AGENTS for v in range(_VERSIONS)]
        ),
        pages=pl.Series(
            [_page(path, referrer) for path in paths for referrer in _REFERRERS]
            + [
                _page(f"/?utm_source=newsletter&utm_campaign={_campaign(n)}", "")
                for n in range(_CAMPAIGNS)
            ]
        ),
        page_ends=pl.Series(
            [
                f',"name":{json.dumps(title, ensure_ascii=False)},"properties":{{"path":"{path}"}}'
                for title, path in zip(titles, paths, strict=True)
            ]
        ),
        logins=trade.files.webshop.keys,
        emails=emails,
        hashes=_hashes(emails, traffic),
        order_ids=receipt_ids,
        order_totals=pl.Series(trade.totals_cents / 100).round(2).cast(pl.String),
        app_devices=_app_devices(traffic),
        first_app=traffic.first_app,
    )


def render_event_lines(events: Events, rows: slice, words: EventWords) -> pl.Series:
    """The JSON of some events, one string each."""
    return join_columns(
        pick(words.heads, events.kind[rows]),
        from_letters(uuid_letters(events.message[rows], _MESSAGE_SALT)),
        '","anonymousId":"',
        from_letters(uuid_letters(events.visitor[rows], VISITOR_SALT)),
        '"',
        _member("userId", pick(words.logins, events.account[rows])),
        ',"timestamp":"',
        from_letters(instant_letters(events.at_ms[rows])),
        '","sentAt":"',
        from_letters(instant_letters(events.sent_ms[rows])),
        '","context":{',
        _contexts(events, rows, words),
        "}",
        _ends(events, rows, words),
        "}",
    )


def _contexts(events: Events, rows: slice, words: EventWords) -> pl.Series:
    kind, visitor = events.kind[rows], events.visitor[rows]
    agent = pick(words.agents, events.agent[rows] * _VERSIONS + visitor % _VERSIONS)
    opened, app = kind == kinds.OPEN, kind == kinds.APP
    page = np.where(events.product[rows] < 0, words.page_ends.len() - 1, events.product[rows])
    page = page * len(_REFERRERS) + visitor % len(_REFERRERS)
    newsletter = (events.email[rows] >= 0) & ((kind == kinds.PAGE) | (kind == kinds.CLICK))
    landing = words.page_ends.len() * len(_REFERRERS) + _campaign_number(events.at_ms[rows])
    page = np.where(newsletter, landing, page)
    web = join_columns(_WEB_LIBRARY, agent, pick(words.pages, np.where(opened, -1, page)))
    device = pick(words.app_devices, np.where(app, visitor - words.first_app, -1))
    signed_up = np.where(kind == kinds.SIGNED_UP, events.email[rows], -1)
    email = pick(words.emails, signed_up)
    web = join_columns(web, _wrapped(',"traits":{"email":"', email, '"}'))
    return put(web, app, device)


def _ends(events: Events, rows: slice, words: EventWords) -> pl.Series:
    """What follows the context, by kind of event."""
    kind, email = events.kind[rows], events.email[rows]
    places, pieces = [], []
    for value in _TYPES:
        where = np.flatnonzero(kind == value)
        places.append(where)
        pieces.append(_end(value, events, rows, words, where=where, email=email[where]))
    order = np.argsort(np.concatenate(places), kind="stable")
    return pl.concat(pieces).gather(order.astype(np.uint32))


def _end(
    kind: int, events: Events, rows: slice, words: EventWords, *, where: Ints, email: Codes
) -> pl.Series:
    if kind == kinds.PAGE:
        product = events.product[rows][where]
        return pick(words.page_ends, np.where(product < 0, words.page_ends.len() - 1, product))
    if kind == kinds.IDENTIFY:
        return join_columns(',"traits":{"email":"', pick(words.emails, email), '"}')
    if kind == kinds.SIGNED_UP:
        properties = join_columns('"email":"', pick(words.emails, email), '"')
        return _track("Signed Up", properties)
    if kind == kinds.ORDER:
        receipt = events.receipt[rows][where]
        properties = join_columns(
            '"order_id":"', pick(words.order_ids, receipt),
            '","email":"', pick(words.emails, email),
            '","total":', pick(words.order_totals, receipt), ',"currency":"EUR"',
        )  # fmt: skip
        return _track("Order Completed", properties)
    if kind == kinds.APP:
        version = pl.Series(['"version":"4.2.0"']).gather(np.zeros(len(where), dtype=np.uint32))
        return _track("Application Opened", version)
    campaign = pick(_CAMPAIGN_WORDS, _campaign_number(events.at_ms[rows][where]))
    properties = join_columns(
        '"email_sha256":"', pick(words.hashes, email), '","campaign":"', campaign, '"'
    )
    name = "Email Link Clicked" if kind == kinds.CLICK else "Email Opened"
    return _track(name, properties)


def _track(name: str, properties: pl.Series) -> pl.Series:
    return join_columns(f',"event":"{name}","properties":{{', properties, "}")


def _member(name: str, values: pl.Series) -> pl.Series:
    return _wrapped(f',"{name}":"', values, '"')


def _wrapped(before: str, values: pl.Series, after: str) -> pl.Series:
    """The piece around each value; nothing at all where the value is missing."""
    return (
        values.to_frame("v").select(pl.concat_str(pl.lit(before), "v", pl.lit(after))).to_series()
    )


def _page(path: str, referrer: str) -> str:
    return f',"page":{{"url":"{SITE}{path}","referrer":"{referrer}"}}'


def _campaign(number: int) -> str:
    return f"newsletter-{number:02d}"


def _campaign_number(at_ms: Ints) -> Ints:
    return at_ms // _FORTNIGHT_MS % _CAMPAIGNS


def _hashes(emails: pl.Series, traffic: Traffic) -> pl.Series:
    """SHA-256 of the addresses that the newsletter's events speak of; missing for the others."""
    addressed = np.zeros(emails.len(), dtype=np.bool_)
    for events in (traffic.before, traffic.after):
        hashed: Bools = (events.kind == kinds.CLICK) | (events.kind == kinds.OPEN)
        addressed[events.email[hashed]] = True
    return sha256_words(put(emails, ~addressed, pl.repeat(None, emails.len(), eager=True)))


def _app_devices(traffic: Traffic) -> pl.Series:
    """The context of each installation: system, device and, if it may be read, advertising id."""
    apps = traffic.apps
    numbers = np.arange(len(apps))
    ids = from_letters(uuid_letters(numbers, ADVERTISING_SALT))
    ids = put(ids, apps.browser == 0, ids.str.to_uppercase())
    ids = put(ids, ~apps.has_advertising_id, pl.repeat(None, len(apps), eager=True))
    return join_columns(
        pick(pl.Series(_APP_CONTEXT), apps.browser),
        '"device":{"type":"',
        pick(pl.Series(["ios", "android"]), apps.browser),
        '","adTrackingEnabled":',
        pick(pl.Series(["false", "true"]), apps.has_advertising_id.astype(np.int64)),
        _member("advertisingId", ids),
        "}",
    )


_CAMPAIGN_WORDS = pl.Series([_campaign(n) for n in range(_CAMPAIGNS)])
