"""What a visit must have left in the log, whichever client told of it and whatever went wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.clients.collector import Collector, happened_at

ALLOWED = {"measurement": True, "advertising": False}
STEPS = 40


def assert_all_there_once(
    collector: Collector, source: str, user: str, *, missing: Sequence[str] = ()
) -> None:
    """Identify, page and every step are there once, in order of time, with the consent.

    Args:
        missing: Types of which the client itself gave up one event.
    """
    events = [event for event in collector.sent(source) if event.get("userId") == user]
    types = [event["type"] for event in events]
    expected = ["identify", "page"] + ["track"] * STEPS
    for each in missing:
        expected.remove(each)
    assert sorted(types) == sorted(expected)
    steps = [event for event in events if event["type"] == "track"]
    steps.sort(key=lambda event: int(event["properties"]["n"]))
    assert [event["properties"]["n"] for event in steps] == list(range(STEPS))
    times = [happened_at(event) for event in steps]
    assert times == sorted(times)
    assert all(consent_of(event) == ALLOWED for event in events)


def consent_of(event: dict[str, Any]) -> dict[str, bool] | None:
    """What the visitor allows, as the event says."""
    consent: dict[str, Any] = event.get("context", {}).get("consent", {})
    return consent.get("categoryPreferences")
