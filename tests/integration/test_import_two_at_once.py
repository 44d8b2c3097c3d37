"""Two imports at once, in two processes, end as one after the other."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.import_files import write_events, write_receipts, write_records
from tests.integration.import_states import Spawner, differences, state_of

ROUNDS = 2
State = dict[str, list[tuple[Any, ...]]]


@pytest.fixture(scope="module")
def spawners() -> Iterator[tuple[Spawner, Spawner]]:
    with Spawner() as one, Spawner() as other:
        yield one, other


def at_once(
    spawners: tuple[Spawner, Spawner], home: Path, jobs: tuple[dict[str, Any], dict[str, Any]]
) -> list[Any]:
    shutil.rmtree(home, ignore_errors=True)
    for spawner, job in zip(spawners, jobs, strict=True):
        spawner.begin({**job, "home": str(home)})
    return [spawner.finish().answer for spawner in spawners]


def in_turn(spawner: Spawner, home: Path, *jobs: dict[str, Any]) -> list[Any]:
    return [spawner.run({**job, "home": str(home)}).answer for job in jobs]


def without(state: State, *columns: tuple[str, int]) -> State:
    """A state without some columns, named by table and place."""
    left = {}
    for table, rows in state.items():
        gone = {place for name, place in columns if name == table}
        left[table] = sorted(
            (tuple(value for place, value in enumerate(row) if place not in gone) for row in rows),
            key=repr,
        )
    return left


def columns_of(home: Path, table: str) -> list[str]:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(home / "store.sqlite3")) as store:
        return [row[1] for row in store.execute(f"pragma table_info({table})")]


def test_the_same_file_twice_at_once_is_that_file_once(
    spawners: tuple[Spawner, Spawner], tmp_path: Path
) -> None:
    file = write_records(tmp_path / "clients.csv", 300, seed=1)
    job = {"kind": "records", "file": str(file), "batch_rows": 50}
    (alone,) = in_turn(spawners[0], tmp_path / "alone", job)

    for _ in range(ROUNDS):
        both = at_once(spawners, tmp_path / "both", (job, job))

        # whoever comes last, when all is done, is told that the file is known
        assert alone in both
        assert {each["import_id"] for each in both} == {alone["import_id"]}
        assert differences(state_of(tmp_path / "alone"), state_of(tmp_path / "both")) == {}


@pytest.mark.parametrize(
    ("kind", "write"), [("events", write_events), ("receipts", write_receipts)]
)
def test_the_same_facts_twice_at_once_are_those_facts_once(
    spawners: tuple[Spawner, Spawner], tmp_path: Path, kind: str, write: Any
) -> None:
    file = write(tmp_path / "facts.txt", 200, seed=1)
    job = {"kind": kind, "file": str(file), "batch_rows": 50}
    (alone,) = in_turn(spawners[0], tmp_path / "alone", job)

    both = at_once(spawners, tmp_path / "both", (job, job))

    assert alone in both
    assert differences(state_of(tmp_path / "alone"), state_of(tmp_path / "both")) == {}


def test_two_files_of_a_source_at_once_end_as_one_after_the_other(
    spawners: tuple[Spawner, Spawner], tmp_path: Path
) -> None:
    files = [
        write_records(tmp_path / f"{seed}.csv", 200, seed=seed, first=first, repeated=0)
        for seed, first in ((1, 0), (2, 100))
    ]
    one, two = ({"kind": "records", "file": str(file), "batch_rows": 50} for file in files)
    in_turn(spawners[0], tmp_path / "one two", one, two)
    in_turn(spawners[1], tmp_path / "two one", two, one)

    for _ in range(ROUNDS):
        answers = at_once(spawners, tmp_path / "both", (one, two))

        counted = [answer["counts"] for answer in answers]
        assert [sum(each["rejected"].values()) for each in counted] == [6, 5]
        assert [each["rows"] for each in counted] == [200, 200]
        # microseconds of reception tell who came first: all that may differ
        told = what_is_known(tmp_path / "both")
        assert told in (what_is_known(tmp_path / "one two"), what_is_known(tmp_path / "two one"))


def what_is_known(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What is known in the end, without when it was received."""
    state = state_of(home)
    times = ("learned_at", "received_at", "quarantined_at", "import_id", "row_number")
    left = {
        table: pick(state[table], [c not in times for c in columns_of(home, table)])
        for table in ("records", "identifiers", "edges", "quarantined_rows", "sources")
    }
    # source, key, id of each version in the lake, and its content
    lake = [(*row[:3], row[7]) for row in state["lake records"]]
    return {**left, "lake": sorted(lake, key=repr)}


def pick(rows: list[tuple[Any, ...]], wanted: list[bool]) -> list[tuple[Any, ...]]:
    kept = (
        tuple(value for value, is_wanted in zip(row, wanted, strict=True) if is_wanted)
        for row in rows
    )
    return sorted(kept, key=repr)


def test_two_sources_at_once_end_as_one_after_the_other(
    spawners: tuple[Spawner, Spawner], tmp_path: Path
) -> None:
    crm = {
        "kind": "records",
        "file": str(write_records(tmp_path / "crm.csv", 200, seed=1)),
        "batch_rows": 40,
    }
    shop = {
        "kind": "records",
        "file": str(write_records(tmp_path / "shop.csv", 200, seed=2)),
        "batch_rows": 40,
        "source": "shop",
    }
    site = {
        "kind": "events",
        "file": str(write_events(tmp_path / "site.jsonl", 150, seed=3)),
        "batch_rows": 40,
    }
    apart = in_turn(spawners[0], tmp_path / "apart", crm, shop, site)

    together = at_once(spawners, tmp_path / "together", (crm, shop))
    together += in_turn(spawners[0], tmp_path / "together", site)

    assert together == apart
    assert what_is_known(tmp_path / "together") == what_is_known(tmp_path / "apart")

    mixed = at_once(spawners, tmp_path / "mixed", (crm, site))
    mixed += in_turn(spawners[1], tmp_path / "mixed", shop)

    assert [mixed[0], mixed[2], mixed[1]] == apart
    assert what_is_known(tmp_path / "mixed") == what_is_known(tmp_path / "apart")
