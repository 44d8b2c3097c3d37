"""Another usual shop, a new device, a child in the household: found beside the truth."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl

from benchmarks.life_changes.telling import tell
from passerelle.bootstrap import Passerelle

_NEEDED = 3  # receipts before and after, from which another shop can be seen


def judge_habits(changes: pl.DataFrame, passerelle: Passerelle, retailer: Path) -> int:
    """Print how right the three kinds are.

    Args:
        changes: kind, identifier_id, other_id, probability, is_certain, details, new_key (the key
            of the record that tells it); what was found.
        passerelle: The base that they were found in.
        retailer: The folder of the simulation.
    """
    truth = retailer / "truth"
    people = pl.read_parquet(truth / "people.parquet").select("person_id", "household_id")
    placed = pl.DataFrame(
        passerelle.store.arrow("select identifier_id, profile_id from placements")
    )
    shops = _shops(changes, placed, _owners(passerelle, truth, placed), people, retailer)
    devices = _devices(changes, passerelle, placed, truth)
    children = _children(changes, passerelle, people, retailer)
    return max(shops, devices, children)


def _owners(passerelle: Passerelle, truth: Path, placed: pl.DataFrame) -> pl.DataFrame:
    """profile_id, person_id: the person most of a profile's records are of."""
    told = pl.read_parquet(truth / "records.parquet")
    held = pl.DataFrame(passerelle.store.arrow("select record_id, source, record_key from records"))
    whose = held.join(told, on=["source", "record_key"]).join(
        placed, left_on="record_id", right_on="identifier_id"
    )
    counted = whose.group_by("profile_id", "person_id").len().sort("len", "person_id")
    return counted.unique("profile_id", keep="last").select("profile_id", "person_id")


def _shops(
    changes: pl.DataFrame,
    placed: pl.DataFrame,
    owners: pl.DataFrame,
    people: pl.DataFrame,
    retailer: Path,
) -> int:
    habits = pl.read_parquet(retailer / "truth" / "shop_habits.parquet")
    found = (
        changes.filter(kind="shop_change")
        .join(placed, on="identifier_id")
        .join(owners, on="profile_id")
        .join(people, on="person_id")
        .join(habits, on="household_id", how="left")
    )
    details = [json.loads(each) for each in found["details"].to_list()]
    said = found.with_columns(
        pl.Series("from_shop", [each["from"] for each in details], dtype=pl.String),
        pl.Series("to_shop", [each["to"] for each in details], dtype=pl.String),
    )
    is_right = (pl.col("from_shop") == pl.col("former_shop")) & (
        pl.col("to_shop") == pl.col("shop")
    )
    right = said.with_columns(is_right.fill_null(value=False).alias("is_right"))
    return tell("another usual shop", right, _seen_to_change(habits, people, retailer))


def _seen_to_change(habits: pl.DataFrame, people: pl.DataFrame, retailer: Path) -> pl.Series:
    """People whose household changed shop, with named receipts enough before and after."""
    named = pl.any_horizontal(
        pl.col(name).is_not_null() for name in ("loyalty_card", "customer_number", "email")
    )
    lines = pl.read_parquet(retailer / "receipts.parquet")
    bought = (
        lines.filter((pl.col("channel") == "shop") & named)
        .unique("receipt_id")
        .join(pl.read_parquet(retailer / "truth" / "receipts.parquet"), on="receipt_id")
        .join(people, on="person_id")
        .join(habits, on="household_id")
        .with_columns((pl.col("occurred_at").dt.date() >= pl.col("changed_on")).alias("is_after"))
    )
    sides = bought.group_by("person_id").agg(
        pl.col("is_after").sum().alias("after"), (~pl.col("is_after")).sum().alias("before")
    )
    return sides.filter((pl.col("after") >= _NEEDED) & (pl.col("before") >= _NEEDED))["person_id"]


def _devices(
    changes: pl.DataFrame, passerelle: Passerelle, placed: pl.DataFrame, truth: Path
) -> int:
    """A new device is right if it is the one that replaced the other; it can be seen of whose two
    devices a cookie each was bound to one profile.
    """
    told = pl.read_parquet(truth / "replaced_devices.parquet")
    known = pl.DataFrame(
        passerelle.store.arrow(
            "select identifier_id, value as cookie from identifiers where type = 'cookie'"
        )
    )
    cookies = told.join(known, on="cookie").select("identifier_id", "person_id", "is_newer")
    found = (
        changes.filter(kind="new_device")
        .join(cookies, on="identifier_id", how="left")
        .join(cookies, left_on="other_id", right_on="identifier_id", how="left", suffix="_old")
    )
    same = pl.col("person_id") == pl.col("person_id_old")
    is_right = same & pl.col("is_newer") & ~pl.col("is_newer_old")
    right = found.with_columns(is_right.fill_null(value=False).alias("is_right"))
    bound = cookies.join(placed, on="identifier_id")
    both = bound.group_by("profile_id", "person_id").agg(pl.col("is_newer").n_unique().alias("n"))
    return tell("new device", right, both.filter(pl.col("n") == 2)["person_id"])


def _children(
    changes: pl.DataFrame, passerelle: Passerelle, people: pl.DataFrame, retailer: Path
) -> int:
    """A child is right if the adult whom it was found with is of its household; it can be seen of
    children in the household of somebody whose records hold a birth date.
    """
    club = pl.read_csv(retailer / "kids_club.csv", separator=";", infer_schema=False)
    told = pl.read_parquet(retailer / "truth" / "life_files.parquet").filter(file="kids_club")
    rows = club.select(pl.col("N° client").alias("record_key")).with_row_index("row")
    children = rows.join(told.with_columns(pl.col("row").cast(pl.UInt32)), on="row")
    records = pl.read_parquet(retailer / "truth" / "records.parquet")
    held = pl.DataFrame(
        passerelle.store.arrow("select record_id, source, record_key, birth_date from records")
    )
    adults = held.join(records, on=["source", "record_key"]).join(people, on="person_id")
    child_ids = held.filter(source="kids_club").join(children, on="record_key")
    homes = child_ids.join(people, on="person_id").select(
        pl.col("record_key").alias("new_key"), "person_id", "household_id"
    )
    found = (
        changes.filter(kind="child")
        .join(homes, on="new_key", how="left")
        .join(adults.select("record_id", pl.col("household_id").alias("of_adult")),
              left_on="identifier_id", right_on="record_id", how="left")
    )  # fmt: skip
    is_right = pl.col("household_id") == pl.col("of_adult")
    right = found.with_columns(is_right.fill_null(value=False).alias("is_right"))
    dated = adults.filter(pl.col("birth_date").is_not_null())["household_id"]
    visible = homes.filter(pl.col("household_id").is_in(dated.implode()))["person_id"]
    return tell("child in the household", right, visible)
