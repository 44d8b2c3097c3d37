"""What the match report is computed from, as it stands in the store and the lake."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.compute as pc

from passerelle.engine import Input
from passerelle.lake import Lake
from passerelle.measure.lifetimes import Lifetime, read_lifetimes
from passerelle.store import Store

INSTANT = pa.timestamp("us", tz="UTC")

SCHEMAS = {
    "placements": pa.schema([("identifier_id", pa.int64()), ("profile_id", pa.int64())]),
    "identifiers": pa.schema([("identifier_id", pa.int64()), ("type", pa.string())]),
    "edges": pa.schema(
        [
            ("left_id", pa.int64()),
            ("right_id", pa.int64()),
            ("kind", pa.string()),
            ("source", pa.string()),
            ("first_seen_at", INSTANT),
            ("last_seen_at", INSTANT),
        ]
    ),
    "households": pa.schema([("profile_id", pa.int64()), ("household_id", pa.int64())]),
    "records": pa.schema(
        [
            ("record_id", pa.int64()),
            ("source", pa.string()),
            ("source_kind", pa.string()),
            ("observed_at", INSTANT),
            ("is_dated", pa.bool_()),
        ]
    ),
    "sources": pa.schema([("source", pa.string()), ("kind", pa.string())]),
}
"""Columns of each table that comes from the store."""

_TYPES = "('cookie', 'mobile_id', 'email', 'login')"
_FOLLOWED = (
    "select e.left_id, e.right_id, e.kind, e.source, e.first_seen_at, e.last_seen_at "
    "from edges e left join refusals r on r.edge_id = e.edge_id "
    "where r.edge_id is null and e.withdrawn_at is null and "
)
_SELECTS = {
    "placements": "select identifier_id, profile_id from placements",
    "identifiers": f"select identifier_id, type from identifiers where type in {_TYPES}",  # noqa: S608
    # Most edges tie a record to what it holds; only devices matter here.
    "edges": (  # a constant of this module, and no value of anybody
        f"{_FOLLOWED} e.kind not in ('record', 'mention', 'open') union all "  # noqa: S608
        f"{_FOLLOWED} e.kind = 'record' and e.right_id in "
        "(select identifier_id from identifiers where type in ('cookie', 'mobile_id'))"
    ),
    "households": "select profile_id, household_id from households",
    "records": (
        "select r.record_id, r.source, coalesce(s.kind, 'unknown') as source_kind, r.observed_at, "
        "case when r.observed_at < r.received_at then 1 else 0 end as is_dated "
        "from records r left join sources s on s.name = r.source"
    ),
    "sources": "select name as source, kind from sources",
}


class Parts(Protocol):
    """The parts of an installation that the report reads."""

    @property
    def store(self) -> Store:
        """Where the identity map is."""
        ...

    @property
    def lake(self) -> Lake:
        """Where events and receipts are."""
        ...


@dataclass(frozen=True)
class MatchInputs:
    """The tables that the report reads; columns as in `SCHEMAS` and in the lake.

    edges: those that join, neither withdrawn nor refused; at least all that touch a device.
    """

    placements: pa.Table
    identifiers: pa.Table
    edges: pa.Table
    households: pa.Table
    records: pa.Table
    sources: pa.Table
    events: Input
    receipts: Input
    lifetimes: tuple[Lifetime, ...]


def load_match_inputs(passerelle: Parts, *, home: Path | None = None) -> MatchInputs:
    """Read what the report needs from the store and the lake.

    Args:
        passerelle: An open installation.
        home: Folder that may hold a `lifetimes.toml`.

    Raises:
        Misconfigured: That file cannot be used.
    """
    lifetimes = read_lifetimes(home / "lifetimes.toml" if home is not None else None)
    tables = {
        name: fitted(name, passerelle.store.arrow(select)) for name, select in _SELECTS.items()
    }
    return MatchInputs(
        **tables,
        events=passerelle.lake.files("events"),
        receipts=passerelle.lake.files("receipts"),
        lifetimes=lifetimes,
    )


def fitted(name: str, rows: pa.Table) -> pa.Table:
    """A table of the store with the types of `SCHEMAS`: an empty one comes without any."""
    columns = []
    for field in SCHEMAS[name]:
        column = rows[field.name]
        if pa.types.is_timestamp(field.type) and not pa.types.is_timestamp(column.type):
            column = column.cast(pa.int64())
        if pa.types.is_boolean(field.type) and not pa.types.is_boolean(column.type):
            column = pc.equal(column.cast(pa.int64()), 1)
        columns.append(column.cast(field.type))
    return pa.table(columns, schema=SCHEMAS[name])
