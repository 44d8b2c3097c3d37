"""Matomo's tracking API: what its script and its SDKs send, one hit or many.

The write key is the site's id (`setSiteId('KEY')`), the `token_auth`, or `writeKey`.
Source: Matomo 5, "Tracking HTTP API" reference.
"""

from __future__ import annotations

from passerelle.ingest.access import WriteKey
from passerelle.ingest.dialects import MatomoHits, read_matomo_hits
from passerelle.ingest.door.answers import PIXEL, Answer, in_json
from passerelle.ingest.door.envelopes import new_message_id
from passerelle.ingest.door.intake import Arrival, Intake
from passerelle.ingest.door.refusals import Refusal
from passerelle.ingest.door.requests import Request
from passerelle.ingest.door.write_keys import blank_key, check_key, find_key

DIALECT = "matomo"


async def take_matomo(intake: Intake, request: Request, call: str) -> Answer:
    """Take in the hits of a request, of its address or of its body.

    Raises:
        Refusal: Nothing of it is kept.
        ClientGone: It never came whole.
    """
    body = await intake.read_body(request) if request.method == "POST" else b""
    is_bulk = body.lstrip().startswith(b"{")
    if not is_bulk:  # a form: some of its parameters may be in the address
        body = b"&".join(filter(None, (request.query_bytes, body.strip())))
    read = _read(body)
    text, key = _find_key(intake, request, read)
    check_key(key, "events", request.headers)
    count = len(read.hits)
    if count:
        given = {place: new_message_id() for place in range(count)}
        arrival = Arrival(DIALECT, call, blank_key(body, text), count, given)
        await intake.keep(intake.admit(request, key, arrival))
    return in_json({"status": "success", "tracked": count, "invalid": 0}) if is_bulk else PIXEL


def _read(body: bytes) -> MatomoHits:
    try:
        return read_matomo_hits(body)
    except ValueError:
        raise Refusal.bad_json() from None


def _find_key(intake: Intake, request: Request, read: MatomoHits) -> tuple[str, WriteKey]:
    """The key of the first hit: a request is one source's."""
    first = read.hits[0] if read.hits else {}
    for text in (read.token, first.get("token_auth"), first.get("idsite")):
        found = intake.access.find(text) if text else None
        if text and found:
            return text, found
    return find_key(request, first.get("writeKey"), intake.access)
