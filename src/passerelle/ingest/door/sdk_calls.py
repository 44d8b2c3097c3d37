"""What browser SDKs ask for before they send: settings and files, from our own host."""

from __future__ import annotations

from passerelle.ingest.door.answers import ACCEPTED, JSON, Answer
from passerelle.ingest.door.intake import Intake
from passerelle.ingest.door.refusals import Refusal
from passerelle.ingest.door.requests import Request
from passerelle.ingest.door.settings_answers import (
    Address,
    find_sdk_file,
    rudder_source_config,
    segment_settings,
)
from passerelle.ingest.door.write_keys import find_key

_BRIEFLY = ((b"cache-control", b"public, max-age=300"),)
_CHANGED = "2026-01-01T00:00:00.000Z"  # RudderStack's SDK wants a date, and does nothing with it


async def show_segment_settings(intake: Intake, request: Request, call: str) -> Answer:
    """The settings of Segment's browser SDK, for the key in the address, which is `call`."""
    if intake.access.find(call) is None:
        raise Refusal.not_found()
    return Answer(200, segment_settings(call, _own_address(request)), JSON, _BRIEFLY)


async def show_source_config(intake: Intake, request: Request, call: str) -> Answer:
    """The settings of RudderStack's browser SDK."""
    text, key = find_key(request, None, intake.access)
    config = rudder_source_config(text, key.source, _own_address(request), changed=_CHANGED)
    return Answer(200, config, JSON, _BRIEFLY)


async def show_sdk_file(intake: Intake, request: Request, call: str) -> Answer:
    """A file of an SDK that the operator has put into the home folder; `call` is its address."""
    found = find_sdk_file(intake.site.sdk_files, call)
    if found is None:
        raise Refusal.not_found()
    return Answer(200, found, b"text/javascript; charset=utf-8", _BRIEFLY)


async def ignore_sdk_metrics(intake: Intake, request: Request, call: str) -> Answer:
    """What an SDK says of itself is read and forgotten."""
    await intake.read_body(request)
    return ACCEPTED


def _own_address(request: Request) -> Address:
    """The address under which the client reached us."""
    return Address(request.header(b"host"), request.public_scheme)
