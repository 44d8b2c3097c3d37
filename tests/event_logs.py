"""Receptions for tests, put into a log as the collector's door does."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from passerelle.ingest import LogAppender, Reception

START = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def micros(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000)


def reception(*events: dict[str, Any], **given: Any) -> Reception:
    """A request with some events; one event is sent alone unless `call` is batch."""
    at = given.pop("at", START)
    call = given.pop("call", "batch")
    shared = given.pop("shared", {})
    body = {"batch": list(events), **shared} if call == "batch" else {**events[0], **shared}
    told = {
        "received_at": micros(at),
        "source": "web",
        "kind": "browser",
        "dialect": "segment",
        "call": call,
        "body": json.dumps(body).encode(),
        "events": len(events),
    }
    return Reception(**{**told, **given})


def track(message: str, **given: Any) -> dict[str, Any]:
    """An event of an anonymous browser."""
    return {
        "type": "track", "event": "Product Viewed", "messageId": message, "anonymousId": "anon-1",
        "timestamp": START.isoformat(), **given,
    }  # fmt: skip


def login(message: str, user: str, cookie: str) -> dict[str, Any]:
    """A user who logs in with a browser."""
    return {
        "type": "identify", "messageId": message, "anonymousId": cookie, "userId": user,
        "timestamp": (START - timedelta(seconds=1)).isoformat(),
    }  # fmt: skip


def write_log(home: Path, receptions: Iterable[Reception], *, segment_bytes: int = 1 << 20) -> None:
    """Append receptions to a log of the home, by a writer that then ends."""
    asyncio.run(_write(home / "collector" / "log", list(receptions), segment_bytes))


async def _write(root: Path, receptions: list[Reception], segment_bytes: int) -> None:
    appender = LogAppender(root, segment_bytes=segment_bytes)
    for each in receptions:
        await appender.append(each)
    await appender.close()
