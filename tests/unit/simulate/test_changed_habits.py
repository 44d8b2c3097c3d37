"""With files of life changes, shops and devices change and children are enrolled, as the truth says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from passerelle.simulate import RetailerSpec, simulate_retailer
from tests.unit.simulate.conftest import Simulated


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    folder = tmp_path_factory.mktemp("changing") / "retailer"
    spec = RetailerSpec(customers=4_000, seed=7, has_life_files=True)
    return Simulated(folder, spec, simulate_retailer(spec, folder))


def test_whoever_changed_shop_buys_at_the_one_before_and_at_the_other_after(
    changing: Simulated,
) -> None:
    people = changing.truth("people").select("person_id", "household_id")
    bought = (
        changing.receipts()
        .unique("receipt_id")
        .filter(pl.col("channel") == "shop")
        .join(changing.truth("receipts"), on="receipt_id")
        .join(people, on="person_id")
        .join(changing.truth("shop_habits"), on="household_id")
    )
    is_after = pl.col("occurred_at").dt.date() >= pl.col("changed_on")
    at_usual = pl.when(is_after).then("shop").otherwise("former_shop") == pl.col("store_id")
    shares = bought.group_by(is_after.alias("after")).agg(at_usual.mean(), pl.len().alias("n"))

    assert shares["n"].min() > 50
    assert shares[shares.columns[1]].min() > 0.75


def test_a_replaced_device_is_not_seen_after_the_day_nor_the_new_one_before(
    changing: Simulated,
) -> None:
    told = changing.truth("replaced_devices")
    seen = (
        changing.events()
        .join(told, left_on="anonymousId", right_on="cookie")
        .with_columns((pl.col("timestamp").dt.date() >= pl.col("replaced_on")).alias("is_after"))
    )

    assert seen.height > 200
    assert (seen["is_after"] == seen["is_newer"]).mean() > 0.99  # a visit may last past midnight


def test_children_of_the_club_are_children_of_households_with_customers(
    changing: Simulated,
) -> None:
    club = pl.read_csv(changing.folder / "kids_club.csv", separator=";", infer_schema=False)
    told = changing.truth("life_files").filter(file="kids_club").sort("row")
    people = changing.truth("people")
    children = told.join(people, on="person_id", maintain_order="left")

    assert club.height == children.height > 50
    assert not children["is_adult"].any()
    assert club["Prénom"].to_list() == children["first_name"].to_list()
    homes = people.filter(pl.col("in_crm") | pl.col("in_loyalty") | pl.col("in_webshop"))
    assert children["household_id"].is_in(homes["household_id"].implode()).all()


def test_without_life_files_habits_stay(tmp_path: Path) -> None:
    plain = RetailerSpec(customers=150, seed=3)
    simulate_retailer(plain, tmp_path / "plain")
    simulate_retailer(replace(plain, has_life_files=True), tmp_path / "changing")
    crm = [(tmp_path / name / "crm_customers.csv").read_bytes() for name in ("plain", "changing")]

    assert crm[0] == crm[1]
    assert not (tmp_path / "plain" / "truth" / "shop_habits.parquet").exists()
