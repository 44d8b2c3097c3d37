"""Signed webhooks of other systems, each with a mapping of its own in the home folder."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import time
from hashlib import sha256
from pathlib import Path

import msgspec

from passerelle.ingest.dialects import WebhookMapping, webhook_events
from passerelle.ingest.door.answers import ACCEPTED, Answer
from passerelle.ingest.door.envelopes import message_id_of, new_message_id
from passerelle.ingest.door.intake import Arrival, Intake
from passerelle.ingest.door.refusals import Refusal
from passerelle.ingest.door.requests import Request
from passerelle.ingest.door.telling import tell

DIALECT = "webhook"
FOLDER = "webhooks"
"""Folder of the mappings, in the home folder: `NAME.toml` is that of `/v1/webhook/NAME`."""

_NAME = re.compile(r"[\w\-]{1,64}", re.ASCII)


def read_webhook_mapping(home: Path, name: str) -> WebhookMapping | None:
    """The mapping of a webhook; None if there is none of that name.

    Raises:
        ValueError: Its file cannot be used.
    """
    if not _NAME.fullmatch(name):
        return None
    try:
        text = (home / FOLDER / f"{name}.toml").read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise ValueError(f"{name}.toml: {error.strerror}") from None
    try:
        return msgspec.toml.decode(text, type=WebhookMapping)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"{name}.toml: {error}") from None


async def take_webhook(intake: Intake, request: Request, call: str) -> Answer:
    """Take in the events of a webhook, if it is signed as its mapping says.

    Raises:
        Refusal: Nothing of it is kept.
        ClientGone: It never came whole.
    """
    mapping = _find_mapping(intake.site.home, call)
    body = await intake.read_body(request)
    check_signature(request.headers, body, mapping, now=time.time())
    key = intake.access.find_source(mapping.source)
    if key is None:
        raise Refusal.unknown_key()
    try:
        events = webhook_events(body, mapping)
    except ValueError:
        raise Refusal.bad_json() from None
    given = {
        place: new_message_id() for place, event in enumerate(events) if not message_id_of(event)
    }
    if events:
        arrival = Arrival(DIALECT, call, body, len(events), given)
        await intake.keep(intake.admit(request, key, arrival))
    return ACCEPTED


def check_signature(
    headers: dict[bytes, bytes], body: bytes, mapping: WebhookMapping, *, now: float
) -> None:
    """Refuse what its sender has not signed, or has signed too long ago.

    Raises:
        Refusal: It is so.
    """
    said = headers.get(mapping.signature_header.lower().encode(), b"")
    signed = body
    if mapping.timestamp_header:
        stamp = headers.get(mapping.timestamp_header.lower().encode(), b"")
        if not (stamp.isdigit() and len(stamp) <= 11):
            raise Refusal.bad_signature()
        if abs(now - int(stamp)) > mapping.tolerance_seconds:
            raise Refusal.bad_signature()
        signed = stamp + b"." + body
    wanted = hmac.new(mapping.secret.encode(), signed, sha256).digest()
    if not hmac.compare_digest(_digest(said), wanted):
        raise Refusal.bad_signature()


def _digest(said: bytes) -> bytes:
    """A signature as bytes, from hexadecimal or base64; none that is right if it is neither."""
    text = said.strip().removeprefix(b"sha256=")
    try:
        return binascii.unhexlify(text) if len(text) == 64 else base64.b64decode(text)
    except binascii.Error:
        return b""


def _find_mapping(home: Path, name: str) -> WebhookMapping:
    try:
        mapping = read_webhook_mapping(home, name)
    except ValueError as error:
        tell("ingest.bad_mapping", reason=str(error))
        raise Refusal.misconfigured() from None
    if mapping is None:
        raise Refusal.not_found()
    return mapping
