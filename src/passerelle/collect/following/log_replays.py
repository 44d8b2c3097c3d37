"""Take events again from the event log, as it was received: all, or a selection.

A replay is an import: it goes on where it was cut, and an event that its base knows counts once.
Into the base that followed the log it finds nothing but what was not accepted then; into another
base, a test base for one, it finds everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

import msgspec
import polars as pl

from passerelle.collect.event_imports import EventsObserver, EventsPrepared, new_events_writer
from passerelle.collect.following.follower import FollowerPlaces
from passerelle.collect.following.follower_store import LAKE, load_offsets
from passerelle.collect.following.log_reading import Piece, find_logs, read_piece
from passerelle.collect.following.pace import Pace
from passerelle.collect.following.preparing import Declared, prepare_piece
from passerelle.collect.import_plan import ImportPlan
from passerelle.collect.import_runs import ImportRun, Progress, Work, run_import
from passerelle.collect.known_facts import KnownFacts
from passerelle.collect.schemas import EventSchemas
from passerelle.collect.sources import SourceRef, find_source_kind
from passerelle.collect.warehouse import Warehouse
from passerelle.engine import Engine
from passerelle.ingest import LogReader, Position
from passerelle.store import Store, from_micros, to_micros

_PACE = Pace(step_events=100_000)
_BATCH_ROWS = 10_000_000  # more than a batch can hold: rows of a replay are numbered by batch


@dataclass(frozen=True)
class LogSelection:
    """Which events of the log: received from `since` on and before `until`, of a source, a name."""

    since: datetime
    until: datetime | None = None
    source: str | None = None
    event: str | None = None

    def has(self, received_at: int, source: str) -> bool:
        """Whether a reception is of it (microseconds)."""
        at = from_micros(received_at)
        return (
            at >= self.since
            and (self.until is None or at < self.until)
            and self.source in (None, source)
        )


@dataclass(frozen=True)
class LogReplay:
    """What a replay came to for one source: events that were new, known already, or refused."""

    source: str
    events: int
    new: int
    known: int
    refused: int


@dataclass(frozen=True)
class ReplayPlan:
    """A selection of the log of one home, to be taken by a base.

    Args:
        home: The home folder whose log it is.
        selection: Which events.
        ends: How far each log is read.
        target: The base that takes them.
        engine: Compares with the target's lake.
    """

    home: Path
    selection: LogSelection
    ends: Mapping[str, Position]
    target: Warehouse
    engine: Engine


def log_ends(home: Path, followed: Store | None) -> dict[str, Position]:
    """How far logs can be replayed.

    Args:
        home: The home folder with the logs.
        followed: The store that the log is followed into, when the replay goes there too: only
            what is in its lake can be told from what is new.
    """
    if followed is not None:
        return load_offsets(followed, LAKE)
    return {
        name: LogReader(path).end() for name, path in find_logs(FollowerPlaces(home).logs).items()
    }


def replay_log(
    plan: ReplayPlan, observe: EventsObserver, *, progress: Progress = lambda _rows: None
) -> list[LogReplay]:
    """Take the selected events, source by source.

    Raises:
        Retryable: A disk is full; the same call goes on.
    """
    reports = []
    for source in _sources(plan):
        import_plan = ImportPlan(
            source, "events", "event log", _content_id(plan, source), "segment", _PACE.step_events
        )
        write = new_events_writer(plan.target, plan.engine, observe)

        def prepare(run: ImportRun, source: SourceRef = source) -> Iterator[EventsPrepared]:
            batches = _batches(plan, source, run.import_id)
            return (batch for batch in batches if batch.number >= run.first)

        counts = run_import(import_plan, Work(prepare, write), plan.target, progress).counts
        known = counts.unchanged + counts.repeated
        refused = sum(counts.rejected.values())
        reports.append(LogReplay(source.name, counts.rows, counts.new, known, refused))
    return reports


def preview_replay(plan: ReplayPlan) -> list[LogReplay]:
    """What a replay would come to; nothing is written."""
    reports = []
    for source in _sources(plan):
        events = new = refused = 0
        for batch in _batches(plan, source, "preview"):
            single = batch.events.unique("event_id", keep="first", maintain_order=True)
            known = KnownFacts(plan.engine, plan.target.lake, "events", "preview")
            new += known.drop_known(single, key="event_id").height
            events += batch.rows
            refused += len(batch.bad_rows)
        reports.append(LogReplay(source.name, events, new, events - new - refused, refused))
    return reports


def _batches(plan: ReplayPlan, source: SourceRef, import_id: str) -> Iterator[EventsPrepared]:
    told = Declared(plan.home, EventSchemas.load(FollowerPlaces(plan.home).schemas))
    chosen = replace(plan.selection, source=source.name)
    for number, piece in enumerate(_pieces(plan, chosen)):
        prepared = prepare_piece(piece, plan.target, told)
        first = number * _BATCH_ROWS
        events = prepared.events.with_columns(
            pl.int_range(first, first + pl.len(), dtype=pl.Int64).alias("row_number"),
            pl.lit(import_id).alias("import_id"),
        )
        bad = tuple(each.row for each in prepared.bad)
        if chosen.event is not None:
            events = events.filter(pl.col("name").eq_missing(chosen.event))
            bad = tuple(row for row in bad if f'"{chosen.event}"' in row.original)
        yield EventsPrepared(source, number, events.height + len(bad), events, bad)


def _pieces(plan: ReplayPlan, selection: LogSelection) -> Iterator[Piece]:
    """The selected receptions, in pieces that are the same on every run."""
    logs = FollowerPlaces(plan.home).logs
    since = to_micros(selection.since)
    places = {name: LogReader(path).seek(since) for name, path in find_logs(logs).items()}
    while True:
        piece = read_piece(logs, places, _PACE)
        if piece.is_empty:
            return
        places = {**places, **piece.ends}
        nothing = Position()
        piece.received = [
            each
            for each in piece.received
            if each.position < plan.ends.get(each.log, nothing)
            and selection.has(each.reception.received_at, each.reception.source)
        ]
        piece.damaged = []  # the follower has told of it
        yield piece


def _sources(plan: ReplayPlan) -> list[SourceRef]:
    """The sources of the selection, each of the kind that the target knows it as."""
    kinds: dict[str, str] = {}
    for piece in _pieces(plan, plan.selection):
        kinds.update((each.reception.source, each.reception.kind) for each in piece.received)
    store = plan.target.store
    return [
        SourceRef(name, find_source_kind(store, name) or kind)
        for name, kind in sorted(kinds.items())
    ]


def _content_id(plan: ReplayPlan, source: SourceRef) -> str:
    selection = replace(plan.selection, source=source.name)
    told = msgspec.json.encode([selection, sorted(plan.ends.items())])
    return blake2b(told, digest_size=16).hexdigest()
