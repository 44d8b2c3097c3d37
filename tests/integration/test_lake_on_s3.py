"""The lake on an object storage, over the S3 protocol, as in a folder."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pytest

from passerelle.engine import Engine, open_engine
from passerelle.kernel import Misconfigured, PasserelleError, Retryable
from passerelle.lake import Lake
from tests.servers.object_storage import BUCKET, ObjectStorage

PROJECT = Path(__file__).parent.parent.parent
EXAMPLES = PROJECT / "docs" / "examples"
NOBODY = "http://127.0.0.1:9"  # a port that nothing listens on


@pytest.fixture
def storage(object_storage: ObjectStorage, monkeypatch: pytest.MonkeyPatch) -> ObjectStorage:
    """The storage, reached by this process and those it starts."""
    for name, value in object_storage.variables.items():
        monkeypatch.setenv(name, value)
    return object_storage


@pytest.fixture
def url(request: pytest.FixtureRequest) -> str:
    """A place in the bucket of the test's own."""
    return f"s3://{BUCKET}/{abs(hash(request.node.nodeid))}/lake"


@pytest.fixture
def lake(storage: ObjectStorage, url: str) -> Lake:
    return Lake(url)


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return open_engine("", memory_limit="500MB", threads=1, spill=str(tmp_path / "spill"))


def events(*message_ids: str) -> pa.Table:
    return pa.table({"message_id": list(message_ids), "source": ["site"] * len(message_ids)})


def message_ids(lake: Lake, engine: Engine) -> list[str]:
    found = engine.run(
        "select message_id from events order by message_id", {"events": lake.files("events")}
    )
    return [str(name) for name in found["message_id"].to_pylist()]


class TestAdding:
    def test_a_step_of_a_writer_is_added_once(self, lake: Lake, engine: Engine) -> None:
        assert message_ids(lake, engine) == []

        assert lake.append("events", events("a"), writer="import 1", step=0)
        assert not lake.append("events", events("again"), writer="import 1", step=0)
        assert lake.append("events", events("b"), writer="import 1", step=1)
        assert lake.append("events", events("c"), writer="import 2", step=0)

        assert message_ids(lake, engine) == ["a", "b", "c"]
        assert lake.row_count("events") == 3
        assert lake.size_bytes("events") > 0

    def test_joining_files_keeps_every_row(self, lake: Lake, engine: Engine) -> None:
        for step in range(4):
            lake.append("events", events(f"m{step}"), writer="w", step=step)

        assert lake.compact("events") == 4

        assert len(lake.files("events").files) == 1
        assert message_ids(lake, engine) == ["m0", "m1", "m2", "m3"]

    def test_what_two_processes_add_at_once_is_all_kept(self, lake: Lake, engine: Engine) -> None:
        writers = [_add_three(lake.location, f"writer {n}") for n in range(2)]

        endings = [(each.communicate(), each.returncode) for each in writers]

        assert endings == [(("3\n", ""), 0)] * 2
        wanted = [f"writer {n} step {step}" for n in range(2) for step in range(3)]
        assert message_ids(lake, engine) == sorted(wanted)

    def test_one_step_added_by_two_processes_at_once_is_added_once(
        self, lake: Lake, engine: Engine
    ) -> None:
        writers = [_add_three(lake.location, "the same") for _ in range(2)]

        added = [int(each.communicate()[0]) for each in writers]

        assert sum(added) == 3
        assert message_ids(lake, engine) == [f"the same step {step}" for step in range(3)]

    def test_a_storage_that_lets_writers_overwrite_each_other_is_refused(
        self, storage: ObjectStorage, url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", storage.careless)

        with pytest.raises(Misconfigured, match="overwrite each other's files") as told:
            Lake(url).append("events", events("a"), writer="w", step=0)

        assert "If-None-Match" in told.value.hint
        assert Lake(url).row_count("events") == 0

    def test_a_storage_told_not_to_keep_writers_apart_is_refused(
        self, lake: Lake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_CONDITIONAL_PUT", "disabled")

        with pytest.raises(Misconfigured, match="overwrite each other's files"):
            lake.append("events", events("a"), writer="w", step=0)


class TestReading:
    @pytest.mark.parametrize(
        "select",
        [
            "select count(*) as rows from events",
            "select message_id from events where total_cents > 4000 order by all",
            "select message_id from events where total_cents is null order by all",
            "select message_id from events where message_id in ('m3', 'm70', 'no') order by all",
            "select message_id from events where message_id like 'm1%' order by all",
            "select min(occurred_at) as first from events where occurred_at >= $since",
            "select sum(total_cents) as cents from events join wanted using (message_id)",
            "select e.source, count(*) as rows from events e where not exists "
            "(select 1 from wanted w where w.message_id = e.message_id) group by all order by all",
        ],
    )
    def test_a_query_answers_as_on_a_folder(
        self, lake: Lake, engine: Engine, tmp_path: Path, select: str
    ) -> None:
        folder = Lake(str(tmp_path / "lake"))
        for step in range(2):
            for each in (lake, folder):
                each.append("events", _visits(step * 50, 50), writer="w", step=step)
        wanted = pa.table({"message_id": ["m1", "m60", "m99", "elsewhere"]})
        since = {"since": datetime(2026, 3, 2, tzinfo=UTC)}

        answers = [
            engine.run(select, {"events": each.files("events"), "wanted": wanted}, since)
            for each in (lake, folder)
        ]

        assert answers[0].to_pylist() == answers[1].to_pylist()
        assert answers[0].schema == answers[1].schema

    def test_only_the_columns_and_rows_that_a_query_needs_are_fetched(
        self, lake: Lake, engine: Engine, storage: ObjectStorage
    ) -> None:
        noise = random.Random(1)
        for step, name in enumerate(("early", "late")):
            rows = {"message_id": [f"{name}{n}" for n in range(500)]}
            rows["original"] = [noise.randbytes(2000).hex() for _ in range(500)]
            rows["properties"] = [noise.randbytes(2000).hex() for _ in range(500)]
            lake.append("events", pa.table(rows), writer="w", step=step)
        files = {"events": lake.files("events")}
        before, _requests = storage.count_read()

        found = engine.run("select original from events where message_id = 'late7'", files)

        fetched = storage.count_read()[0] - before
        assert found.num_rows == 1
        # One of two large columns, of one of two files: a quarter, and the ends of the files.
        assert fetched < 0.35 * lake.size_bytes("events")

    def test_a_column_that_came_later_is_null_in_files_from_before(
        self, lake: Lake, engine: Engine
    ) -> None:
        from deltalake import write_deltalake

        write_deltalake(f"{lake.location}/events", pa.table({"message_id": ["old"]}))
        lake.append("events", events("new"), writer="w", step=0)

        found = engine.run(
            "select message_id, source from events order by message_id",
            {"events": lake.files("events")},
        )

        assert found.to_pylist() == [
            {"message_id": "new", "source": "site"},
            {"message_id": "old", "source": None},
        ]


class TestTrouble:
    @pytest.mark.parametrize(
        ("changed", "kind", "said"),
        [
            ({"AWS_SECRET_ACCESS_KEY": "not-this-one"}, Misconfigured, "refuses the key"),
            ({"AWS_ACCESS_KEY_ID": "NOBODYSKEY"}, Misconfigured, "refuses the key"),
            ({"AWS_ALLOW_HTTP": "false"}, Misconfigured, "without encryption"),
            ({"AWS_ENDPOINT_URL": NOBODY}, Retryable, "does not answer"),
        ],
    )
    def test_a_storage_that_cannot_be_used_is_said_whoever_asks(
        self,
        lake: Lake,
        engine: Engine,
        monkeypatch: pytest.MonkeyPatch,
        changed: dict[str, str],
        kind: type[PasserelleError],
        said: str,
    ) -> None:
        lake.append("events", events("a"), writer="w", step=0)
        files = {"events": lake.files("events")}
        for name, value in changed.items():
            monkeypatch.setenv(name, value)

        with pytest.raises(kind, match=said) as added:
            lake.append("events", events("b"), writer="w", step=1)
        with pytest.raises(kind, match=said) as queried:
            engine.run("select * from events", files)

        for told in (added.value, queried.value):
            assert told.hint
            _holds_no_key(f"{told} {told.hint}", os.environ)

    def test_without_a_key_the_variables_are_named(
        self, lake: Lake, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("AWS_ACCESS_KEY_ID")
        monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
        monkeypatch.setenv("AWS_METADATA_ENDPOINT", NOBODY)  # nor does the machine have one

        with pytest.raises(Misconfigured, match="No key was given") as told:
            lake.row_count("events")

        assert "lake-on-object-storage.md" in told.value.hint

    def test_a_bucket_that_is_not_there_is_said(self, storage: ObjectStorage) -> None:
        with pytest.raises(Misconfigured, match="has no such bucket") as told:
            Lake("s3://nowhere/lake").append("events", events("a"), writer="w", step=0)

        assert "PASSERELLE_LAKE_URL" in told.value.hint


class TestCommands:
    def test_imports_and_the_match_report_are_as_on_a_folder(
        self, storage: ObjectStorage, url: str, tmp_path: Path
    ) -> None:
        commands = [
            ["records", "import", str(EXAMPLES / "clients.csv"), "--source", "shop", "--json"],
            ["receipts", "import", str(EXAMPLES / "tickets.csv"), "--source", "till", "--json"],
            ["events", "import", str(EXAMPLES / "visites.jsonl"), "--source", "site", "--json"],
            ["events", "import", str(EXAMPLES / "visites.jsonl"), "--source", "site", "--json"],
            ["profiles", "resolve", "--json"],
            ["match", "report", "--json"],
        ]
        runs = [
            _start(commands, tmp_path / name, lake_url=place)
            for name, place in (("folder", ""), ("s3", url))
        ]

        told = [each.communicate(timeout=100) for each in runs]

        assert [each.returncode for each in runs] == [0, 0], told[1][1]
        folder, s3 = (_without_times(out) for out, _err in told)
        assert s3 == folder
        assert not (tmp_path / "s3" / "lake").exists()
        assert Lake(url).row_count("receipts") > 0
        _holds_no_key(f"{told[1]}", storage.variables)

    def test_the_doctor_says_where_the_lake_is(
        self, storage: ObjectStorage, url: str, tmp_path: Path
    ) -> None:
        run = _start([["doctor"]], tmp_path / "home", lake_url=url)
        told = "".join(run.communicate(timeout=100))

        assert run.returncode == 0, told
        assert url in told
        _holds_no_key(told, storage.variables)


def _visits(first: int, rows: int) -> pa.Table:
    start = datetime(2026, 3, 1, tzinfo=UTC)
    numbers = range(first, first + rows)
    return pa.table(
        {
            "message_id": [f"m{number}" for number in numbers],
            "source": ["site" if number % 2 else "app" for number in numbers],
            "occurred_at": [start + timedelta(hours=number) for number in numbers],
            "total_cents": [None if number % 5 == 0 else number * 100 for number in numbers],
        }
    )


def _holds_no_key(told: str, variables: Mapping[str, str]) -> None:
    assert variables["AWS_SECRET_ACCESS_KEY"] not in told
    assert variables["AWS_ACCESS_KEY_ID"] not in told


def _without_times(printed: str) -> list[dict[str, object]]:
    """The JSON that commands printed, but for when they ran."""
    decoder, found, rest = json.JSONDecoder(), [], printed.strip()
    while rest:
        value, end = decoder.raw_decode(rest)
        found.append({key: each for key, each in value.items() if key != "made_at"})
        rest = rest[end:].lstrip()
    return found


def _start(commands: list[list[str]], home: Path, *, lake_url: str) -> subprocess.Popen[str]:
    """Run command lines one after the other in one process, until one fails."""
    settings = {"PASSERELLE_LAKE_URL": lake_url, "PASSERELLE_SECRET_KEY": "of the tests " * 4}
    return subprocess.Popen(
        [sys.executable, "-c", _RUN_COMMANDS, json.dumps(commands)],
        env={**os.environ, **settings, "PASSERELLE_HOME": str(home), "PASSERELLE_LANGUAGE": "en"},
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def _add_three(location: str, writer: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _ADD_THREE, location, writer],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


_RUN_COMMANDS = """
import json, sys
from passerelle.cli.main import main
for words in json.loads(sys.argv[1]):
    try:
        main(words)
    except SystemExit as end:
        if end.code:
            raise
"""

_ADD_THREE = """
import sys
import pyarrow as pa
from passerelle.lake import Lake
added = 0
for step in range(3):
    rows = pa.table({"message_id": [f"{sys.argv[2]} step {step}"]})
    added += Lake(sys.argv[1]).append("events", rows, writer=sys.argv[2], step=step)
print(added)
"""
