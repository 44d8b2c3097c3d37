"""Where records said that people live: kept version by version, read profile by profile."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from passerelle.collect import RecordBatch
from passerelle.identify.graph_loading import frame_of
from passerelle.store import BulkSession

_COLUMNS = (
    "record_id", "observed_at", "address_id", "unit", "postcode", "last_name_key",
    "birth_name_key", "name_words", "declared_id",
)  # fmt: skip
_SAYS = _COLUMNS[2:]
RESIDENCE_TYPES = {
    "record_id": pl.Int64,
    "observed_at": pl.Int64,
    "address_id": pl.Int64,
    "unit": pl.String,
    "postcode": pl.String,
    "last_name_key": pl.String,
    "birth_name_key": pl.String,
    "name_words": pl.String,
    "declared_id": pl.Int64,
    "first_name_key": pl.String,
    "birth_date": pl.String,
    "learned_at": pl.Int64,
}
"""The columns of what records say of homes, with their types."""

RESIDENCE_SELECT = (
    "select r.record_id, coalesce(s.observed_at, r.observed_at) as observed_at, s.address_id, "
    "s.unit, s.postcode, s.last_name_key, s.birth_name_key, s.name_words, s.declared_id, "
    "r.first_name_key, r.birth_date, r.learned_at "
    "from records r left join residences s on s.record_id = r.record_id"
)
"""What every record says, one row a version of it."""


def adding_residences(batch: RecordBatch) -> Callable[[BulkSession], None]:
    """What keeps where the records of a batch, older versions too, say that people live."""
    told = pl.concat([batch.older.select(_COLUMNS), batch.records.select(_COLUMNS)])
    rows = (
        told.filter(pl.any_horizontal(pl.col(_SAYS).is_not_null()))
        .unique(["record_id", "observed_at"], keep="last")  # of one instant, what was said last
        .sort("record_id", "observed_at")
        .to_arrow()
    )
    sets = ", ".join(f"{name} = excluded.{name}" for name in _SAYS)

    def write(bulk: BulkSession) -> None:
        if rows.num_rows:
            bulk.put("residences", rows, f"(record_id, observed_at) do update set {sets}")

    return write


def read_residences(reading: BulkSession, placements: pl.DataFrame) -> pl.DataFrame:
    """What every record in a profile says, one row a version of it; at least one row a record.

    Columns: profile_id, record_id, observed_at, address_id, unit, postcode, last_name_key,
    birth_name_key, name_words, declared_id, first_name_key, birth_date, learned_at.
    """
    told = frame_of(reading.fetch(RESIDENCE_SELECT), RESIDENCE_TYPES)
    return told.join(placements, left_on="record_id", right_on="identifier_id")
