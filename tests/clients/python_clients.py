"""One visit by a client of Python: python -m tests.clients.python_clients CLIENT URL KEY USER COUNT."""

from __future__ import annotations

import sys
from typing import Any

CONSENT = {"consent": {"categoryPreferences": {"measurement": True, "advertising": False}}}


def segment(url: str, key: str, **options: Any) -> Any:
    from segment.analytics import Client

    return Client(key, host=url, **options)


def rudder(url: str, key: str, **options: Any) -> Any:
    from rudderstack.analytics import Client

    return Client(key, host=url, **options)


CLIENTS = {"segment": segment, "rudder": rudder}


def visit(client: Any, user: str, count: int) -> None:
    """Who it is, a page, steps in order, each with what the visitor allows."""
    client.identify(user, {"email": "jane@example.com"}, context=CONSENT)
    client.page(user, name="Home", context=CONSENT)
    for number in range(count):
        client.track(user, "Step", {"n": number}, context=CONSENT)
    client.flush()
    client.join()


if __name__ == "__main__":
    name, url, key, user, count = sys.argv[1:]
    visit(CLIENTS[name](url, key), user, int(count))
