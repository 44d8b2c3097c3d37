"""Import a file of customer records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Protocol

import polars as pl
import pyarrow as pa

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
from passerelle.collect.mapping import (
    DateOrder,
    Mapping,
    apply_mapping,
    parse_dates,
    parse_timestamps,
)
from passerelle.collect.mapping_checks import check_mapping
from passerelle.collect.quarantine import BadRow
from passerelle.collect.record_batches import RecordBatch, RecordReader
from passerelle.collect.sources import SourceRef
from passerelle.collect.warehouse import Warehouse
from passerelle.files import TableFile
from passerelle.kernel import side_threads
from passerelle.lake import Lake
from passerelle.store import BulkSession

BATCH_ROWS = 200_000
"""Rows a transaction: large enough for the speed of bulk inserts, small enough for memory."""

RULES_VERSION = 1
"""Version of the normalising rules, kept beside what they made."""


class RecordsObserver(Protocol):
    """Hears of new and changed records, and writes what follows in their transaction."""

    def __call__(self, batch: RecordBatch) -> Heard:
        """Take in the batch; its frames hold only what is new or changed."""
        ...


def import_records(  # noqa: PLR0913 - what may differ from an import to the next
    table: TableFile,
    mapping: Mapping,
    source: SourceRef,
    warehouse: Warehouse,
    *,
    observe: RecordsObserver,
    progress: Progress = lambda _rows: None,
    batch_rows: int = BATCH_ROWS,
    replayed: tuple[str, ...] = (),
) -> ImportReport:
    """Import a file of records; killed at any instant, the same call goes on to the same result.

    Args:
        table: The file, opened.
        mapping: What its columns mean.
        source: Who says it.
        warehouse: Where the records go.
        observe: Hears of new and changed records.
        progress: Told how many more rows were done.
        batch_rows: Rows a transaction, when the import begins.
        replayed: The quarantined rows that the file is made of, when it is a replay.

    Raises:
        InvalidInput: The mapping does not fit the file.
    """
    if not replayed:
        check_mapping(mapping, table.columns)
    plan = ImportPlan(
        source,
        "records",
        table.path.name,
        table.content_id,
        _details(mapping),
        batch_rows,
        replayed,
    )

    def prepare(run: ImportRun) -> Iterator[RecordBatch]:
        for batch in table.batches(run.batch_rows, start=run.first):
            reader = RecordReader(
                source,
                warehouse.keys,
                mapping.namespace,
                received_at=run.received_at(batch.number),
                blocked=warehouse.blocked,
                screen=warehouse.screen,
            )
            bad = tuple(
                BadRow(row.row_number, row.reason, row.detail, row.original)
                for row in batch.rejected
            )
            mapped = dated(apply_mapping(mapping, batch.frame), mapping.date_order)
            yield reader.read(mapped, batch.number, batch.frame.height + len(bad), bad)

    return run_import(
        plan, Work(prepare, record_writer(warehouse.lake, observe)), warehouse, progress
    )


def _details(mapping: Mapping) -> str:
    """What a mapping does, as JSON; its comments, in the language of whoever runs it, are not."""
    claims: dict[str, list[str]] = {each.column: [] for each in mapping.columns}
    for each in mapping.columns:
        claims[each.column] += [] if each.field is None else [each.field]
    said = {
        "kind": mapping.kind,
        "layout": mapping.layout,
        "date_order": mapping.date_order,
        "namespace": mapping.namespace,
        "columns": claims,
    }
    return json.dumps(said, ensure_ascii=False)


def dated(mapped: pl.DataFrame, order: DateOrder) -> pl.DataFrame:
    """Mapped rows with their dates as ISO texts; a birth date that is none stays as it was said."""
    columns = set(mapped.columns)
    read = []
    if "birth_date" in columns:
        iso = parse_dates(mapped["birth_date"], order)[0]
        read.append(pl.coalesce(iso, mapped["birth_date"]).alias("birth_date"))
    read += [
        pl.lit(parse_timestamps(mapped[name], order)[0]).alias(name)
        for name in ("created_at", "updated_at")
        if name in columns
    ]
    return mapped.with_columns(read)


def record_writer(
    lake: Lake, observe: RecordsObserver
) -> Callable[[BulkSession, RecordBatch, str], ImportCounts]:
    """What writes a batch: the lake keeps every version, the store the present one."""

    def write(bulk: BulkSession, batch: RecordBatch, import_id: str) -> ImportCounts:
        told = _compare(bulk, batch)
        fresh = told.filter(pl.col("previous_hash").ne_missing(pl.col("content_hash")))
        if fresh.height:
            changes = fresh.select(batch.records.columns)
            older = batch.older.join(changes, on="record_id", how="semi", maintain_order="left")
            touched = batch.identifiers.join(changes, on="record_id", how="semi")
            news = replace(batch, records=changes, identifiers=touched, bad_rows=(), older=older)
            facts = _facts(pl.concat([older, changes]), batch, import_id)
            append = partial(lake.append, "records", facts, writer=import_id, step=batch.number)
            with side_threads() as beside:
                heard = beside.start(lambda: observe(news))
                appended = beside.start(append)
                _upsert(bulk, fresh.filter(~pl.col("is_outdated")), batch, import_id)
                heard.result()(bulk)
                appended.result()
        new = fresh["previous_hash"].null_count()
        outdated = int(fresh["is_outdated"].sum())
        return ImportCounts(
            rows=batch.rows,
            new=new,
            changed=fresh.height - new - outdated,
            outdated=outdated,
            unchanged=told.height - fresh.height,
            repeated=batch.repeated,
            identifiers=batch.counts,
        )

    return write


def _compare(bulk: BulkSession, batch: RecordBatch) -> pl.DataFrame:
    """The batch's records with what is known of each, and whether that is the later version.

    Of two versions that both say when they last changed, the later change is the present one;
    of others, the one that was received later.
    """
    ids = batch.records.select("record_id").sort("record_id")
    bulk.stage("batch_records", ids.to_arrow())
    known = pl.DataFrame(
        bulk.fetch(
            "select r.record_id, r.content_hash as previous_hash, r.learned_at, "
            "r.observed_at as known_observed_at, r.received_at as known_received_at "
            "from batch_records b join records r on r.record_id = b.record_id"
        )
    ).cast(pl.Int64)
    bulk.execute("drop table batch_records")
    both_dated = (pl.col("observed_at") < pl.col("received_at")) & (
        pl.col("known_observed_at") < pl.col("known_received_at")
    )
    return batch.records.join(
        known, on="record_id", how="left", maintain_order="left"
    ).with_columns(
        pl.when(both_dated & (pl.col("observed_at") != pl.col("known_observed_at")))
        .then(pl.col("observed_at") < pl.col("known_observed_at"))
        .otherwise(pl.col("received_at") < pl.col("known_received_at"))
        .fill_null(False)
        .alias("is_outdated")
    )


def _facts(records: pl.DataFrame, batch: RecordBatch, import_id: str) -> pa.Table:
    return records.select(
        pl.lit(batch.source.name).alias("source"),
        "record_key",
        "record_id",
        pl.lit(import_id).alias("import_id"),
        "row_number",
        pl.from_epoch("received_at", "us").dt.replace_time_zone("UTC"),
        pl.from_epoch("observed_at", "us").dt.replace_time_zone("UTC"),
        "content_hash",
        pl.lit(RULES_VERSION, pl.Int64).alias("rules_version"),
        "original",
        "normalized",
    ).to_arrow()


def _upsert(bulk: BulkSession, fresh: pl.DataFrame, batch: RecordBatch, import_id: str) -> None:
    rows = fresh.sort("record_id").select(
        "record_id",
        pl.lit(batch.source.name).alias("source"),
        "record_key",
        "content_hash",
        pl.lit(import_id).alias("import_id"),
        "observed_at",
        pl.coalesce("learned_at", "received_at").alias("learned_at"),
        "received_at",
        "first_name_key",
        "last_name_key",
        "birth_date",
        "normalized",
    )
    kept = ("record_id", "source", "record_key", "learned_at")
    sets = ", ".join(f"{name} = excluded.{name}" for name in rows.columns if name not in kept)
    bulk.put("records", rows.to_arrow(), f"(record_id) do update set {sets}")
