"""Import a file of notices of life changes: movers, deaths, returned mail."""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from passerelle.collect.identifier_ids import ids_or_null, type_ids_or_null
from passerelle.collect.import_counts import ImportCounts
from passerelle.collect.import_plan import ImportPlan
from passerelle.collect.import_runs import ImportReport, ImportRun, Progress, Work, run_import
from passerelle.collect.known_facts import FactBatch, KnownFacts
from passerelle.collect.mapping import ORIGINAL
from passerelle.collect.notices import NoticeFile
from passerelle.collect.sources import SourceRef
from passerelle.collect.warehouse import Warehouse
from passerelle.engine import Engine
from passerelle.identifiers import normalize_column
from passerelle.store import BulkSession

BATCH_ROWS = 200_000
"""Rows a transaction."""

_APART = ("row_number", ORIGINAL, "happened_on")


def import_notices(  # noqa: PLR0913 - what may differ from an import to the next
    file: NoticeFile,
    source: SourceRef,
    warehouse: Warehouse,
    engine: Engine,
    *,
    progress: Progress = lambda _rows: None,
    batch_rows: int = BATCH_ROWS,
    replayed: tuple[str, ...] = (),
) -> ImportReport:
    """Import a file of notices into the lake; what a file before it said already is not kept twice.

    Nothing is concluded from them here: `passerelle changes detect` does.

    Args:
        file: The file, opened.
        source: Who says it.
        warehouse: Where the notices go.
        engine: Compares them with those of the lake.
        progress: Told how many more rows were done.
        batch_rows: Rows a transaction, when the import begins.
        replayed: The quarantined rows that the file is made of, when it is a replay.
    """
    plan = ImportPlan(
        source,
        "notices",
        file.file_name,
        file.table.content_id,
        file.details,
        batch_rows,
        replayed,
    )
    lake = warehouse.lake

    def prepare(run: ImportRun) -> Iterator[FactBatch]:
        for batch in file.batches(run.batch_rows, start=run.first):
            received_at = run.received_at(batch.number)
            notices = _notices(file, batch.frame, source, warehouse).with_columns(
                pl.lit(received_at, pl.Datetime("us", "UTC")).alias("received_at")
            )
            rows = notices.height + len(batch.bad_rows)
            yield FactBatch(batch.number, rows, notices, batch.bad_rows)

    def write(bulk: BulkSession, batch: FactBatch, import_id: str) -> ImportCounts:
        single = batch.facts.unique("notice_id", keep="first", maintain_order=True)
        known = KnownFacts(engine, lake, "notices", import_id)
        fresh = known.drop_known(single, key="notice_id")
        known.append(fresh, step=batch.number)
        return ImportCounts(
            rows=batch.rows,
            new=fresh.height,
            unchanged=single.height - fresh.height,
            repeated=batch.facts.height - single.height,
        )

    return run_import(plan, Work(prepare, write), warehouse, progress)


def _notices(
    file: NoticeFile, frame: pl.DataFrame, source: SourceRef, warehouse: Warehouse
) -> pl.DataFrame:
    keys = warehouse.keys
    fields = frame.drop(_APART)
    if "customer_number" in fields.columns:
        read = normalize_column("customer_number", fields["customer_number"])
        ids = type_ids_or_null("customer_number", read.values, keys)
        fields = fields.with_columns(ids.alias("customer_id"))
    told = frame.select("row_number", ORIGINAL, "happened_on").with_columns(
        fields.select(pl.struct(pl.all()).struct.json_encode().alias("said"))["said"],
        pl.lit(source.name).alias("source"),
        pl.lit(file.kind.name).alias("kind"),
        pl.lit(file.file_name).alias("file_name"),
    )
    key = told.select(
        pl.concat_str("source", "kind", "happened_on", "said", separator="\n").alias("key")
    )["key"]
    return told.with_columns(ids_or_null("notice", key, keys).alias("notice_id"))
