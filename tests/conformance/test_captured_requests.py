"""Requests that public client libraries were recorded to send, told to the door as they were."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.unit.ingest.door.asking import WEB, Ask, Doorway, basic

CAPTURES = Path(os.environ["PASSERELLE_SHARED"]) / "data" / "captures"
FILES = sorted(CAPTURES.glob("*.json"))
KEYS = ("WRITE_KEY_PY", "WRITE_KEY_NODE", "WRITE_KEY_WEB", "WRITE_KEY_RNODE")


def asked(request: dict[str, Any]) -> Ask:
    """A recorded request, with a key that the door knows."""
    path, _mark, query = with_key(request["target"]).partition("?")
    headers = {name.lower(): value for name, value in headers_of(request)}
    if "authorization" in headers:
        headers |= basic(WEB)
    return Ask(request["method"], path, [body_of(request)], headers, query)


def headers_of(request: dict[str, Any]) -> list[tuple[str, str]]:
    said = request["headers"]
    return list(said.items()) if isinstance(said, dict) else [(name, value) for name, value in said]


def body_of(request: dict[str, Any]) -> bytes:
    if request.get("wire_body_base64"):
        return base64.b64decode(request["wire_body_base64"])
    said = request.get("body_json")
    return b"" if said is None else with_key(json.dumps(said)).encode()


def with_key(text: str) -> str:
    for key in KEYS:
        text = text.replace(key, WEB)
    return text


def ids_of(body: Any) -> list[str]:
    return [event["messageId"] for event in (body.get("batch", [body]))]


@pytest.mark.parametrize("capture", FILES, ids=lambda path: path.stem)
def test_every_recorded_request_is_answered_200_and_kept(capture: Path, doorway: Doorway) -> None:
    requests = json.loads(capture.read_text(encoding="utf-8"))["requests"]
    known = [each for each in requests if "other" not in each["target"]]
    known = [each for each in known if not each["target"].startswith("/analytics.js/")]

    heard = doorway.ask(*map(asked, known))

    assert {each.status for each in heard} == {200}
    sent = [id_ for each in known if each["method"] == "POST" for id_ in ids_of(each["body_json"])]
    kept = [id_ for each in doorway.receptions for id_ in ids_of(json.loads(each.body))]
    assert sorted(kept) == sorted(sent)
    assert all(each.faults == {} and each.given_ids == {} for each in doorway.receptions)
    browsers = [each for each in heard if "access-control-allow-headers" in each.headers]
    assert len(browsers) == sum(each["method"] == "OPTIONS" for each in known)
