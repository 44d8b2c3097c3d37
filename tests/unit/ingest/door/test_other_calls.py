"""Matomo, webhooks, the tag, personal links, profiles, SDK settings, health."""

from __future__ import annotations

import hmac
import json
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest

from passerelle.ingest import (
    LINK_EVENT,
    LINK_PROPERTY,
    LinkKey,
    PersonalLink,
    make_link_token,
    matomo_events,
    read_webhook_mapping,
    webhook_events,
)
from passerelle.ingest.recognition import Caller, ProfileAnswer, ProfileQuery
from passerelle.kernel import InvalidInput, Retryable
from tests.unit.ingest.door.asking import SECRET, SHOP, SITE, WEB, Ask, Doorway, basic

VISIT = {
    "rec": "1", "action_name": "Accueil", "url": "https://www.enseigne.example/", "_id": "0123456789abcdef",
    "uid": "u-7", "urlref": "https://google.com/",
}  # fmt: skip
EVENT = {"type": "track", "event": "Seen", "messageId": "m-1"}


def told(body: bytes) -> list[dict[str, object]]:
    return [json.loads(each) for each in matomo_events(body)]


@pytest.mark.parametrize("path", ["/matomo.php", "/piwik.php"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_hit_of_matomo_is_a_page_view(path: str, method: str, doorway: Doorway) -> None:
    query = urlencode({"idsite": WEB, **VISIT})
    in_address = method == "GET"
    ask = Ask(
        method, path, [b"" if in_address else query.encode()], query=query if in_address else ""
    )
    (heard,) = doorway.ask(ask)
    (kept,) = doorway.receptions
    assert (heard.status, heard.headers["content-type"]) == (200, "image/gif")
    assert (kept.dialect, kept.events, len(kept.given_ids)) == ("matomo", 1, 1)
    assert WEB not in kept.body.decode()
    (event,) = told(kept.body)
    assert event["type"] == "page"
    assert (event["name"], event["anonymousId"], event["userId"]) == (
        "Accueil",
        VISIT["_id"],
        "u-7",
    )
    assert event["context"] == {
        "page": {"url": VISIT["url"], "referrer": VISIT["urlref"], "title": "Accueil"}
    }


def test_many_hits_of_matomo_come_in_one_request(doorway: Doorway) -> None:
    hits = ["?" + urlencode(VISIT), {**VISIT, "e_c": "Jeux", "e_a": "Vu"}]
    body = json.dumps({"requests": hits, "token_auth": SHOP}).encode()
    (heard,) = doorway.ask(Ask("POST", "/matomo.php", [body]))
    (kept,) = doorway.receptions
    assert heard.json == {"status": "success", "tracked": 2, "invalid": 0}
    assert (kept.source, kept.events) == ("shop", 2)
    assert [each.get("event") for each in told(kept.body)] == [None, "Vu"]


@pytest.mark.parametrize(
    ("hit", "name"),
    [
        ({"search": "lego"}, "Products Searched"),
        ({"download": "https://a.fr/x.pdf"}, "File Downloaded"),
        ({"link": "https://b.fr"}, "Outlink Clicked"),
        ({"idgoal": "0", "ec_id": "o-1", "revenue": "9.9"}, "Order Completed"),
        ({"idgoal": "0", "ec_items": '[["sku","Nom","Jeux",9.9,1]]'}, "Cart Updated"),
        ({"idgoal": "3"}, "Goal Converted"),
        ({"ping": "1"}, "Page Pinged"),
    ],
)
def test_a_hit_of_matomo_says_what_happened(hit: dict[str, str], name: str) -> None:
    (event,) = told(urlencode({**VISIT, **hit}).encode())
    assert (event["type"], event["event"]) == ("track", name)


def test_an_order_of_matomo_has_its_amounts_and_products() -> None:
    hit = {"idgoal": "0", "ec_id": "o-1", "revenue": "19.9", "ec_tx": "3", "cdt": "1767225600",
           "ec_items": '[["s","Lego","Jeux",9.95,2]]'}  # fmt: skip
    (event,) = told(urlencode({**VISIT, **hit}).encode())
    assert event["timestamp"] == "2026-01-01T00:00:00+00:00"
    assert event["properties"] == {
        "order_id": "o-1", "total": "19.9", "tax": "3",
        "products": [{"sku": "s", "name": "Lego", "category": "Jeux", "price": 9.95, "quantity": 2}],
    }  # fmt: skip


def test_matomo_without_a_key_is_refused(doorway: Doorway) -> None:
    assert doorway.get("/matomo.php", urlencode({"idsite": "1", **VISIT})).status == 401
    assert doorway.ask(Ask("POST", "/matomo.php", [b'{"requests": 3}']))[0].status == 400


MAPPING = """
source = "shop"
secret = "s3cret"
events = "/data"
signature_header = "X-Sig"
timestamp_header = "X-Time"
[fields]
type = "track"
event = "/kind"
messageId = "/id"
timestamp = "/at"
"context.traits.email" = "/person/email"
"properties.list" = "newsletter"
"""


def signed(body: bytes, *, at: float | None = None, secret: str = "s3cret") -> dict[str, str]:
    stamp = str(int(time.time() if at is None else at))
    said = hmac.new(secret.encode(), stamp.encode() + b"." + body, "sha256").hexdigest()
    return {"x-sig": f"sha256={said}", "x-time": stamp}


@pytest.fixture
def hooked(doorway: Doorway) -> Doorway:
    """A door with one webhook."""
    folder = doorway.home / "webhooks"
    folder.mkdir()
    (folder / "news.toml").write_text(MAPPING)
    return doorway


HOOK = json.dumps(
    {"data": [{"kind": "Opened", "id": "e1", "at": "2026-01-01T00:00:00Z", "person": {"email": "a@b.fr"}},
              {"kind": "Clicked"}]}
).encode()  # fmt: skip


def test_a_signed_webhook_is_kept_and_told_by_its_mapping(hooked: Doorway) -> None:
    (heard,) = hooked.ask(Ask("POST", "/v1/webhook/news", [HOOK], signed(HOOK)))
    (kept,) = hooked.receptions
    assert (heard.status, kept.dialect, kept.call, kept.source) == (200, "webhook", "news", "shop")
    assert (kept.events, list(kept.given_ids)) == (2, [1])
    mapping = read_webhook_mapping(hooked.home, "news")
    assert mapping is not None
    first, second = (json.loads(each) for each in webhook_events(kept.body, mapping))
    assert first == {
        "type": "track", "event": "Opened", "messageId": "e1", "timestamp": "2026-01-01T00:00:00Z",
        "context": {"traits": {"email": "a@b.fr"}}, "properties": {"list": "newsletter"},
    }  # fmt: skip
    assert second["event"] == "Clicked"


@pytest.mark.parametrize(
    "headers",
    [
        {}, signed(HOOK, at=time.time() - 3600), signed(HOOK, secret="other"),
        {**signed(HOOK), "x-time": "soon"}, {**signed(HOOK), "x-sig": "???"},
    ],
)  # fmt: skip
def test_a_webhook_that_is_not_signed_is_refused(headers: dict[str, str], hooked: Doorway) -> None:
    (heard,) = hooked.ask(Ask("POST", "/v1/webhook/news", [HOOK], headers))
    assert (heard.status, heard.json["code"]) == (401, "bad_signature")
    assert hooked.receptions == []


@pytest.mark.parametrize("name", ["nothing", "..%2Fstore", "a.b"])
def test_a_webhook_that_nobody_has_mapped_is_not_there(name: str, hooked: Doorway) -> None:
    assert hooked.post(f"/v1/webhook/{name}", {}).status == 404


def test_a_mapping_that_cannot_be_read_waits_for_whoever_mends_it(hooked: Doorway) -> None:
    (hooked.home / "webhooks" / "news.toml").write_text("source = 3")
    assert hooked.post("/v1/webhook/news", {}).status == 503


def test_the_tags_visitor_is_who_the_cookie_says(doorway: Doorway) -> None:
    body = {"writeKey": WEB, "visitor": None, "batch": [EVENT]}
    (first,) = doorway.ask(Ask("POST", "/e", [json.dumps(body).encode()]))
    cookie = first.headers["set-cookie"].partition(";")[0]
    (again,) = doorway.ask(
        Ask("POST", "/e", [json.dumps(body).encode()], {"cookie": f"x=1; {cookie}"})
    )
    assert (first.status, again.status) == (200, 200)
    assert "HttpOnly" in first.headers["set-cookie"]
    visitors = {each.facts["cookie"] for each in doorway.receptions}
    assert visitors == {cookie.partition("=")[2]}


def test_who_objects_loses_the_cookie(doorway: Doorway) -> None:
    body = json.dumps({"writeKey": WEB, "batch": [EVENT]}).encode()
    (heard,) = doorway.ask(
        Ask("POST", "/e", [body], {"sec-gpc": "1", "x-forwarded-proto": "https"})
    )
    assert heard.headers["set-cookie"].startswith("_v=; Path=/; Max-Age=0; Secure")


def test_the_script_is_served_once(doorway: Doorway) -> None:
    first = doorway.get("/t.js")
    again = doorway.get("/t.js", if_none_match=first.headers["etag"])
    assert (first.status, again.status, again.body) == (200, 304, b"")
    assert first.headers["content-type"].startswith("text/javascript")


LINKS = 'base = "https://t.enseigne.example/c/"\nhosts = ["www.enseigne.example"]\n'


def link(target: str = "https://www.enseigne.example/merci", *, days: int = 1) -> str:
    ends = datetime.now(UTC) + timedelta(days=days)
    made = PersonalLink(1, 2, "mail", ends, target)
    return make_link_token(made, LinkKey.of(SECRET), ["www.enseigne.example"])


def test_a_personal_link_leads_on_and_is_remembered(doorway: Doorway) -> None:
    (doorway.home / "links.toml").write_text(LINKS)
    token = link()
    fresh = fresh_cookie(doorway)
    heard = doorway.get(f"/c/{token}", cookie=fresh)
    kept = doorway.receptions[-1]
    assert (heard.status, heard.headers["location"]) == (302, "https://www.enseigne.example/merci")
    assert heard.headers["cache-control"] == "no-store"
    event = json.loads(kept.body)
    assert (event["event"], event["properties"]) == (LINK_EVENT, {LINK_PROPERTY: token})
    assert event["anonymousId"] == fresh.partition("=")[2]


def test_a_link_followed_without_a_cookie_or_too_late_leads_on_and_binds_nobody(
    doorway: Doorway,
) -> None:
    (doorway.home / "links.toml").write_text(LINKS)
    late = link(days=-1)
    fresh = fresh_cookie(doorway)
    assert doorway.get(f"/c/{link()}").status == 302
    assert doorway.get(f"/c/{late}", cookie=fresh).status == 302
    assert [each.source for each in doorway.receptions] == ["web"]


def test_a_link_that_is_not_ours_leads_nowhere(doorway: Doorway) -> None:
    assert doorway.get(f"/c/{link()}").status == 404  # no rules, no links
    (doorway.home / "links.toml").write_text(LINKS)
    assert doorway.get("/c/AAAA").status == 404
    assert doorway.get(f"/c/{link()[:-2]}xx").status == 404


def fresh_cookie(doorway: Doorway) -> str:
    body = json.dumps({"writeKey": WEB, "batch": [EVENT]}).encode()
    return doorway.ask(Ask("POST", "/e", [body]))[0].headers["set-cookie"].partition(";")[0]


class _Knows:
    """A recogniser that knows one person."""

    def __init__(self) -> None:
        self.asked: list[tuple[ProfileQuery, Caller]] = []

    def recognise(self, query: ProfileQuery, caller: Caller) -> ProfileAnswer:
        self.asked.append((query, caller))
        if query.type == "star_sign":
            raise InvalidInput("no such type")
        if query.value == "busy":
            raise Retryable("busy", after=timedelta(seconds=1))
        return ProfileAnswer("known", profile_id="p_1")


@pytest.fixture
def known(doorway: Doorway, monkeypatch: pytest.MonkeyPatch) -> _Knows:
    """Whom the door asks."""
    knows = _Knows()
    monkeypatch.setattr(
        "passerelle.ingest.door.site.open_recogniser", lambda url, keys, gate: knows
    )
    return knows


def test_a_till_learns_who_it_is(doorway: Doorway, known: _Knows) -> None:
    heard = doorway.get("/v1/profile", "email=a%40b.fr", **basic(SHOP))
    again = doorway.get("/v1/profile", "type=loyalty_card&value=7&namespace=fid", **basic(SHOP))
    assert (heard.json["status"], heard.json["profile_id"]) == ("known", "p_1")
    assert heard.headers["cache-control"] == "no-store"
    (first, caller), (second, _caller) = known.asked
    assert (first.type, first.value, caller.sees_values) == ("email", "a@b.fr", False)
    assert (second.type, second.value, second.namespace) == ("loyalty_card", "7", "fid")
    assert again.status == 200


def test_a_browser_learns_nothing_whatever_it_asks(doorway: Doorway, known: _Knows) -> None:
    asks = ("email=a%40b.fr", "email=nobody%40b.fr", "star_sign=x", "", "email=busy")
    heard = [doorway.get("/v1/profile", query, **basic(WEB)) for query in asks]
    assert len({(each.status, each.body) for each in heard}) == 1
    assert heard[0].json["status"] == "withheld"
    assert known.asked == []


@pytest.mark.parametrize(
    ("query", "status"), [("", 422), ("a=1&b=2", 422), ("star_sign=x", 422), ("email=busy", 503)]
)
def test_a_question_that_cannot_be_answered_says_so(
    query: str, status: int, doorway: Doorway, known: _Knows
) -> None:
    assert doorway.get("/v1/profile", query, **basic(SHOP)).status == status


def test_sdks_find_their_settings_on_our_own_host(doorway: Doorway) -> None:
    headers = {"host": "t.enseigne.example", "x-forwarded-proto": "https"}
    segment = doorway.get(f"/v1/projects/{WEB}/settings", **headers).json
    rudder = doorway.get("/sourceConfig/", f"p=npm&v=3&writeKey={WEB}", **headers).json
    api = segment["integrations"]["Segment.io"]
    assert (api["apiHost"], api["protocol"], api["apiKey"]) == (
        "t.enseigne.example/v1",
        "https",
        WEB,
    )
    assert rudder["source"]["enabled"] is True
    assert doorway.get("/v1/projects/nobody/settings").status == 404
    assert doorway.get("/analytics.js/v1/x/analytics.min.js").status == 404
    assert doorway.post("/v1/m", {"series": []}, "").status == 200


def test_machines_can_watch_over_it(doorway: Doorway) -> None:
    doorway.post("/v1/t", EVENT)
    asks = [Ask("POST", "/v1/t", [b'{"event":"x","userId":"secret@example.fr"}'], basic(WEB)),
            Ask("POST", "/v1/batch", [b'{"batch":[3]}'], basic(WEB)),
            Ask("POST", "/v1/t", [b"?"], basic(WEB)),
            Ask("GET", "/metrics"), Ask("GET", "/healthz"), Ask("GET", "/readyz")]  # fmt: skip
    *_some, metrics, health, ready = doorway.ask(*asks)
    lines = metrics.body.decode().splitlines()
    named = 'worker="writer-0",source="web"'
    assert f'passerelle_collector_accepted_events_total{{{named},call="track"}} 1' in lines
    assert f'passerelle_collector_faulty_events_total{{{named},reason="not_an_object"}} 1' in lines
    assert (
        'passerelle_collector_refused_requests_total{worker="writer-0",reason="bad_json"} 1'
        in lines
    )
    assert 'passerelle_collector_commit_seconds_count{worker="writer-0"} 2' in lines
    assert "secret" not in metrics.body.decode()
    assert (health.status, ready.status) == (200, 200)


def test_a_key_of_one_site_is_no_key_of_another_for_profiles(
    doorway: Doorway, known: _Knows
) -> None:
    heard = doorway.get("/v1/profile", "email=x", **basic(SITE), origin="https://evil.example")
    assert heard.status == 403
