"""The lake when many write at once, when a writer is killed, and when the disk says no."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from passerelle.kernel import Misconfigured
from passerelle.lake import Lake

PROJECT = Path(__file__).parent.parent.parent


def events(*message_ids: str) -> pa.Table:
    return pa.table({"message_id": list(message_ids), "source": ["site"] * len(message_ids)})


def message_ids(lake: Lake) -> list[str]:
    """What the files hold, read without the lake."""
    tables = [pq.read_table(file) for file in lake.files("events").files]
    return sorted(name for table in tables for name in table["message_id"].to_pylist())


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    return Lake(str(tmp_path / "lake"))


def run_python(code: str, *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", code, *arguments],
        cwd=PROJECT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


class TestManyAtOnce:
    def test_four_processes_that_add_at_once_lose_nothing(self, lake: Lake) -> None:
        writers = [run_python(ADD_TEN, lake.location, f"writer {n}") for n in range(4)]

        endings = [(each.communicate()[1], each.returncode) for each in writers]

        assert endings == [("", 0)] * 4
        wanted = [f"writer {n} step {step}" for n in range(4) for step in range(10)]
        assert message_ids(lake) == sorted(wanted)

    def test_one_step_added_by_four_processes_at_once_is_added_once(self, lake: Lake) -> None:
        writers = [run_python(ADD_TEN, lake.location, "the same") for _ in range(4)]

        added = [each.communicate()[0] for each in writers]

        assert sum(int(each) for each in added) == 10
        assert message_ids(lake) == sorted(f"the same step {step}" for step in range(10))

    def test_joining_files_while_others_add_loses_nothing(self, lake: Lake) -> None:
        lake.append("events", events("first"), writer="w", step=0)
        writer = run_python(ADD_TEN, lake.location, "writer")
        while writer.poll() is None:
            lake.compact("events")
        assert writer.communicate()[1] == ""

        assert len(message_ids(lake)) == 11


class TestKilled:
    @pytest.mark.parametrize("moment", ["after the lake", "while it writes"])
    def test_killed_and_run_again_every_step_is_there_once(self, lake: Lake, moment: str) -> None:
        process = run_python(ADD_TEN, lake.location, "import")
        if moment == "after the lake":
            assert process.stderr is not None
            while process.poll() is None and "step 3" not in process.stderr.readline():
                pass
        else:
            log = Path(lake.location) / "events" / "_delta_log"
            while process.poll() is None and not log.exists():
                pass
        process.send_signal(signal.SIGKILL)
        process.communicate()

        again = run_python(ADD_TEN, lake.location, "import")
        again.communicate()

        assert again.returncode == 0
        assert message_ids(lake) == sorted(f"import step {step}" for step in range(10))


class TestTrouble:
    def test_a_full_disk_is_said_and_nothing_is_half_added(self, tmp_path: Path) -> None:
        told, failed = run_python(FILL_THE_DISK, str(tmp_path / "disk")).communicate()

        assert told.splitlines() == [
            "The disk of the lake is full; nothing of this batch was kept.",
            "rows 1",
            "added True",
            "rows 60001",
        ], failed

    def test_a_folder_that_may_only_be_read_is_said(self, tmp_path: Path) -> None:
        told, failed = run_python(WRITE_TO_READ_ONLY, str(tmp_path / "lake")).communicate()

        first, second = told.splitlines()
        assert "cannot be written to. | Set PASSERELLE_HOME or PASSERELLE_LAKE_URL" in first, failed
        assert "cannot be written to. | Set PASSERELLE_HOME or PASSERELLE_LAKE_URL" in second

    def test_a_file_in_the_place_of_the_folder_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "lake").write_text("not a folder")

        with pytest.raises(Misconfigured, match="cannot be written to"):
            Lake(str(tmp_path / "lake")).append("events", events("a"), writer="w", step=0)

    def test_a_damaged_log_is_said(self, lake: Lake) -> None:
        lake.append("events", events("a"), writer="w", step=0)
        log = Path(lake.location) / "events" / "_delta_log" / "00000000000000000000.json"
        log.write_text("{not json")

        with pytest.raises(Misconfigured, match="is damaged"):
            lake.files("events")

    def test_an_object_storage_that_does_not_answer_is_said(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        settings = {
            "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
            "AWS_ALLOW_HTTP": "true",
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nothing",
            "AWS_REGION": "eu-west-3",
        }
        code = """
import sys
from passerelle.kernel import Retryable
from passerelle.lake import Lake
try:
    Lake("s3://bucket/lake").row_count("events")
except Retryable as error:
    print(error, "|", error.hint)
"""
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        told, failed = run_python(code).communicate(timeout=200)

        assert "s3://bucket/lake does not answer. | Check PASSERELLE_LAKE_URL" in told, failed


_START = """
import sys
from pathlib import Path
import pyarrow as pa
from passerelle.kernel import Misconfigured, Retryable
from passerelle.lake import Lake

def events(*names):
    return pa.table({"message_id": list(names)})
"""

ADD_TEN = (
    _START
    + """
added = 0
for step in range(10):
    rows = events(f"{sys.argv[2]} step {step}")
    added += Lake(sys.argv[1]).append("events", rows, writer=sys.argv[2], step=step)
print(added)
"""
)

FILL_THE_DISK = (
    _START
    + """
import random
from tests.servers.small_disk import enter_small_disk
folder = Path(sys.argv[1])
make_room = enter_small_disk(folder, size_kib=512)
lake = Lake(str(folder / "lake"))
lake.append("events", events("a"), writer="w", step=0)
source = random.Random(1)
rows = events(*(source.randbytes(30).hex() for _ in range(60_000)))
try:
    lake.append("events", rows, writer="w", step=1)
except Retryable as error:
    print(error)
print("rows", lake.row_count("events"))
make_room()
print("added", lake.append("events", rows, writer="w", step=1))
print("rows", lake.row_count("events"))
"""
)

WRITE_TO_READ_ONLY = (
    _START
    + """
from tests.servers.permissions import obey_permissions
folder = Path(sys.argv[1])
Lake(str(folder)).append("events", events("a"), writer="w", step=0)
for each in sorted(folder.rglob("*")):
    each.chmod(0o555)
folder.chmod(0o555)
obey_permissions()
for table in ("events", "receipts"):
    try:
        rows = pa.table({"source": ["x"]})
        Lake(str(folder)).append(table, rows, writer="w", step=1)
    except Misconfigured as error:
        print(error, "|", error.hint)
"""
)
