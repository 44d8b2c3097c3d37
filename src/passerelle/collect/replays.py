"""Replay quarantined rows: import them again, without the file they came from.

The rows go through the ordinary import, from a file of their own that stays until they are
settled, so that a replay that was cut goes on like any import.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import groupby
from pathlib import Path

from passerelle.collect.event_imports import EventsObserver, import_events
from passerelle.collect.events import open_events
from passerelle.collect.files import open_table
from passerelle.collect.import_runs import ImportReport
from passerelle.collect.mapping import parse_mapping
from passerelle.collect.quarantine import (
    QuarantinedRow,
    get_quarantined_row,
    list_quarantine,
    read_cells,
    settle_rows,
)
from passerelle.collect.receipt_imports import import_receipts
from passerelle.collect.receipts import open_receipts
from passerelle.collect.record_imports import RecordsObserver, Warehouse, import_records
from passerelle.collect.sources import SourceRef, find_source_kind
from passerelle.engine import Engine
from passerelle.kernel import Clock
from passerelle.store import Store, to_micros

_MOST_ROWS = 1_000_000


@dataclass(frozen=True)
class ReplaySummary:
    """What a replay came to.

    rejected: rows that are in quarantine again, as new rows. unreadable: rows that stay because
    their cells cannot be told apart; they have to be mended first.
    """

    replayed: int = 0
    used: int = 0
    rejected: int = 0
    unreadable: int = 0


@dataclass(frozen=True)
class Replayer:
    """What a replay needs: where rows go, who hears of them, and a folder for its files."""

    warehouse: Warehouse
    engine: Engine
    folder: Path
    hear_records: RecordsObserver
    hear_events: EventsObserver


def replay_rows(
    replayer: Replayer,
    *,
    row_ids: Sequence[str] = (),
    source: str | None = None,
    reason: str | None = None,
) -> ReplaySummary:
    """Import waiting rows again: those named, or all of a source or a reason.

    Raises:
        InvalidInput: A row that is named does not exist.
    """
    store = replayer.warehouse.store
    rows = (
        [get_quarantined_row(store, row_id) for row_id in row_ids]
        if row_ids
        else list_quarantine(store, source=source, reason=reason, limit=_MOST_ROWS)
    )
    waiting = [row for row in rows if row.state == "waiting"]
    ready = [row for row in waiting if row.kind == "events" or read_cells(row.original)]
    used = rejected = 0
    for import_id, group in groupby(sorted(ready, key=_by_import), key=lambda row: row.import_id):
        report = _replay_import(replayer, import_id, list(group))
        bad = sum(report.counts.rejected.values())
        used, rejected = used + report.counts.rows - bad, rejected + bad
    return ReplaySummary(len(ready), used, rejected, len(waiting) - len(ready))


def drop_row(store: Store, row_id: str, clock: Clock) -> None:
    """Give a row up.

    Raises:
        InvalidInput: There is no such row.
    """
    get_quarantined_row(store, row_id)
    with store.bulk() as bulk:
        settle_rows(bulk, [row_id], state="dropped", at=to_micros(clock()))


def _by_import(row: QuarantinedRow) -> tuple[str, int, str]:
    return row.import_id, row.row_number, row.row_id


def _replay_import(
    replayer: Replayer, import_id: str, rows: Sequence[QuarantinedRow]
) -> ImportReport:
    warehouse = replayer.warehouse
    path = _write(replayer.folder, rows)
    plan = warehouse.store.rows("select plan from imports where import_id = ?", (import_id,))
    name = rows[0].source
    source = SourceRef(name, find_source_kind(warehouse.store, name) or "crm")
    report = _import(replayer, path, rows[0].kind, plan[0]["plan"], source)
    with warehouse.store.bulk() as bulk:
        settle_rows(
            bulk, [row.row_id for row in rows], state="replayed", at=to_micros(warehouse.clock())
        )
    path.unlink()
    return report


def _import(
    replayer: Replayer, path: Path, kind: str, plan: str, source: SourceRef
) -> ImportReport:
    warehouse = replayer.warehouse
    if kind == "records":
        return import_records(
            open_table(path),
            parse_mapping(tomllib.loads(plan)),
            source,
            warehouse,
            observe=replayer.hear_records,
        )
    if kind == "events":
        events = open_events(path, format=plan)
        return import_events(
            events, source, warehouse, replayer.engine, observe=replayer.hear_events
        )
    how = json.loads(plan)
    receipts = open_receipts(
        path, layout=how["layout"], mapping=how.get("mapping"), timezone=how["timezone"]
    )
    return import_receipts(receipts, source, warehouse, replayer.engine)


def _write(folder: Path, rows: Iterable[QuarantinedRow]) -> Path:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = [
        row.original.replace("\n", " ")
        if row.kind == "events"
        else json.dumps(read_cells(row.original), ensure_ascii=False)
        for row in rows
    ]
    text = "\n".join(lines) + "\n"
    # The rows' ids make the name: rows replayed once more, after a mend, are another replay.
    told = "\n".join(row.row_id for row in rows) + text
    path = folder / f"{blake2b(told.encode(), digest_size=8).hexdigest()}.jsonl"
    path.touch(mode=0o600)
    path.write_text(text, encoding="utf-8")
    return path
