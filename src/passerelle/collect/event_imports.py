"""Import a file of web, app and mail events."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import polars as pl

from passerelle.collect.event_counts import count_events, tally_accepted
from passerelle.collect.event_facts import facts_of_events, identify_events
from passerelle.collect.events import UTC_TIME, EventFile
from passerelle.collect.import_counts import ImportCounts
from passerelle.collect.import_plan import ImportPlan
from passerelle.collect.import_runs import (
    Heard,
    ImportReport,
    ImportRun,
    Progress,
    Work,
    run_import,
)
from passerelle.collect.known_facts import KnownFacts
from passerelle.collect.quarantine import BadRow
from passerelle.collect.sources import SourceRef
from passerelle.collect.warehouse import Warehouse
from passerelle.engine import Engine
from passerelle.kernel import side_threads
from passerelle.store import BulkSession

BATCH_EVENTS = 200_000
"""Events a transaction."""


@dataclass(frozen=True)
class EventsPrepared:
    """Events ready to be written: as the lake keeps them, with the canonical identifiers beside.

    events: columns of the lake's table, plus previous_cookie_id, the personal link that was used
        (link_id, and link_subject_id of whom it was made for) and, for each identifier column of
        an event, its canonical value under `<id column>_value`.
    """

    source: SourceRef
    number: int
    rows: int
    events: pl.DataFrame
    bad_rows: tuple[BadRow, ...]


class EventsObserver(Protocol):
    """Hears of new events, and writes what follows in their transaction."""

    def __call__(self, batch: EventsPrepared) -> Heard:
        """Take in the batch; its frame holds only new events."""
        ...


def import_events(  # noqa: PLR0913 - what may differ from an import to the next
    file: EventFile,
    source: SourceRef,
    warehouse: Warehouse,
    engine: Engine,
    *,
    observe: EventsObserver,
    progress: Progress = lambda _rows: None,
    batch_rows: int = BATCH_EVENTS,
    replayed: tuple[str, ...] = (),
) -> ImportReport:
    """Import a file of events; an event that is known by its source and message id counts once.

    Args:
        file: The file, opened. Events that do not say when they were received take the start of
            the import, also when it was cut and goes on later.
        source: Who says it.
        warehouse: Where the events go.
        engine: Compares them with those of the lake.
        observe: Hears of the new ones.
        progress: Told how many more events were done.
        batch_rows: Records a transaction, when the import begins.
        replayed: The quarantined rows that the file is made of, when it is a replay.
    """
    plan = ImportPlan(
        source, "events", file.path.name, file.content_id, file.format, batch_rows, replayed
    )

    def prepare(run: ImportRun) -> Iterator[EventsPrepared]:
        batches = file.batches(run.batch_rows, start=run.first, received_at=run.started_at)
        for batch in batches:
            bad = tuple(
                BadRow(row.row_number, row.reason, row.detail, row.original)
                for row in batch.rejected
            )
            told = batch.frame.with_columns(
                pl.lit(source.name).alias("source"),
                pl.lit(run.received_at(batch.number), UTC_TIME).alias("received_at"),
                pl.lit(run.import_id).alias("import_id"),
            )
            events = identify_events(told, warehouse)
            yield EventsPrepared(source, batch.number, batch.frame.height + len(bad), events, bad)

    return run_import(
        plan, Work(prepare, new_events_writer(warehouse, engine, observe)), warehouse, progress
    )


def new_events_writer(
    warehouse: Warehouse, engine: Engine, observe: EventsObserver
) -> Callable[[BulkSession, EventsPrepared, str], ImportCounts]:
    """What writes the events of a batch that the lake does not know, as one step of an import."""
    lake = warehouse.lake

    def write(bulk: BulkSession, batch: EventsPrepared, import_id: str) -> ImportCounts:
        single = batch.events.unique("event_id", keep="first", maintain_order=True)
        new = KnownFacts(engine, lake, "events", import_id).drop_known(single, key="event_id")
        if new.height:
            facts = facts_of_events(new)
            append = partial(lake.append, "events", facts, writer=import_id, step=batch.number)
            with side_threads() as beside:
                appended = beside.start(append)
                observe(EventsPrepared(batch.source, batch.number, batch.rows, new, ()))(bulk)
                count_events(bulk, tally_accepted(new))
                appended.result()
        return ImportCounts(
            rows=batch.rows,
            new=new.height,
            unchanged=single.height - new.height,
            repeated=batch.events.height - single.height,
        )

    return write
