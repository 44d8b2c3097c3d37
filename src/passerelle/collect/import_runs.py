"""Run an import batch by batch so that it can stop anywhere and go on to the same result.

Each batch is one transaction of the store that also moves the import's counter. Its facts are
appended to the lake first, under the import's id and the batch's number, which the lake takes
only once. Killed before the commit, the batch is done again; killed after, it is not.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from passerelle.collect.import_plan import ImportPlan
from passerelle.collect.quarantine import BadRow, quarantine_rows
from passerelle.collect.sources import ensure_source
from passerelle.kernel import Clock
from passerelle.store import BulkSession, Store, to_micros

Progress = Callable[[int], None]
"""Told how many more rows were done, after each batch."""


@dataclass
class ImportCounts:
    """What an import came to; counts of identifiers are keyed `type/valid` or `type/reason`."""

    rows: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    repeated: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    identifiers: Counter[str] = field(default_factory=Counter)

    def add(self, other: ImportCounts) -> None:
        """Add a batch's counts."""
        for name in ("rows", "new", "changed", "unchanged", "repeated"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.rejected.update(other.rejected)
        self.identifiers.update(other.identifiers)

    def to_json(self) -> str:
        """The counts as JSON, to keep with the import."""
        return json.dumps(self.__dict__)

    @classmethod
    def from_json(cls, text: str) -> ImportCounts:
        """What `to_json` wrote."""
        values = json.loads(text)
        for name in ("rejected", "identifiers"):
            values[name] = Counter(values.get(name, {}))
        return cls(**values)


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

    prepare: Batches from a number on, read and normalised; runs beside the writing of the last.
    write: Write a batch in the open transaction and the lake; answers its counts.
    """

    prepare: Callable[[int, str], Iterator[Batch]]
    write: Callable[[BulkSession, Batch, str], ImportCounts]


def run_import(
    plan: ImportPlan, work: Work[Batch], store: Store, clock: Clock, progress: Progress
) -> ImportReport:
    """Import what is left of a plan; nothing if it is done already.

    Raises:
        Retryable: A disk is full; the batches done are kept and the same call goes on from there.
    """
    import_id, first, counts, is_complete = _begin(plan, store, clock)
    progress(counts.rows)
    if is_complete:
        known = ImportCounts(
            rows=counts.rows,
            unchanged=counts.new + counts.changed + counts.unchanged,
            repeated=counts.repeated,
            rejected=counts.rejected,
            identifiers=counts.identifiers,
        )
        return ImportReport(import_id, known, was_known=True, resumed_at=first)
    for batch in _ahead(work.prepare(first, import_id)):
        with store.bulk() as bulk:
            if _batches_done(bulk, import_id) > batch.number:
                continue  # the same import runs twice at once, and the other was faster
            done = work.write(bulk, batch, import_id)
            quarantine_rows(bulk, plan, import_id, batch.bad_rows, at=to_micros(clock()))
            done.rejected.update(row.reason for row in batch.bad_rows)
            counts.add(done)
            _move_on(bulk, import_id, batch.number + 1, counts)
        progress(done.rows)
    with store.bulk() as bulk:
        bulk.execute(
            "update imports set is_complete = 1, finished_at = ? where import_id = ?",
            (to_micros(clock()), import_id),
        )
    return ImportReport(import_id, counts, was_known=False, resumed_at=first)


def _begin(plan: ImportPlan, store: Store, clock: Clock) -> tuple[str, int, ImportCounts, bool]:
    now = to_micros(clock())
    with store.bulk() as bulk:
        ensure_source(bulk, plan.source, at=now)
        found = bulk.fetch(
            "select import_id, batches_done, is_complete, counts from imports "
            "where source = ? and kind = ? order by started_at desc, import_id desc",
            (plan.source.name, plan.kind),
        ).to_pylist()
        runs = [row for row in found if row["import_id"].startswith(plan.base_id)]
        # A file that comes again after another one is said again; right after itself it is not.
        goes_on = runs and (runs[0] == found[0] or not runs[0]["is_complete"])
        if goes_on:
            last = runs[0]
            return (
                last["import_id"],
                last["batches_done"],
                ImportCounts.from_json(last["counts"]),
                bool(last["is_complete"]),
            )
        import_id = f"{plan.base_id}-{len(runs) + 1}"
        bulk.execute(
            "insert into imports (import_id, source, kind, file_name, content_id, plan, "
            "batches_done, is_complete, counts, started_at) values (?, ?, ?, ?, ?, ?, 0, 0, ?, ?)",
            (
                import_id,
                plan.source.name,
                plan.kind,
                plan.file_name,
                plan.content_id,
                plan.details,
                ImportCounts().to_json(),
                now,
            ),
        )
        return import_id, 0, ImportCounts(), False


def _batches_done(bulk: BulkSession, import_id: str) -> int:
    found = bulk.fetch("select batches_done from imports where import_id = ?", (import_id,))
    return int(found["batches_done"][0].as_py())


def _move_on(bulk: BulkSession, import_id: str, done: int, counts: ImportCounts) -> None:
    bulk.execute(
        "update imports set batches_done = ?, counts = ? where import_id = ?",
        (done, counts.to_json(), import_id),
    )


def _ahead(batches: Iterator[Batch]) -> Iterator[Batch]:
    """The batches, each prepared in a thread while the one before is being written."""
    with _one_thread() as pool:
        # The language in use is a context variable: the thread speaks it too.
        context = copy_context()

        def following() -> Batch | None:
            return context.run(lambda: next(batches, None))

        coming = pool.submit(following)
        while (batch := coming.result()) is not None:
            coming = pool.submit(following)
            yield batch


@contextmanager
def _one_thread() -> Iterator[ThreadPoolExecutor]:
    pool = ThreadPoolExecutor(1, thread_name_prefix="prepare")
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
