"""Import a file of web, app and mail events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Protocol

import polars as pl
import pyarrow as pa

from passerelle.collect.events import EventFile
from passerelle.collect.identifier_ids import ids_or_null, type_ids_or_null
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
from passerelle.collect.personal_links import with_links
from passerelle.collect.quarantine import BadRow
from passerelle.collect.sources import SourceRef
from passerelle.collect.warehouse import Warehouse
from passerelle.engine import Engine
from passerelle.identifiers import normalize_column
from passerelle.kernel import side_threads
from passerelle.store import BulkSession

BATCH_EVENTS = 200_000
"""Events a transaction."""

_IDENTIFIERS = (
    # column of the event, identifier type, column of its id
    ("anonymous_id", "cookie", "cookie_id"),
    ("previous_id", "cookie", "previous_cookie_id"),
    ("mobile_id", "mobile_id", "mobile_id"),
    ("user_id", "login", "login_id"),
    ("email", "email", "email_id"),
    ("phone", "phone", "phone_id"),
)
_NOT_IN_LAKE = ("previous_cookie_id", "link_id", "link_subject_id")


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
    lake = warehouse.lake

    def prepare(run: ImportRun) -> Iterator[EventsPrepared]:
        batches = file.batches(run.batch_rows, start=run.first, received_at=run.started_at)
        for batch in batches:
            bad = tuple(
                BadRow(row.row_number, row.reason, row.detail, row.original)
                for row in batch.rejected
            )
            events = _identified(batch.frame, source, warehouse, run.received_at(batch.number))
            yield EventsPrepared(source, batch.number, batch.frame.height + len(bad), events, bad)

    def write(bulk: BulkSession, batch: EventsPrepared, import_id: str) -> ImportCounts:
        single = batch.events.unique("event_id", keep="first", maintain_order=True)
        new = KnownFacts(engine, lake, "events", import_id).drop_known(single, key="event_id")
        if new.height:
            facts = _facts(new, import_id)
            append = partial(lake.append, "events", facts, writer=import_id, step=batch.number)
            with side_threads() as beside:
                appended = beside.start(append)
                observe(EventsPrepared(source, batch.number, batch.rows, new, ()))(bulk)
                appended.result()
        return ImportCounts(
            rows=batch.rows,
            new=new.height,
            unchanged=single.height - new.height,
            repeated=batch.events.height - single.height,
        )

    return run_import(plan, Work(prepare, write), warehouse, progress)


def _facts(events: pl.DataFrame, import_id: str) -> pa.Table:
    """The columns that the lake keeps of events."""
    kept = [
        name for name in events.columns if not name.endswith("_value") and name not in _NOT_IN_LAKE
    ]
    return events.select(*kept, pl.lit(import_id).alias("import_id")).to_arrow()


def _identified(
    frame: pl.DataFrame, source: SourceRef, warehouse: Warehouse, received_at: datetime
) -> pl.DataFrame:
    keys = warehouse.keys
    columns: list[pl.Series] = []
    for column, type_name, id_column in _IDENTIFIERS:
        raw = frame[column]
        if column == "email":
            raw = pl.Series(frame.select(pl.coalesce("email", "email_sha256")).to_series())
        read = normalize_column(
            type_name, raw, blocked=warehouse.blocked.get(type_name, frozenset())
        )
        values = read.values.zip_with(
            (read.judgements != "blocked").fill_null(False), _nulls(frame.height)
        )
        columns.append(type_ids_or_null(type_name, values, keys).alias(id_column))
        columns.append(values.alias(f"{id_column}_value"))
    message = frame.select(pl.concat_str(pl.lit(f"{source.name}:"), "message_id"))
    lake_columns = [
        name
        for name in frame.columns
        if name
        in {
            "row_number", "message_id", "received_at", "type", "name", "occurred_at",
            "evidence_kind", "browser", "page_url", "page_host", "referrer_host",
            "campaign_source", "campaign_name", "order_id", "total_cents", "currency", "consent",
            "properties", "original",
        }
    ]  # fmt: skip
    told = with_links(
        frame.select(lake_columns), frame["properties"], keys, received_at=received_at
    )
    return told.with_columns(
        pl.lit(source.name).alias("source"),
        ids_or_null("event", message.to_series(), keys).alias("event_id"),
        pl.lit(received_at, pl.Datetime("us", "UTC")).alias("received_at"),
        *columns,
    )


def _nulls(length: int) -> pl.Series:
    return pl.Series([None], dtype=pl.String).new_from_index(0, length)
