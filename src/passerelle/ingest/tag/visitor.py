"""Whose browser it is: the first-party cookie, set by the server and unreadable for scripts.

The cookie holds an id of version 7, whose first 48 bits tell when it was made, so that its life
ends when the law says, however often the visitor comes back, and nothing has to be remembered.
"""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from passerelle.ingest.tag.lifetimes import Limit, remaining_life

_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_CLOCK_MARGIN = timedelta(minutes=5)  # between two collectors that set the same cookie


@dataclass(frozen=True)
class CookieRules:
    """How the cookie is set.

    Args:
        name: Of the cookie; neutral, so that no list of blocked names knows it.
        domain: `example.fr` has the whole site's servers read it; empty: the collector's host only.
        is_secure: Whether the visitor came by https (the collector may stand behind a proxy).
        limits: What bounds its life.
    """

    limits: Sequence[Limit]
    name: str = "_v"
    domain: str = ""
    is_secure: bool = True


@dataclass(frozen=True)
class VisitorAnswer:
    """Whom a request's events belong to, and the header `Set-Cookie` that goes with the answer."""

    visitor_id: str
    set_cookie: str


def answer_visitor(
    cookie_header: str,
    *,
    wish: str,
    has_objected: bool,
    rules: CookieRules,
    now: datetime,
) -> VisitorAnswer:
    """Recognise the visitor by the cookie, or make one.

    Args:
        cookie_header: The header `Cookie`, empty if there was none. Never log it: other cookies
            of the site are in it.
        wish: `visitor` of the tag's request: `new` (somebody else sits there now), `forget`
            (consent was taken back: the events still belong to whom they did, the cookie goes);
            anything else keeps.
        has_objected: The header `Sec-GPC: 1` came: as `forget`.
        rules: How the cookie is set.
        now: By the collector's clock.
    """
    known = find_visitor(cookie_header, rules, now)
    if wish == "forget" or has_objected:
        return VisitorAnswer(known or make_visitor_id(now), _cookie("", timedelta(0), rules))
    visitor_id = known if known and wish != "new" else make_visitor_id(now)
    life = remaining_life(rules.limits, _made_at(visitor_id), now)
    return VisitorAnswer(visitor_id, _cookie(visitor_id, life, rules))


def find_visitor(cookie_header: str, rules: CookieRules, now: datetime) -> str | None:
    """The id in the cookie, if it is one of ours and may still live."""
    for each in cookie_header.split(";"):
        name, _separator, value = each.strip().partition("=")
        if name == rules.name and _ID.fullmatch(value) and _is_alive(value, rules, now):
            return value
    return None


def make_visitor_id(now: datetime) -> str:
    """A fresh id: the milliseconds of now, then 74 random bits (RFC 9562, version 7)."""
    milliseconds = int(now.timestamp() * 1000)
    number = (milliseconds << 80) | secrets.randbits(80)
    number = number & ~(0xF << 76) | (7 << 76)
    number = number & ~(0x3 << 62) | (2 << 62)
    return str(uuid.UUID(int=number))


def _is_alive(visitor_id: str, rules: CookieRules, now: datetime) -> bool:
    made_at = _made_at(visitor_id)
    is_past = made_at <= now + _CLOCK_MARGIN  # asked first: a far future has no end to compute
    return is_past and remaining_life(rules.limits, made_at, now) > timedelta(0)


def _made_at(visitor_id: str) -> datetime:
    milliseconds = int(visitor_id[:8] + visitor_id[9:13], 16)
    # 48 bits reach the year 10889; a date of Python, and a true id, do not.
    return datetime.fromtimestamp(min(milliseconds, 253_402_300_799_000) / 1000, tz=UTC)


def _cookie(value: str, life: timedelta, rules: CookieRules) -> str:
    parts = [f"{rules.name}={value}", "Path=/", f"Max-Age={int(life.total_seconds())}"]
    if rules.domain:
        parts.append(f"Domain={rules.domain}")
    if rules.is_secure:
        parts.append("Secure")
    return "; ".join([*parts, "HttpOnly", "SameSite=Lax"])
