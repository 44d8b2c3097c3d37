"""The receipts of a simulated retailer: who bought, and how many of them say so."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from tests.unit.simulate.conftest import Simulated


def test_every_receipt_has_its_buyer(simulated: Simulated) -> None:
    receipts, truth = simulated.receipts(), simulated.truth("receipts")
    assert truth["receipt_id"].is_unique().all()
    assert set(receipts["receipt_id"]) == set(truth["receipt_id"])
    assert set(truth["person_id"]) <= set(simulated.truth("people")["person_id"])


def test_receipts_stay_within_two_years_before_the_as_of_date(simulated: Simulated) -> None:
    occurred = simulated.receipts()["occurred_at"]
    end = datetime(2026, 11, 1, tzinfo=UTC)
    assert occurred.max() < end
    assert occurred.min() >= end - timedelta(days=simulated.spec.receipts.history_days)


def test_lines_are_numbered_within_their_receipt(simulated: Simulated) -> None:
    numbers = (
        simulated.receipts()
        .group_by("receipt_id")
        .agg(
            pl.col("line_number").min().alias("first"),
            pl.col("line_number").max().alias("last"),
            pl.len().alias("lines"),
        )
    )
    assert (numbers["first"] == 1).all()
    assert (numbers["last"] == numbers["lines"]).all()
    assert numbers["lines"].mean() == pytest.approx(2.1, abs=0.1)


def test_amounts_are_what_the_lines_say(simulated: Simulated) -> None:
    receipts = simulated.receipts()
    bought = receipts.filter(pl.col("quantity") > 0)
    returned = receipts.filter(pl.col("quantity") < 0)
    assert (bought["amount_cents"] > 0).all()
    assert (returned["amount_cents"] < 0).all()
    assert len(returned) / len(receipts) == pytest.approx(0.02, abs=0.01)


def test_web_receipts_carry_an_e_mail_and_mostly_a_login(simulated: Simulated) -> None:
    web = simulated.receipts().filter(pl.col("channel") == "web").unique("receipt_id")
    assert web["email"].null_count() == 0
    assert 0.4 < web["login"].is_not_null().mean() < 0.95
    assert web["store_id"].null_count() == len(web)


def test_most_shop_receipts_do_not_say_who_bought(simulated: Simulated) -> None:
    shop = simulated.receipts().filter(pl.col("channel") == "shop").unique("receipt_id")
    named = shop.select(
        pl.any_horizontal(pl.col("loyalty_card", "customer_number", "email").is_not_null())
    ).to_series()
    assert 0.25 < named.mean() < 0.55
    assert shop["login"].null_count() == len(shop)


def test_cards_are_mostly_shown_by_their_owner(simulated: Simulated) -> None:
    cards = simulated.truth("records").filter(pl.col("source") == "loyalty")
    shown = (
        simulated.receipts()
        .unique("receipt_id")
        .filter(pl.col("loyalty_card").is_not_null())
        .join(simulated.truth("receipts"), on="receipt_id")
        .join(cards, left_on="loyalty_card", right_on="record_key", suffix="_of_card")
    )
    own = (shown["person_id"] == shown["person_id_of_card"]).mean()
    assert len(shown) > 500
    assert 0.95 < own < 1.0


def test_the_dead_buy_nothing(simulated: Simulated) -> None:
    late = (
        simulated.receipts()
        .join(simulated.truth("receipts"), on="receipt_id")
        .join(simulated.truth("people").filter(pl.col("died_on").is_not_null()), on="person_id")
        .filter(pl.col("occurred_at").dt.date() >= pl.col("died_on"))
    )
    assert len(late) == 0
