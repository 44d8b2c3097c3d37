"""Two files of hashed values, matched without keeping either in memory."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import pytest

from passerelle.kernel import InvalidInput
from passerelle.measure import MatchFiles, match_hashed_files
from tests.unit.measure.match_world import little_engine

A, B, C = "aa" * 32, "bb" * 32, "cc" * 32
SIGHTINGS = [
    (A, "c1", "2026-10-01 08:00:00"),
    (A, "c1", "2026-10-05 08:00:00"),
    (A, "c2", "2026-10-03 08:00:00"),
    (C, "c3", "2026-10-01 08:00:00"),
]


def sightings(folder: Path) -> Path:
    at = [datetime.fromisoformat(each[2]) for each in SIGHTINGS]
    rows = {
        "email_sha256": [each[0] for each in SIGHTINGS],
        "cookie": [each[1] for each in SIGHTINGS],
        "seen_at": at,
    }
    pq.write_table(pa.table(rows), folder / "sightings.parquet")
    return folder / "sightings.parquet"


def emails(folder: Path, *values: str) -> Path:
    path = folder / "emails.csv"
    path.write_text("\n".join(["name,email_sha256", *(f"x,{value}" for value in values)]) + "\n")
    return path


def match(folder: Path, left: Path, right: Path, out: str = "out.parquet") -> MatchFiles:
    return match_hashed_files(little_engine(), left, right, on="email_sha256", out=folder / out)


def test_each_value_and_cookie_has_its_first_and_last_sight(tmp_path: Path) -> None:
    made = match(tmp_path, emails(tmp_path, A, B, A), sightings(tmp_path))
    assert (made.left_rows, made.left_values, made.right_rows) == (3, 2, 4)
    assert (made.matched_values, made.pairs, made.match_rate) == (1, 2, 0.5)
    rows = sorted(
        pq.read_table(tmp_path / "out.parquet").to_pylist(), key=lambda row: row["cookie"]
    )
    assert rows[0] == {
        "value": A,
        "cookie": "c1",
        "first_seen_at": datetime(2026, 10, 1, 8),
        "last_seen_at": datetime(2026, 10, 5, 8),
        "sightings": 2,
    }
    assert [row["cookie"] for row in rows] == ["c1", "c2"]


def test_capitals_in_a_hash_do_not_matter(tmp_path: Path) -> None:
    made = match(tmp_path, emails(tmp_path, A.upper()), sightings(tmp_path))
    assert made.matched_values == 1


def test_matches_are_written_as_csv_when_called_so(tmp_path: Path) -> None:
    match(tmp_path, emails(tmp_path, A), sightings(tmp_path), "out.csv")
    assert pa_csv.read_csv(tmp_path / "out.csv").num_rows == 2


def test_a_missing_column_is_named_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="has no column cookie, seen_at"):
        match(tmp_path, sightings(tmp_path), emails(tmp_path, A).rename(tmp_path / "e.csv"))
    plain = tmp_path / "plain.csv"
    plain.write_text("courriel\nx\n")
    with pytest.raises(InvalidInput, match="has no column email_sha256") as caught:
        match(tmp_path, plain, sightings(tmp_path))
    assert "courriel" in caught.value.hint


def test_what_cannot_be_read_is_named_and_never_quoted(tmp_path: Path) -> None:
    whole = sightings(tmp_path).read_bytes()
    torn = tmp_path / "torn.parquet"
    torn.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InvalidInput, match=r"torn\.parquet could not be read"):
        match(tmp_path, emails(tmp_path, A), torn)
    with pytest.raises(InvalidInput, match="There is no file"):
        match(tmp_path, tmp_path / "none.csv", torn)
    assert not (tmp_path / "out.parquet").exists()
    assert not (tmp_path / "out.parquet.part").exists()


def test_the_matches_never_take_the_place_of_a_file_given(tmp_path: Path) -> None:
    right = sightings(tmp_path)
    with pytest.raises(InvalidInput, match="take the place"):
        match(tmp_path, emails(tmp_path, A), right, "sightings.parquet")
    assert pq.read_table(right).num_rows == 4
