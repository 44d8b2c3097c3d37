"""Reads the dates and times people write into ISO text.

Years of two digits: 00 to 29 are 2000 to 2029, 30 to 99 are 1930 to 1999, as Excel reads them
(Microsoft, "How Excel works with two-digit year numbers"). Excel's serial numbers count days from
1899-12-30; five digits are accepted (1927 to 2173). A time of midnight is dropped: nobody said it.
"""

from __future__ import annotations

import polars as pl

CENTURY_PIVOT = 30
"""Two-digit years below it are of this century, the others of the last."""

_TIME = (
    r"(?:[T ,]+(?:à +)?(\d{1,2})[:hH](\d{2})?(?:[:mM](\d{2})(?:[.,](\d{1,9}))?)?s?"
    r"\s*([AaPp]\.?[Mm]\.?)?\s*(Z|z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?)?\s*$"
)
_YMD = r"^(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})" + _TIME
_NUMERIC = r"^(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})" + _TIME
_WORDS = (
    r"^(?:\p{L}+[., ]+)?(\d{1,2})(?:er|st|nd|rd|th)?[ .\-/]+(\p{L}+)\.?[ .\-/,]+(\d{4}|\d{2})"
    + _TIME
)
_WORDS_US = r"^(\p{L}+)\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})" + _TIME
_COMPACT = r"^(\d{4})(\d{2})(\d{2})$"
_COMPACT_DMY = r"^(\d{2})(\d{2})(\d{4})$"
_SERIAL = r"^(\d{5})(?:[.,]\d+)?$"
_EPOCH = r"^(\d{10}|\d{13})$"

_MONTHS = {
    1: "janvier janv jan january", 2: "février fevrier févr fevr fév fev february feb",
    3: "mars mar march", 4: "avril avr april apr", 5: "mai may",
    6: "juin june jun", 7: "juillet juil july jul", 8: "août aout aoû aou august aug",
    9: "septembre sept sep september", 10: "octobre oct october",
    11: "novembre nov november", 12: "décembre decembre déc dec december",
}  # fmt: skip
_MONTH_NUMBERS = {name: n for n, names in _MONTHS.items() for name in names.split()}


def parse_dates(
    cells: pl.Series, order: str = "dmy", *, century_pivot: int = CENTURY_PIVOT
) -> tuple[pl.Series, pl.Series]:
    """Dates as ISO text, and why a cell is none.

    `1980-12-31` when only a day is said, `2024-03-12T09:14:00` with a time, and its zone if said.

    Args:
        cells: Text as people wrote it.
        order: Order of day, month and year where all three are numbers: dmy, mdy or ymd.
        century_pivot: Two-digit years below it are of this century.

    Returns:
        ISO text, and reasons: `bad_date` for what is no date; both null for a blank cell.
    """
    texts = cells.str.strip_chars().replace("", None)
    distinct = texts.unique().drop_nulls()
    read = _read(distinct, order, century_pivot)
    frame = pl.DataFrame({"text": texts}).join(read, on="text", how="left", maintain_order="left")
    reason = pl.when(frame["text"].is_not_null() & frame["iso"].is_null()).then(pl.lit("bad_date"))
    reasons = frame.select(reason.alias("reason")).to_series()
    return frame["iso"].alias(cells.name), reasons


def parse_timestamps(
    cells: pl.Series, order: str = "dmy", *, zone: str = "UTC", century_pivot: int = CENTURY_PIVOT
) -> tuple[pl.Series, pl.Series]:
    """Instants in UTC, and why a cell is none; what says no zone is local time of `zone`."""
    iso, reasons = parse_dates(cells, order, century_pivot=century_pivot)
    text = pl.col("iso")
    full = pl.when(text.str.contains("T", literal=True)).then(text).otherwise(text + "T00:00:00")
    zoned = full.str.contains(r"(Z|[+-]\d{2}:\d{2})$")
    aware = (
        pl.when(zoned)
        .then(full.str.replace("Z$", "+00:00"))
        .str.to_datetime("%Y-%m-%dT%H:%M:%S%.f%:z", time_unit="us", time_zone="UTC", strict=False)
    )
    naive = (
        pl.when(~zoned)
        .then(full)
        .str.to_datetime("%Y-%m-%dT%H:%M:%S%.f", time_unit="us", strict=False)
        .dt.replace_time_zone(zone, ambiguous="earliest", non_existent="null")
        .dt.convert_time_zone("UTC")
    )
    instants = pl.DataFrame({"iso": iso}).select(pl.coalesce(aware, naive)).to_series()
    return instants.alias(cells.name), reasons


def _read(texts: pl.Series, order: str, pivot: int) -> pl.DataFrame:
    """Each distinct text with its ISO form, or null."""
    frame = pl.DataFrame({"text": texts})
    day, month = ("2", "1") if order == "mdy" else ("1", "2")
    forms = (
        _form(_YMD, year=1, month=2, day=3),
        _form(_NUMERIC, year=3, month=int(month), day=int(day)),
        _form(_WORDS, year=3, month=2, day=1),
        _form(_WORDS_US, year=3, month=1, day=2),
        _compact(order),
    )
    parts = [_iso(form, pivot) for form in forms]
    return frame.select("text", pl.coalesce(*parts, _serial(), _epoch()).alias("iso"))


_Form = dict[str, pl.Expr]


def _form(pattern: str, *, year: int, month: int, day: int) -> _Form:
    text = pl.col("text")

    def group(number: int) -> pl.Expr:
        return text.str.extract(pattern, number)

    return {
        "year": group(year), "month": group(month), "day": group(day), "hour": group(4),
        "minute": group(5), "second": group(6), "fraction": group(7), "half": group(8),
        "zone": group(9),
    }  # fmt: skip


def _compact(order: str) -> _Form:
    """Eight digits: year first if that gives a plausible year, else as the order says."""
    text = pl.col("text")
    first = text.str.extract(_COMPACT, 1)
    plausible = first.str.contains("^(19|20)")
    day, month = (2, 1) if order == "mdy" else (1, 2)

    def either(start: int, other: int) -> pl.Expr:
        ahead = pl.when(plausible).then(text.str.extract(_COMPACT, start))
        return ahead.otherwise(text.str.extract(_COMPACT_DMY, other))

    nothing = pl.lit(None, dtype=pl.String)
    form = dict.fromkeys(("hour", "minute", "second", "fraction", "half", "zone"), nothing)
    return {"year": either(1, 3), "month": either(2, month), "day": either(3, day), **form}


def _iso(form: _Form, pivot: int) -> pl.Expr:
    short = form["year"].str.len_chars() == 2
    number = form["year"].cast(pl.Int32, strict=False)
    century = pl.when(number < pivot).then(2000).otherwise(1900)
    year = pl.when(short).then(number + century).otherwise(number)
    named = (
        form["month"]
        .str.to_lowercase()
        .replace_strict(_MONTH_NUMBERS, default=None, return_dtype=pl.Int32)
    )
    month = pl.coalesce(form["month"].cast(pl.Int32, strict=False), named)
    day = form["day"].cast(pl.Int32, strict=False)
    date = _two(year, 4) + "-" + _two(month) + "-" + _two(day)
    real = date.str.to_date("%Y-%m-%d", strict=False).is_not_null()
    return pl.when(real).then(date + _clock(form))


def _clock(form: _Form) -> pl.Expr:
    """The time as `T09:14:00`, nothing for midnight or no time, null for 25:00."""
    said = form["hour"].is_not_null()
    hour = form["hour"].cast(pl.Int32, strict=False)
    afternoon = form["half"].str.to_lowercase().str.starts_with("p")
    morning = form["half"].str.to_lowercase().str.starts_with("a")
    hour = (
        pl.when(afternoon & (hour < 12)).then(hour + 12)
        .when(morning & (hour == 12)).then(0)
        .otherwise(hour)
    )  # fmt: skip
    minute = form["minute"].cast(pl.Int32, strict=False).fill_null(0)
    second = form["second"].cast(pl.Int32, strict=False).fill_null(0)
    right = (hour < 24) & (minute < 60) & (second < 60)
    fraction = form["fraction"].str.slice(0, 6).str.strip_chars_end("0")
    tail = pl.when(fraction.fill_null("") != "").then("." + fraction).otherwise(pl.lit(""))
    clock = "T" + _two(hour) + ":" + _two(minute) + ":" + _two(second) + tail + _zone(form["zone"])
    midnight = (hour == 0) & (minute == 0) & (second == 0) & (tail == "")
    return (
        pl.when(~said | (midnight & right)).then(pl.lit(""))
        .when(right).then(clock)
    )  # fmt: skip


def _zone(zone: pl.Expr) -> pl.Expr:
    zone = zone.fill_null("").str.to_uppercase().str.replace("^(UTC|GMT)$", "Z")
    zone = zone.str.replace(r"^([+-]\d{2})$", "${1}:00")
    return zone.str.replace(r"^([+-]\d{2})(\d{2})$", "${1}:${2}")


def _serial() -> pl.Expr:
    days = pl.col("text").str.extract(_SERIAL, 1).cast(pl.Int32, strict=False)
    date = pl.date(1899, 12, 30) + pl.duration(days=days)
    return pl.when(days >= 10_000).then(date.dt.to_string("%Y-%m-%d"))


def _epoch() -> pl.Expr:
    number = pl.col("text").str.extract(_EPOCH, 1).cast(pl.Int64, strict=False)
    millis = pl.when(number < 10_000_000_000).then(number * 1000).otherwise(number)
    return pl.from_epoch(millis, time_unit="ms").dt.to_string("%Y-%m-%dT%H:%M:%SZ")


def _two(number: pl.Expr, width: int = 2) -> pl.Expr:
    return number.cast(pl.String).str.zfill(width)
