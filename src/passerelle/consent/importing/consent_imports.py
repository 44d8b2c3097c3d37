"""Import a file of consents."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from passerelle.collect import (
    BadRow,
    ImportCounts,
    ImportPlan,
    ImportReport,
    ImportRun,
    SourceRef,
    TableFile,
    Warehouse,
    Work,
    run_import,
)
from passerelle.consent.hearing import changing
from passerelle.consent.importing.consent_columns import ConsentColumns
from passerelle.consent.importing.row_reading import RowReader, RowsRead
from passerelle.consent.ledger import record
from passerelle.consent.policy import get_policy, parse_policy, read_default_policy
from passerelle.store import BulkSession

BATCH_ROWS = 50_000
"""Rows a transaction: each may say several things, which the ledger chains one by one."""


@dataclass(frozen=True)
class ConsentBatch:
    """Rows of a file, read."""

    number: int
    rows: int
    read: RowsRead
    bad_rows: tuple[BadRow, ...]


def import_consents(  # noqa: PLR0913 - what may differ from an import to the next
    table: TableFile,
    columns: ConsentColumns,
    source: SourceRef,
    warehouse: Warehouse,
    *,
    progress: Callable[[int], None] = lambda _rows: None,
    batch_rows: int = BATCH_ROWS,
    replayed: tuple[str, ...] = (),
) -> ImportReport:
    """Import a file of consents; killed at any instant, the same call goes on to the same ledger.

    Counted as new are entries of the ledger, of which a row may make several.

    Args:
        table: The file, opened.
        columns: What its columns mean.
        source: Who says it.
        warehouse: Where the ledger and the quarantine are.
        progress: Told how many more rows were done.
        batch_rows: Rows a transaction, when the import begins.
        replayed: The quarantined rows that the file is made of, when it is a replay.
    """
    plan = ImportPlan(
        source, "consents", table.path.name, table.content_id, columns.to_json(), batch_rows,
        replayed, is_in_lake=False,
    )  # fmt: skip
    now = warehouse.clock()
    with warehouse.store.reading() as reading:
        found = get_policy(reading, at=now, known_at=now)
    policy = found or parse_policy(read_default_policy()).policy

    def prepare(run: ImportRun) -> Iterator[ConsentBatch]:
        for batch in table.batches(run.batch_rows, start=run.first):
            at = run.received_at(batch.number)
            read = RowReader(columns, source, policy, warehouse.keys, at).read(batch.frame)
            unread = tuple(
                BadRow(each.row_number, each.reason, each.detail, each.original)
                for each in batch.rejected
            )
            rows = batch.frame.height + len(unread)
            yield ConsentBatch(batch.number, rows, read, (*unread, *read.bad_rows))

    def write(bulk: BulkSession, batch: ConsentBatch, _import_id: str) -> ImportCounts:
        read = batch.read
        said = [*read.said, *changing(bulk, read.undated, read.said)]
        new = record(bulk, said, keys=warehouse.keys, at=warehouse.clock())
        known = len(read.said) + len(read.undated) - new
        return ImportCounts(rows=batch.rows, new=new, unchanged=known)

    return run_import(plan, Work(prepare, write), warehouse, progress)
