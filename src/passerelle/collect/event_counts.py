"""How many events came, by hour, source and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import polars as pl

from passerelle.store import BulkSession, Store

ACCEPTED, DUPLICATE, LATE, SKEWED = "accepted", "duplicate", "late", "clock_skewed"
QUARANTINED = "quarantined"

LATE_AFTER = timedelta(hours=1)
"""An event that was received so long after it happened is late: it was queued on a device."""

MOST_NAMES = 200
"""Names of events that are counted by themselves, of one source in one hour."""

OTHER_NAMES = "(other)"
"""What events of further names are counted as."""

_HOUR = 3_600_000_000  # microseconds
_LONGEST_NAME = 100
_KEY = ["hour", "source", "outcome", "event"]
_TALLY = {
    "hour": pl.Int64,
    "source": pl.String,
    "outcome": pl.String,
    "event": pl.String,
    "events": pl.Int64,
}


@dataclass
class SourceCounts:
    """What became of a source's events; each received one is accepted, a duplicate or quarantined.

    Accepted ones may also have come late, or with a clock that was wrong. `quarantined` is by
    reason, `events` counts accepted ones by name.
    """

    source: str
    accepted: int = 0
    duplicate: int = 0
    late: int = 0
    clock_skewed: int = 0
    quarantined: dict[str, int] = field(default_factory=dict)
    events: dict[str, int] = field(default_factory=dict)


def tally_accepted(events: pl.DataFrame) -> pl.DataFrame:
    """Counts of accepted events, with those that were late or had a wrong clock.

    Args:
        events: Columns source, type, name, received_at, occurred_at, clock_note.
    """
    told = events.select(
        _hour("received_at"),
        "source",
        _event_name(),
        (pl.col("received_at") - pl.col("occurred_at") > LATE_AFTER).alias(LATE),
        pl.col("clock_note").is_in(["skewed", "future"]).fill_null(False).alias(SKEWED),
    )
    return pl.concat(
        [
            _grouped(told, ACCEPTED),
            _grouped(told.filter(LATE).with_columns(pl.lit("").alias("event")), LATE),
            _grouped(told.filter(SKEWED).with_columns(pl.lit("").alias("event")), SKEWED),
        ]
    )


def tally_duplicates(events: pl.DataFrame) -> pl.DataFrame:
    """Counts of events that were known; columns source, received_at."""
    told = events.select(_hour("received_at"), "source", pl.lit("").alias("event"))
    return _grouped(told, DUPLICATE)


def tally_quarantined(rows: Sequence[tuple[str, str, int]]) -> pl.DataFrame:
    """Counts of quarantined events, each given as source, reason and microseconds of reception."""
    columns = {"source": pl.String, "event": pl.String, "received_at": pl.Int64}
    told = pl.DataFrame(rows, columns, orient="row")
    hours = told.with_columns((pl.col("received_at") // _HOUR * _HOUR).alias("hour"))
    return _grouped(hours, QUARANTINED)


def count_events(bulk: BulkSession, tally: pl.DataFrame) -> None:
    """Add a tally to the counts, in the transaction of what is counted.

    Of a source, so many names are counted in an hour; events of further names count together as
    `OTHER_NAMES`: who makes names up must not fill the store.
    """
    merged = _merge(_with_bounded_names(bulk, _merge(tally)))
    bulk.put(
        "event_counts",
        merged.sort(_KEY).to_arrow(),
        "(hour, source, outcome, event) do update set events = event_counts.events "
        "+ excluded.events",
    )


def read_counts(
    store: Store, *, source: str | None = None, event: str | None = None
) -> list[SourceCounts]:
    """What became of events, by source; with `event`, of accepted ones of that name only."""
    rows = store.rows(
        "select source, outcome, event, cast(sum(events) as bigint) as events from event_counts "
        "group by source, outcome, event order by source, outcome, event"
    )
    found: dict[str, SourceCounts] = {}
    for row in rows:
        if source not in (None, row["source"]):
            continue
        if event is not None and (row["outcome"], row["event"]) != (ACCEPTED, event):
            continue
        _add(found.setdefault(row["source"], SourceCounts(row["source"])), row)
    return list(found.values())


def _merge(tally: pl.DataFrame) -> pl.DataFrame:
    return tally.group_by(_KEY).agg(pl.col("events").sum())


def _with_bounded_names(bulk: BulkSession, tally: pl.DataFrame) -> pl.DataFrame:
    """The tally with names that are too many in their hour as one; frequent ones are kept first."""
    named = tally.filter(pl.col("outcome") == ACCEPTED)
    if not named.height:
        return tally
    known = _counted_names(bulk, named)
    counted = known.group_by("hour", "source").len("known")
    extra = (
        named.join(known, on=["hour", "source", "event"], how="anti")
        .join(counted, on=["hour", "source"], how="left")
        .sort("events", "event", descending=[True, False])
        .with_columns(pl.col("event").cum_count().over("hour", "source").alias("place"))
        .filter(pl.col("place") + pl.col("known").fill_null(0) > MOST_NAMES)
    )
    if not extra.height:
        return tally
    folded = tally.join(extra, on=_KEY, how="semi").with_columns(pl.lit(OTHER_NAMES).alias("event"))
    return pl.concat([tally.join(extra, on=_KEY, how="anti"), folded.select(tally.columns)])


def _counted_names(bulk: BulkSession, named: pl.DataFrame) -> pl.DataFrame:
    """The names that were counted before, in the hours of a tally."""
    hours = named["hour"].to_list()
    found = bulk.fetch(
        "select hour, source, event from event_counts "
        "where hour >= ? and hour <= ? and outcome = ? and event <> ?",
        (min(hours), max(hours), ACCEPTED, OTHER_NAMES),
    )
    told = {name: found.column(name).to_pylist() for name in ("hour", "source", "event")}
    return pl.DataFrame(told, {name: _TALLY[name] for name in told})


def _add(counts: SourceCounts, row: dict[str, object]) -> None:
    outcome, name, events = str(row["outcome"]), str(row["event"]), int(str(row["events"]))
    if outcome == QUARANTINED:
        counts.quarantined[name] = events
        return
    if outcome == ACCEPTED:
        counts.events[name] = events
    setattr(counts, outcome, getattr(counts, outcome) + events)


def _hour(column: str) -> pl.Expr:
    return (pl.col(column).dt.truncate("1h").dt.timestamp("us")).alias("hour")


def _event_name() -> pl.Expr:
    # Pages are named freely, so that there may be one name a page: they count by their type.
    named = pl.when(pl.col("type") == "track").then("name").otherwise("type")
    return named.fill_null("").str.slice(0, _LONGEST_NAME).alias("event")


def _grouped(told: pl.DataFrame, outcome: str) -> pl.DataFrame:
    counted = told.group_by("hour", "source", "event").agg(pl.len().cast(pl.Int64).alias("events"))
    return counted.with_columns(pl.lit(outcome).alias("outcome")).select(
        pl.col(name).cast(dtype) for name, dtype in _TALLY.items()
    )
