"""When a purchase was made: local times of shops, as their tills and spreadsheets write them."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

from passerelle.collect.mapping import parse_timestamps

UTC_TIME = pl.Datetime("us", "UTC")
_PLAIN = ("%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f")  # what machines write: read at once
_EARLIEST, _LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


def read_local_times(column: pl.Series, *, timezone: str, order: str = "dmy") -> pl.Series:
    """Instants in UTC; null where there is none or it cannot be read (31/02 cannot).

    A text with a zone is taken at its word; one without is local to `timezone`. Of the hour that
    occurs twice in autumn the first is meant; one skipped in spring is an hour later.

    >>> read_local_times(pl.Series(["14/07/2026 10:30"]), timezone="Europe/Paris").to_list()
    [datetime.datetime(2026, 7, 14, 8, 30, ...)]

    Args:
        column: Text, dates or times.
        timezone: The zone of local times.
        order: Order of day, month and year where all three are numbers: dmy, mdy or ymd.
    """
    if column.dtype != pl.String:
        return _bounded(_from_typed(column, timezone)).alias(column.name)
    distinct = column.drop_nulls().unique()
    times = _bounded(_read_texts(distinct, timezone, order))
    table = pl.DataFrame({"text": distinct, "time": times})
    found = column.to_frame("text").join(table, on="text", how="left", maintain_order="left")
    return found["time"].alias(column.name)


def _read_texts(texts: pl.Series, timezone: str, order: str) -> pl.Series:
    said = pl.Series([None], dtype=pl.Datetime("us")).new_from_index(0, len(texts))
    for form in _PLAIN:
        said = said.fill_null(texts.str.to_datetime(form, time_unit="us", strict=False))
    times = _localize(said, timezone)
    rest = times.is_null()
    return times.scatter(rest.arg_true(), _read_others(texts.filter(rest), timezone, order))


def _read_others(texts: pl.Series, timezone: str, order: str) -> pl.Series:
    times, reasons = parse_timestamps(texts, order, zone=timezone)
    if (times.is_null() & reasons.is_null()).any():  # in the hour that summer time skips
        as_said, _ = parse_timestamps(texts, order, zone="UTC")
        times = times.fill_null(_localize(as_said.dt.replace_time_zone(None), timezone))
    return times


def _from_typed(column: pl.Series, timezone: str) -> pl.Series:
    zone = getattr(column.dtype, "time_zone", None)
    times = column.cast(pl.Datetime("us", zone), strict=False)
    return times.dt.convert_time_zone("UTC") if zone else _localize(times, timezone)


def _localize(times: pl.Series, timezone: str) -> pl.Series:
    local = times.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
    if local.null_count() > times.null_count():
        later = times.dt.offset_by("1h")
        later = later.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
        local = local.fill_null(later)
    return local.dt.convert_time_zone("UTC")


def _bounded(times: pl.Series) -> pl.Series:
    return pl.select(pl.when(times.is_between(_EARLIEST, _LATEST)).then(times)).to_series()
