"""A process that imports on demand, each time in a child of its own that may be killed.

Everything is loaded once, and nothing that starts threads is used before the fork: a child is
there at once, and no library misses a thread in it. One line of JSON asks for a job; lines come back:
`start PID`, the marks of the child (`lake`, `commit`, `done` and its answer), `end STATUS`.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import Any

import adbc_driver_postgresql.dbapi  # noqa: F401 - loaded before the fork
import adbc_driver_sqlite.dbapi  # noqa: F401
import deltalake  # noqa: F401
import duckdb  # noqa: F401

from passerelle.bootstrap import Passerelle, open_passerelle
from passerelle.collect import (
    Pace,
    Replayer,
    SourceRef,
    Warehouse,
    follow_once,
    import_events,
    import_receipts,
    import_records,
    open_events,
    open_receipts,
    open_table,
    propose_mapping,
    replay_rows,
)
from passerelle.consent import RequestBook, answer_erasures, list_requests
from passerelle.identify import resolve_profiles
from passerelle.lake import Lake
from passerelle.settings import Settings
from passerelle.store import BulkSession, Store

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SECRET = "a secret of the tests, 32 bytes."
KINDS = {"records": "crm", "events": "server", "receipts": "till"}

Tell = Callable[[str], None]


class WatchedLake:
    """The lake, telling when something is about to be appended."""

    def __init__(self, lake: Lake, tell: Tell) -> None:
        self._lake, self._tell = lake, tell

    def __getattr__(self, name: str) -> Any:
        return getattr(self._lake, name)

    def append(self, *given: Any, **named: Any) -> bool:
        self._tell("lake")
        added = self._lake.append(*given, **named)
        self._tell("lake-end")
        return added


class WatchedBulk:
    """A transaction, telling when it is about to end."""

    def __init__(self, bulk: BulkSession, tell: Tell) -> None:
        self._bulk, self._tell = bulk, tell

    def __enter__(self) -> BulkSession:
        return self._bulk.__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._tell("commit")
        self._bulk.__exit__(kind, error, trace)
        self._tell("commit-end")


class WatchedStore:
    """The store, its transactions watched."""

    def __init__(self, store: Store, tell: Tell) -> None:
        self._store, self._tell = store, tell

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def bulk(self) -> Any:
        return WatchedBulk(self._store.bulk(), self._tell)


def open_at(home: str, url: str, now: datetime = NOW) -> Passerelle:
    settings = Settings(home=Path(home), database_url=url, secret_key=SECRET, threads=1)
    return open_passerelle(settings, clock=lambda: now)


def do(job: dict[str, Any], tell: Tell) -> Any:
    """One job: an import of a file, `resolve`, `replay`, `follow` or `erase`."""
    now = NOW + timedelta(hours=job.get("hours", 0))
    passerelle = open_at(job["home"], job.get("url", ""), now)
    store: Any = WatchedStore(passerelle.store, tell)
    lake: Any = WatchedLake(passerelle.lake, tell)
    passerelle = replace(passerelle, store=store, lake=lake)
    kind = job["kind"]
    if kind == "resolve":
        return asdict(resolve_profiles(store, passerelle.rules))
    if kind == "replay":
        return asdict(replay_rows(replayer_of(passerelle)))
    if kind == "follow":
        return _follow(passerelle)
    if kind == "erase":
        return _erase(passerelle, tell)
    return _import(passerelle, kind, Path(job["file"]), job)


def replayer_of(passerelle: Passerelle) -> Replayer:
    return Replayer(
        passerelle.warehouse,
        passerelle.engine,
        folder=passerelle.settings.home / "replays",
        hear_records=passerelle.hear_records,
        hear_events=passerelle.hear_events,
        import_consents=passerelle.import_consents,
    )


def _follow(passerelle: Passerelle) -> Any:
    """Follow in steps of a few events, so that there are many places to be killed at."""
    pace = Pace(step_events=30, lake_events=70, lake_wait=timedelta(hours=1), ids_in_memory=100)
    home, warehouse = passerelle.settings.home, passerelle.warehouse
    follow_once(home, warehouse, passerelle.engine, passerelle.take_in_events, pace=pace)
    return "followed"


def _erase(passerelle: Passerelle, tell: Tell) -> Any:
    """Erase whoever asked, telling of each place that is done."""
    of = replace(passerelle.rights, reached=lambda place: tell(f"reached {place}"))
    book = RequestBook(passerelle.store, of.audit, "test")
    erased = answer_erasures(of, book, list_requests(passerelle.store, open_only=True))
    return {} if erased is None else dict(erased.remaining)


def _import(passerelle: Passerelle, kind: str, file: Path, job: dict[str, Any]) -> Any:
    source = SourceRef(job.get("source", kind), KINDS[kind])
    warehouse: Warehouse = passerelle.warehouse
    size = job["batch_rows"]
    if kind == "records":
        table = open_table(file)
        mapping = propose_mapping(table.columns, table.sample(), kind="records")
        hear = passerelle.hear_records
        report = import_records(table, mapping, source, warehouse, observe=hear, batch_rows=size)
    elif kind == "events":
        report = import_events(
            open_events(file),
            source,
            warehouse,
            passerelle.engine,
            observe=passerelle.hear_events,
            batch_rows=size,
        )
    else:
        opened = open_receipts(file)
        report = import_receipts(opened, source, warehouse, passerelle.engine, batch_rows=size)
    return {"import_id": report.import_id, "counts": json.loads(report.counts.to_json())}


def main() -> None:
    """Do the jobs of standard input, one at a time."""
    with tempfile.TemporaryDirectory() as warm:
        open_at(warm, "")  # loads the models; SQLite is closed again, and starts no thread
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _be_child(json.loads(line))
        _say(f"start {child}")
        _, status = os.waitpid(child, 0)
        _say(f"end {os.waitstatus_to_exitcode(status)}")


def _be_child(job: dict[str, Any]) -> None:
    try:
        answer = do(job, _say)
        _say("done " + json.dumps(answer))
        sys.stderr.flush()
        os._exit(0)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        os._exit(1)


def _say(text: str) -> None:
    os.write(1, f"{text}\n".encode())  # one write: lines of the child and ours never mix


if __name__ == "__main__":
    main()
