"""When a purchase was made: local times of shops, as their tills and spreadsheets write them."""

from __future__ import annotations

from datetime import UTC, datetime

import polars as pl

UTC_TIME = pl.Datetime("us", "UTC")
_EARLIEST, _LATEST = datetime(1970, 1, 2, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
_ZONED = ("%Y-%m-%dT%H:%M:%S%.f%#z", "%Y-%m-%d %H:%M:%S%.f %#z", "%Y-%m-%d %H:%M:%S%.f%#z")
_ISO = (
    "%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M",
    "%Y-%m-%d", "%Y%m%d", "%Y%m%d%H%M%S", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d",
)  # fmt: skip
_CLOCKS = (" %H:%M:%S%.f", " %H:%M", " %Hh%M", " à %H:%M", " à %Hh%M", "")
_DAY_FIRST, _MONTH_FIRST = ("%d/%m/%Y", "%d/%m/%y"), ("%m/%d/%Y", "%m/%d/%y")


def writes_month_first(texts: pl.Series) -> bool:
    """Whether dates of a column put the month first, as in the United States: some day says so.

    >>> writes_month_first(pl.Series(["01/31/2026", "02/01/2026"]))
    True
    """
    if texts.dtype != pl.String:
        return False
    parts = texts.str.extract_groups(r"^\s*(\d{1,2})[/.-](\d{1,2})[/.-]\d{2,4}").struct
    first = parts.field("1").cast(pl.Int32, strict=False)
    second = parts.field("2").cast(pl.Int32, strict=False)
    return bool((second > 12).any() and not (first > 12).any())


def read_local_times(column: pl.Series, *, timezone: str, month_first: bool = False) -> pl.Series:
    """Instants in UTC; null where there is none or it cannot be read (31/02 cannot).

    A text with a zone is taken at its word; one without is local to `timezone`. Of the hour that
    occurs twice in autumn the first is meant; one skipped in spring is an hour later.

    >>> read_local_times(pl.Series(["14/07/2026 10:30"]), timezone="Europe/Paris").to_list()
    [datetime.datetime(2026, 7, 14, 8, 30, ...)]
    """
    if column.dtype != pl.String:
        return _bounded(_from_typed(column, timezone)).alias(column.name)
    distinct = column.drop_nulls().unique()
    times = _bounded(_read_distinct(distinct, timezone, month_first))
    table = pl.DataFrame({"text": distinct, "time": times})
    found = column.to_frame("text").join(table, on="text", how="left", maintain_order="left")
    return found["time"].alias(column.name)


def _from_typed(column: pl.Series, timezone: str) -> pl.Series:
    times = column.cast(pl.Datetime("us", getattr(column.dtype, "time_zone", None)), strict=False)
    if getattr(column.dtype, "time_zone", None):
        return times.dt.convert_time_zone("UTC")
    return _localize(times, timezone)


def _read_distinct(texts: pl.Series, timezone: str, month_first: bool) -> pl.Series:
    found = pl.Series([None], dtype=UTC_TIME).new_from_index(0, len(texts))
    clean = texts.str.strip_chars()
    for form in _ZONED:
        if found.null_count():
            zoned = clean.str.to_datetime(form, time_unit="us", strict=False)
            found = found.fill_null(zoned.cast(UTC_TIME))
    slashed = clean.str.replace(r"^(\d{1,2})[.-](\d{1,2})[.-](\d{2,4})", "$1/$2/$3")
    dates = _MONTH_FIRST if month_first else _DAY_FIRST
    forms = [*_ISO, *(date + clock for date in dates for clock in _CLOCKS)]
    for form in forms:
        if not found.null_count():
            break
        local = _parse(slashed, form)
        if local.null_count() < len(local):
            found = found.fill_null(_localize(local, timezone))
    return found


def _parse(texts: pl.Series, form: str) -> pl.Series:
    if "%H" in form:
        return texts.str.to_datetime(form, time_unit="us", strict=False)
    return texts.str.to_date(form, strict=False).cast(pl.Datetime("us"))


def _localize(times: pl.Series, timezone: str) -> pl.Series:
    local = times.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
    if local.null_count() > times.null_count():
        later = times.dt.offset_by("1h")
        local = local.fill_null(
            later.dt.replace_time_zone(timezone, ambiguous="earliest", non_existent="null")
        )
    return local.dt.convert_time_zone("UTC")


def _bounded(times: pl.Series) -> pl.Series:
    return pl.select(pl.when(times.is_between(_EARLIEST, _LATEST)).then(times)).to_series()
