"""See events as they arrive, and how far the follower is behind."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from passerelle.collect.dialects import Unreadable, split_body
from passerelle.collect.events.segment_shapes import Refused, understand
from passerelle.collect.following.follower import FollowerPlaces
from passerelle.collect.following.follower_store import CONSUMERS, load_offsets
from passerelle.collect.following.log_reading import Piece, Received, find_logs, read_piece
from passerelle.collect.following.pace import Pace
from passerelle.ingest import LogReader, Position, list_segments, segment_path
from passerelle.store import Store, from_micros

_LONGEST_NAME = 80


@dataclass(frozen=True)
class ArrivedEvent:
    """An event as it arrived, without anything of a person; `refusal` is why it cannot be used."""

    received_at: datetime
    source: str
    type: str
    name: str
    message_id: str
    refusal: str | None = None


@dataclass(frozen=True)
class LogStanding:
    """How far a consumer is in a log: bytes that it has not read, and since when they wait."""

    log: str
    consumer: str
    bytes_behind: int
    waiting_since: datetime | None


def watch_events(
    home: Path, *, wait: Callable[[], bool], source: str | None = None, event: str | None = None
) -> Iterator[ArrivedEvent]:
    """Events that arrive from now on, as the log has them.

    Args:
        home: The home folder, with the collectors' logs.
        wait: Waits a moment when nothing new is there; false ends the watch.
        source: Only of this source.
        event: Only of this name.
    """
    logs = FollowerPlaces(home).logs
    places = {name: LogReader(folder).end() for name, folder in find_logs(logs).items()}
    while True:
        piece = read_piece(logs, places, Pace())
        places = {**places, **piece.ends}
        yield from _chosen(piece, home, source, event)
        if piece.is_empty and not wait():
            return


def read_standings(home: Path, store: Store) -> list[LogStanding]:
    """How far each consumer is in each log."""
    logs = FollowerPlaces(home).logs
    standings = []
    for consumer in CONSUMERS:
        offsets = load_offsets(store, consumer)
        for name, folder in find_logs(logs).items():
            place = offsets.get(name, Position())
            first = next((each for each in read_first(folder, place)), None)
            since = None if first is None else from_micros(first)
            standings.append(LogStanding(name, consumer, _behind(folder, place), since))
    return standings


def read_first(folder: Path, place: Position) -> Iterator[int]:
    """When the receptions behind a place were received (microseconds)."""
    for entry in LogReader(folder).read(place):
        reception = getattr(entry, "reception", None)
        if reception is not None:
            yield reception.received_at


def _behind(folder: Path, place: Position) -> int:
    sizes = {
        number: segment_path(folder, number).stat().st_size for number in list_segments(folder)
    }
    read = min(place.offset, sizes.get(place.segment, 0))
    return sum(size for number, size in sizes.items() if number >= place.segment) - read


def _chosen(
    piece: Piece, home: Path, source: str | None, event: str | None
) -> Iterator[ArrivedEvent]:
    for received in piece.received:
        if source not in (None, received.reception.source):
            continue
        for arrived in _arrived(received, home):
            if event in (None, arrived.name):
                yield arrived


def _arrived(received: Received, home: Path) -> Iterator[ArrivedEvent]:
    reception = received.reception
    at = from_micros(reception.received_at)
    try:
        lines = split_body(reception, home).lines
    except Unreadable as unreadable:
        yield ArrivedEvent(at, reception.source, reception.call, "", "", unreadable.reason)
        return
    for item, line in enumerate(lines):
        given = reception.given_ids.get(item, "")
        refusal = reception.faults.get(item)
        try:
            event = understand(line)
        except Refused as refused:
            reason = refusal or refused.reason
            yield ArrivedEvent(at, reception.source, reception.call, "", given, reason)
            continue
        name = str(event.event or event.name or "")[:_LONGEST_NAME]
        kind = str(event.type or reception.call)
        message = str(event.message_id or given)
        yield ArrivedEvent(at, reception.source, kind, name, message, refusal)
