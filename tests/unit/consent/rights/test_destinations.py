"""Destinations delete people however long they are down, and what they knew is then forgotten."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from passerelle.consent import deliver_deletions, list_deliveries
from passerelle.consent.rights.destinations import queue_deletions
from passerelle.kernel import Retryable
from passerelle.store import Store
from tests.conftest import NOW

REQUEST, PROFILE = 5, 4711


class Platform(BaseHTTPRequestHandler):
    """A destination that answers with a receipt, or not at all while it is down."""

    def do_DELETE(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined]
        status = 503 if self.server.is_down else 200  # type: ignore[attr-defined]
        body = b"receipt-1"
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def platform() -> Iterator[HTTPServer]:
    server = HTTPServer(("127.0.0.1", 0), Platform)
    server.is_down, server.asked = True, []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


class OverHttp:
    """A destination that is asked over HTTP."""

    name = "platform"

    def __init__(self, server: HTTPServer) -> None:
        self.port = server.server_port

    def find_reference(self, profile_id: int) -> str | None:
        return "external-7" if profile_id == PROFILE else None

    def delete(self, reference: str) -> str:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("DELETE", f"/people/{reference}")
        answer = connection.getresponse()
        body = answer.read().decode()
        connection.close()
        if answer.status != 200:
            raise Retryable("The platform is down.", after=timedelta(minutes=5))
        return body


def test_a_destination_that_is_down_for_48_hours_deletes_in_the_end(
    sqlite_store: Store, platform: HTTPServer
) -> None:
    destination = OverHttp(platform)
    with sqlite_store.bulk() as bulk:
        queue_deletions(bulk, REQUEST, PROFILE, [destination], NOW)
    for hour in range(48):
        assert deliver_deletions(sqlite_store, [destination], NOW + timedelta(hours=hour)) == 1
    attempts = len(platform.asked)  # type: ignore[attr-defined]
    assert 8 <= attempts < 48  # further and further apart
    platform.is_down = False  # type: ignore[attr-defined]
    at = NOW + timedelta(hours=55)
    assert deliver_deletions(sqlite_store, [destination], at) == 0
    (told,) = list_deliveries(sqlite_store, REQUEST)
    assert (told["receipt"], told["attempts"]) == ("receipt-1", attempts + 1)
    known = sqlite_store.rows("select reference from rights_deliveries")
    assert [row["reference"] for row in known] == [""]
    assert deliver_deletions(sqlite_store, [destination], at) == 0
    assert len(platform.asked) == attempts + 1  # type: ignore[attr-defined]


def test_who_was_never_sent_anywhere_is_deleted_nowhere(
    sqlite_store: Store, platform: HTTPServer
) -> None:
    with sqlite_store.bulk() as bulk:
        queue_deletions(bulk, REQUEST, PROFILE + 1, [OverHttp(platform)], NOW)
    assert list_deliveries(sqlite_store, REQUEST) == []
