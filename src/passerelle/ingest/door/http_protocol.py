"""HTTP/1.1 as uvicorn speaks it, with bounds of our own and a shorter way for most requests.

uvicorn leaves a bound on headers and on a client's time to a proxy in front. A collector may have
none: somebody who opens many connections and sends a byte now and then, or headers without end,
must not take it down.

Of what one event costs, a task and the messages of ASGI are the largest part. A plain POST whose
call is answered from its body alone is therefore read, handed to the door and answered here; every
other request is uvicorn's: one in parts, pipelined, of HTTP/1.0, with `Expect`, or that there is no
room for.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from passerelle.ingest.door.answers import Answer, refuse, write_out
from passerelle.ingest.door.application import Door
from passerelle.ingest.door.direct_calls import ReadsBody
from passerelle.ingest.door.refusals import Refusal
from passerelle.ingest.door.requests import Request
from passerelle.ingest.door.routes import Route, direct_routes

_CLOSE = (b"connection", b"close")


class _DirectCall:
    """A request that is answered here. To uvicorn it looks like a request-response cycle."""

    def __init__(self, request: Request, route: Route, read: ReadsBody, size: int) -> None:
        self.request = request
        self.route = route
        self.read = read
        self.size = size
        self.parts: list[bytes] = []
        self.is_whole = False
        self.response_complete = False  # until then uvicorn keeps what is pipelined behind it
        self.keep_alive = True  # unset when the server stops
        self.disconnected = False

    @property
    def message_event(self) -> _DirectCall:
        """What uvicorn wakes when the connection is lost: nobody sleeps here."""
        return self

    def set(self) -> None:
        """Wake nobody."""


class DoorHttp(HttpToolsProtocol):
    """One connection; its door is set on a subclass, by `door_http`."""

    door: Door
    direct: Mapping[bytes, tuple[Route, ReadsBody]]

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        self._in_headers = False
        self._pending_bytes = 0
        self._began: float | None = self.loop.time()
        self._call: _DirectCall | None = None
        self._answered_at: float | None = None
        super().connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        """Let go of what it was sending."""
        call = self._call
        if call is not None and not call.is_whole:
            self._let_go(call)
            self.door.intake.metrics.refused["client_gone"] += 1
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what came, unless its headers have no end."""
        super().data_received(data)
        if not self._in_headers:
            return
        self._pending_bytes += len(data)
        limit = self.door.intake.limits.header_bytes
        if self._pending_bytes > limit and not self.transport.is_closing():
            self._refuse(Refusal.headers_too_large())

    def on_message_begin(self) -> None:
        """A request begins: from now on its client has so much time."""
        self.url = b""
        self.headers = []
        self.expect_100_continue = False
        self._in_headers = True
        self._pending_bytes = 0
        self._began = self.loop.time()
        self._answered_at = None

    def on_headers_complete(self) -> None:
        """Its headers are all there: see who answers."""
        self._in_headers = False
        self._call = call = self._begin_direct()
        if call is not None:
            self.cycle = call  # type: ignore[assignment]
            return
        url, headers, expects = self.url, self.headers, self.expect_100_continue
        super().on_message_begin()
        self.url, self.expect_100_continue = url, expects
        self.headers.extend(headers)  # the list that the scope has
        super().on_headers_complete()

    def on_body(self, body: bytes) -> None:
        """Keep a part of the body."""
        if self._call is None:
            super().on_body(body)
        else:
            self._call.parts.append(body)

    def on_message_complete(self) -> None:
        """The request is all there: what takes time now is ours."""
        self._began = None
        call = self._call
        if call is None:
            super().on_message_complete()
            return
        self._call = None
        call.is_whole = True
        body = call.parts[0] if len(call.parts) == 1 else b"".join(call.parts)
        call.parts.clear()
        self.door.take(call.request, call.route, call.read, body, partial(self._reply, call))

    def send_400_response(self, msg: str) -> None:
        """Say that this is no HTTP, in the shape of all refusals."""
        self._refuse(Refusal(400, "bad_request", "This is not a valid HTTP request."))

    def drop_if_late(self, now: float) -> bool:
        """Hang up on a client that takes too long to send a request; say goodbye to an idle one."""
        if self._answered_at is not None and now - self._answered_at >= self.timeout_keep_alive:
            self.transport.close()
        if self._began is None or now - self._began < self.door.intake.limits.request_seconds:
            return False
        self.transport.abort()
        return True

    def _begin_direct(self) -> _DirectCall | None:
        """The request that has begun, if it is one to be answered here."""
        path, _mark, query = self.url.partition(b"?")
        found = self.direct.get(path)
        if found is None or not self._is_plain():
            return None
        headers = dict(self.headers)
        length = headers.get(b"content-length")
        intake = self.door.intake
        size = intake.limits.body_bytes if length is None else int(length)
        if length is None or size > intake.limits.body_bytes or intake.find_lack() is not None:
            return None
        intake.requests += 1
        intake.reading_bytes += size
        request = Request(
            "POST",
            path.decode(),
            query,
            headers,
            scheme=self.scheme or "http",
            peer=self.client[0] if self.client else "",
        )
        return _DirectCall(request, *found, size)

    def _is_plain(self) -> bool:
        """Whether it is a POST that nothing has to be known of but its headers and its body."""
        parser = self.parser
        return (
            parser.get_method() == b"POST"
            and parser.get_http_version() == "1.1"
            and parser.should_keep_alive()
            and not parser.should_upgrade()
            and not self.expect_100_continue
            and not self.flow.write_paused
            and b"#" not in self.url
            and (self.cycle is None or self.cycle.response_complete)
        )

    def _reply(self, call: _DirectCall, answer: Answer) -> None:
        self._let_go(call)
        call.response_complete = True
        if self.transport.is_closing():
            return
        if not call.keep_alive:
            answer = _closing(answer)
        self.transport.write(write_out(answer, call.request.headers.get(b"origin")))
        if _CLOSE in answer.headers:
            self.transport.close()
        elif self.pipeline:
            self.on_response_complete()
        else:
            self._answered_at = self.loop.time()

    def _let_go(self, call: _DirectCall) -> None:
        intake = self.door.intake
        intake.requests -= 1
        intake.reading_bytes -= call.size

    def _refuse(self, refusal: Refusal) -> None:
        self.transport.write(write_out(_closing(refuse(refusal)), None))
        self.transport.close()


def _closing(answer: Answer) -> Answer:
    """An answer that is the last of its connection."""
    if _CLOSE in answer.headers:
        return answer
    return replace(answer, headers=(*answer.headers, _CLOSE))


def door_http(door: Door) -> Any:
    """The protocol for a door."""
    return type("DoorHttp", (DoorHttp,), {"door": door, "direct": direct_routes(door.prefix)})
