"""Imports that are killed at some point: who kills them, and what is left in the end."""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
from deltalake import DeltaTable

from passerelle.lake import TABLES

PROJECT = Path(__file__).parent.parent.parent
# A child lives for a fraction of a second: starting a pool of threads would be most of it.
_ONE_THREAD = {"POLARS_MAX_THREADS": "1", "TOKIO_WORKER_THREADS": "1", "OMP_NUM_THREADS": "1"}
_PATIENCE = 60.0  # seconds that a child may take on a busy machine


@dataclass(frozen=True)
class Kill:
    """When to kill: so many seconds after the n-th of a mark (`start`, `lake`, `commit`)."""

    mark: str
    nth: int
    seconds: float


@dataclass
class Ran:
    """What became of a job: its answer, or None if it was killed before the end."""

    answer: Any
    marks: list[tuple[str, float]] = field(default_factory=list)


class Spawner:
    """A process that does jobs in children; see `import_child`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.integration.import_child"],
            cwd=PROJECT,
            env={**os.environ, **_ONE_THREAD},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
        )
        self._rest = b""

    def __enter__(self) -> Spawner:
        return self

    def __exit__(self, *_: object) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(_PATIENCE)

    def run(self, job: dict[str, Any], kill: Kill | None = None) -> Ran:
        """Do a job, to its end or to where it is killed."""
        self.begin(job)
        return self.finish(kill)

    def begin(self, job: dict[str, Any]) -> None:
        """Start a job."""
        assert self._process.stdin
        self._process.stdin.write(json.dumps(job).encode() + b"\n")
        self._process.stdin.flush()

    def finish(self, kill: Kill | None = None) -> Ran:
        """Wait for the job that was started, or kill it."""
        ran = Ran(None)
        seen: Counter[str] = Counter()
        child, deadline, give_up = 0, None, time.monotonic() + _PATIENCE
        while True:
            line = self._line(min(deadline or give_up, give_up))
            if line is None:
                assert deadline is not None, "a child hangs"
                with suppress(ProcessLookupError):  # it ended just before
                    os.kill(child, signal.SIGKILL)
                deadline, kill = None, None
                continue
            mark, _, rest = line.partition(" ")
            ran.marks.append((mark, time.monotonic()))
            if mark == "start":
                child = int(rest)
            if mark == "done":
                ran.answer = json.loads(rest)
            if mark == "end":
                assert int(rest) in (0, -signal.SIGKILL), f"a child failed: {rest}"
                return ran
            seen[mark] += 1
            if kill and mark == kill.mark and seen[mark] == kill.nth:
                deadline = time.monotonic() + kill.seconds

    def _line(self, until: float) -> str | None:
        assert self._process.stdout
        stream = self._process.stdout.fileno()
        while b"\n" not in self._rest:
            wait = max(0.0, until - time.monotonic())
            if not select.select([stream], [], [], wait)[0]:
                return None
            read = os.read(stream, 1 << 16)
            assert read, "the spawner ended"
            self._rest += read
        line, self._rest = self._rest.split(b"\n", 1)
        return line.decode()


def plan_kills(ran: Ran, count: int, rng: random.Random) -> list[Kill]:
    """Points of a run where to kill it: a third anywhere, the others inside appends and commits."""
    times = {mark: [at for name, at in ran.marks if name == mark] for mark, _ in ran.marks}
    whole = ran.marks[-1][1] - ran.marks[0][1]
    kills = []
    for number in range(count):
        mark = ("start", "lake", "commit")[number % 3]
        if mark == "start" or mark not in times:
            kills.append(Kill("start", 1, rng.uniform(0, whole)))
            continue
        lengths = [b - a for a, b in zip(times[mark], times[f"{mark}-end"], strict=True)]
        # A little further than the usual length: just after the end is a point too.
        nth = rng.randint(1, min(3, len(lengths)))
        kills.append(Kill(mark, nth, rng.uniform(0, 1.2 * sum(lengths) / len(lengths))))
    return kills


TABLES_OF_STORE = {
    "sources": "name",
    "imports": "import_id",
    "records": "record_id",
    "identifiers": "identifier_id",
    "edges": "edge_id",
    "quarantined_rows": "row_id",
    "placements": "identifier_id",
    "refusals": "edge_id",
}


def state_of(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that imports leave behind in a home of the default kind."""
    # A connection of our own, closed at once: the home may be moved or removed next.
    with closing(sqlite3.connect(home / "store.sqlite3")) as store:
        state = {
            table: store.execute(f"select * from {table} order by {key}").fetchall()
            for table, key in TABLES_OF_STORE.items()
        }
        assert store.execute("pragma integrity_check").fetchall() == [("ok",)]
    return state | {f"lake {name}": lake_rows(home / "lake", name) for name in TABLES}


def lake_rows(lake: Path, name: str) -> list[tuple[Any, ...]]:
    """The rows of a table of the lake, sorted: they are a multiset."""
    if not (lake / name).exists():
        return []
    rows = pa.table(DeltaTable(str(lake / name)).to_pyarrow_table()).to_pylist()
    return sorted((tuple(row.values()) for row in rows), key=repr)


def differences(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    """Where two states differ, short enough to read."""
    return {
        name: {
            "sizes": (len(one[name]), len(other[name])),
            "only here": [row for row in one[name] if row not in other[name]][:3],
            "only there": [row for row in other[name] if row not in one[name]][:3],
        }
        for name in one
        if one[name] != other[name]
    }
