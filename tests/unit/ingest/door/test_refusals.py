"""What the door refuses, and how it says so."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
from collections.abc import Iterator

import pytest

from passerelle.ingest.access import AccessList
from passerelle.ingest.door.application import Door
from passerelle.ingest.log import appender
from tests.unit.ingest.door.asking import SITE, SLOW, WEB, Ask, Doorway, answer, basic

EVENT = {"type": "track", "event": "Seen", "anonymousId": "a-1", "messageId": "m-1"}
BODY = json.dumps(EVENT).encode()


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1/nowhere", 404),
        ("POST", "/", 404),
        ("DELETE", "/v1/t", 405),
        ("GET", "/v1/t", 405),
    ],
)
def test_a_wrong_address_is_told_so_and_never_redirected(
    method: str, path: str, status: int, doorway: Doorway
) -> None:
    (heard,) = doorway.ask(Ask(method, path, headers={"origin": "https://a.example"}))
    assert heard.status == status
    assert set(heard.json) == {"code", "message"}
    assert heard.headers["access-control-allow-origin"] == "https://a.example"


@pytest.mark.parametrize("path", ["/v1/t", "/v1/batch", "/e", "/anything", "/v1/profile"])
def test_a_browser_may_ask_before_it_sends_on_every_path(path: str, doorway: Doorway) -> None:
    asked = {
        "origin": "https://a.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,x-retry-count",
    }
    (heard,) = doorway.ask(Ask("OPTIONS", path, headers=asked))
    assert heard.status == 200
    assert heard.headers["access-control-allow-origin"] == "https://a.example"
    assert heard.headers["access-control-allow-headers"] == "authorization,x-retry-count"
    assert int(heard.headers["access-control-max-age"]) >= 7200


def test_a_body_in_many_parts_is_one(doorway: Doorway) -> None:
    parts = [BODY[place : place + 7] for place in range(0, len(BODY), 7)]
    (heard,) = doorway.ask(Ask("POST", "/v1/t", parts, basic(WEB)))
    assert (heard.status, doorway.receptions[0].body) == (200, BODY)


def test_a_body_that_breaks_off_is_not_kept(doorway: Doorway) -> None:
    async def work(door: Door) -> None:
        sent: list[object] = []
        messages: Iterator[dict[str, object]] = iter(
            [
                {"type": "http.request", "body": BODY[:9], "more_body": True},
                {"type": "http.disconnect"},
            ]
        )

        async def receive() -> dict[str, object]:
            return next(messages)

        async def send(message: object) -> None:
            sent.append(message)

        headers = [(b"authorization", basic(WEB)["authorization"].encode())]
        scope = {
            "type": "http",
            "method": "POST",
            "path": "/v1/t",
            "query_string": b"",
            "headers": headers,
        }
        await door(scope, receive, send)  # type: ignore[arg-type]
        assert sent == []
        assert door.intake.requests == door.intake.reading_bytes == 0

    asyncio.run(doorway.run(work))
    assert doorway.receptions == []


@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_a_body_over_the_limit_is_too_large_packed_or_not(pack: object, doorway: Doorway) -> None:
    assert callable(pack)
    small = doorway.with_limits(body_bytes=10_000)
    heard = small.post("/v1/t", pack(b'{"a":"' + b"x" * 20_000 + b'"}'))
    assert (heard.status, heard.json["code"]) == (413, "too_large")


def test_a_bomb_is_never_inflated_whole(doorway: Doorway) -> None:
    bomb = gzip.compress(bytes(200 << 20), 1)
    assert doorway.post("/v1/t", bomb).json["code"] == "too_large"


def test_what_comes_after_too_much_is_read_and_dropped(doorway: Doorway) -> None:
    small = doorway.with_limits(body_bytes=1000)
    ask = Ask("POST", "/v1/t", [bytes(900)] * 8, basic(WEB))
    (heard,) = small.ask(ask)
    assert (heard.status, heard.headers["connection"]) == (413, "close")


def test_a_site_that_may_not_use_a_key_is_refused(doorway: Doorway) -> None:
    own, other = "https://www.enseigne.example", "https://evil.example"
    assert doorway.post("/v1/t", EVENT, SITE, origin=own).status == 200
    assert doorway.post("/v1/t", EVENT, SITE).status == 200
    heard = doorway.post("/v1/t", EVENT, SITE, origin=other)
    assert (heard.status, heard.json["code"]) == (403, "wrong_origin")
    assert heard.headers["access-control-allow-origin"] == other


def test_a_source_over_its_rate_is_told_when_to_come_back(doorway: Doorway) -> None:
    ask = Ask("POST", "/v1/batch", [json.dumps({"batch": [EVENT] * 8}).encode()], basic(SLOW))
    heard = doorway.ask(ask, ask, ask)
    assert [each.status for each in heard] == [200, 200, 429]
    assert 1 <= int(heard[2].headers["retry-after"]) <= 300
    assert heard[2].json["code"] == "too_many_events"


@pytest.mark.parametrize(
    ("limits", "code"),
    [({"requests": 0}, "overloaded"), ({"waiting_bytes": -1}, "overloaded")],
)
def test_more_than_it_can_hold_is_put_off(
    limits: dict[str, float], code: str, doorway: Doorway
) -> None:
    heard = doorway.with_limits(**limits).post("/v1/t", EVENT)
    assert (heard.status, heard.json["code"]) == (429, code)
    assert heard.headers["retry-after"].isdigit()


def test_a_disk_that_is_nearly_full_is_noticed_before_it_is(doorway: Doorway) -> None:
    async def work(door: Door) -> None:
        door.intake.look_at_disk()
        heard = await answer(door, Ask("POST", "/v1/t", [BODY], basic(WEB)))
        assert (heard.status, heard.json["code"]) == (429, "disk_nearly_full")
        ready = await answer(door, Ask("GET", "/readyz"))
        assert (ready.status, ready.json["reasons"]) == (503, ["disk_nearly_full"])

    asyncio.run(doorway.with_limits(free_bytes=1 << 62).run(work))


def test_what_the_disk_refuses_is_to_be_sent_again(
    doorway: Doorway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(file: int) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(appender.os, "fdatasync", full)
    heard = doorway.post("/v1/t", EVENT)
    assert (heard.status, heard.json["code"]) == (503, "not_stored")
    assert heard.headers["retry-after"].isdigit()
    assert doorway.receptions == []


def test_keys_that_were_never_read_judge_nobody(doorway: Doorway) -> None:
    async def work(door: Door) -> None:
        door.intake.access = AccessList("sqlite:///nowhere/store.sqlite3")
        heard = await answer(door, Ask("POST", "/v1/t", [BODY], basic(WEB)))
        assert (heard.status, heard.json["code"]) == (503, "not_ready")

    asyncio.run(doorway.run(work))


def test_a_failure_of_ours_says_where_and_nothing_of_the_event(
    doorway: Doorway, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_given: object) -> int:
        raise RuntimeError("jane@example.com")

    monkeypatch.setattr("passerelle.ingest.door.limits.RateLimiter.seconds_to_wait", fail)
    heard = doorway.post("/v1/t", {**EVENT, "userId": "jane@example.com"})
    said = capsys.readouterr().err
    assert (heard.status, heard.json["code"]) == (500, "bug")
    assert "RuntimeError" in said
    assert "jane" not in said
