"""HTTP/1.1 as uvicorn speaks it, with a bound on headers and on a client's time.

uvicorn leaves both to a proxy in front. A collector may have none: somebody who opens many
connections and sends a byte now and then, or headers without end, must not take it down.
"""

from __future__ import annotations

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from passerelle.ingest.door.refusals import Refusal


class BoundedHttp(HttpToolsProtocol):
    """One connection; the bounds are set on a subclass, by `bounded_http`."""

    header_bytes: int
    request_seconds: float

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin to wait for the first request."""
        self._in_headers = False
        self._pending_bytes = 0
        self._began: float | None = self.loop.time()
        super().connection_made(transport)

    def data_received(self, data: bytes) -> None:
        """Take what came, unless its headers have no end."""
        super().data_received(data)
        if not self._in_headers:
            return
        self._pending_bytes += len(data)
        if self._pending_bytes > self.header_bytes and not self.transport.is_closing():
            self._refuse(Refusal.headers_too_large())

    def on_message_begin(self) -> None:
        """A request begins: from now on its client has so much time."""
        super().on_message_begin()
        self._in_headers = True
        self._pending_bytes = 0
        self._began = self.loop.time()

    def on_headers_complete(self) -> None:
        """Its headers are all there."""
        self._in_headers = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is all there: what takes time now is ours."""
        self._began = None
        super().on_message_complete()

    def send_400_response(self, msg: str) -> None:
        """Say that this is no HTTP, in the shape of all refusals."""
        self._refuse(Refusal(400, "bad_request", "This is not a valid HTTP request."))

    def drop_if_late(self, now: float) -> bool:
        """Hang up on a client that takes too long to send a request."""
        if self._began is None or now - self._began < self.request_seconds:
            return False
        self.transport.abort()
        return True

    def _refuse(self, refusal: Refusal) -> None:
        body = refusal.body
        head = (
            f"HTTP/1.1 {refusal.status} {refusal.code}\r\n"
            "content-type: application/json\r\n"
            f"content-length: {len(body)}\r\n"
            "access-control-allow-origin: *\r\n"
            "connection: close\r\n\r\n"
        )
        self.transport.write(head.encode() + body)
        self.transport.close()


def bounded_http(header_bytes: int, request_seconds: float) -> Any:
    """The protocol with these bounds."""
    bounds = {"header_bytes": header_bytes, "request_seconds": request_seconds}
    return type("BoundedHttp", (BoundedHttp,), bounds)
