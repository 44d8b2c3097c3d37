"""Notices in the lake: movers, deaths and returned mail, as their files said it."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from passerelle.engine import Engine
from passerelle.identifiers import first_name_keys, last_name_keys
from passerelle.lake import Lake
from passerelle.unify.life_changes.sayings import place_keys

_ADDRESS = ("address_1", "address_2", "postcode", "city")
_FIELDS = {
    "movers": ("last_name", "first_name", "scope", "until", "expires_on", *_ADDRESS, "to_address_1",
               "to_address_2", "to_postcode", "to_city", "to_country"),
    "deaths": ("last_name", "first_names", "sex", "birth_date", "birth_place", "death_code"),
    "returned-mail": ("customer_id", "last_name", "first_name", "reason", *_ADDRESS),
}  # fmt: skip


@dataclass(frozen=True)
class Notices:
    """Notices of each kind: notice_id, source, file_name, row_number, happened_on, their fields,
    `last_key` and `first_key`.
    """

    movers: pl.DataFrame
    deaths: pl.DataFrame
    returned_mail: pl.DataFrame


def read_notices(lake: Lake, engine: Engine) -> Notices:
    """Each notice once, however many files say it."""
    found = pl.DataFrame(engine.build("unify", "life_notices", {"notices": lake.files("notices")}))
    movers = _said(found, "movers")
    mail = _said(found, "returned-mail")
    return Notices(
        movers=_keyed(movers, "first_name").with_columns(
            place_keys().alias("place"), place_keys("to_").alias("to_place")
        ),
        deaths=_keyed(_said(found, "deaths"), "first_names"),
        returned_mail=_keyed(mail, "first_name").with_columns(
            place_keys().alias("place"), pl.col("customer_id").cast(pl.Int64)
        ),
    )


def _said(found: pl.DataFrame, kind: str) -> pl.DataFrame:
    fields = dict.fromkeys(_FIELDS[kind], pl.String)
    shape = pl.Struct({**fields, **({"customer_id": pl.Int64} if "customer_id" in fields else {})})
    return (
        found.filter(pl.col("kind") == kind)
        .with_columns(pl.col("said").str.json_decode(shape).alias("said"))
        .unnest("said")
        .drop("kind")
    )


def _keyed(notices: pl.DataFrame, first: str) -> pl.DataFrame:
    leading = notices[first].str.extract(r"^\s*(\S+)") if first == "first_names" else notices[first]
    return notices.with_columns(
        last_name_keys(notices["last_name"]).alias("last_key"),
        first_name_keys(leading).alias("first_key"),
    )


def read_in_file() -> pl.Expr:
    """Where a notice was read: file and row, as part of the evidence."""
    return pl.struct("source", "file_name", "row_number", pl.col("happened_on").alias("on")).alias(
        "notice"
    )
