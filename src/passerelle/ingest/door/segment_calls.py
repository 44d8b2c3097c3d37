"""Calls of Segment's API, which RudderStack's and Jitsu's clients make too, and its pixels."""

from __future__ import annotations

import base64
import binascii

import msgspec

from passerelle.ingest.door.answers import ACCEPTED, PIXEL, Answer, in_json
from passerelle.ingest.door.direct_calls import Taken
from passerelle.ingest.door.envelopes import Envelope, judge, read_envelope
from passerelle.ingest.door.intake import Arrival, Intake
from passerelle.ingest.door.refusals import Refusal
from passerelle.ingest.door.requests import Request
from passerelle.ingest.door.write_keys import blank_key, check_key, find_key

DIALECT = "segment"

_SCOPE = "events"


def read_call(intake: Intake, request: Request, body: bytes, call: str) -> Taken:
    """Read the events of a `POST`: one, or those of a batch.

    Raises:
        Refusal: Nothing of it is kept.
    """
    is_batch = call == "batch"
    envelope = read_envelope(body, is_batch=is_batch)
    text, key = find_key(request, envelope.write_key, intake.access)
    check_key(key, _SCOPE, request.headers)
    faults = envelope.faults
    wants_verdict = _wants_verdict(request)
    if wants_verdict:
        event_bytes = intake.limits.event_bytes
        faults = faults | judge(body, is_batch=is_batch, call=call, event_bytes=event_bytes)
    answer = _verdicts(envelope, faults) if wants_verdict else ACCEPTED
    if not envelope.events:
        return Taken(answer)
    kept = body if envelope.write_key is None else blank_key(body, text)
    arrival = segment_arrival(call, kept, envelope, faults)
    return Taken(answer, intake.admit(request, key, arrival))


async def take_pixel(intake: Intake, request: Request, call: str) -> Answer:
    """Take in the event of an image's address; the image comes back whatever it was.

    Source: segment-docs, pixel tracking API: `data` is JSON in base64 or URL-encoded.
    """
    try:
        await _keep_pixel(intake, request, call)
    except Refusal as refusal:
        intake.metrics.refused[refusal.code] += 1
        if refusal.status >= 500:  # an image is not asked for again, but a monitor should see it
            return Answer(refusal.status, PIXEL.body, PIXEL.content_type, PIXEL.headers)
    return PIXEL


async def _keep_pixel(intake: Intake, request: Request, call: str) -> None:
    intake.check_room()
    query = request.query
    body = _pixel_body(query)
    if len(body) > intake.limits.event_bytes:
        raise Refusal.too_large()
    envelope = read_envelope(body, is_batch=False)
    text, key = find_key(request, envelope.write_key, intake.access)
    check_key(key, _SCOPE, request.headers)
    kept = blank_key(body, text)
    arrival = segment_arrival(call, kept, envelope, envelope.faults)
    await intake.keep(intake.admit(request, key, arrival))


def segment_arrival(call: str, body: bytes, envelope: Envelope, faults: dict[int, str]) -> Arrival:
    """Events of a body in Segment's form."""
    return Arrival(DIALECT, call, body, envelope.events, envelope.given_ids, faults)


def _pixel_body(query: dict[str, str]) -> bytes:
    """The event of a pixel's parameters: those of `data`, else the parameters themselves."""
    data = query.get("data")
    if data is None:
        fields = {name: value for name, value in query.items() if name.lower() != "writekey"}
        return msgspec.json.encode(fields)
    if data.lstrip().startswith("{"):
        return data.encode()
    packed = data.replace("-", "+").replace("_", "/").replace(" ", "+").rstrip("=")
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise Refusal.bad_json() from None


def _wants_verdict(request: Request) -> bool:
    asked = request.headers.get(b"x-verdict")
    if asked is None and b"verdict=" in request.query_bytes:
        asked = request.query.get("verdict", "").encode()
    return asked is not None and asked not in (b"", b"0", b"false")


def _verdicts(envelope: Envelope, faults: dict[int, str]) -> Answer:
    """What becomes of each event, in the order of the body."""
    events = [
        {"messageId": str(said or envelope.given_ids.get(place, "")), "accepted": True}
        if place not in faults
        else {
            "messageId": str(said or envelope.given_ids.get(place, "")),
            "accepted": False,
            "reason": faults[place],
        }
        for place, said in enumerate(envelope.message_ids)
    ]
    return in_json({"success": True, "events": events})
