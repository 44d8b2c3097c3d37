"""No table and no file is forgotten: each is in the registry of places, or is said to hold nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from passerelle.consent import (
    FILES_OF_NOBODY,
    KEPT,
    NOTHING,
    PLACES,
    find_unlisted_files,
)
from passerelle.consent.rights.access_data import TITLES
from passerelle.lake import TABLES
from passerelle.store import Store

LISTED = [name for place in PLACES for name in place.tables]


def test_every_table_of_the_store_is_listed_once(sqlite_store: Store) -> None:
    tables = {
        row["name"]
        for row in sqlite_store.rows(
            "select name from sqlite_master where type = 'table' and name not like 'sqlite%'"
        )
    }
    told = [name for name in LISTED if not name.startswith("lake.")] + [*KEPT, *NOTHING]
    assert sorted(told) == sorted(tables)


def test_every_table_of_the_lake_is_listed_once() -> None:
    told = [name.removeprefix("lake.") for name in LISTED if name.startswith("lake.")]
    assert sorted(told) == sorted(TABLES)


def test_what_a_place_hands_over_is_a_section_of_the_archive() -> None:
    assert {name for place in PLACES for name in place.sections} <= TITLES.keys()


@pytest.mark.parametrize("name", ["people.csv", "exports/audience.csv", "lake/profiles/a.parquet"])
def test_a_file_that_no_place_knows_is_found(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    (tmp_path / "secret.key").touch()
    assert find_unlisted_files(tmp_path) == [name]


def test_every_reason_says_something_of_its_own() -> None:
    reasons = [*KEPT.values(), *NOTHING.values(), *(place.holds for place in PLACES)]
    assert len(reasons) == len(set(reasons))
    assert all(FILES_OF_NOBODY.values())
