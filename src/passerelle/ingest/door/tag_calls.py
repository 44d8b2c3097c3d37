"""The tag's two addresses: its script, and where it sends events and gets the visitor's cookie."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from passerelle.ingest.door.answers import ACCEPTED, Answer
from passerelle.ingest.door.envelopes import read_envelope
from passerelle.ingest.door.intake import Arrival, Intake
from passerelle.ingest.door.refusals import Refusal
from passerelle.ingest.door.requests import Request
from passerelle.ingest.door.sdk_settings import JAVASCRIPT
from passerelle.ingest.door.segment_calls import DIALECT
from passerelle.ingest.door.write_keys import blank_key, check_origin, find_key
from passerelle.ingest.tag import CookieRules, VisitorAnswer, answer_visitor, read_script

# A visit asks once, and a mended tag is everywhere the same day.
_SCRIPT_HEADERS = (
    (b"cache-control", b"public, max-age=3600"),
    (b"vary", b"accept-encoding"),
    (b"x-content-type-options", b"nosniff"),
    # Pages that ask for isolation may load it too.
    (b"cross-origin-resource-policy", b"cross-origin"),
)
_GZIPPED = ((b"content-encoding", b"gzip"),)


class _Wish(msgspec.Struct):
    """What the tag asks of the visitor's cookie, see `answer_visitor`."""

    visitor: str = ""


async def show_tag(intake: Intake, request: Request, call: str) -> Answer:
    """The script, whatever the page calls it."""
    script = read_script()
    if b"gzip" in request.headers.get(b"accept-encoding", b""):
        return Answer(200, script.gzipped, JAVASCRIPT, (*_SCRIPT_HEADERS, *_GZIPPED))
    return Answer(200, script.plain, JAVASCRIPT, _SCRIPT_HEADERS)


async def take_tag(intake: Intake, request: Request, call: str) -> Answer:
    """Take in a batch of the tag, which sends only what the visitor allows, and set the cookie.

    Raises:
        Refusal: Nothing of it is kept.
        ClientGone: It never came whole.
    """
    body = await intake.read_body(request)
    envelope = read_envelope(body, is_batch=True)
    text, key = find_key(request, envelope.write_key, intake.access)
    if key.kind != "browser" or "events" not in key.scope:
        raise Refusal.no_right()  # another kind of key on a page is one that was published
    check_origin(key, request.headers)
    visitor = _visitor(intake, request, body)
    arrival = Arrival(
        dialect=DIALECT,
        call=call,
        body=blank_key(body, text),
        events=envelope.events,
        given_ids=envelope.given_ids,
        faults=envelope.faults,
        visitor_id=visitor.visitor_id,
    )
    if envelope.events:
        await intake.keep(request, key, arrival)
    cookie = (b"set-cookie", visitor.set_cookie.encode("latin-1"))
    return Answer(body=ACCEPTED.body, headers=(cookie,))


def _visitor(intake: Intake, request: Request, body: bytes) -> VisitorAnswer:
    try:
        wish = msgspec.json.decode(body, type=_Wish).visitor
    except (msgspec.DecodeError, UnicodeDecodeError):
        wish = ""  # the events may be sound all the same
    scheme, _host = request.own_address
    rules = CookieRules(
        limits=intake.for_browsers.cookie_limits,
        domain=intake.for_browsers.cookie_domain,
        is_secure=scheme == "https",
    )
    return answer_visitor(
        request.own_cookie() or "",
        wish=wish,
        has_objected=request.headers.get(b"sec-gpc") == b"1",
        rules=rules,
        now=datetime.now(UTC),
    )
