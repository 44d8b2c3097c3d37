"""What browser SDKs ask for before they send: their settings and files, from our own host.

Source: recorded clients; `@segment/analytics-next` and `@rudderstack/analytics-js`.
"""

from __future__ import annotations

from passerelle.ingest.door.answers import ACCEPTED, JSON, Answer
from passerelle.ingest.door.intake import Intake
from passerelle.ingest.door.refusals import Refusal
from passerelle.ingest.door.requests import Request
from passerelle.ingest.door.settings_answers import Address, rudder_source_config, segment_settings
from passerelle.ingest.door.write_keys import find_key

JAVASCRIPT = b"text/javascript; charset=utf-8"

_BRIEFLY = ((b"cache-control", b"public, max-age=300"),)
_FOR_A_DAY = ((b"cache-control", b"public, max-age=86400"),)


async def show_segment_settings(intake: Intake, request: Request, call: str) -> Answer:
    """The settings of Segment's browser SDK, for the key in the address."""
    if intake.access.find(call) is None:
        raise Refusal.not_found()
    return Answer(200, segment_settings(call, _address(request)), JSON, _BRIEFLY)


async def show_source_config(intake: Intake, request: Request, call: str) -> Answer:
    """The settings of RudderStack's browser SDK."""
    text, key = find_key(request, None, intake.access)
    body = rudder_source_config(text, key.source, _address(request))
    return Answer(200, body, JSON, _BRIEFLY)


async def show_sdk_file(intake: Intake, request: Request, call: str) -> Answer:
    """A file of an SDK, if the operator has put it into the collector's folder."""
    body = intake.for_browsers.sdk_files.get(call)
    if body is None:
        raise Refusal.not_found()
    return Answer(200, body, JAVASCRIPT, _FOR_A_DAY)


async def ignore_sdk_metrics(intake: Intake, request: Request, call: str) -> Answer:
    """What an SDK says of itself is read and forgotten."""
    await intake.read_body(request)
    return ACCEPTED


def _address(request: Request) -> Address:
    scheme, host = request.own_address
    return Address(host, scheme)
