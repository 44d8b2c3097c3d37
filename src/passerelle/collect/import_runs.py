"""Run an import batch by batch so that it can stop anywhere and go on to the same result.

Each batch is one transaction of the store that also moves the import's counter. Its facts are
appended to the lake first, under the import's id and the batch's number, which the lake takes
only once. Killed before the commit, the batch is done again; killed after, it is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, Protocol, TypeVar

from passerelle.collect.import_counts import ImportCounts
from passerelle.collect.import_plan import ImportPlan
from passerelle.collect.quarantine import BadRow, quarantine_rows, refuse_again, settle_replayed
from passerelle.collect.sources import ensure_source
from passerelle.collect.warehouse import Warehouse
from passerelle.kernel import Misconfigured, side_threads
from passerelle.kernel.language import _
from passerelle.store import BulkSession, from_micros, to_micros

Heard = Callable[[BulkSession], None]
"""What an observer made of a batch, ready to be written in the batch's transaction."""

Progress = Callable[[int], None]
"""Told how many more rows were done, after each batch."""


@dataclass(frozen=True)
class ImportReport:
    """What an import did, for people and programs.

    `was_known` is true when the same file had been imported already and nothing was done.
    `resumed_at` is the first batch that this run did; more than 0 if an earlier run was cut.
    """

    import_id: str
    counts: ImportCounts
    was_known: bool
    resumed_at: int


@dataclass(frozen=True)
class ImportRun:
    """An import under way; whoever goes on with it finds it as it was begun."""

    import_id: str
    started_at: datetime
    batch_rows: int
    first: int

    def received_at(self, number: int) -> datetime:
        """When a batch was received: the same on every run, and later than the batch before."""
        return self.started_at + timedelta(microseconds=number)


class Prepared(Protocol):
    """A batch that is read and normalised, ready to be written."""

    @property
    def number(self) -> int:
        """Position of the batch in the file, from 0."""
        ...

    @property
    def bad_rows(self) -> tuple[BadRow, ...]:
        """Rows to quarantine."""
        ...


Batch = TypeVar("Batch", bound=Prepared)


@dataclass(frozen=True)
class Work(Generic[Batch]):
    """What one kind of import does with its batches.

    prepare: Batches from the run's first on, read and normalised, each while the last is written.
    write: Write a batch in the open transaction and the lake; answers its counts.
    """

    prepare: Callable[[ImportRun], Iterator[Batch]]
    write: Callable[[BulkSession, Batch, str], ImportCounts]


def run_import(
    plan: ImportPlan, work: Work[Batch], warehouse: Warehouse, progress: Progress
) -> ImportReport:
    """Import what is left of a plan; nothing if it is done already.

    Two processes may run the same plan at once: each batch is done by whoever comes first.

    Raises:
        Misconfigured: The lake does not hold what the store knows of.
        Retryable: A disk is full; the batches done are kept and the same call goes on from there.
    """
    run, counts, is_complete = _begin(plan, warehouse)
    progress(counts.rows)
    if is_complete:
        return ImportReport(run.import_id, counts.as_known(), was_known=True, resumed_at=run.first)
    with warehouse.store.kept_open():
        for batch in _ahead(work.prepare(run)):
            before = counts.rows
            counts = _write(plan, run, work, batch, warehouse)
            progress(counts.rows - before)
        counts = _finish(plan, run, warehouse)
    return ImportReport(run.import_id, counts, was_known=False, resumed_at=run.first)


def _write(
    plan: ImportPlan, run: ImportRun, work: Work[Batch], batch: Batch, warehouse: Warehouse
) -> ImportCounts:
    """Write a batch unless somebody did; answers the counts of the import so far."""
    with warehouse.store.bulk() as bulk:
        done, counts = _state(bulk, run.import_id)
        if done <= batch.number:
            written = work.write(bulk, batch, run.import_id)
            written.rejected.update(row.reason for row in batch.bad_rows)
            counts.add(written)
            _keep_aside(bulk, plan, run, batch)
            _move_on(bulk, run.import_id, batch.number + 1, counts)
    return counts


def _begin(plan: ImportPlan, warehouse: Warehouse) -> tuple[ImportRun, ImportCounts, bool]:
    with warehouse.store.bulk() as bulk:
        now = to_micros(warehouse.clock())
        ensure_source(bulk, plan.source, at=now)
        told = bulk.fetch(
            "select import_id, started_at, batch_rows, batches_done, is_complete, is_replay, "
            "counts from imports where source = ? and kind = ? order by started_at desc, import_id",
            (plan.source.name, plan.kind),
        ).to_pylist()
        _check_lake(plan, warehouse, told)
        last = _goes_on(plan, told)
        if last is None:
            last = _new(plan, told, now)
            bulk.execute(
                "insert into imports (import_id, source, kind, file_name, content_id, plan, "
                "batch_rows, batches_done, is_complete, is_replay, counts, started_at) "
                "values (?, ?, ?, ?, ?, ?, ?, 0, 0, ?, ?, ?)",
                (
                    last["import_id"],
                    plan.source.name,
                    plan.kind,
                    plan.file_name,
                    plan.content_id,
                    plan.details,
                    plan.batch_rows,
                    last["is_replay"],
                    last["counts"],
                    last["started_at"],
                ),
            )
    run = ImportRun(
        last["import_id"],
        from_micros(last["started_at"]),
        last["batch_rows"],
        last["batches_done"],
    )
    return run, ImportCounts.from_json(last["counts"]), bool(last["is_complete"])


def _goes_on(plan: ImportPlan, told: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The earlier run that this one continues or repeats."""
    runs = [row for row in told if row["import_id"].startswith(plan.base_id)]
    if not runs:
        return None
    if not runs[0]["is_complete"]:
        return runs[0]
    # A file that comes again after another one is said again; right after itself it is not.
    # Rows that are replayed are no file, and are tried again: other rules may be in force.
    files = [row for row in told if not row["is_replay"]]
    return runs[0] if files and runs[0] is files[0] else None


def _new(plan: ImportPlan, told: list[dict[str, Any]], now: int) -> dict[str, Any]:
    runs = sum(row["import_id"].startswith(plan.base_id) for row in told)
    # Later than every batch before it, whatever the clock says: the last that is said counts.
    latest = max((row["started_at"] + row["batches_done"] for row in told), default=now - 1)
    return {
        "import_id": f"{plan.base_id}-{runs + 1}",
        "started_at": max(now, latest + 1),
        "batch_rows": plan.batch_rows,
        "batches_done": 0,
        "is_complete": 0,
        "is_replay": int(bool(plan.replayed)),
        "counts": ImportCounts().to_json(),
    }


def _check_lake(plan: ImportPlan, warehouse: Warehouse, told: list[dict[str, Any]]) -> None:
    # What is known by the store would count as unchanged and never reach an empty lake.
    if not plan.is_in_lake or warehouse.lake.files(plan.kind).files:
        return
    if any(ImportCounts.from_json(row["counts"]).kept for row in told):
        raise Misconfigured(
            _("The lake at {place} holds no {table}, and the store knows of some.").format(
                place=warehouse.lake.location, table=plan.kind
            ),
            hint=_(
                "Put the lake back from a backup, check PASSERELLE_LAKE_URL, or start over in "
                "another PASSERELLE_HOME."
            ),
        )


def _state(bulk: BulkSession, import_id: str) -> tuple[int, ImportCounts]:
    found = bulk.fetch("select batches_done, counts from imports where import_id = ?", (import_id,))
    (row,) = found.to_pylist()
    return row["batches_done"], ImportCounts.from_json(row["counts"])


def _keep_aside(bulk: BulkSession, plan: ImportPlan, run: ImportRun, batch: Prepared) -> None:
    if plan.replayed:
        refuse_again(bulk, run.import_id, plan.replayed, batch.bad_rows)
        return
    at = to_micros(run.received_at(batch.number))
    quarantine_rows(bulk, plan, run.import_id, batch.bad_rows, at=at)


def _move_on(bulk: BulkSession, import_id: str, done: int, counts: ImportCounts) -> None:
    bulk.execute(
        "update imports set batches_done = ?, counts = ? where import_id = ?",
        (done, counts.to_json(), import_id),
    )


def _finish(plan: ImportPlan, run: ImportRun, warehouse: Warehouse) -> ImportCounts:
    at = to_micros(warehouse.clock())
    with warehouse.store.bulk() as bulk:
        bulk.execute(
            "update imports set is_complete = 1, finished_at = ? "
            "where import_id = ? and is_complete = 0",
            (at, run.import_id),
        )
        if plan.replayed:
            settle_replayed(bulk, run.import_id, plan.replayed, at=at)
        return _state(bulk, run.import_id)[1]


def _ahead(batches: Iterator[Batch]) -> Iterator[Batch]:
    """The batches, each prepared in a thread while the one before is being written."""
    with side_threads() as beside:

        def following() -> Batch | None:
            return next(batches, None)

        coming = beside.start(following)
        while (batch := coming.result()) is not None:
            coming = beside.start(following)
            yield batch
