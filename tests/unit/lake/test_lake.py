"""The lake: facts, added once and never lost."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from passerelle.kernel import InvalidInput, Misconfigured
from passerelle.lake import TABLES, Lake


def events(*message_ids: str) -> pa.Table:
    return pa.table({"message_id": list(message_ids), "source": ["site"] * len(message_ids)})


def message_ids(lake: Lake) -> list[str]:
    """What the files hold, read without the lake."""
    tables = [pq.read_table(file) for file in lake.files("events").files]
    return sorted(name for table in tables for name in table["message_id"].to_pylist())


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(str(tmp_path / "lake"))


class TestAdding:
    def test_a_lake_that_nothing_was_added_to_is_empty(self, lake: Lake) -> None:
        assert lake.files("events").files == ()
        assert lake.files("events").schema == TABLES["events"].schema
        assert (lake.row_count("events"), lake.size_bytes("events")) == (0, 0)
        assert lake.compact("events") == 0

    def test_a_step_of_a_writer_is_added_once(self, lake: Lake) -> None:
        assert lake.append("events", events("a"), writer="import 1", step=0)
        assert not lake.append("events", events("again"), writer="import 1", step=0)
        assert lake.append("events", events("b"), writer="import 1", step=1)
        assert not lake.append("events", events("again"), writer="import 1", step=0)
        assert lake.append("events", events("c"), writer="import 2", step=0)

        assert message_ids(lake) == ["a", "b", "c"]
        assert lake.row_count("events") == 3
        assert lake.size_bytes("events") > 0

    def test_an_empty_batch_counts_as_added(self, lake: Lake) -> None:
        assert lake.append("events", events(), writer="w", step=0)
        assert not lake.append("events", events("late"), writer="w", step=0)

        assert lake.row_count("events") == 0

    def test_columns_come_in_any_order_and_may_be_missing(self, lake: Lake) -> None:
        at = datetime(2026, 3, 1, tzinfo=UTC)
        rows = pa.table({"occurred_at": [at], "message_id": ["a"], "total_cents": pa.nulls(1)})
        lake.append("events", rows, writer="w", step=0)

        file = pq.read_table(lake.files("events").files[0])

        assert file.schema.names == TABLES["events"].schema.names
        row = file.to_pylist()[0]
        assert (row["message_id"], row["occurred_at"], row["total_cents"]) == ("a", at, None)
        assert row["source"] is None

    def test_a_column_that_the_table_does_not_have_is_refused(self, lake: Lake) -> None:
        with pytest.raises(ValueError, match="shoe_size"):
            lake.append("events", pa.table({"shoe_size": [43]}), writer="w", step=0)

    def test_a_table_that_there_is_not_is_said_with_those_there_are(self, lake: Lake) -> None:
        with pytest.raises(InvalidInput, match="'shoes'") as told:
            lake.append("shoes", events("a"), writer="w", step=0)

        assert "receipts" in told.value.hint

    def test_a_table_from_before_a_column_was_added_takes_new_rows(self, lake: Lake) -> None:
        from deltalake import write_deltalake

        old = TABLES["events"].schema.remove(0)
        write_deltalake(str(Path(lake.location) / "events"), old.empty_table())
        write_deltalake(
            str(Path(lake.location) / "events"),
            pa.table({name: pa.nulls(1, old.field(name).type) for name in old.names}),
            mode="append",
        )

        lake.append("events", events("new"), writer="w", step=0)

        assert lake.row_count("events") == 2

    def test_texts_come_back_as_they_were(self, lake: Lake) -> None:
        awkward = ["", "É ñ 😀", "a\x00b", "x" * 100_000]
        lake.append("events", events(*awkward), writer="w", step=0)

        assert message_ids(lake) == sorted(awkward)


class TestDisk:
    def test_what_was_added_is_on_the_disk(
        self, lake: Lake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        flushed: set[str] = set()
        import os

        real = os.fsync

        def watched(handle: int) -> None:
            flushed.add(Path(f"/proc/self/fd/{handle}").readlink().name)
            real(handle)

        monkeypatch.setattr(os, "fsync", watched)
        lake.append("events", events("a"), writer="w", step=0)

        (data,) = lake.files("events").files
        assert {Path(data).name, "00000000000000000000.json", "_delta_log", "events"} <= flushed

    def test_the_log_holds_no_value_of_a_person(self, lake: Lake) -> None:
        # An erasure removes files, but not the log, which by default names extreme values.
        for step in range(2):
            lake.append("events", events("marie@exemple.fr"), writer="w", step=step)
        lake.compact("events")

        log = Path(lake.location) / "events" / "_delta_log"
        assert not any("marie" in each.read_text() for each in log.glob("*.json"))
        assert lake.row_count("events") == 2


class TestJoining:
    def test_joining_keeps_every_row_in_fewer_files(self, lake: Lake) -> None:
        for step in range(8):
            lake.append("events", events(f"m{step}"), writer="w", step=step)
        before = message_ids(lake)

        joined = lake.compact("events")

        assert joined == 8
        assert len(lake.files("events").files) == 1
        assert message_ids(lake) == before
        assert not lake.append("events", events("again"), writer="w", step=7)

    def test_one_who_reads_meanwhile_keeps_the_files_of_before(self, lake: Lake) -> None:
        for step in range(3):
            lake.append("events", events(f"m{step}"), writer="w", step=step)
        files = lake.files("events").files

        lake.compact("events")

        assert sum(pq.read_table(file).num_rows for file in files) == 3


class TestPlaces:
    @pytest.mark.parametrize("name", ["with space", "Données d'été", "a#b?c&d;e=f+g:h", "star*"])
    @pytest.mark.parametrize("is_url", [False, True])
    def test_any_usual_folder_name_works(self, tmp_path: Path, name: str, is_url: bool) -> None:
        folder = tmp_path / name
        lake = Lake(folder.as_uri() if is_url else str(folder))
        lake.append("events", events("a"), writer="w", step=0)
        lake.append("events", events("b"), writer="w", step=1)

        assert message_ids(lake) == ["a", "b"]
        assert all(Path(file).is_relative_to(folder) for file in lake.files("events").files)

    def test_a_path_may_be_relative(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        lake = Lake("home/lake")
        lake.append("events", events("a"), writer="w", step=0)

        assert (tmp_path / "home" / "lake" / "events" / "_delta_log").is_dir()
        assert message_ids(lake) == ["a"]

    @pytest.mark.parametrize("name", ["a[b]", "50%", "back\\slash"])
    def test_a_name_that_delta_cannot_write_is_refused_at_once(
        self, tmp_path: Path, name: str
    ) -> None:
        with pytest.raises(Misconfigured, match="cannot be kept at") as told:
            Lake(str(tmp_path / name))

        assert "PASSERELLE_HOME" in told.value.hint

    def test_a_url_of_an_unknown_kind_is_refused_at_once(self) -> None:
        with pytest.raises(Misconfigured, match="PASSERELLE_LAKE_URL begins with ftp://"):
            Lake("ftp://somewhere/lake")
