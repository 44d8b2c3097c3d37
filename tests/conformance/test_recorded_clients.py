"""What public client libraries put on the wire, as the lines a collector would have logged."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from passerelle.collect.events import open_events

CAPTURES = Path(os.environ["PASSERELLE_SHARED"]) / "data" / "captures"
FILES = sorted(CAPTURES.glob("*.json"))
RECORDED = datetime(2026, 11, 23, tzinfo=UTC)


def logged(capture: Path) -> Iterator[dict[str, object]]:
    """The bodies of a capture's event requests."""
    for request in json.loads(capture.read_text(encoding="utf-8"))["requests"]:
        body = request.get("body_json")
        if request["method"] == "POST" and isinstance(body, dict):
            yield body


def events_of(body: dict[str, object]) -> list[dict[str, object]]:
    batch = body.get("batch")
    return batch if isinstance(batch, list) else [body]


def test_all_captures_are_there() -> None:
    assert len(FILES) == 34


@pytest.mark.parametrize("capture", FILES, ids=lambda path: path.stem)
def test_each_recorded_event_is_read_or_is_too_large(capture: Path, tmp_path: Path) -> None:
    bodies = list(logged(capture))
    log = tmp_path / "log.jsonl"
    log.write_text("\n".join(map(json.dumps, bodies)), encoding="utf-8")
    sent = [event for body in bodies for event in events_of(body)]

    file = open_events(log, received_at=RECORDED)
    (batch,) = file.batches(10_000)

    assert file.format == "segment"
    assert {row.reason for row in batch.rejected} <= {"too_large"}
    assert batch.frame.height + len(batch.rejected) == len(sent)
    known = {event["messageId"] for event in sent}
    assert set(batch.frame["message_id"]) <= known
    assert batch.frame["occurred_at"].null_count() == 0
    assert batch.frame["clock_note"].null_count() == batch.frame.height


@pytest.mark.parametrize(
    "name", [path.stem for path in FILES if "six-calls" in path.stem or "cdn" in path.stem]
)
def test_the_six_calls_are_six_types(name: str, tmp_path: Path) -> None:
    log = tmp_path / "log.jsonl"
    bodies = logged(CAPTURES / f"{name}.json")
    log.write_text("\n".join(map(json.dumps, bodies)), encoding="utf-8")

    (batch,) = open_events(log, received_at=RECORDED).batches(10_000)

    types = set(batch.frame["type"])
    if "snippet" in name:
        assert types == {"page", "track"}
        return
    assert types == {"identify", "track", "page", "screen", "group", "alias"}
    (alias,) = batch.frame.filter(type="alias").to_dicts()
    assert (alias["user_id"], alias["evidence_kind"]) == ("u-1", "alias")
    (identify,) = batch.frame.filter(type="identify").to_dicts()
    assert (identify["email"], identify["evidence_kind"]) == ("jane@example.com", "login")
    old = datetime(2026, 11, 1, 10, 0, tzinfo=UTC)
    if "next" not in name:
        assert old in batch.frame.filter(name="Order Completed")["occurred_at"].to_list()
