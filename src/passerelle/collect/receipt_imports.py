"""Import a file of receipts: offline and online purchases, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import polars as pl

from passerelle.collect.identifier_ids import ids_or_null, type_ids_or_null
from passerelle.collect.import_counts import ImportCounts
from passerelle.collect.import_plan import ImportPlan
from passerelle.collect.import_runs import ImportReport, ImportRun, Progress, Work, run_import
from passerelle.collect.known_facts import FactBatch, KnownFacts
from passerelle.collect.quarantine import BadRow
from passerelle.collect.receipts import ReceiptFile
from passerelle.collect.sources import SourceRef
from passerelle.collect.warehouse import Warehouse
from passerelle.engine import Engine
from passerelle.identifiers import normalize_column
from passerelle.store import BulkSession

BATCH_LINES = 250_000
"""Lines a transaction."""

_IDENTIFIERS = (
    ("loyalty_card", "loyalty_card", "card_id"),
    ("customer_number", "customer_number", "customer_id"),
    ("email", "email", "email_id"),
    ("phone", "phone", "phone_id"),
    ("login", "login", "login_id"),
)
_FACTS = (
    "receipt_id", "line_number", "row_number", "store_id", "channel", "occurred_at",
    "product_id", "product_label", "quantity", "amount_cents", "discount_cents", "currency",
)  # fmt: skip


def import_receipts(  # noqa: PLR0913 - what may differ from an import to the next
    file: ReceiptFile,
    source: SourceRef,
    warehouse: Warehouse,
    engine: Engine,
    *,
    progress: Progress = lambda _rows: None,
    batch_rows: int = BATCH_LINES,
    replayed: tuple[str, ...] = (),
) -> ImportReport:
    """Import a file of receipts; a line that comes again changed is kept as its newer version.

    Args:
        file: The file, opened.
        source: Who says it.
        warehouse: Where the lines go.
        engine: Compares them with those of the lake.
        progress: Told how many more lines were done.
        batch_rows: Rows a transaction, when the import begins.
        replayed: The quarantined rows that the file is made of, when it is a replay.
    """
    plan = ImportPlan(
        source, "receipts", file.path.name, file.content_id, file.details, batch_rows, replayed
    )
    lake = warehouse.lake

    def prepare(run: ImportRun) -> Iterator[FactBatch]:
        for batch in file.batches(run.batch_rows, start=run.first):
            bad = tuple(
                BadRow(row.row_number, row.reason, row.detail, row.original)
                for row in batch.rejected
            )
            lines = _identified(batch.frame, source, warehouse, run.received_at(batch.number))
            yield FactBatch(batch.number, batch.frame.height + len(bad), lines, bad)

    def write(bulk: BulkSession, batch: FactBatch, import_id: str) -> ImportCounts:
        single = batch.facts.unique("line_id", keep="last", maintain_order=True)
        known = KnownFacts(engine, lake, "receipts", import_id)
        present = known.find_present(single, key="line_id")
        fresh = single.join(
            present, on=["line_id", "content_hash"], how="anti", maintain_order="left"
        )
        changed = fresh.join(present, on="line_id", how="semi").height
        known.append(fresh, step=batch.number)
        return ImportCounts(
            rows=batch.rows,
            new=fresh.height - changed,
            changed=changed,
            unchanged=single.height - fresh.height,
            repeated=batch.facts.height - single.height,
        )

    return run_import(plan, Work(prepare, write), warehouse, progress)


def _identified(
    frame: pl.DataFrame, source: SourceRef, warehouse: Warehouse, received_at: datetime
) -> pl.DataFrame:
    keys = warehouse.keys
    columns: list[pl.Series] = []
    for column, type_name, id_column in _IDENTIFIERS:
        read = normalize_column(
            type_name, frame[column], blocked=warehouse.blocked.get(type_name, frozenset())
        )
        columns.append(type_ids_or_null(type_name, read.values, keys).alias(id_column))
    key = frame.select(
        pl.concat_str(
            pl.lit(source.name), "receipt_id", pl.col("line_number").cast(pl.String), separator="\n"
        ).alias("key")
    )["key"]
    content = frame.select(
        pl.concat_str(
            pl.lit(source.name),
            *(
                pl.col(name).cast(pl.String).fill_null("")
                for name in _FACTS
                if name != "row_number"
            ),
            *(pl.col(column).fill_null("") for column, _, _ in _IDENTIFIERS),
            separator="\n",
        ).alias("content")
    )["content"]
    return frame.select(_FACTS).with_columns(
        pl.lit(source.name).alias("source"),
        ids_or_null("receipt_line", key, keys).alias("line_id"),
        ids_or_null("receipt_text", content, keys).alias("content_hash"),
        pl.lit(received_at, pl.Datetime("us", "UTC")).alias("received_at"),
        *columns,
    )
