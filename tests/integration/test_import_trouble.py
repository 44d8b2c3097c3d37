"""Imports through the real command when the machine gets in the way."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.integration.import_files import write_events, write_receipts, write_records
from tests.integration.import_states import state_of
from tests.journeys.command import PROJECT, environment, passerelle, start_passerelle

# what is imported, as the words of the command, and how its file is written
NOUNS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "records": (write_records, ("records", "import", "--source", "crm")),
    "events": (write_events, ("events", "import", "--source", "web")),
    "receipts": (write_receipts, ("receipts", "import", "--source", "till")),
}


def sizes(home: Path) -> dict[str, int]:
    return {table: len(rows) for table, rows in state_of(home).items()}


# Ctrl-C


@pytest.mark.parametrize("noun", NOUNS)
def test_ctrl_c_is_said_and_the_same_command_goes_on(tmp_path: Path, noun: str) -> None:
    write, words = NOUNS[noun]
    file = write(tmp_path / "file.txt", 10_000, seed=1)
    calm = passerelle(tmp_path / "calm", *words, file, "--json")
    rng = random.Random(1)

    interrupted = 0
    for attempt in range(8):
        running = start_passerelle(tmp_path / "cut", *words, file, "--json")
        assert running.stderr
        first = running.stderr.readline()  # it has begun
        time.sleep(rng.uniform(0, 0.8 / (attempt + 1)))
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
        if "done in" in err:
            continue  # it was quicker
        interrupted += 1
        assert running.returncode == 130, first + err
        assert "interrupted; run the same command again to continue" in err
        assert "Traceback" not in err
        assert out == ""
        if interrupted == 2:
            break
    again = passerelle(tmp_path / "cut", *words, file, "--json")

    assert interrupted
    assert again.status == 0
    assert again.json["rows"] == calm.json["rows"]
    assert sizes(tmp_path / "cut") == sizes(tmp_path / "calm")


# a disk that is full

FILL_AND_FREE = """
import json, subprocess, sys
from pathlib import Path
from tests.servers.small_disk import enter_small_disk
disk, size, command = Path(sys.argv[1]), int(sys.argv[2]), json.loads(sys.argv[3])
make_room = enter_small_disk(disk, size_kib=size)
def run():
    done = subprocess.run(command, capture_output=True, text=True)
    return [done.returncode, done.stdout, done.stderr]
told = [run()]
make_room()
told.append(run())
keep = Path(sys.argv[4])
if keep != disk:  # a mounted disk goes away with this process
    import shutil
    shutil.copytree(disk, keep)
print(json.dumps(told))
"""


def on_small_disk(
    disk: Path, size_kib: int, command: list[str], keep: Path, settings: dict[str, str]
) -> list[list[Any]]:
    import os

    done = subprocess.run(
        [
            sys.executable,
            "-c",
            FILL_AND_FREE,
            str(disk),
            str(size_kib),
            json.dumps(command),
            str(keep),
        ],
        cwd=PROJECT,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: list[list[Any]] = json.loads(done.stdout.splitlines()[-1])
    return told


def command(noun: str, file: Path) -> list[str]:
    return [
        sys.executable,
        "-c",
        "from passerelle.cli.main import main; main()",
        *NOUNS[noun][1],
        str(file),
        "--json",
    ]


@pytest.mark.parametrize(
    ("noun", "share"),
    [("records", None), ("records", 0.1), ("records", 0.7), ("events", 0.4), ("receipts", 0.4)],
)
def test_a_full_disk_is_said_and_the_same_command_goes_on_once_there_is_room(
    tmp_path: Path, noun: str, share: float | None
) -> None:
    file = NOUNS[noun][0](tmp_path / "file.txt", 5_000, seed=1)
    disk, kept = tmp_path / "disk", tmp_path / "kept"
    calm = passerelle(tmp_path / "calm", *NOUNS[noun][1], file, "--json")
    passerelle(tmp_path / "empty", "quarantine", "list")
    room = 16  # KiB: not even the tables have room
    if share is not None:  # or only a share of what the import needs beside them
        empty = taken_kib(tmp_path / "empty")
        room = int(empty + share * (taken_kib(tmp_path / "calm") - empty))

    full, after = on_small_disk(disk, room, command(noun, file), kept, environment(disk))

    assert full[0] == 75, full
    assert "is full" in full[2]
    assert "hint: Free some space" in full[2]
    assert "Traceback" not in full[2]
    assert full[1] == ""
    assert after[0] == 0, after
    same = {"resumed_at": 0, "import_id": ""}  # the disk may have been full at the very end
    assert {**json.loads(after[1]), **same} == {**calm.json, **same}
    assert sizes(kept) == sizes(tmp_path / "calm")


def taken_kib(folder: Path) -> int:
    """What a folder takes on a disk that counts in pages of 4 KiB."""
    return sum(4 * -(-each.stat().st_size // 4096) for each in folder.rglob("*"))


@pytest.mark.parametrize(("noun", "size_kib"), [("records", 40), ("events", 20), ("receipts", 8)])
def test_a_full_disk_of_the_lake_leaves_the_store_as_it_was(
    tmp_path: Path, noun: str, size_kib: int
) -> None:
    file = NOUNS[noun][0](tmp_path / "file.txt", 5_000, seed=1)
    home, disk, kept = tmp_path / "home", tmp_path / "disk", tmp_path / "kept"
    settings = {**environment(home), "PASSERELLE_LAKE_URL": str(disk)}

    full, after = on_small_disk(disk, size_kib, command(noun, file), kept, settings)

    assert full[0] == 75, full
    assert "The disk of the lake is full; nothing of this batch was kept." in full[2]
    assert after[0] == 0, after
    report = json.loads(after[1])
    assert report["resumed_at"] == 0
    assert report["rows"] == 5_000
    shutil.copytree(kept, home / "lake")
    calm = passerelle(tmp_path / "calm", *NOUNS[noun][1], file, "--json")
    assert calm.status == 0
    assert sizes(home) == sizes(tmp_path / "calm")


# places that cannot be used

READ_ONLY = """
import subprocess, sys, json
from pathlib import Path
from tests.servers.permissions import obey_permissions
obey_permissions()
sys.argv = ["passerelle", *json.loads(sys.argv[1])]
from passerelle.cli.main import main
main()
"""


def without_rights(home: Path, *words: object) -> tuple[int, str]:
    import os

    done = subprocess.run(
        [sys.executable, "-c", READ_ONLY, json.dumps([str(each) for each in words])],
        cwd=PROJECT,
        env={**os.environ, **environment(home)},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stderr


def make_read_only(folder: Path) -> None:
    for each in [folder, *folder.rglob("*")]:
        each.chmod(0o555 if each.is_dir() else 0o444)


def test_a_home_that_may_only_be_read_is_said(tmp_path: Path) -> None:
    file = write_records(tmp_path / "clients.csv", 50, seed=1)
    home = tmp_path / "home"
    assert passerelle(home, "records", "import", file, "--source", "crm").status == 0
    before = state_of(home)
    make_read_only(home)

    other = write_records(tmp_path / "others.csv", 50, seed=2)
    status, err = without_rights(home, "records", "import", other, "--source", "crm")

    assert status == 3
    assert f"{home}" in err
    assert "cannot be written to." in err
    assert "hint: Set PASSERELLE_HOME" in err
    for each in [home, *home.rglob("*")]:
        each.chmod(0o755)
    assert state_of(home) == before


def test_a_lake_that_may_only_be_read_is_said(tmp_path: Path) -> None:
    file = write_records(tmp_path / "clients.csv", 50, seed=1)
    home = tmp_path / "home"
    assert passerelle(home, "records", "import", file, "--source", "crm").status == 0
    make_read_only(home / "lake")

    other = write_records(tmp_path / "others.csv", 50, seed=2)
    status, err = without_rights(home, "records", "import", other, "--source", "crm")

    assert status == 3
    assert f"The lake at {home / 'lake'} cannot be written to." in err
    for each in [home, *home.rglob("*")]:
        each.chmod(0o755)
    again = passerelle(home, "records", "import", other, "--source", "crm", "--json")
    assert again.status == 0
    assert again.json["rows"] == 50


@pytest.mark.parametrize("noun", NOUNS)
def test_a_lake_that_is_gone_is_said_and_nothing_is_changed(tmp_path: Path, noun: str) -> None:
    write, words = NOUNS[noun]
    home = tmp_path / "home"
    file = write(tmp_path / "one.txt", 60, seed=1)
    assert passerelle(home, *words, file).status == 0
    (home / "lake").rename(tmp_path / "moved")
    before = state_of(home)

    for again in (file, write(tmp_path / "two.txt", 60, seed=2)):
        told = passerelle(home, *words, again)

        assert told.status == 3
        assert f"The lake at {home / 'lake'} holds no {noun}" in told.err
        assert "Put the lake back from a backup" in told.err
        assert state_of(home) == before

    (tmp_path / "moved").rename(home / "lake")
    assert passerelle(home, *words, tmp_path / "two.txt").status == 0


@pytest.mark.parametrize("noun", ["events", "receipts"])
def test_a_file_of_the_lake_that_is_gone_is_said(tmp_path: Path, noun: str) -> None:
    write, words = NOUNS[noun]
    home = tmp_path / "home"
    assert passerelle(home, *words, write(tmp_path / "one.txt", 60, seed=1)).status == 0
    for file in (home / "lake" / noun).glob("*.parquet"):
        file.unlink()

    told = passerelle(home, *words, write(tmp_path / "two.txt", 60, seed=2))

    assert told.status == 3
    assert "lake" in told.err
    assert "hint: " in told.err
