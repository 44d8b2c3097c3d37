"""Matomo's and Google Analytics' exports, and the families of browsers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from passerelle.collect.events import BROWSERS, Records, open_events, read_events
from passerelle.collect.events.browsers import classify_browser, classify_user_agent

SAMPLES = Path(__file__).parents[3] / "samples" / "events"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0"


def test_each_action_of_a_matomo_visit_is_an_event() -> None:
    (batch,) = open_events(SAMPLES / "matomo.json").batches(100)

    assert batch.frame["name"].to_list() == [
        "Accueil",
        "Inscription",
        "Order Completed",
        "Products Searched",
    ]
    assert batch.frame["type"].to_list() == ["page", "track", "track", "track"]
    order = batch.frame.row(2, named=True)
    assert (order["order_id"], order["total_cents"], order["currency"]) == ("W-78", 5990, "EUR")
    assert order["occurred_at"] == datetime(2026, 11, 22, 9, 5, tzinfo=UTC)
    assert order["email"] == "jane@example.com"
    assert batch.frame["browser"].to_list() == ["ios_safari"] * 3 + ["firefox"]


def test_matomo_says_the_same_in_json_and_in_csv() -> None:
    (from_json,) = open_events(SAMPLES / "matomo.json").batches(100)
    (from_csv,) = open_events(SAMPLES / "matomo.csv").batches(100)

    own = ("row_number", "properties", "original")
    assert from_json.frame.drop(own).equals(from_csv.frame.drop(own))


def test_a_matomo_visit_exported_again_with_more_actions_counts_each_once() -> None:
    def visit(*pages: str) -> bytes:
        actions = [{"type": "action", "pageId": page, "timestamp": 1795338000} for page in pages]
        return json.dumps({"idVisit": 1, "visitorId": "ab", "actionDetails": actions}).encode()

    def ids(line: bytes, content_id: str) -> list[str]:
        batch = read_events(Records([1], [line]), format="matomo", content_id=content_id)
        return batch.frame["message_id"].to_list()

    before, after = ids(visit("1", "2"), "a" * 64), ids(visit("1", "2", "3"), "b" * 64)

    assert after[:2] == before
    assert after[2] not in before


def test_an_event_of_google_analytics_keeps_its_id_when_its_day_is_exported_again() -> None:
    lines = (SAMPLES / "ga4.jsonl").read_bytes().splitlines()[:3]

    def ids(content_id: str) -> list[str]:
        records = Records(range(1, 4), lines)
        return (
            read_events(records, format="ga4", content_id=content_id).frame["message_id"].to_list()
        )

    first, again = ids("a" * 64), ids("b" * 64)

    assert first[:2] == again[:2]
    assert first[2] != again[2]  # without a place in its upload, the row names it


def test_a_purchase_of_google_analytics_has_its_order_and_its_amount() -> None:
    (batch,) = open_events(SAMPLES / "ga4.jsonl").batches(100)

    purchase = batch.frame.row(2, named=True)
    assert (purchase["order_id"], purchase["total_cents"]) == ("W-79", 5990)
    assert json.loads(purchase["properties"]) == {"currency": "EUR", "value": 59.9}
    assert batch.frame["evidence_kind"].to_list() == [None, "login", None]


@pytest.mark.parametrize(
    "odd",
    [
        {"event_params": "x"},
        {"event_params": [1, {"key": 2}, {"key": "a", "value": "b"}]},
        {"device": None, "ecommerce": []},
        {"user_properties": {"a": 1}},
    ],
)
def test_an_odd_row_of_google_analytics_is_still_an_event(odd: dict[str, object]) -> None:
    row = {"event_name": "x", "event_timestamp": 1795338000000000, "user_pseudo_id": "p", **odd}

    batch = read_events(Records([1], [json.dumps(row).encode()]), format="ga4", content_id="c")

    assert batch.frame.height == 1
    assert batch.frame["occurred_at"][0] == datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36", "chromium"),
        (f"Mozilla/5.0 (Windows NT 10.0) {CHROME} Safari/537.36 Edg/126.0", "chromium"),
        (f"Mozilla/5.0 (Linux; Android 14; Pixel 8) {CHROME} Mobile Safari/537.36", "android_chrome"),
        (f"Mozilla/5.0 (Linux; Android 9; CUBOT_P20) {CHROME} Mobile Safari/537.36", "android_chrome"),
        (f"Mozilla/5.0 (Linux; Android 14; SM-S911B; wv) {CHROME} Mobile", "app"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) CriOS/130.0 Mobile/15E148 Safari/604.1", "ios_safari"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Mobile/15E148 [FBAN/FBIOS;FBAV/480]", "app"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/17.5 Safari/605.1.15", "mac_safari"),
        ("Mozilla/5.0 (Windows NT 10.0; rv:127.0) Gecko/20100101 Firefox/127.0", "firefox"),
        ("Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)", "mail_proxy"),
        ("Mozilla/5.0", "mail_proxy"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "bot"),
        ("facebookexternalhit/1.1", "bot"),
        ("okhttp/4.12.0", "app"),
        ("Lynx/2.8", "other"),
    ],
)  # fmt: skip
def test_a_browser_is_known_by_what_limits_its_cookies(agent: str, family: str) -> None:
    assert classify_user_agent(agent) == family
    assert family in BROWSERS


def test_browsers_named_by_an_analytics_tool_are_classified() -> None:
    assert classify_browser("Safari", "macOS") == "mac_safari"
    assert classify_browser("Samsung Internet", "Android") == "android_chrome"
    assert classify_browser("Android Webview", "Android") == "app"
    assert classify_browser("Konqueror", "GNU/Linux") == "other"
