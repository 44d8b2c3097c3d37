"""Replay quarantined rows: import them again, without the file they came from.

The rows go through the ordinary import, from a file that is written for it. They are settled in
the transaction that ends that import, so that a replay that was cut goes on like any import.
"""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from itertools import groupby
from pathlib import Path
from typing import Protocol

from passerelle.collect.event_imports import EventsObserver, import_events
from passerelle.collect.events import open_events
from passerelle.collect.import_runs import ImportReport
from passerelle.collect.mapping import parse_mapping
from passerelle.collect.notice_imports import import_notices
from passerelle.collect.notices import open_notices
from passerelle.collect.quarantine import (
    QuarantinedRow,
    drop_rows,
    get_waiting_row,
    list_quarantine,
)
from passerelle.collect.receipt_imports import import_receipts
from passerelle.collect.receipts import open_receipts
from passerelle.collect.record_imports import RecordsObserver, import_records
from passerelle.collect.repairs import read_cells
from passerelle.collect.sources import SourceRef, find_source_kind
from passerelle.collect.warehouse import Warehouse
from passerelle.engine import Engine
from passerelle.files import TableFile, open_table
from passerelle.kernel import Clock, Retryable
from passerelle.kernel.language import _
from passerelle.store import Store, to_micros

_MOST_ROWS = 1_000_000
_FILE = "quarantine.jsonl"


@dataclass(frozen=True)
class ReplaySummary:
    """What a replay came to.

    rejected: rows that could not be used again and go on waiting. unreadable: rows that were not
    tried because their cells cannot be told apart; they have to be mended first.
    """

    replayed: int = 0
    used: int = 0
    rejected: int = 0
    unreadable: int = 0


class ConsentsImporter(Protocol):
    """Imports quarantined rows of files of consents again."""

    def __call__(
        self, table: TableFile, details: str, source: SourceRef, *, replayed: tuple[str, ...]
    ) -> ImportReport:
        """Import them as the plan of their import says."""
        ...


@dataclass(frozen=True)
class Replayer:
    """What a replay needs: where rows go, who hears of them, and a folder for its files."""

    warehouse: Warehouse
    engine: Engine
    folder: Path
    hear_records: RecordsObserver
    hear_events: EventsObserver
    import_consents: ConsentsImporter


def replay_rows(
    replayer: Replayer,
    *,
    row_ids: Sequence[str] = (),
    source: str | None = None,
    reason: str | None = None,
) -> ReplaySummary:
    """Import waiting rows again: those named, or all of a source or a reason.

    Raises:
        InvalidInput: A row that is named does not exist, or was settled already.
        Retryable: The disk is full.
    """
    store = replayer.warehouse.store
    waiting = _choose(store, row_ids, source, reason)
    ready = [row for row in waiting if _is_readable(row)]
    plans = _plans(store)

    def alike(row: QuarantinedRow) -> tuple[str, str, str]:
        return row.source, row.kind, plans[row.import_id]

    rejected = 0
    for (_source, kind, plan), group in groupby(sorted(ready, key=alike), key=alike):
        # Always in the same order: a replay that was cut is known again by its content.
        rows = sorted(group, key=lambda row: (row.import_id, row.row_number, row.row_id))
        rejected += sum(_replay(replayer, kind, plan, rows).counts.rejected.values())
    return ReplaySummary(len(ready), len(ready) - rejected, rejected, len(waiting) - len(ready))


def drop_waiting(
    store: Store,
    clock: Clock,
    *,
    row_ids: Sequence[str] = (),
    source: str | None = None,
    reason: str | None = None,
) -> int:
    """Give waiting rows up: those named, or all of a source or a reason; answers how many.

    Raises:
        InvalidInput: A row that is named does not exist, or was settled already.
    """
    rows = _choose(store, row_ids, source, reason)
    with store.bulk() as bulk:
        drop_rows(bulk, [row.row_id for row in rows], at=to_micros(clock()))
    return len(rows)


def _choose(
    store: Store, row_ids: Sequence[str], source: str | None, reason: str | None
) -> list[QuarantinedRow]:
    if row_ids:
        return [get_waiting_row(store, row_id) for row_id in dict.fromkeys(row_ids)]
    return list_quarantine(store, source=source, reason=reason, limit=_MOST_ROWS)


def _is_readable(row: QuarantinedRow) -> bool:
    if row.reason == "bad_encoding" and row.repaired is None:
        return False  # its letters are lost: using it would keep what nobody said
    return bool(read_cells(row.text))


def _plans(store: Store) -> dict[str, str]:
    rows = store.rows("select import_id, plan from imports")
    return {row["import_id"]: row["plan"] for row in rows}


def _replay(
    replayer: Replayer, kind: str, plan: str, rows: Sequence[QuarantinedRow]
) -> ImportReport:
    warehouse = replayer.warehouse
    name = rows[0].source
    source = SourceRef(name, find_source_kind(warehouse.store, name) or "crm")
    row_ids = tuple(row.row_id for row in rows)
    with _written(replayer.folder, rows) as path:
        if kind == "records":
            return import_records(
                open_table(path),
                parse_mapping(json.loads(plan)),
                source,
                warehouse,
                observe=replayer.hear_records,
                replayed=row_ids,
            )
        if kind == "consents":
            return replayer.import_consents(open_table(path), plan, source, replayed=row_ids)
        if kind == "events":
            events = open_events(path, format=plan)
            return import_events(
                events,
                source,
                warehouse,
                replayer.engine,
                observe=replayer.hear_events,
                replayed=row_ids,
            )
        if kind == "notices":
            name_of = "select file_name from imports where import_id = ?"
            (told,) = warehouse.store.rows(name_of, (rows[0].import_id,))
            notices = open_notices(path, json.loads(plan)["kind"], file_name=told["file_name"])
            return import_notices(notices, source, warehouse, replayer.engine, replayed=row_ids)
        receipts = open_receipts(path, details=plan)
        return import_receipts(receipts, source, warehouse, replayer.engine, replayed=row_ids)


@contextmanager
def _written(folder: Path, rows: Sequence[QuarantinedRow]) -> Iterator[Path]:
    """The rows as a file, one a line, for as long as they are imported."""
    lines = [
        row.text.replace("\n", " ")
        if row.kind == "events"
        else json.dumps(read_cells(row.text), ensure_ascii=False)
        for row in rows
    ]
    try:
        with _own_folder(folder) as own:
            path = own / _FILE
            path.write_text("\n".join(lines) + "\n", encoding="utf-8")
            yield path
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise
        raise Retryable(
            _("The disk is full; the rows wait as before."),
            after=timedelta(minutes=1),
            hint=_("Free some space at {place}, then run the same command again.").format(
                place=folder
            ),
        ) from None


@contextmanager
def _own_folder(folder: Path) -> Iterator[Path]:
    """A folder for one replay; those of replays that were killed are removed first."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with ExitStack() as held:
        with _locked(folder):  # nobody takes the new folder for an abandoned one
            for other in folder.iterdir():
                _remove_if_abandoned(other)
            own = Path(tempfile.mkdtemp(dir=folder))
            held.enter_context(_locked(own))
        held.callback(shutil.rmtree, own, ignore_errors=True)
        yield own


def _remove_if_abandoned(other: Path) -> None:
    with suppress(BlockingIOError), _locked(other, fcntl.LOCK_NB):  # else it is under way
        shutil.rmtree(other, ignore_errors=True)


@contextmanager
def _locked(folder: Path, flags: int = 0) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | flags)
        yield
    finally:
        os.close(handle)
