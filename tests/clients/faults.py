"""Trouble between a client and the collector: a proxy on this machine that misbehaves as told."""

from __future__ import annotations

import http.client
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Literal
from urllib.parse import urlsplit

_OF_ONE_HOP = {"connection", "transfer-encoding", "content-length", "keep-alive"}


@dataclass(frozen=True)
class Fault:
    """What happens to one request that sends events.

    Args:
        status: Answered in place of the collector, which hears nothing.
        retry_after: The header of that answer, in seconds.
        wait_s: Before anything else.
        cut: The connection breaks: `before` the collector hears of it, or `after` it has taken the
            events, so that the client never knows.
    """

    status: int = 0
    retry_after: int = 0
    wait_s: float = 0
    cut: Literal["", "before", "after"] = ""


TROUBLES = {
    "busy": (Fault(status=429, retry_after=1),),
    "failing": (Fault(status=500), Fault(status=503)),
    "slow": (Fault(wait_s=1.5),),
    "cut before": (Fault(cut="before"),),
    "cut after": (Fault(cut="after"),),
}
"""Each trouble that a client must come through, as the faults of its first requests."""


@dataclass
class Proxy:
    """Where the proxy listens, and what the collector answered to each request with events."""

    url: str
    answers: list[int] = field(default_factory=list)


@contextmanager
def faulty_proxy(collector: str, faults: Iterable[Fault]) -> Iterator[Proxy]:
    """A proxy that does one fault to each request with events, in order, and then none."""
    pending = iter(faults)
    lock = threading.Lock()
    proxy = Proxy("")

    class Handler(_Handler):
        target = urlsplit(collector).netloc

        def next_fault(self) -> Fault:
            with lock:
                return next(pending, Fault())

        def note(self, status: int) -> None:
            proxy.answers.append(status)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    proxy.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    target = ""

    def handle(self) -> None:
        # A client that has waited long enough goes away, and takes its connection with it.
        with suppress(ConnectionError):
            super().handle()

    def next_fault(self) -> Fault:
        """What to do to this request."""
        return Fault()

    def note(self, status: int) -> None:
        """Remember what the collector answered to a request with events."""

    def do_GET(self) -> None:
        self._give(*self._ask(b""))

    def do_OPTIONS(self) -> None:
        self._give(*self._ask(b""))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        fault = self.next_fault()
        time.sleep(fault.wait_s)
        if fault.status:
            self._refuse(fault)
            return
        if fault.cut == "before":
            self._cut()
            return
        answer, content = self._ask(body)
        self.note(answer.status)
        if fault.cut:
            self._cut()
        else:
            self._give(answer, content)

    def _give(self, answer: http.client.HTTPResponse, content: bytes) -> None:
        self.send_response_only(answer.status)
        for name, value in answer.getheaders():
            if name.lower() not in _OF_ONE_HOP:
                self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _ask(self, body: bytes) -> tuple[http.client.HTTPResponse, bytes]:
        connection = http.client.HTTPConnection(self.target, timeout=30)
        headers = {
            name: value for name, value in self.headers.items() if name.lower() not in _OF_ONE_HOP
        }
        if body:
            headers["Content-Length"] = str(len(body))
        connection.request(self.command, self.path, body or None, headers)
        answer = connection.getresponse()
        content = answer.read()
        connection.close()
        return answer, content

    def _refuse(self, fault: Fault) -> None:
        self.send_response_only(fault.status)
        if fault.retry_after:
            self.send_header("Retry-After", str(fault.retry_after))
        if self.headers.get("Origin"):
            # As the collector does: without these a browser hides the answer from its page.
            self.send_header("Access-Control-Allow-Origin", self.headers["Origin"])
            self.send_header("Access-Control-Allow-Credentials", "true")
            self.send_header("Access-Control-Expose-Headers", "Retry-After")
        content = b'{"code":"busy","message":"Not now."}'
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.close()

    def log_message(self, format: str, *values: object) -> None:
        """Say nothing: the tests count."""
