"""Load on a server from a process of its own: connections with one request on its way each.

Run as `python -m benchmarks.collector.load PORT EVENTS CONNECTIONS SECONDS KEY`; it prints JSON.
The requests are made beforehand and an answer is recognised by its first bytes, so that the loader
takes little of the processor beside the server.
"""

from __future__ import annotations

import asyncio
import base64
import json
import sys
import time
import uuid
from typing import Any

import uvloop

_DIFFERENT = 64  # requests made beforehand, so that caches of the server see more than one
_WARM_SECONDS = 0.5


def make_event() -> dict[str, object]:
    """A page view as a browser's SDK tells it: about 1,050 bytes."""
    return {
        "type": "track",
        "event": "Product Viewed",
        "messageId": f"ajs-next-1763863747841-{uuid.uuid4()}",
        "anonymousId": str(uuid.uuid4()),
        "userId": None,
        "timestamp": "2026-11-23T03:59:07.841Z",
        "integrations": {},
        "properties": {
            "product_id": "507f1f77bcf86cd799439011", "sku": "G-32", "category": "Jeux",
            "name": "Monopoly : nouvelle édition", "brand": "Hasbro", "price": 18.99, "quantity": 1,
            "currency": "EUR", "url": "https://www.enseigne.example/produit/monopoly-edition-2026",
            "image_url": "https://www.enseigne.example/produit/monopoly-edition-2026.webp",
        },
        "context": {
            "page": {
                "path": "/produit/monopoly-edition-2026", "referrer": "https://www.google.com/",
                "search": "?utm_source=mail", "title": "Monopoly | Enseigne",
                "url": "https://www.enseigne.example/produit/monopoly-edition-2026?utm_source=mail",
            },
            "userAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/143.0.0.0 Safari/537.36",
            "locale": "fr-FR", "timezone": "Europe/Paris",
            "library": {"name": "analytics.js", "version": "npm:next-1.84.3"},
            "consent": {"categoryPreferences": {"Advertising": False, "Analytics": True}},
        },
    }  # fmt: skip


def make_request(port: int, events: int, key: str) -> bytes:
    """A whole HTTP request with a batch of events."""
    body = json.dumps(
        {"batch": [make_event() for _each in range(events)], "sentAt": "2026-11-23T03:59:07.9Z"},
        separators=(",", ":"),
        ensure_ascii=False,
    ).encode()
    credentials = base64.b64encode(f"{key}:".encode()).decode()
    head = (
        f"POST /v1/batch HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
        "User-Agent: Mozilla/5.0 (X11; Linux x86_64) Chrome/143.0.0.0 Safari/537.36\r\n"
        "Origin: https://www.enseigne.example\r\nContent-Type: text/plain\r\n"
        f"Authorization: Basic {credentials}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class _Client(asyncio.Protocol):
    """One connection, which asks again as soon as it is answered."""

    def __init__(self, requests: list[bytes], place: int, took: list[float]) -> None:
        self.requests, self.place, self.took = requests, place, took
        self.wrong = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport: Any = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        if data.startswith(b"HTTP/1.1 ") and not data.startswith(b"200", 9):
            self.wrong += 1
        if not data.endswith(b"}"):  # the head alone: its body is on its way
            return
        self.took.append(time.perf_counter() - self.asked_at)
        self._ask()

    def _ask(self) -> None:
        self.place = (self.place + 1) % len(self.requests)
        self.asked_at = time.perf_counter()
        self.transport.write(self.requests[self.place])


async def drive(
    port: int, events: int, connections: int, seconds: float, key: str
) -> dict[str, float]:
    """Events a second, and the time an answer takes, of a server that answers in one piece."""
    requests = [make_request(port, events, key) for _each in range(_DIFFERENT)]
    took: list[float] = []
    loop = asyncio.get_running_loop()
    clients = []
    for number in range(connections):
        _transport, client = await loop.create_connection(
            lambda number=number: _Client(requests, number, took),  # type: ignore[misc]
            "127.0.0.1",
            port,
        )
        clients.append(client)
    await asyncio.sleep(_WARM_SECONDS)
    took.clear()
    started, used = time.perf_counter(), time.process_time()
    await asyncio.sleep(seconds)
    elapsed, used = time.perf_counter() - started, time.process_time() - used
    done = sorted(took)
    if not done:
        raise SystemExit("the server answered nothing")
    for client in clients:
        client.transport.abort()
    return {
        "events_per_second": len(done) * events / elapsed,
        "requests": len(done),
        "p50_ms": 1000 * done[len(done) // 2],
        "p99_ms": 1000 * done[int(len(done) * 0.99)],
        "wrong": sum(client.wrong for client in clients),
        "loader_share": used / elapsed,
    }


if __name__ == "__main__":
    port, events, connections = map(int, sys.argv[1:4])
    print(json.dumps(uvloop.run(drive(port, events, connections, float(sys.argv[4]), sys.argv[5]))))
