"""Import a file of receipts: offline and online purchases, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from passerelle.collect.identifier_ids import ids_or_null, type_ids_or_null
from passerelle.collect.import_plan import ImportPlan
from passerelle.collect.import_runs import (
    ImportCounts,
    ImportReport,
    Progress,
    Work,
    run_import,
)
from passerelle.collect.known_facts import drop_known
from passerelle.collect.quarantine import BadRow
from passerelle.collect.receipts import ReceiptFile
from passerelle.collect.record_imports import Warehouse
from passerelle.collect.sources import SourceRef
from passerelle.engine import Engine
from passerelle.identifiers import normalize_column
from passerelle.store import BulkSession

BATCH_LINES = 250_000

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


@dataclass(frozen=True)
class LinesPrepared:
    """Receipt lines as the lake keeps them."""

    number: int
    rows: int
    lines: pl.DataFrame
    bad_rows: tuple[BadRow, ...]


def import_receipts(
    file: ReceiptFile,
    source: SourceRef,
    warehouse: Warehouse,
    engine: Engine,
    *,
    progress: Progress = lambda _rows: None,
) -> ImportReport:
    """Import a file of receipts; a line that comes again changed is kept as its newer version."""
    plan = ImportPlan(source, "receipts", file.path.name, file.content_id, file.details)
    lake = warehouse.lake

    def prepare(first: int, import_id: str) -> Iterator[LinesPrepared]:
        for batch in file.batches(BATCH_LINES, start=first):
            bad = tuple(
                BadRow(row.row_number, row.reason, row.detail, row.original, part)
                for part, row in enumerate(batch.rejected)
            )
            lines = _identified(batch.frame, source, warehouse)
            yield LinesPrepared(batch.number, batch.frame.height + len(bad), lines, bad)

    def write(bulk: BulkSession, batch: LinesPrepared, import_id: str) -> ImportCounts:
        single = batch.lines.unique("line_id", keep="last", maintain_order=True)
        fresh = drop_known(
            engine, lake, "receipts", single, key="content_hash", import_id=import_id
        )
        new = drop_known(engine, lake, "receipts", fresh, key="line_id", import_id=import_id)
        if fresh.height:
            facts = fresh.with_columns(pl.lit(import_id).alias("import_id"))
            lake.append("receipts", facts.to_arrow(), writer=import_id, step=batch.number)
        return ImportCounts(
            rows=batch.rows,
            new=new.height,
            changed=fresh.height - new.height,
            unchanged=single.height - fresh.height,
            repeated=batch.lines.height - single.height,
        )

    return run_import(plan, Work(prepare, write), warehouse.store, warehouse.clock, progress)


def _identified(frame: pl.DataFrame, source: SourceRef, warehouse: Warehouse) -> pl.DataFrame:
    keys = warehouse.keys
    columns: list[pl.Series] = []
    for column, type_name, id_column in _IDENTIFIERS:
        read = normalize_column(type_name, frame[column])
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
        pl.lit(warehouse.clock(), pl.Datetime("us", "UTC")).alias("received_at"),
        *columns,
    )
