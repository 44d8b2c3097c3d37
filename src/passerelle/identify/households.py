"""Households: people of one family name at one address.

Each record carries the id of its household (its family name and address, keyed). A profile
lives where its most recently observed record with an address says; one without an address is a
household of its own.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from passerelle.store import BulkSession

_HOMES = (
    "select p.profile_id, r.household_id, r.observed_at, r.record_id "
    "from records r join placements p on p.identifier_id = r.record_id"
)
_TYPES = {
    "profile_id": pl.Int64,
    "household_id": pl.Int64,
    "observed_at": pl.Int64,
    "record_id": pl.Int64,
}


def save_households(bulk: BulkSession, around: npt.NDArray[np.int64] | None = None) -> int:
    """Say where each profile with a record lives.

    Args:
        bulk: The transaction.
        around: Identifiers whose profiles to look at; None for all.

    Returns:
        How many households there are among the profiles looked at.
    """
    if around is None:
        homes = _homes(pl.DataFrame(bulk.fetch(_HOMES)))
        bulk.execute("delete from households")
    else:
        bulk.stage("moved", pa.table({"identifier_id": pa.array(around, pa.int64())}))
        mine = (
            "select profile_id from placements where identifier_id in "
            "(select identifier_id from moved)"
        )
        homes = _homes(pl.DataFrame(bulk.fetch(f"{_HOMES} where p.profile_id in ({mine})")))
        bulk.execute(
            f"delete from households where profile_id in ({mine}) "  # noqa: S608
            "or profile_id in (select identifier_id from moved)"
        )
        bulk.execute("drop table moved")
    bulk.stage("staged_households", homes.to_arrow())
    bulk.execute(
        "insert into households (profile_id, household_id) "
        "select profile_id, household_id from staged_households"
    )
    bulk.execute("drop table staged_households")
    return homes["household_id"].n_unique()


def _homes(records: pl.DataFrame) -> pl.DataFrame:
    return (
        records.cast(_TYPES)  # type: ignore[arg-type]  # a dict of names to types
        .sort(
            ["profile_id", pl.col("household_id").is_null(), "observed_at", "record_id"],
            descending=[False, False, True, False],
        )
        .unique("profile_id", keep="first", maintain_order=True)
        .select("profile_id", pl.coalesce("household_id", "profile_id").alias("household_id"))
        .sort("profile_id")
    )
