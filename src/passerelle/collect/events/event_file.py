"""Open a file of events, whatever tool wrote it, and read it in batches of canonical events."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path

import msgspec
import polars as pl

from passerelle.collect.events.event_format import EventFormat, Records, RejectedRow
from passerelle.collect.events.event_frame import FileFacts, build_events
from passerelle.collect.events.records import RecordFile, open_records
from passerelle.files import ReadLimits
from passerelle.kernel import InvalidInput, load_plugins
from passerelle.kernel.language import _

_SAMPLE_RECORDS = 50
_SURE_ENOUGH = 0.5
_HASH_BYTES = 1 << 20


@dataclass(frozen=True)
class EventLimits:
    """How far a file of events may go.

    Defaults: 32 KiB an event, as Segment's API; 4 MiB a line, as RudderStack's largest batch;
    a client's clock may be five minutes ahead of the reception.
    """

    max_event_bytes: int = 32 << 10
    max_line_bytes: int = 4 << 20
    clock_margin: timedelta = timedelta(minutes=5)
    files: ReadLimits = field(default_factory=ReadLimits)


@dataclass(frozen=True)
class EventBatch:
    """Some events, in the order of the file, and the rows that were refused.

    `frame` has the columns of `EVENT_SCHEMA`, one row an event.
    """

    number: int
    frame: pl.DataFrame
    rejected: tuple[RejectedRow, ...]


@dataclass(frozen=True)
class EventFile:
    """A file of events that was understood: its format, and its events on demand."""

    path: Path
    format: str
    limits: EventLimits
    received_at: datetime | None
    records: RecordFile = field(repr=False)

    @cached_property
    def content_id(self) -> str:
        """SHA-256 of the file's bytes, in hexadecimal: the same file is recognised anywhere."""
        state = hashlib.sha256()
        with self.path.open("rb") as stream:
            while block := stream.read(_HASH_BYTES):
                state.update(block)
        return state.hexdigest()

    def batches(
        self, size: int, *, start: int = 0, received_at: datetime | None = None
    ) -> Iterator[EventBatch]:
        """The events of `size` records at a time, from batch `start` on; the first is number 0.

        A record is a line of JSON Lines, an item of a JSON array or a row of a table: one event,
        or several. Batch `k` of a size and a reception is the same on every run.
        """
        for batch in self.records.batches(size):
            if batch.number < start:
                continue
            read = read_events(
                batch.records,
                format=self.format,
                content_id=self.content_id,
                limits=self.limits,
                received_at=received_at or self.received_at,
            )
            rejected = tuple(sorted([*batch.rejected, *read.rejected], key=_place))
            yield EventBatch(batch.number, read.frame, rejected)


def open_events(
    path: Path,
    *,
    format: str | None = None,
    limits: EventLimits | None = None,
    received_at: datetime | None = None,
) -> EventFile:
    """Open a file of events: JSON Lines, JSON, Parquet or CSV, also inside .gz or .zip.

    Args:
        path: The file. What it is is found from its content, not from its name.
        format: The name of its format, when it is not found by itself.
        limits: How far the file may go.
        received_at: When the file was received: events that do not say when they were received
            take it, and none happened later. Pass the same instant to resume an import.

    Raises:
        InvalidInput: The file cannot be read, or its format is unknown.
    """
    limits = limits or EventLimits()
    records = open_records(path, limits=limits.files, max_line_bytes=limits.max_line_bytes)
    return EventFile(path, _choose_format(path, format, records), limits, received_at, records)


def read_events(
    records: Records,
    *,
    format: str,
    content_id: str,
    limits: EventLimits | None = None,
    received_at: datetime | None = None,
) -> EventBatch:
    """The events of some records: what `EventFile.batches` does, for rows mended by hand."""
    limits = limits or EventLimits()
    facts = FileFacts(content_id, received_at, limits.clock_margin)
    loose = get_event_format(format).read(records, limits.max_event_bytes)
    frame, rejected = build_events(loose, facts)
    return EventBatch(0, frame, tuple(rejected))


def list_event_formats() -> dict[str, EventFormat]:
    """Every event format, by name."""
    return load_plugins("passerelle.collect.events.formats", EventFormat, group="event_formats")


def get_event_format(name: str) -> EventFormat:
    """An event format by name.

    Raises:
        InvalidInput: There is none of that name.
    """
    formats = list_event_formats()
    if name not in formats:
        raise InvalidInput(
            _("No event format is called {name!r}.").format(name=name),
            hint=_("The formats are: {names}.").format(names=", ".join(formats)),
        )
    return formats[name]


def detect_format(sample: Sequence[bytes]) -> tuple[str, float] | None:
    """The most likely format of some first records, and how sure (0 to 1); None if none fits.

    >>> detect_format([b'{"event_name": "purchase", "event_timestamp": 1}'])
    ('ga4', 1.0)
    """
    decoded = [value for value in map(_decode, sample) if value is not None]
    sureness = {name: one.recognises(decoded) for name, one in list_event_formats().items()}
    best = max(sureness, key=lambda name: sureness[name], default=None)
    return None if best is None or not sureness[best] else (best, sureness[best])


def _choose_format(path: Path, given: str | None, records: RecordFile) -> str:
    if given is not None:
        get_event_format(given)
        return given
    found = detect_format(records.sample(_SAMPLE_RECORDS))
    if found is None or found[1] < _SURE_ENOUGH:
        formats = list_event_formats()
        raise InvalidInput(
            _("{name} does not look like any format of events that is known.").format(
                name=path.name
            ),
            hint=_("Formats: {formats}. If it is one of them, say which with --format.").format(
                formats=", ".join(f"{name} ({_(one.label)})" for name, one in formats.items())
            ),
        )
    return found[0]


def _decode(record: bytes) -> object | None:
    try:
        value: object = msgspec.json.decode(record)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return value


def _place(row: RejectedRow) -> tuple[int, int]:
    return row.row_number, row.item
