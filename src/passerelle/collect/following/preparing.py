"""From receptions of the log to events that are ready to be written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

import polars as pl

from passerelle.collect.dialects import Unreadable, split_body
from passerelle.collect.event_facts import identify_events
from passerelle.collect.events import (
    EVENT_SCHEMA,
    REASONS,
    ReceivedEvents,
    RejectedRow,
    Request,
    read_received,
)
from passerelle.collect.following.log_reading import Piece, Received
from passerelle.collect.quarantine import BadRow
from passerelle.collect.schemas import EventSchemas
from passerelle.collect.sources import SOURCE_KINDS, SourceRef
from passerelle.collect.warehouse import Warehouse
from passerelle.kernel import Retryable
from passerelle.kernel.language import N_, _
from passerelle.store import from_micros

DAMAGED_LOG = "damaged_log"
NOT_UNDERSTOOD = "not_understood"
LOG_SOURCE = SourceRef("collector", "server")
"""In whose name damage of the log itself is kept aside."""

_OWN_REASONS = {
    DAMAGED_LOG: N_("Bytes of the event log cannot be read: check the disk of the collector."),
    NOT_UNDERSTOOD: N_("The event could not be read. Please report this to passerelle's makers."),
    "no_mapping": N_("The mapping of the webhook is missing from the home folder."),
    "no_message": N_("The collector refused the event."),
}
_CALLS = {
    "p": "page", "i": "identify", "t": "track", "g": "group", "a": "alias", "s": "screen",
    "merge": "alias",
}  # fmt: skip
_TYPES = ("identify", "track", "page", "screen", "group", "alias")
_ORIGINAL_BYTES = 64 << 10  # of what cannot be used; the log has the rest


@dataclass(frozen=True)
class Declared:
    """What people declared of events: schemas, and mappings of webhooks in the home folder."""

    home: Path
    schemas: EventSchemas = field(default_factory=EventSchemas)


@dataclass(frozen=True)
class BadEvent:
    """An event that cannot be used, of which source, and when it was received (microseconds)."""

    source: SourceRef
    received_at: int
    row: BadRow = field(repr=False)


@dataclass
class Prepared:
    """A piece of the logs, read.

    events: the lake's columns, canonical identifiers beside, in the order of the piece; grain:
        one event that can be used, repeats included.
    """

    piece: Piece
    events: pl.DataFrame = field(repr=False)
    bad: list[BadEvent] = field(repr=False)
    sources: dict[str, SourceRef]


_PASSING = (Retryable, MemoryError)  # of the machine and not of an event: it is tried again


def collector_import_id(source: str) -> str:
    """The id of the import that stands for all that a source says through the collector."""
    return f"log-{blake2b(source.encode(), digest_size=8).hexdigest()}"


def prepare_piece(piece: Piece, warehouse: Warehouse, told: Declared) -> Prepared:
    """Read a piece: its events, and what is to be kept aside.

    An error that nobody foresaw costs the reception it is about, not the others.
    """
    try:
        prepared = _prepare(piece, piece.received, warehouse, told)
    except _PASSING:
        raise
    except Exception:
        prepared = _prepare_one_by_one(piece, warehouse, told)
    prepared.bad += _damages(piece)
    return prepared


def _prepare_one_by_one(piece: Piece, warehouse: Warehouse, told: Declared) -> Prepared:
    parts: list[Prepared] = []
    for each in piece.received:
        try:
            parts.append(_prepare(piece, [each], warehouse, told))
        except _PASSING:
            raise
        except Exception:
            bad = _bad(each, NOT_UNDERSTOOD, each.reception.body)
            parts.append(Prepared(piece, _no_events(warehouse), [bad], _sources([each])))
    return Prepared(
        piece,
        pl.concat([part.events for part in parts]),
        [row for part in parts for row in part.bad],
        _sources(piece.received),
    )


def _prepare(
    piece: Piece, received: Sequence[Received], warehouse: Warehouse, told: Declared
) -> Prepared:
    texts = ReceivedEvents()
    origins: list[Received] = []
    bad: list[BadEvent] = []
    for each in received:
        try:
            body = split_body(each.reception, told.home)
        except Unreadable as unreadable:
            bad.append(_bad(each, unreadable.reason, each.reception.body))
            continue
        request = _request(each, body.sent_at)
        faults, given = each.reception.faults, each.reception.given_ids
        for item, line in enumerate(body.lines):
            if item in faults:
                bad.append(_bad(each, faults[item], _typed(line, request)))
                continue
            texts.add(line, request, item, given.get(item))
            origins.append(each)
    batch = read_received(texts)
    bad += [
        _refused(origins[row.row_number], row, texts.requests[row.row_number])
        for row in batch.rejected
    ]
    sources = _sources(received)
    events = _of_sources(batch.frame, origins)
    events, refused = told.schemas.apply(events)
    bad += [
        _refused(origins[row.row_number], row, texts.requests[row.row_number]) for row in refused
    ]
    return Prepared(piece, identify_events(events, warehouse).drop("row_number"), bad, sources)


def _request(each: Received, sent_at: str | int | float | None) -> Request:
    reception = each.reception
    is_client = reception.kind == "browser"
    call = _CALLS.get(reception.call, reception.call)
    return Request(
        place=each.place,
        received_at=from_micros(reception.received_at).isoformat(),
        type=call if call in _TYPES else None,
        sent_at=sent_at,
        sent_anew=is_client,
        # A server's own library is no browser of a visitor.
        user_agent=reception.facts.get("user_agent") if is_client else None,
        cookie=reception.facts.get("cookie") if is_client else None,
    )


def _of_sources(frame: pl.DataFrame, origins: Sequence[Received]) -> pl.DataFrame:
    names = pl.Series("source", [each.reception.source for each in origins], dtype=pl.String)
    sources = names.gather(frame["row_number"])
    ids = {name: collector_import_id(name) for name in sources.unique()}
    imports = sources.replace_strict(ids, return_dtype=pl.String).alias("import_id")
    return frame.with_columns(sources, imports)


def _sources(received: Sequence[Received]) -> dict[str, SourceRef]:
    kinds = {each.reception.source: each.reception.kind for each in received}
    # A kind of another version is the least trusted.
    return {
        name: SourceRef(name, kind if kind in SOURCE_KINDS else "browser")
        for name, kind in kinds.items()
    }


def _refused(each: Received, row: RejectedRow, request: Request) -> BadEvent:
    bad = _bad(each, row.reason, _typed(row.original.encode(errors="replace"), request))
    return replace(bad, row=replace(bad.row, detail=row.detail))


def _typed(line: bytes, request: Request) -> bytes:
    """An event as it came, after its type if only the path said that: it is replayed alone."""
    if request.type is None or not line.startswith(b"{") or b'"type"' in line:
        return line
    return b'{"type":"' + request.type.encode() + b'",' + line[1:]


def _bad(each: Received, reason: str, original: bytes) -> BadEvent:
    sentence = REASONS.get(reason) or _OWN_REASONS.get(reason) or _OWN_REASONS["no_message"]
    text = original[:_ORIGINAL_BYTES].decode(errors="replace")
    row = BadRow(each.position.offset, reason, _(sentence), text)
    (source,) = _sources([each]).values()
    return BadEvent(source, each.reception.received_at, row)


def _damages(piece: Piece) -> list[BadEvent]:
    found = []
    newest = max((each.reception.received_at for each in piece.received), default=0)
    for part in piece.damaged:
        where = f"{part.log} {part.position.segment}:{part.position.offset} +{part.size}"
        detail = f"{_(_OWN_REASONS[DAMAGED_LOG])} ({where})"
        row = BadRow(part.position.offset, DAMAGED_LOG, detail, where)
        found.append(BadEvent(LOG_SOURCE, newest, row))
    return found


def _no_events(warehouse: Warehouse) -> pl.DataFrame:
    schema: Mapping[str, pl.DataType | type[pl.DataType]] = {
        **EVENT_SCHEMA, "source": pl.String, "import_id": pl.String,
    }  # fmt: skip
    return identify_events(pl.DataFrame(schema=schema), warehouse).drop("row_number")


def received_until(piece: Piece) -> datetime | None:
    """When the last of a piece was received."""
    last = max((each.reception.received_at for each in piece.received), default=None)
    return None if last is None else from_micros(last)
