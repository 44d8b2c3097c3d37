"""When it happened: the stamps of an event, read from whatever the client wrote."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import polars as pl

UTC_TIME = pl.Datetime("us", "UTC")
LONGEST_WAY = timedelta(seconds=30)
"""How long a request may be on its way: a shorter difference of clocks cannot be told from it, and
setting it right would put events of one visitor out of order."""

_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # before the Web: an empty date, not a time
_WITHOUT_ZONE = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f UTC")
_MICROSECONDS = {10: 1_000_000, 13: 1_000, 16: 1}  # digits of an epoch in s, ms, us today


def read_times(column: pl.Series) -> pl.Series:
    """Instants in UTC; null where there is none or it cannot be read.

    Reads ISO 8601 with or without zone (UTC when absent), dates, and epochs in seconds,
    milliseconds or microseconds. A time before 1990 is taken for an empty one.

    >>> read_times(pl.Series(["2026-11-22T05:00:00+01:00", "1795320223713", "soon"])).to_list()
    [datetime.datetime(2026, 11, 22, 4, 0, ...), datetime.datetime(2026, 11, 22, 4, 3, ...), None]
    """
    if column.null_count() == len(column):
        return pl.Series(column.name, [None] * len(column), dtype=UTC_TIME)
    times = column.str.to_datetime("%+", time_unit="us", strict=False).cast(UTC_TIME)
    if times.null_count() > column.null_count():
        times = _read_others(column, times)
    return pl.select(pl.when(times >= _EARLIEST).then(times).alias(column.name)).to_series()


def choose_times(
    loose: pl.DataFrame, *, received_at: datetime | None, margin: timedelta
) -> pl.DataFrame:
    """occurred_at, the four stamps and clock_note of each event.

    An event happened at its `timestamp`, else its `originalTimestamp`, else when it was sent or
    received; never later than its reception plus the margin. Where a client stamped the sending
    anew and that is far from the reception, its clock is wrong by as much, and is set right: a
    server that sends an old batch again, with its old stamp, is not such a client.

    `clock_note` is `future` (cut back), `skewed` (set right), `unreadable` or `missing` (another
    stamp was taken), else null.

    Source: Segment's HTTP API, "timestamp = receivedAt - (sentAt - originalTimestamp)".
    """
    names = ("timestamp", "original_timestamp", "sent_at", "received_at")
    times = pl.DataFrame([read_times(loose[name]) for name in names])
    given = pl.coalesce("timestamp_text", "original_timestamp_text")
    ahead = pl.col("sent_at") - pl.col("received_at")
    is_wrong = pl.col("sent_anew").fill_null(False) & (ahead.abs() > LONGEST_WAY)
    said = pl.coalesce("timestamp", "original_timestamp", "sent_at")
    latest = pl.col("received_at") + margin
    return (
        times.with_columns(
            loose["timestamp"].alias("timestamp_text"),
            loose["original_timestamp"].alias("original_timestamp_text"),
            loose["sent_anew"],
            pl.col("received_at").fill_null(pl.lit(received_at, UTC_TIME)),
        )
        .with_columns(pl.when(is_wrong).then(ahead).otherwise(timedelta()).alias("error"))
        .with_columns(
            pl.coalesce(said - pl.col("error"), "received_at").alias("chosen"),
            given.is_null().alias("no_text"),
        )
        .select(
            pl.min_horizontal("chosen", latest).alias("occurred_at"),
            "sent_at",
            "received_at",
            pl.col("timestamp").alias("stated_at"),
            pl.col("original_timestamp").alias("called_at"),
            pl.when(pl.col("chosen") > latest)
            .then(pl.lit("future"))
            .when("no_text")
            .then(pl.lit("missing"))
            .when(pl.coalesce("timestamp", "original_timestamp").is_null())
            .then(pl.lit("unreadable"))
            .when(pl.col("error") != timedelta())
            .then(pl.lit("skewed"))
            .alias("clock_note"),
        )
    )


def _read_others(column: pl.Series, times: pl.Series) -> pl.Series:
    rest = column.filter(times.is_null() & column.is_not_null()).unique()
    tries = [
        rest.str.to_datetime(form, time_unit="us", strict=False).dt.replace_time_zone("UTC")
        for form in _WITHOUT_ZONE
    ]
    tries.append(rest.str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%#z", time_unit="us", strict=False))
    tries.append(
        rest.str.to_date("%Y-%m-%d", strict=False)
        .cast(pl.Datetime("us"))
        .dt.replace_time_zone("UTC")
    )
    tries.append(_read_epochs(rest))
    aliased = [one.cast(UTC_TIME).alias(f"try_{n}") for n, one in enumerate(tries)]
    found = pl.DataFrame(aliased).select(pl.coalesce(pl.all())).to_series()
    table = pl.DataFrame({"text": rest, "time": found})
    looked_up = column.to_frame("text").join(table, on="text", how="left", maintain_order="left")
    return times.fill_null(looked_up["time"])


def _read_epochs(texts: pl.Series) -> pl.Series:
    whole = texts.str.extract(r"^(\d{10}|\d{13}|\d{16})(?:\.\d*)?$")
    digits = whole.str.len_bytes()
    unit = digits.replace_strict(_MICROSECONDS, default=None, return_dtype=pl.Int64)
    return (
        (whole.cast(pl.Int64, strict=False) * unit)
        .cast(pl.Datetime("us"))
        .dt.replace_time_zone("UTC")
    )
