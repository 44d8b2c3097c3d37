"""Mail that came back: whose it was, and which of their addresses it had gone to."""

from __future__ import annotations

import polars as pl
import pyarrow as pa

from passerelle.unify.life_changes.change import PROPOSALS, RETURNED_MAIL
from passerelle.unify.life_changes.notices import read_in_file
from passerelle.unify.life_changes.sayings import ADDRESS
from passerelle.unify.life_changes.weighing import as_json, weigh, when

SURE = 0.95
"""From this probability the return is followed without a person's word."""

_PRIOR_ODDS = 4.0  # a letter to that name and address, found by both or by customer number; chosen
_FROM = ("address_1", "address_2", "postcode", "city")

_MORE = {"profile_id": pl.Int64, "place": pl.String, "reason": pl.String}


def find_returned_mail(
    sayings: pl.DataFrame, notices: pl.DataFrame, placements: pa.Table, holders: pl.DataFrame
) -> pl.DataFrame:
    """Letters to people of the base that came back, as `PROPOSALS`, with `_MORE`.

    Args:
        sayings: What records said; see `read_sayings`.
        notices: Notices of returned mail.
        placements: identifier_id, profile_id.
        holders: customer_id, record_id: the records that hold customer numbers.
    """
    if notices.is_empty():
        return pl.DataFrame(schema={**PROPOSALS, **_MORE})
    placed = pl.DataFrame(placements).rename({"identifier_id": "customer_id"})
    by_number = notices.join(placed, on="customer_id").with_columns(
        pl.col("customer_id").alias("identifier_id"), pl.lit(value=True).alias("is_by_number")
    )
    unnamed = notices.join(by_number, on="notice_id", how="anti")
    people = sayings.select("profile_id", "record_id", "last_key", "first_key", "place")
    by_name = (
        unnamed.join(people, on=["last_key", "place"], suffix="_record")
        .filter((pl.col("first_key") == pl.col("first_key_record")).fill_null(value=True))
        .sort("record_id")
        .unique(["notice_id", "profile_id"], keep="first", maintain_order=True)
        .with_columns(
            pl.col("record_id").alias("identifier_id"), pl.lit(value=False).alias("is_by_number")
        )
    )
    columns = [*notices.columns, "profile_id", "identifier_id", "is_by_number"]
    both = pl.concat([by_number.select(columns), by_name.select(columns)])
    return _proposals(_weighed(_addressed(both, sayings, holders)))


def _addressed(found: pl.DataFrame, sayings: pl.DataFrame, holders: pl.DataFrame) -> pl.DataFrame:
    """An address that the row does not give is that of the record with the customer number."""
    said = sayings.filter(pl.col("place").is_not_null()).sort(
        pl.coalesce("said_at", "received_at"), "record_id"
    )
    latest = (
        said.join(holders, on="record_id", maintain_order="left")
        .unique("customer_id", keep="last", maintain_order=True)
        .select("customer_id", *(pl.col(name).alias(f"said_{name}") for name in (*_FROM, "place")))
    )
    known = found.join(latest, on="customer_id", how="left")
    gives_none = pl.col("place").is_null()
    return known.with_columns(
        pl.when(gives_none).then(f"said_{name}").otherwise(name).alias(name)
        for name in (*_FROM, "place")
    )


def _weighed(found: pl.DataFrame) -> pl.DataFrame:
    factors = {
        "customer_number": when(pl.col("is_by_number"), 50.0),
        "address_exact": when(~pl.col("is_by_number"), 20.0),
        "first_name_same": when(~pl.col("is_by_number") & pl.col("first_key").is_not_null(), 10.0),
    }
    return weigh(found, _PRIOR_ODDS, factors)


def _proposals(found: pl.DataFrame) -> pl.DataFrame:
    missing = [pl.lit(None, pl.String).alias(name) for name in ADDRESS if name not in _FROM]
    address = pl.struct(*_FROM, *missing, "place")
    return found.select(
        pl.lit(RETURNED_MAIL).alias("kind"),
        "identifier_id",
        pl.lit(None, pl.Int64).alias("other_id"),
        "source",
        "happened_on",
        pl.col("notice_id").cast(pl.String).alias("what"),
        "probability",
        (pl.col("probability") >= SURE).alias("is_certain"),
        pl.lit(None, pl.String).alias("former_name_key"),
        as_json(pl.col("reason"), address.alias("from"), name="details"),
        as_json(read_in_file(), pl.col("reasons"), name="evidence"),
        "profile_id",
        "place",
        "reason",
    )
