"""Find the write key of a request, in the places where clients put it."""

from __future__ import annotations

import base64
import binascii
from functools import lru_cache

from passerelle.ingest.access import AccessList, WriteKey
from passerelle.ingest.door.refusals import Refusal
from passerelle.ingest.door.requests import Request

_BLANK = b"*"


def key_of_headers(headers: dict[bytes, bytes]) -> str | None:
    """The key in `Authorization` (Basic, with or without the colon; Bearer) or `X-Write-Key`."""
    own = headers.get(b"x-write-key")
    if own:
        return own.decode("latin-1").strip()
    said = headers.get(b"authorization")
    return _key_of_authorization(said) if said else None


def find_key(request: Request, in_body: str | None, access: AccessList) -> tuple[str, WriteKey]:
    """The key that a request carries, as text, and what it may do.

    The first place that holds one counts: a header, the body, the address. A header that the
    client's own proxy or page has put there for somebody else is passed over.

    Raises:
        Refusal: There is none, none is in force, or the store was never read.
    """
    in_header = key_of_headers(request.headers)
    for text in (in_header, in_body):
        if text and (found := _find(text, access)):
            return text, found
    in_query = None
    if request.query_bytes:
        query = request.query
        in_query = query.get("writeKey") or query.get("writekey") or query.get("write_key")
        if in_query and (found := _find(in_query, access)):
            return in_query, found
    if not access.is_known:
        raise Refusal.not_ready()
    raise Refusal.unknown_key() if in_header or in_body or in_query else Refusal.no_key()


def blank_key(body: bytes, key: str) -> bytes:
    """The body without the key in it, byte for byte as long as it was."""
    raw = key.encode("utf-8", "surrogatepass")
    return body.replace(raw, _BLANK * len(raw)) if raw in body else body


def check_key(key: WriteKey, right: str, headers: dict[bytes, bytes]) -> None:
    """Refuse what a key does not allow.

    Raises:
        Refusal: It is not in its scope, or the client is on a site that it is not meant for.
    """
    if right not in key.scope:
        raise Refusal.no_right()
    check_origin(key, headers)


def check_origin(key: WriteKey, headers: dict[bytes, bytes]) -> None:
    """Refuse a browser on a site that the key is not meant for.

    Raises:
        Refusal: It says that it is elsewhere. Who says nothing is no browser, or a beacon.
    """
    if not key.origins:
        return
    origin = headers.get(b"origin")
    if origin and origin.decode("latin-1").lower() not in key.origins:
        raise Refusal.wrong_origin()


def _find(text: str, access: AccessList) -> WriteKey | None:
    found = access.find(text)
    if found is None and ":" in text:  # Jitsu's `KEY:SECRET`
        found = access.find(text.partition(":")[0])
    return found


@lru_cache(maxsize=4096)
def _key_of_authorization(said: bytes) -> str | None:
    scheme, _space, value = said.strip().partition(b" ")
    value = value.strip()
    if scheme.lower() == b"bearer":
        return value.decode("latin-1") or None
    if scheme.lower() != b"basic":
        return None
    try:
        text = base64.b64decode(value + b"=" * (-len(value) % 4), validate=True)
    except binascii.Error:
        return None
    user = text.decode("utf-8", "replace").partition(":")[0]
    return user or None
