"""Segment's API as its clients use it: what is answered, and what the log keeps."""

from __future__ import annotations

import base64
import gzip
import json
import zlib

import pytest

from tests.unit.ingest.door.asking import OLD, SHOP, WEB, Ask, Doorway, basic

EVENT = {"type": "track", "event": "Seen", "anonymousId": "a-1", "messageId": "m-1"}
CALLS = ("identify", "track", "page", "screen", "group", "alias", "merge")
PATHS = {
    **{f"/v1/{call}": call for call in CALLS},
    **{f"/api/s/{call}": call for call in CALLS},
    "/v1/i": "identify", "/v1/t": "track", "/v1/p": "page", "/v1/s": "screen", "/v1/g": "group",
    "/v1/a": "alias", "/v1/track/": "track", "//v1//track": "track",
}  # fmt: skip
BATCH_PATHS = (
    "/v1/batch", "/v1/b", "/v1/import", "/beacon/v1/batch", "/api/s/batch",
    "/api/public/apps/batch", "/v1/batch/",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_one_event_is_kept_as_it_came(path: str, doorway: Doorway) -> None:
    heard = doorway.post(path, EVENT)
    (kept,) = doorway.receptions
    assert (heard.status, heard.json) == (200, {"success": True})
    assert (kept.call, kept.events, kept.source) == (PATHS[path], 1, "web")
    assert json.loads(kept.body) == EVENT
    assert (kept.given_ids, kept.faults) == ({}, {})


@pytest.mark.parametrize("path", BATCH_PATHS)
def test_a_batch_is_kept_as_it_came(path: str, doorway: Doorway) -> None:
    body = {"batch": [EVENT, {**EVENT, "messageId": "m-2"}], "sentAt": "2026-01-01T00:00:00Z"}
    assert doorway.post(path, body).status == 200
    (kept,) = doorway.receptions
    assert (kept.call, kept.events, json.loads(kept.body)) == ("batch", 2, body)


def test_a_neutral_path_leads_to_all_of_it(doorway: Doorway) -> None:
    doorway.prefix = "/collecte"
    paths = ("/collecte/v1/t", "/collecte/v1/batch/", "/v1/t")
    bodies = (EVENT, {"batch": [EVENT]}, EVENT)
    assert [doorway.post(p, b).status for p, b in zip(paths, bodies, strict=True)] == [200] * 3


@pytest.mark.parametrize(
    "place", ["basic", "no colon", "bearer", "header", "jitsu", "body", "query"]
)
def test_a_write_key_is_found_wherever_a_client_puts_it(place: str, doorway: Doorway) -> None:
    packed = base64.b64encode(WEB.encode()).decode()
    headers = {
        "basic": basic(WEB),
        "no colon": {"authorization": f"Basic {packed}"},
        "bearer": {"authorization": f"Bearer {WEB}"},
        "header": {"x-write-key": WEB},
        "jitsu": {"x-write-key": f"{WEB}:secret"},
    }.get(place, {})
    body = {**EVENT, "writeKey": WEB} if place == "body" else EVENT
    query = f"writeKey={WEB}" if place == "query" else ""
    ask = Ask("POST", "/v1/t", [json.dumps(body).encode()], headers, query)
    (heard,) = doorway.ask(ask)
    (kept,) = doorway.receptions
    assert (heard.status, kept.source) == (200, "web")
    assert WEB not in kept.body.decode() + str(kept.facts)
    assert len(kept.body) == len(ask.parts[0])


@pytest.mark.parametrize(
    ("key", "code"),
    [("", "no_write_key"), ("nobody", "unknown_write_key"), (OLD, "unknown_write_key")],
)
def test_who_has_no_key_in_force_is_refused(key: str, code: str, doorway: Doorway) -> None:
    heard = doorway.ask(Ask("POST", "/v1/t", [json.dumps(EVENT).encode()], basic(key)))[0]
    assert (heard.status, heard.json["code"]) == (401, code)
    assert isinstance(heard.json["message"], str)
    assert doorway.receptions == []


@pytest.mark.parametrize(
    "pack",
    [gzip.compress, zlib.compress, lambda b: gzip.compress(b[:9], mtime=0) + gzip.compress(b[9:])],
)
def test_a_compressed_body_is_known_by_its_bytes(pack: object, doorway: Doorway) -> None:
    assert callable(pack)
    content = json.dumps(EVENT).encode()
    heard = doorway.post("/v1/t", pack(content), content_type="application/x-www-form-urlencoded")
    assert heard.status == 200
    assert doorway.receptions[0].body == content


def test_raw_deflate_is_known_by_its_header(doorway: Doorway) -> None:
    content = json.dumps(EVENT).encode()
    packer = zlib.compressobj(wbits=-15)
    packed = packer.compress(content) + packer.flush()
    assert doorway.post("/v1/t", packed, content_encoding="deflate").status == 200
    assert doorway.post("/v1/t", content, content_encoding="deflate").status == 200
    assert {each.body for each in doorway.receptions} == {content}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "bad_json"),
        (b"hello", "bad_json"),
        (b"[1]", "not_an_object"),
        (b"null", "not_an_object"),
        (b'{"event": ' + b"[" * 100_000, "too_deep"),
        (gzip.compress(b"{}", mtime=0)[:-3], "bad_compression"),
        (b"\x1f\x8bxxxx", "bad_compression"),
    ],
)
def test_only_what_cannot_be_read_at_all_is_a_bad_request(
    body: bytes, code: str, doorway: Doorway
) -> None:
    heard = doorway.post("/v1/t", body)
    assert (heard.status, heard.json["code"]) == (400, code)


@pytest.mark.parametrize("body", [{"events": []}, {"batch": None}, {"batch": {"0": EVENT}}])
def test_a_batch_without_a_list_is_a_bad_request(body: object, doorway: Doorway) -> None:
    heard = doorway.post("/v1/batch", body)
    assert (heard.status, heard.json["code"]) == (400, "no_batch")


def test_a_bad_event_leaves_the_others_their_batch(doorway: Doorway) -> None:
    items = [json.dumps(EVENT).encode(), b'"text"', b'{"event": "\xff"}', b'{"type":"page"}', b"7"]
    heard = doorway.post("/v1/batch", b'{"batch":[' + b",".join(items) + b'],"x":1}')
    (kept,) = doorway.receptions
    assert heard.status == 200
    assert (kept.events, kept.faults[1], kept.faults[4]) == (5, "not_an_object", "not_an_object")
    assert set(kept.given_ids) == {1, 2, 3, 4}


def test_an_event_without_an_id_is_given_one_of_its_own(doorway: Doorway) -> None:
    nameless = [{"event": "Seen"}, {"messageId": ""}, {"messageId": None}, {"messageId": 0}]
    doorway.post("/v1/batch", {"batch": [EVENT, *nameless]})
    doorway.post("/v1/t", {"event": "Seen"})
    first, second = doorway.receptions
    assert sorted(first.given_ids) == [1, 2, 3, 4]
    given = [*first.given_ids.values(), *second.given_ids.values()]
    assert len(set(given)) == 5


@pytest.mark.parametrize("strange", [12, 1.5, True, {"a": 1}, [1], 10**40])
def test_an_id_of_a_strange_type_costs_nothing_but_itself(
    strange: object, doorway: Doorway
) -> None:
    event = {**EVENT, "messageId": strange, "userId": strange}
    assert doorway.post("/v1/t", event).status == 200
    assert doorway.post("/v1/batch", {"batch": [event, EVENT]}).status == 200
    assert [each.faults for each in doorway.receptions] == [{}, {}]


def test_an_empty_batch_is_welcome_and_keeps_nothing(doorway: Doorway) -> None:
    assert doorway.post("/v1/batch", {"batch": []}).status == 200
    assert doorway.receptions == []


def test_ten_thousand_fields_are_no_trouble(doorway: Doorway) -> None:
    wide = {**EVENT, "properties": {f"k{number}": number for number in range(10_000)}}
    assert doorway.post("/v1/t", wide).status == 200


def test_each_event_gets_a_verdict_when_asked_for(doorway: Doorway) -> None:
    batch = [
        EVENT,
        {"type": "dance", "userId": "u"},
        {"type": "track", "userId": "u"},
        3,
        {**EVENT, "properties": {"x": "y" * 40_000}},
    ]
    heard = doorway.post("/v1/batch", {"batch": batch}, query="verdict=1")
    said = heard.json["events"]
    assert [each.get("reason") for each in said] == [
        None, "unknown_type", "no_event_name", "not_an_object", "too_large",
    ]  # fmt: skip
    assert [each["accepted"] for each in said] == [True, False, False, False, False]
    assert said[0]["messageId"] == "m-1"
    (kept,) = doorway.receptions
    assert said[1]["messageId"] == kept.given_ids[1]
    assert kept.faults == {place: each["reason"] for place, each in enumerate(said) if place}


def test_a_verdict_can_be_asked_for_by_a_header(doorway: Doorway) -> None:
    (said,) = doorway.post("/v1/page", {"anonymousId": "a"}, x_verdict="1").json["events"]
    assert said["accepted"] is True


@pytest.mark.parametrize("path", ["/v1/pixel/page", "/pixel/v1/page"])
def test_an_image_brings_an_event(path: str, doorway: Doorway) -> None:
    event = {"name": "Home", "anonymousId": "é", "messageId": "m"}
    packed = base64.urlsafe_b64encode(json.dumps(event).encode()).decode().rstrip("=")
    heard = doorway.get(path, f"writeKey={WEB}&data={packed}")
    (kept,) = doorway.receptions
    assert (heard.status, heard.headers["content-type"]) == (200, "image/gif")
    assert (kept.call, json.loads(kept.body)) == ("page", event)


def test_an_image_may_say_its_event_in_the_address(doorway: Doorway) -> None:
    doorway.get("/pixel/v1/track", f"writeKey={WEB}&event=Opened&userId=7")
    doorway.get(
        "/v1/pixel/track", "data=%7B%22event%22%3A%22O%22%2C%22writeKey%22%3A%22" + WEB + "%22%7D"
    )
    first, second = doorway.receptions
    assert json.loads(first.body) == {"event": "Opened", "userId": "7"}
    assert json.loads(second.body)["event"] == "O"
    assert WEB not in second.body.decode()


@pytest.mark.parametrize("query", ["", "data=!!!", "writeKey=nobody&event=x", "data=%FF%FE"])
def test_an_image_is_an_image_whatever_was_asked(query: str, doorway: Doorway) -> None:
    heard = doorway.get("/v1/pixel/track", query)
    assert (heard.status, heard.headers["content-type"]) == (200, "image/gif")
    assert doorway.receptions == []


def test_of_a_visitor_the_address_is_kept_short_and_no_foreign_cookie(doorway: Doorway) -> None:
    headers = {
        **basic(WEB), "cookie": "rl_trait=amFuZQ; other=1", "user-agent": "Firefox",
        "origin": "https://shop.example", "x-retry-count": "2", "sec-gpc": "1",
    }  # fmt: skip
    doorway.ask(Ask("POST", "/v1/t", [json.dumps(EVENT).encode()], headers))
    assert doorway.receptions[0].facts == {
        "user_agent": "Firefox", "origin": "https://shop.example", "retry_count": "2",
        "gpc": "1", "ip": "203.0.113.0",
    }  # fmt: skip


def test_of_a_server_no_address_is_kept(doorway: Doorway) -> None:
    doorway.post("/v1/t", EVENT, SHOP)
    assert doorway.receptions[0].facts == {}
    assert doorway.receptions[0].kind == "server"


def test_a_trusted_proxy_says_who_came(doorway: Doorway) -> None:
    doorway.proxies = frozenset({"10.0.0.1"})
    headers = {**basic(WEB), "x-forwarded-for": "198.51.100.7, 192.0.2.8, 10.0.0.1"}
    body = [json.dumps(EVENT).encode()]
    doorway.ask(Ask("POST", "/v1/t", body, headers, peer="10.0.0.1"))
    doorway.ask(Ask("POST", "/v1/t", body, headers, peer="203.0.113.9"))
    assert [each.facts["ip"] for each in doorway.receptions] == ["192.0.2.0", "203.0.113.0"]
