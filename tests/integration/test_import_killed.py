"""Killed at any instant and run again, an import ends as if nothing had happened.

Each test begins with an earlier file imported, so that rows are new, changed, outdated and
unchanged; then kills (SIGKILL) the import of another one at seeded points, several times in a row,
lets it end, and compares everything: store, lake, quarantine and report.
"""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from passerelle.collect import ImportCounts, list_quarantine, repair_row
from passerelle.store import Store, open_store
from tests.integration.import_files import write_events, write_receipts, write_records
from tests.integration.import_states import (
    Kill,
    Ran,
    Spawner,
    differences,
    lake_rows,
    plan_kills,
    state_of,
)

IN_A_ROW = 4
State = dict[str, list[tuple[Any, ...]]]
Write = Callable[..., Path]
SIZES: dict[str, tuple[Write, int, int]] = {
    # how the file is written, its rows, rows a batch
    "records": (write_records, 300, 100),
    "events": (write_events, 240, 80),
    "receipts": (write_receipts, 240, 80),
}


@pytest.fixture(scope="module")
def spawner() -> Iterator[Spawner]:
    with Spawner() as running:
        yield running


class Case:
    """A home to start from, a job to do in it, and what it leaves when nobody kills it."""

    def __init__(self, spawner: Spawner, before: Path, job: dict[str, Any]) -> None:
        self.spawner, self.before, self.job = spawner, before, job
        self._run(self._fresh("cold"))  # loads what later runs find loaded: kills go by time
        self.home = self._fresh("calm")
        self.calm = self._run(self.home)
        self.answer = self._finish(self.home, self.calm)
        self.state = self.state_left(self.home)

    def kill(self, count: int, *, seed: int) -> int:
        """Kill so many times, a few in a row; answers how many kills hit."""
        rng = random.Random(seed)
        hits = chains = 0
        while hits < count:
            chains += 1
            assert chains <= 3 * count, "hardly any kill hits"
            home = self._fresh("killed")
            for kill in plan_kills(self.calm, IN_A_ROW, rng):
                ran = self._run(home, kill)
                if ran.answer is not None:
                    break
                hits += 1
            assert self.is_answer(self._finish(home, ran))
            assert differences(self.state, self.state_left(home)) == {}
        return hits

    def state_left(self, home: Path) -> State:
        """What the job leaves in a home."""
        return state_of(home)

    def is_answer(self, answer: Any) -> bool:
        """Whether the job says in the end what it says when nobody kills it."""
        return bool(answer == self.answer)

    def _finish(self, home: Path, ran: Ran) -> Any:
        """The answer of the job in the end."""
        return self._run(home).answer if ran.answer is None else ran.answer

    def _run(self, home: Path, kill: Kill | None = None) -> Ran:
        return self.spawner.run({**self.job, "home": str(home)}, kill)

    def _fresh(self, name: str) -> Path:
        home = self.before.with_name(name)
        shutil.rmtree(home, ignore_errors=True)
        return Path(shutil.copytree(self.before, home))


class ImportCase(Case):
    """An import; when it was killed as it was done, its file is known already."""

    def is_answer(self, answer: Any) -> bool:
        done = ImportCounts.from_json(json.dumps(self.answer["counts"]))
        known = {**self.answer, "counts": json.loads(done.as_known().to_json())}
        return answer in (self.answer, known)


class ResolveCase(Case):
    """Resolving; when it was killed as it was done, nothing is left to change."""

    def is_answer(self, answer: Any) -> bool:
        return answer in (self.answer, {**self.answer, "changed": 0})


class ReplayCase(Case):
    """A replay, repeated until it has nothing more to use: rows that stay bad are tried again.

    Killed as it was done, it tries them once more than usual: only the number of tries differs.
    """

    def state_left(self, home: Path) -> State:
        state = state_of(home)
        first_tries = [row for row in state["imports"] if row[0].endswith("-1")]
        rows = [(*row[:9], _without_try(row[9]), *row[10:]) for row in state["quarantined_rows"]]
        return {**state, "imports": first_tries, "quarantined_rows": rows}

    def _finish(self, home: Path, ran: Ran) -> Any:
        while ran.answer is None or ran.answer["used"]:
            ran = self._run(home)
        return ran.answer


def _without_try(import_id: str | None) -> str | None:
    return import_id and import_id.rpartition("-")[0]


def import_job(kind: str, file: Path) -> dict[str, Any]:
    return {"kind": kind, "file": str(file), "batch_rows": SIZES[kind][2]}


def case_of_import(kind: str, spawner: Spawner, folder: Path) -> Case:
    write, rows, _ = SIZES[kind]
    earlier = write(folder / "earlier.txt", rows * 2 // 3, seed=1)
    later = write(folder / "later.txt", rows, seed=2, first=rows // 3)
    before = folder / "before"
    spawner.run({**import_job(kind, earlier), "home": str(before)})
    return ImportCase(spawner, before, import_job(kind, later))


@pytest.mark.parametrize("part", range(5))
def test_records_killed_a_hundred_times_are_as_if_never_killed(
    spawner: Spawner, tmp_path: Path, part: int
) -> None:
    case = case_of_import("records", spawner, tmp_path)

    assert case.kill(20, seed=part) >= 20

    counts = case.calm.answer["counts"]
    assert all(counts[name] for name in ("new", "changed", "outdated", "rejected"))


@pytest.mark.parametrize("kind", ["events", "receipts"])
def test_facts_killed_thirty_times_are_as_if_never_killed(
    spawner: Spawner, tmp_path: Path, kind: str
) -> None:
    case = case_of_import(kind, spawner, tmp_path)

    assert case.kill(30, seed=7) >= 30

    counts = case.calm.answer["counts"]
    assert all(counts[name] for name in ("new", "unchanged", "rejected"))


@pytest.mark.parametrize("kind", SIZES)
def test_an_import_that_goes_on_the_next_day_in_other_batches_ends_as_it_was_begun(
    spawner: Spawner, tmp_path: Path, kind: str
) -> None:
    case = case_of_import(kind, spawner, tmp_path)
    home = Path(shutil.copytree(case.before, tmp_path / "cut"))
    job = {**case.job, "home": str(home)}

    for _ in range(2):  # in the middle of a batch, then at the end of one
        assert spawner.run(job, Kill("lake-end", 1, 0)).answer is None
    assert spawner.run(job, Kill("commit-end", 2, 0)).answer is None
    ended = spawner.run({**job, "hours": 26, "batch_rows": job["batch_rows"] + 7})

    assert ended.answer == case.answer
    state = state_of(home)
    began = [row[-2] for row in case.state["imports"]]
    assert [row[-2] for row in state["imports"]] == began
    finished = {
        name: [row[:-1] for row in each["imports"]]
        for name, each in (("calm", case.state), ("cut", state))
    }
    assert finished["cut"] == finished["calm"]
    assert differences({**case.state, "imports": []}, {**state, "imports": []}) == {}


def test_resolving_killed_is_as_if_never_killed(spawner: Spawner, tmp_path: Path) -> None:
    imported = case_of_import("records", spawner, tmp_path).home
    case = ResolveCase(spawner, imported.rename(tmp_path / "imported"), {"kind": "resolve"})

    assert case.kill(12, seed=3) >= 12

    assert len(case.state["placements"]) > 100


@pytest.mark.parametrize("kind", ["records", "events", "receipts"])
def test_a_replay_killed_is_as_if_never_killed(spawner: Spawner, tmp_path: Path, kind: str) -> None:
    imported = case_of_import(kind, spawner, tmp_path).home.rename(tmp_path / "imported")
    store = Store(f"sqlite:///{imported / 'store.sqlite3'}")
    for number, row in enumerate(list_quarantine(store)[:-2]):
        changes, line = mending(kind, number)
        repair_row(store, row.row_id, changes, line=line)
    case = ReplayCase(spawner, imported, {"kind": "replay"})
    assert case.calm.answer["used"] > 2
    assert case.calm.answer["rejected"] >= 1

    assert case.kill(8, seed=5) >= 8

    assert not list((tmp_path / "killed" / "replays").iterdir())


def mending(kind: str, number: int) -> tuple[dict[str, str], str | None]:
    """What mends a bad row of the files, whatever is wrong with it; the first one stays bad."""
    if kind == "records":
        return {"Courriel": f"m{number}@exemple.fr" if number else "toujours pas"}, None
    if kind == "events":
        who = {"anonymousId": f"cookie-m{number}"} if number else {}
        return {}, json.dumps({"type": "track", "event": "Vu", **who})
    return {"Date": f"{12 if number else 32}/01/2026 10:30", "Montant TTC": "3,50"}, None


def test_on_postgresql_records_killed_are_as_if_never_killed(
    spawner: Spawner, tmp_path: Path, postgres_url: str
) -> None:
    file = write_records(tmp_path / "clients.csv", 900, seed=4)
    job = {"kind": "records", "file": str(file), "batch_rows": 60, "url": postgres_url}
    calm = spawner.run({**job, "url": "", "home": str(tmp_path / "calm")})
    rng = random.Random(9)
    killed = {**job, "home": str(tmp_path / "killed")}

    hits = 0
    for kill in plan_kills(calm, 12, rng):
        ended = spawner.run(killed, kill)
        if ended.answer is not None:
            break
        hits += 1
    else:
        ended = spawner.run(killed)

    assert hits >= 6
    assert ended.answer["counts"]["rows"] == 900
    # The home has no store of its own: only the lake is compared with that of SQLite's run.
    assert lake_rows(tmp_path / "killed" / "lake", "records") == lake_rows(
        tmp_path / "calm" / "lake", "records"
    )
    calm_store = Store(f"sqlite:///{tmp_path / 'calm' / 'store.sqlite3'}")
    for table in ("records", "identifiers", "edges", "quarantined_rows"):
        assert rows_of(open_store(postgres_url), table) == rows_of(calm_store, table)


def rows_of(store: Store, table: str) -> list[str]:
    return sorted(repr(row) for row in store.rows(f"select * from {table}"))
