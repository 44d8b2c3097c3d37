"""What is erased from the lake is in no version and no file of it any more."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from passerelle.lake import Lake

PEOPLE = ("somebody-to-erase", "somebody-who-stays")


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    made = Lake(str(tmp_path / "lake"))
    for step, name in enumerate(PEOPLE):
        rows = pa.table(
            {"source": ["crm"] * 2, "record_id": [step, step + 10], "original": [name, "other"]}
        )
        made.append("records", rows, writer="test", step=step)
    made.compact("records")  # leaves the files that it joined
    return made


def texts_on_disk(lake: Lake) -> set[str]:
    """Every text of every Parquet file below the lake, of whatever version."""
    files = Path(lake.location).rglob("*.parquet")
    return {text for file in files for text in pq.read_table(file)["original"].to_pylist()}


def test_erased_rows_leave_the_disk_once_purged(lake: Lake) -> None:
    assert texts_on_disk(lake) == {*PEOPLE, "other"}
    assert lake.erase("records", {"record_id": [0]}) == 1
    lake.purge("records")
    assert texts_on_disk(lake) == {PEOPLE[1], "other"}
    assert lake.row_count("records") == 3


def test_blanked_columns_lose_their_values_and_rows_stay(lake: Lake) -> None:
    assert lake.blank("records", {"record_id": [0, 10]}, ["original", "source"]) == 2
    lake.purge("records")
    assert texts_on_disk(lake) == {None, PEOPLE[1], "other"}
    assert lake.row_count("records") == 4


def test_nobody_is_erased_from_a_table_that_was_never_written(lake: Lake) -> None:
    assert lake.erase("events", {"cookie_id": [1]}) == 0
    assert lake.erase("records", {"record_id": []}) == 0
    lake.purge("events")
    assert lake.row_count("records") == 4


def test_a_step_that_was_appended_is_not_taken_again_after_an_erasure(lake: Lake) -> None:
    lake.erase("records", {"record_id": [0]})
    lake.purge("records")
    again = pa.table({"record_id": [0], "original": [PEOPLE[0]]})
    assert not lake.append("records", again, writer="test", step=0)
