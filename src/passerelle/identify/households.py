"""Households: people of one family name at one address.

Each record carries the id of its household (its family name and address, keyed), or that which
linking found it to share with others. A profile lives where its most recently observed record that
has one says; without any it is a household of its own.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from passerelle.identify.conclusions import replace_rows
from passerelle.identify.ids_as_table import wanted_ids
from passerelle.store import BulkSession

_LIVES = (
    "select r.record_id, coalesce(h.home_id, r.household_id) as household_id, r.observed_at from"
)
_HOMES = "left join record_homes h on h.record_id = r.record_id"
_TYPES = {"record_id": pl.Int64, "household_id": pl.Int64, "observed_at": pl.Int64}


def find_homes(
    reading: BulkSession, placements: pl.DataFrame, around: npt.NDArray[np.int64] | None = None
) -> pl.DataFrame:
    """Where each profile with a record lives: profile_id, household_id.

    Args:
        reading: Reads the records.
        placements: identifier_id, profile_id: the profiles, with all their records.
        around: Identifiers, among them all of the profiles to look at; None for all.
    """
    return _homes(_records(reading, around), placements)


def save_homes(
    bulk: BulkSession, homes: pl.DataFrame, around: npt.NDArray[np.int64] | None = None
) -> None:
    """Keep where profiles live; see `find_homes`."""
    replace_rows(bulk, "households", homes, around)


def _records(bulk: BulkSession, around: npt.NDArray[np.int64] | None) -> pl.DataFrame:
    if around is None:
        found = bulk.fetch(f"{_LIVES} records r {_HOMES}")
    else:
        with wanted_ids(bulk, around) as wanted:
            found = bulk.fetch(
                f"{wanted.sql} {_LIVES} f cross join records r {_HOMES} "
                "where r.record_id = f.identifier_id",
                wanted.parameters,
            )
    if found.num_rows == 0:
        return pl.DataFrame(schema=_TYPES)
    return pl.DataFrame(found)  # SQLite gives columns without any value as whole numbers: these are


def _homes(records: pl.DataFrame, placements: pl.DataFrame) -> pl.DataFrame:
    placed = records.join(placements, left_on="record_id", right_on="identifier_id")
    told = placed.filter(pl.col("household_id").is_not_null())
    latest = (
        told.sort("observed_at", "record_id", descending=[True, False])
        .unique("profile_id", keep="first", maintain_order=True)
        .select("profile_id", "household_id")
    )
    profiles = placed.select("profile_id").unique()
    return profiles.join(latest, on="profile_id", how="left").select(
        "profile_id", pl.coalesce("household_id", "profile_id").alias("household_id")
    )
