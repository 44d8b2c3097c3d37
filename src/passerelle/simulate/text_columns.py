"""Columns of text made quickly: picked from a table of words, or cut from a matrix of letters."""

from __future__ import annotations

from hashlib import sha256

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from passerelle.simulate.randomness import Bools, Bytes, Codes, Ints

_HEX_PAIRS = np.frombuffer("".join(f"{b:02x}" for b in range(256)).encode(), dtype=np.uint16)
_UUID_GROUPS = ((0, 0, 8), (8, 9, 4), (12, 14, 4), (16, 19, 4), (20, 24, 12))
UUID_LENGTH = 36
_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
DAY_MS = 86_400_000


def pick(words: pl.Series, codes: npt.NDArray[np.integer]) -> pl.Series:
    """The word of each code; a negative code is a missing word."""
    places = pl.Series("code", codes.astype(np.int64)).to_frame()
    known = pl.when(pl.col("code") >= 0).then(pl.col("code").cast(pl.UInt32, strict=False))
    return words.gather(places.select(known).to_series())


def from_letters(letters: Bytes) -> pl.Series:
    """One string per row of a matrix of ASCII letters."""
    count, width = letters.shape
    offsets = np.arange(count + 1, dtype=np.int64) * width
    array = pa.Array.from_buffers(
        pa.large_string(),
        count,
        [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(letters))],
    )
    return pl.Series(array)


def uuid_letters(numbers: Codes, salt: int) -> Bytes:
    """A random-looking UUID of version 4 for each number, as a matrix of letters.

    The same number and salt always make the same UUID, so that none needs to be remembered.
    Source: layout, RFC 9562 section 5.4; mixing, SplitMix64 (Steele, Lea and Flood, 2014).
    """
    seeds = numbers.astype(np.uint64) * np.uint64(2) + np.uint64(salt << 32)
    raw = np.empty((len(numbers), 2), dtype=np.uint64)
    raw[:, 0] = _mixed(seeds)
    raw[:, 1] = _mixed(seeds + np.uint64(1))
    octets = raw.view(np.uint8)
    octets[:, 6] = (octets[:, 6] & 0x0F) | 0x40
    octets[:, 8] = (octets[:, 8] & 0x3F) | 0x80
    digits = _HEX_PAIRS[octets].view(np.uint8).reshape(len(numbers), 32)
    letters = np.full((len(numbers), UUID_LENGTH), ord("-"), dtype=np.uint8)
    for source, target, width in _UUID_GROUPS:
        letters[:, target : target + width] = digits[:, source : source + width]
    return letters


def _mixed(seeds: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
    mixed = seeds * _GOLDEN
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return mixed ^ (mixed >> np.uint64(31))


def number_letters(numbers: Ints, width: int) -> Bytes:
    """Numbers as decimal digits with leading zeros, as a matrix of letters."""
    letters = np.empty((len(numbers), width), dtype=np.uint8)
    rest = numbers.astype(np.int64)
    for place in range(width - 1, -1, -1):
        rest, digit = np.divmod(rest, 10)
        letters[:, place] = digit + ord("0")
    return letters


def instant_letters(instants_ms: Ints) -> Bytes:
    """UTC instants (milliseconds since 1970) as `2026-11-01T09:30:00.123Z`, 24 letters each."""
    days, within = np.divmod(instants_ms, DAY_MS)
    seconds, millis = np.divmod(within, 1000)
    letters = np.empty((len(instants_ms), 24), dtype=np.uint8)
    letters[:, :10] = _dates(days)
    letters[:, 10:20] = _CLOCK[seconds]
    letters[:, 20:23] = _THOUSAND[millis]
    letters[:, 23] = ord("Z")
    return letters


def date_words(days: npt.NDArray[np.integer], pattern: str) -> pl.Series:
    """Days since 1970 written by a strftime pattern; a table of the distinct days makes it fast."""
    if len(days) == 0:
        return pl.Series([], dtype=pl.String)
    first, last = int(days.min()), int(days.max())
    table = pl.Series(np.arange(first, last + 1, dtype=np.int32)).cast(pl.Date)
    return table.dt.strftime(pattern).gather((days - first).astype(np.uint32))


def sha256_words(values: pl.Series) -> pl.Series:
    """SHA-256 of each string in UTF-8, in hexadecimal; a missing value stays missing."""
    return pl.Series(
        [None if v is None else sha256(v.encode()).hexdigest() for v in values.to_list()],
        dtype=pl.String,
    )


def put(column: pl.Series, where: Bools, replacement: pl.Series) -> pl.Series:
    """The column with the replacement's cells where asked, the rest untouched."""
    frame = pl.DataFrame({"column": column, "where": where, "replacement": replacement})
    return frame.select(
        pl.when("where").then("replacement").otherwise("column").alias("column")
    ).to_series()


def blank_out(column: pl.Series, where: Bools) -> pl.Series:
    """The column with missing cells where asked."""
    return put(column, where, pl.repeat(None, column.len(), dtype=pl.String, eager=True))


def join_columns(*parts: pl.Series | str) -> pl.Series:
    """Columns and constant pieces glued row by row; a missing cell is an empty piece."""
    columns = {f"c{i}": p for i, p in enumerate(parts) if isinstance(p, pl.Series)}
    pieces = [
        pl.col(f"c{i}") if isinstance(p, pl.Series) else pl.lit(p) for i, p in enumerate(parts)
    ]
    return (
        pl.DataFrame(columns)
        .select(pl.concat_str(pieces, ignore_nulls=True).alias("joined"))
        .to_series()
    )


def _dates(days: Ints) -> Bytes:
    first = int(days.min()) if len(days) else 0
    last = int(days.max()) if len(days) else 0
    table = np.arange(first, last + 1).astype("datetime64[D]").astype("S10")
    return table.view(np.uint8).reshape(-1, 10)[days - first]


_SECONDS = np.arange(DAY_MS // 1000, dtype=np.int64)
_THOUSAND = number_letters(np.arange(1000, dtype=np.int64), 3)
_CLOCK = np.empty((len(_SECONDS), 10), dtype=np.uint8)
_CLOCK[:, [0, 3, 6, 9]] = np.frombuffer(b"T::.", dtype=np.uint8)
_CLOCK[:, 1:3] = number_letters(_SECONDS // 3600, 2)
_CLOCK[:, 4:6] = number_letters(_SECONDS // 60 % 60, 2)
_CLOCK[:, 7:9] = number_letters(_SECONDS % 60, 2)
