"""What browser SDKs ask for before they send: their settings, from our own host.

Source: recorded clients; `@segment/analytics-next` and `@rudderstack/analytics-js`.
"""

from __future__ import annotations

from passerelle.ingest.door.answers import ACCEPTED, Answer, in_json
from passerelle.ingest.door.intake import Intake
from passerelle.ingest.door.refusals import Refusal
from passerelle.ingest.door.requests import Request
from passerelle.ingest.door.write_keys import find_key

_BRIEFLY = ((b"cache-control", b"public, max-age=300"),)
_ANY_EVENT = {"__default": {"enabled": True, "integrations": {}}}


async def show_segment_settings(intake: Intake, request: Request, call: str) -> Answer:
    """The settings of Segment's browser SDK, for the key in the address."""
    if intake.access.find(call) is None:
        raise Refusal.not_found()
    scheme, host = _own_address(request)
    settings = {
        "integrations": {
            "Segment.io": {"apiKey": call, "apiHost": f"{host}/v1", "protocol": scheme}
        },
        "plan": dict.fromkeys(("track", "identify", "group"), _ANY_EVENT),
        # Else the SDK reports on itself, and to a third party when it knows no host.
        "metrics": {"sampleRate": 0},
    }
    return in_json(settings, headers=_BRIEFLY)


async def show_source_config(intake: Intake, request: Request, call: str) -> Answer:
    """The settings of RudderStack's browser SDK."""
    text, key = find_key(request, None, intake.access)
    off = {"enabled": False}
    source = {
        "id": key.source,
        "name": key.source,
        "writeKey": text,
        "enabled": True,
        "workspaceId": "passerelle",
        "config": {"statsCollection": {"errors": off, "metrics": off}},
        "destinations": [],
        "connections": [],
        "dataplanes": {},
    }
    return in_json({"source": source, "updatedAt": "2026-01-01T00:00:00.000Z"}, headers=_BRIEFLY)


async def ignore_sdk_metrics(intake: Intake, request: Request, call: str) -> Answer:
    """What an SDK says of itself is read and forgotten."""
    await intake.read_body(request)
    return ACCEPTED


def _own_address(request: Request) -> tuple[str, str]:
    """The scheme and the host under which the client reached us."""
    host = request.headers.get(b"host", b"").decode("latin-1")
    scheme = request.headers.get(b"x-forwarded-proto", b"").decode("latin-1")
    return (scheme if scheme in ("http", "https") else request.scheme), host
