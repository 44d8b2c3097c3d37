"""The web side of a simulated retailer: cookies live and die, and events come from the living."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from passerelle.simulate import EVENTS_AFTER
from tests.unit.simulate.conftest import Simulated

AS_OF = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def events(simulated: Simulated) -> pl.DataFrame:
    return simulated.events()


@pytest.fixture(scope="module")
def all_events(simulated: Simulated, events: pl.DataFrame) -> pl.DataFrame:
    return pl.concat([events, simulated.events(EVENTS_AFTER)])


def test_five_to_eight_events_a_customer_in_the_year_before_the_as_of_date(
    events: pl.DataFrame,
) -> None:
    assert 5 * 2_000 <= len(events) <= 8 * 2_000
    assert events["timestamp"].max() < AS_OF
    assert events["timestamp"].min() >= AS_OF - timedelta(days=365)


def test_the_events_of_the_month_after_are_apart(simulated: Simulated) -> None:
    after = simulated.events(EVENTS_AFTER)["timestamp"]
    assert after.min() >= AS_OF
    assert after.max() < AS_OF + timedelta(days=31)


def test_events_stand_in_the_order_of_arrival_and_some_arrive_late(events: pl.DataFrame) -> None:
    assert events["sentAt"].is_sorted()
    late = (events["sentAt"] - events["timestamp"]) > timedelta(minutes=30)
    assert late.mean() == pytest.approx(0.005, abs=0.003)


def test_some_events_are_delivered_twice_and_are_then_the_same(events: pl.DataFrame) -> None:
    again = events.filter(pl.col("messageId").is_duplicated())
    assert 0.003 < len(again) / len(events) < 0.012
    same = again.select("messageId", "anonymousId", "timestamp", "type").unique()
    assert same["messageId"].is_unique().all()


def test_a_cookie_is_never_seen_before_its_birth_or_after_its_death(
    simulated: Simulated, all_events: pl.DataFrame
) -> None:
    lives = simulated.truth("cookies").filter(pl.col("born_at").is_not_null())
    seen = all_events.join(lives, left_on="anonymousId", right_on="cookie")
    assert len(seen) > 5_000
    assert (seen["timestamp"] >= seen["born_at"]).all()
    assert (seen["timestamp"] <= seen["died_at"]).all()


def test_no_cookie_outlives_the_cap(simulated: Simulated) -> None:
    cookies = simulated.truth("cookies").filter(pl.col("kind") == "web")
    life = (cookies["died_at"] - cookies["born_at"]).drop_nulls()
    assert life.max() <= timedelta(days=simulated.spec.browsers.cookie_cap_days, minutes=5)


def test_cookies_are_unique_whatever_their_kind(simulated: Simulated) -> None:
    cookies = simulated.truth("cookies")
    assert cookies["cookie"].is_unique().all()
    assert set(cookies["kind"]) == {"web", "app", "mobile_id", "partner"}


def test_there_are_as_many_strangers_as_customers_cookies(simulated: Simulated) -> None:
    web = simulated.truth("cookies").filter(pl.col("kind") == "web")
    assert web["person_id"].null_count() == pytest.approx(len(web) / 2, abs=1)


def test_people_have_two_and_a_half_devices_of_four_kinds(simulated: Simulated) -> None:
    devices = simulated.truth("devices")
    assert devices.group_by("person_id").len()["len"].mean() == pytest.approx(2.5, abs=0.08)
    mix = dict(devices["browser"].value_counts(normalize=True).iter_rows())
    assert mix["ios_safari"] == pytest.approx(0.28, abs=0.03)
    assert mix["android_chrome"] == pytest.approx(0.30, abs=0.03)
    assert mix["desktop_chromium"] == pytest.approx(0.34, abs=0.03)
    assert mix["other"] == pytest.approx(0.08, abs=0.02)
    assert devices["is_shared"].mean() == pytest.approx(0.08, abs=0.02)


def test_logins_name_an_account_of_the_web_shop(simulated: Simulated, events: pl.DataFrame) -> None:
    accounts = simulated.csv("webshop_customers.csv")["Customer ID"]
    logins = events.filter(pl.col("type") == "identify")
    assert logins["userId"].null_count() == 0
    assert set(events["userId"].drop_nulls()) <= set(accounts)


def test_a_login_is_mostly_on_a_browser_of_the_persons_own(
    simulated: Simulated, events: pl.DataFrame
) -> None:
    accounts = simulated.truth("records").filter(pl.col("source") == "webshop")
    logins = (
        events.filter(pl.col("type") == "identify")
        .join(simulated.truth("cookies"), left_on="anonymousId", right_on="cookie")
        .join(accounts, left_on="userId", right_on="record_key", suffix="_of_account")
    )
    own = (logins["person_id"] == logins["person_id_of_account"]).mean()
    assert 0.95 < own < 1.0


def test_orders_name_a_receipt_and_its_total(simulated: Simulated, events: pl.DataFrame) -> None:
    orders = events.filter(pl.col("event") == "Order Completed").unique("messageId")
    told = orders.select(
        receipt_id=pl.col("properties").struct.field("order_id"),
        total=pl.col("properties").struct.field("total"),
        address=pl.col("properties").struct.field("email"),
    )
    totals = (
        simulated.receipts()
        .group_by("receipt_id")
        .agg(pl.col("amount_cents").sum(), pl.col("email").first())
    )
    both = told.join(totals, on="receipt_id")
    assert len(both) == len(orders) > 100
    assert ((both["total"] * 100).round() == both["amount_cents"]).all()
    assert (both["address"] == both["email"]).all()


def test_newsletter_events_carry_the_hash_of_a_known_address(
    simulated: Simulated, events: pl.DataFrame
) -> None:
    people = simulated.truth("people").filter("is_customer")
    known = {hashlib.sha256(email.encode()).hexdigest() for email in people["email"]}
    news = events.filter(pl.col("event").is_in(["Email Link Clicked", "Email Opened"]))
    hashes = news["properties"].struct.field("email_sha256")
    assert hashes.str.len_chars().eq(64).all()
    assert sum(h in known for h in hashes) > 0.6 * len(hashes)  # the others: former addresses


def test_an_open_comes_from_an_image_proxy_with_a_cookie_never_seen_again(
    simulated: Simulated, events: pl.DataFrame
) -> None:
    opened = events.filter(pl.col("event") == "Email Opened").unique("messageId")
    assert opened["anonymousId"].is_unique().all()
    assert not opened["anonymousId"].is_in(simulated.truth("cookies")["cookie"].implode()).any()
    agents = opened["context"].struct.field("userAgent")
    assert agents.str.contains("GoogleImageProxy|YahooMailProxy").all()


def test_the_app_tells_the_advertising_id_of_those_who_let_it(
    simulated: Simulated, events: pl.DataFrame
) -> None:
    app = events.filter(pl.col("event") == "Application Opened")
    ids = app["context"].struct.field("device").struct.field("advertisingId")
    known = simulated.truth("cookies").filter(pl.col("kind") == "mobile_id")
    assert 0.4 < ids.is_not_null().mean() < 0.95
    assert set(ids.drop_nulls()) <= set(known["cookie"])


def test_reach_says_who_can_be_found_again(simulated: Simulated, all_events: pl.DataFrame) -> None:
    reach = simulated.truth("reach")
    assert reach["person_id"].to_list() == (
        simulated.truth("people").filter("is_customer")["person_id"].to_list()
    )
    assert (reach["claimed"] | ~reach["alive"]).all()
    assert (reach["claimed"] | ~reach["seen_on_bound_cookie"]).all()
    assert 0.25 < reach["claimed"].mean() < 0.55
    assert reach["alive"].mean() < reach["claimed"].mean()
    assert 0.03 < reach["seen_on_bound_cookie"].mean() < reach["alive"].mean()


def test_the_partner_knows_the_share_of_people_that_the_spec_says(simulated: Simulated) -> None:
    partner = simulated.csv("partner.csv")
    cookies = simulated.truth("cookies").filter(pl.col("kind") == "partner")
    people = simulated.truth("people").filter("is_customer")
    devices = simulated.truth("devices").filter(
        pl.col("browser").is_in(["android_chrome", "desktop_chromium"])
    )
    able = people.filter(pl.col("person_id").is_in(devices["person_id"].implode()))
    known = able["person_id"].is_in(cookies["person_id"].implode()).mean()
    assert partner["partner_cookie"].to_list() == cookies["cookie"].to_list()
    assert known == pytest.approx(simulated.spec.partner.knows_share, abs=0.04)
    assert not cookies["browser"].is_in(["ios_safari", "other"]).any()
    hashes = {hashlib.sha256(email.encode()).hexdigest() for email in people["email"]}
    customers = cookies.filter(pl.col("browser").is_not_null())["cookie"]
    ours = partner.filter(pl.col("partner_cookie").is_in(customers.implode()))
    same = sum(h in hashes for h in ours["email_sha256"]) / len(ours)
    assert same == pytest.approx(simulated.spec.partner.same_email_share, abs=0.05)
