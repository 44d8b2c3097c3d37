"""What the door answers: a status, a few headers, a body; the same for browsers of every site."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from http import HTTPStatus

import msgspec

from passerelle.ingest.door.refusals import Refusal
from passerelle.ingest.door.requests import Send

JSON = b"application/json"
_PIXEL_GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_Headers = tuple[tuple[bytes, bytes], ...]

_ALLOWED_HEADERS = (
    b"authorization, content-type, content-encoding, x-retry-count, x-write-key, x-verdict, "
    b"anonymousid, sentat, rsa-retry-attempt, rsa-retry-reason, rsa-since-first-attempt, "
    b"rsa-since-last-attempt"
)
_PREFLIGHT: _Headers = (
    (b"access-control-allow-methods", b"GET, POST, OPTIONS"),
    (b"access-control-max-age", b"86400"),  # browsers cap it: 7,200 s Chromium, 86,400 s Firefox
    (b"vary", b"Access-Control-Request-Headers"),
)
_EXPOSED = (b"access-control-expose-headers", b"retry-after")
_ANY_SITE = (b"access-control-allow-origin", b"*")
_VARY = (b"vary", b"Origin")
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
_LONG_ORIGIN = 256  # bytes: longer ones are not worth remembering an answer for


@dataclass(frozen=True)
class Answer:
    """A status, headers and a body, without the headers that depend on who asked."""

    status: int = 200
    body: bytes = b""
    content_type: bytes = JSON
    headers: _Headers = ()

    @cached_property
    def fixed_headers(self) -> _Headers:
        """Its own headers, with the length and the type."""
        length = (b"content-length", b"%d" % len(self.body))
        return ((b"content-type", self.content_type), length, *self.headers)


ACCEPTED = Answer(body=b'{"success":true}')
PIXEL = Answer(
    body=_PIXEL_GIF, content_type=b"image/gif", headers=((b"cache-control", b"no-store"),)
)
NOTHING = Answer(status=204, content_type=b"text/plain")


def refuse(refusal: Refusal) -> Answer:
    """The answer to a request of which nothing is kept."""
    headers: _Headers = ()
    if refusal.retry_after is not None:
        headers = ((b"retry-after", b"%d" % refusal.retry_after),)
    if refusal.status in (413, 431):
        headers = (*headers, (b"connection", b"close"))
    return Answer(refusal.status, refusal.body, JSON, headers)


def preflight(asked: bytes) -> Answer:
    """The answer to a browser that asks whether it may send: it may, whatever the path."""
    names = asked if asked and len(asked) < 1024 else _ALLOWED_HEADERS
    return Answer(
        body=b"",
        content_type=b"text/plain",
        headers=((b"access-control-allow-headers", names), *_PREFLIGHT),
    )


def in_json(value: object, status: int = 200, headers: _Headers = ()) -> Answer:
    """Any value as an answer."""
    return Answer(status, msgspec.json.encode(value), JSON, headers)


async def give(send: Send, answer: Answer, origin: bytes | None) -> None:
    """Send an answer; `origin` is the site that asked, if a browser did."""
    await send(
        {
            "type": "http.response.start",
            "status": answer.status,
            "headers": _headers_for(answer, origin),
        }
    )
    await send({"type": "http.response.body", "body": answer.body})


def write_out(answer: Answer, origin: bytes | None) -> bytes:
    """An answer as HTTP/1.1 has it; the connection stays open unless a header says otherwise."""
    if answer is ACCEPTED and (origin is None or len(origin) < _LONG_ORIGIN):
        return _accepted(origin)
    return _in_http(answer, origin)


@lru_cache(maxsize=1024)
def _accepted(origin: bytes | None) -> bytes:
    """The answer to nearly all requests, by the site that asks."""
    return _in_http(ACCEPTED, origin)


def _in_http(answer: Answer, origin: bytes | None) -> bytes:
    lines = [b"HTTP/1.1 %d %s" % (answer.status, HTTPStatus(answer.status).phrase.encode())]
    lines += [name + b": " + value for name, value in _headers_for(answer, origin)]
    return b"\r\n".join([*lines, b"", answer.body])


def _headers_for(answer: Answer, origin: bytes | None) -> list[tuple[bytes, bytes]]:
    # One with a control character in it is no site's, and would be none of our headers either.
    is_site = origin is not None and not _CONTROL.search(origin)
    return [*answer.fixed_headers, *(_site_headers(origin) if is_site and origin else (_ANY_SITE,))]


def _site_headers(origin: bytes) -> _Headers:
    # Our own cookie travels with what the tag sends from another host of its site. No answer to a
    # browser says anything that depends on it, so that other sites learn nothing by asking.
    return (
        (b"access-control-allow-origin", origin),
        (b"access-control-allow-credentials", b"true"),
        _EXPOSED,
        _VARY,
    )
