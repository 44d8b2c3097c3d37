"""The contract of an event format: how one kind of file says what happened.

A format turns records (a line of JSON each) into loose events: text columns named after what
they mean, before times are read, addresses of pages cleaned and evidence judged. What is common
to all formats is done once, in `event_frame.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

LOOSE_SCHEMA: dict[str, type[pl.DataType]] = {
    "row_number": pl.Int64,
    "item": pl.Int64,
    "message_id": pl.String,
    "type": pl.String,
    "name": pl.String,
    "timestamp": pl.String,
    "original_timestamp": pl.String,
    "sent_at": pl.String,
    "received_at": pl.String,
    "sent_anew": pl.Boolean,
    "anonymous_id": pl.String,
    "user_id": pl.String,
    "previous_id": pl.String,
    "mobile_id": pl.String,
    "email": pl.String,
    "email_sha256": pl.String,
    "recipient": pl.String,
    "phone": pl.String,
    "first_name": pl.String,
    "last_name": pl.String,
    "loyalty_card": pl.String,
    "customer_number": pl.String,
    "order_id": pl.String,
    "total": pl.String,
    "currency": pl.String,
    "browser": pl.String,
    "user_agent": pl.String,
    "page_url": pl.String,
    "referrer": pl.String,
    "campaign_source": pl.String,
    "campaign_name": pl.String,
    "consent": pl.String,
    "properties": pl.String,
    "original": pl.String,
}
"""Columns a format may fill; one it leaves out is null.

`item` counts from 1 within a record that holds several events, and is 0 for a record that is one
event. `sent_anew` says that a browser or phone stamped `sent_at` as it sent: how far that is from
the reception tells its clock's error.
"""


@dataclass(frozen=True)
class RejectedRow:
    """A record, or one event of a record, that cannot be used: quarantine it.

    `reason` is a stable code of `REASONS`; `detail` says where, and holds no value of a person;
    `original` is the text as it came; `item` is the place within a record of several events.
    """

    row_number: int
    reason: str
    detail: str
    original: str
    item: int = 0


@dataclass(frozen=True)
class Records:
    """Some consecutive records of a file, with their row numbers (from 1)."""

    row_numbers: Sequence[int]
    lines: Sequence[bytes]


@dataclass(frozen=True)
class LooseEvents:
    """What a format read from records: events with `LOOSE_SCHEMA` columns, and what it refused."""

    frame: pl.DataFrame
    rejected: tuple[RejectedRow, ...] = ()


@dataclass(frozen=True)
class EventFormat:
    """One kind of event file.

    Args:
        label: What people call it.
        recognises: How sure, from 0 to 1, that these first records (decoded JSON) are of it.
        read: Loose events of some records; the argument beside them is the most bytes that one
            event may take.
    """

    label: str
    recognises: Callable[[Sequence[object]], float]
    read: Callable[[Records, int], LooseEvents]


def loose_frame(columns: Mapping[str, Sequence[object] | pl.Series], height: int) -> pl.DataFrame:
    """A loose frame from the columns a format fills; numbers become text, the others are null."""
    return pl.DataFrame(
        [_series(name, columns.get(name), dtype, height) for name, dtype in LOOSE_SCHEMA.items()]
    )


def text_series(name: str, values: Sequence[object]) -> pl.Series:
    """A column of texts; numbers become text."""
    try:
        return pl.Series(name, values, dtype=pl.String)
    except TypeError:
        return pl.Series(name, values, dtype=pl.String, strict=False)


def decode_lines(lines: Sequence[bytes]) -> pl.Series:
    """Lines as a column of texts.

    Raises:
        polars.exceptions.ComputeError: One is not UTF-8.
    """
    return pl.Series(lines, dtype=pl.Binary).cast(pl.String)


def _series(
    name: str,
    values: Sequence[object] | pl.Series | None,
    dtype: type[pl.DataType],
    height: int,
) -> pl.Series:
    if values is None:
        start = 0 if name == "item" else None
        return pl.Series(name, [start], dtype=dtype).new_from_index(0, height)
    if isinstance(values, pl.Series):
        return values.alias(name)
    return text_series(name, values) if dtype is pl.String else pl.Series(name, values, dtype=dtype)
