"""Import a file of customer records."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

import polars as pl
import pyarrow as pa

from passerelle.collect.files import TableFile
from passerelle.collect.import_plan import ImportPlan
from passerelle.collect.import_runs import (
    ImportCounts,
    ImportReport,
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
from passerelle.collect.quarantine import BadRow
from passerelle.collect.record_batches import RecordBatch, RecordReader
from passerelle.collect.sources import SourceRef
from passerelle.kernel import Clock, IdentifierKeys
from passerelle.lake import Lake
from passerelle.store import BulkSession, Store

BATCH_ROWS = 200_000
"""Rows a transaction: large enough for the speed of bulk inserts, small enough for memory."""

RULES_VERSION = 1
"""Version of the normalising rules, kept beside what they made."""


class RecordsObserver(Protocol):
    """Hears of new and changed records, in the transaction that writes them."""

    def __call__(self, bulk: BulkSession, batch: RecordBatch) -> None:
        """Take in the batch; its frames hold only what is new or changed."""
        ...


@dataclass(frozen=True)
class Warehouse:
    """Where imports put things, and what they need for it."""

    store: Store
    lake: Lake
    keys: IdentifierKeys
    clock: Clock


def import_records(
    table: TableFile,
    mapping: Mapping,
    source: SourceRef,
    warehouse: Warehouse,
    *,
    observe: RecordsObserver,
    progress: Progress = lambda _rows: None,
) -> ImportReport:
    """Import a file of records; killed at any instant, the same call goes on to the same result."""
    plan = ImportPlan(source, "records", table.path.name, table.content_id, mapping.to_toml())

    def prepare(first: int, import_id: str) -> Iterator[RecordBatch]:
        reader = RecordReader(
            source, warehouse.keys, mapping.namespace, received_at=warehouse.clock()
        )
        for batch in table.batches(BATCH_ROWS, start=first):
            bad = tuple(
                BadRow(row.row_number, row.reason, row.detail, row.original)
                for row in batch.rejected
            )
            mapped = dated(apply_mapping(mapping, batch.frame), mapping.date_order)
            yield reader.read(mapped, batch.number, batch.frame.height + len(bad), bad)

    write = record_writer(warehouse.lake, observe)
    return run_import(plan, Work(prepare, write), warehouse.store, warehouse.clock, progress)


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
        fresh, known = _compare(bulk, batch)
        is_new = fresh["previous_hash"].is_null()
        changes = fresh.drop("previous_hash", "learned_at")
        if changes.height:
            lake.append(
                "records", _facts(changes, batch, import_id), writer=import_id, step=batch.number
            )
            _upsert(bulk, fresh, batch, import_id)
            touched = batch.identifiers.join(changes, on="record_id", how="semi")
            observe(bulk, _only(batch, changes, touched))
        return ImportCounts(
            rows=batch.rows,
            new=int(is_new.sum()),
            changed=int((~is_new).sum()),
            unchanged=known,
            repeated=batch.repeated,
            identifiers=batch.counts,
        )

    return write


def _only(batch: RecordBatch, records: pl.DataFrame, identifiers: pl.DataFrame) -> RecordBatch:
    return RecordBatch(
        batch.source,
        batch.number,
        batch.rows,
        batch.repeated,
        records,
        identifiers,
        (),
        batch.counts,
    )


def _compare(bulk: BulkSession, batch: RecordBatch) -> tuple[pl.DataFrame, int]:
    """The records that are new or changed, with what was known of them, and how many are not."""
    ids = batch.records.select("record_id").sort("record_id")
    bulk.stage("batch_records", ids.to_arrow())
    known = pl.DataFrame(
        bulk.fetch(
            "select r.record_id, r.content_hash as previous_hash, r.learned_at "
            "from batch_records b join records r on r.record_id = b.record_id"
        )
    ).cast({"record_id": pl.Int64, "previous_hash": pl.Int64, "learned_at": pl.Int64})
    bulk.execute("drop table batch_records")
    joined = batch.records.join(known, on="record_id", how="left", maintain_order="left")
    same = (pl.col("previous_hash") == pl.col("content_hash")).fill_null(False)
    fresh = joined.filter(~same)
    return fresh, joined.height - fresh.height


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


_STORED = (
    "record_id, source, record_key, content_hash, import_id, observed_at, learned_at, received_at, "
    "first_name_key, last_name_key, birth_date, household_id, normalized"
)


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
        "household_id",
        "normalized",
    )
    bulk.stage("staged_records", rows.to_arrow())
    kept = ("record_id", "source", "record_key", "learned_at")
    sets = ", ".join(
        f"{name} = excluded.{name}" for name in _STORED.split(", ") if name not in kept
    )
    bulk.execute(
        f"insert into records ({_STORED}) select {_STORED} from staged_records "  # noqa: S608
        f"where true on conflict (record_id) do update set {sets}"
    )
    bulk.execute("drop table staged_records")
