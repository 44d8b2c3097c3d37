"""Our own tag: its script, and its events, whose visitor is known by the server's cookie."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from passerelle.ingest.banner import banner_script, read_banner_settings
from passerelle.ingest.door.answers import ACCEPTED, Answer
from passerelle.ingest.door.direct_calls import Taken
from passerelle.ingest.door.envelopes import read_envelope, read_visitor_wish
from passerelle.ingest.door.intake import Intake
from passerelle.ingest.door.refusals import Refusal
from passerelle.ingest.door.requests import Request
from passerelle.ingest.door.segment_calls import segment_arrival
from passerelle.ingest.door.write_keys import blank_key, check_key, find_key
from passerelle.ingest.tag import (
    CookieRules,
    Script,
    answer_script,
    answer_visitor,
    read_script,
)


async def show_script(intake: Intake, request: Request, call: str) -> Answer:
    """The tag's script."""
    return _answer(read_script(), request)


async def show_banner(intake: Intake, request: Request, call: str) -> Answer:
    """The banner's script, with what the policy has it say.

    Raises:
        Refusal: Nobody has written what it says yet.
    """
    settings = read_banner_settings(intake.site.home)
    if settings is None:
        raise Refusal.not_found()
    return _answer(banner_script(settings), request)


def _answer(script: Script, request: Request) -> Answer:
    status, headers, body = answer_script(
        script,
        accept_encoding=request.header(b"accept-encoding"),
        if_none_match=request.header(b"if-none-match"),
    )
    named = [(name.encode(), value.encode()) for name, value in headers]
    content_type = next(value for name, value in named if name == b"content-type")
    # The site that asks is told by whoever sends the answer, as for every other address.
    others = tuple(
        each for each in named if each[0] not in (b"content-type", b"access-control-allow-origin")
    )
    return Answer(status, body, content_type, others)


def read_tag_events(intake: Intake, request: Request, body: bytes, call: str) -> Taken:
    """Read the tag's events, under the visitor of the cookie; the answer sets it.

    The tag sends nothing before the page has consent, so that whoever sends may have a cookie;
    an objection (`Sec-GPC`) or a consent that is taken back has it removed.

    Raises:
        Refusal: Nothing of it is kept.
    """
    envelope = read_envelope(body, is_batch=True)
    text, key = find_key(request, envelope.write_key, intake.access)
    check_key(key, "events", request.headers)
    visitor = answer_visitor(
        request.header(b"cookie"),
        wish=read_visitor_wish(body),
        has_objected=request.header(b"sec-gpc") == "1",
        rules=_rules_for(intake.site.cookie, request),
        now=datetime.now(UTC),
    )
    answer = replace(ACCEPTED, headers=((b"set-cookie", visitor.set_cookie.encode()),))
    if not envelope.events:
        return Taken(answer)
    arrival = segment_arrival("batch", blank_key(body, text), envelope, envelope.faults)
    return Taken(answer, intake.admit(request, key, arrival, visitor=visitor.visitor_id))


def _rules_for(rules: CookieRules, request: Request) -> CookieRules:
    return replace(rules, is_secure=request.public_scheme == "https")
