"""Personal links: whoever follows one is led on, and the log keeps that it was followed."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from passerelle.ingest.access import WriteKey
from passerelle.ingest.door.answers import Answer
from passerelle.ingest.door.envelopes import new_message_id
from passerelle.ingest.door.intake import Arrival, Intake
from passerelle.ingest.door.refusals import Refusal
from passerelle.ingest.door.requests import Request
from passerelle.ingest.door.segment_calls import DIALECT
from passerelle.ingest.door.telling import tell
from passerelle.ingest.links import LINK_EVENT, LINK_PROPERTY, read_link_token
from passerelle.ingest.tag import find_visitor

LINK_SOURCE = WriteKey(source="personal-links", kind="browser")
"""Whose events these are: our own server's, about a browser that is trusted no more than others."""


async def follow_link(intake: Intake, request: Request, call: str) -> Answer:
    """Lead on whoever follows a personal link; `call` is its token.

    The browser is known by the cookie it has. It gets none here: nobody has asked it yet.

    Raises:
        Refusal: The link is none of ours, or leads where links may not.
    """
    links = intake.site.links()
    if links is None:
        raise Refusal.not_found()
    key, rules = links
    now = datetime.now(UTC)
    reading = read_link_token(call, key, rules.hosts, now=now)
    if reading.link is None:
        raise Refusal.not_found()
    visitor = find_visitor(request.header(b"cookie"), intake.site.cookie, now)
    if reading.refusal is None and request.method == "GET" and visitor:
        try:
            opened = _opened(call, visitor)
            await intake.keep(intake.admit(request, LINK_SOURCE, opened, visitor=visitor))
        except Refusal as refusal:  # who follows a link is led on, whatever the disk says
            tell("ingest.link_not_kept", reason=refusal.code)
    return Answer(
        302,
        b"",
        b"text/plain",
        (
            (b"location", reading.link.target.encode()),
            (b"cache-control", b"no-store"),
            (b"referrer-policy", b"no-referrer"),
        ),
    )


def _opened(token: str, visitor: str) -> Arrival:
    event = {
        "type": "track",
        "event": LINK_EVENT,
        "anonymousId": visitor,
        "properties": {LINK_PROPERTY: token},
        "timestamp": datetime.now(UTC).isoformat(),
    }
    return Arrival(DIALECT, "track", msgspec.json.encode(event), 1, {0: new_message_id()})
