"""The folder of a simulation: the same bytes from the same seed, whole or not there at all."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tomllib
from dataclasses import replace
from datetime import date
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from passerelle.kernel import InvalidInput
from passerelle.simulate import IMPORT_FILES, MANIFEST, RetailerSpec, simulate_retailer
from tests.unit.simulate.conftest import Simulated

SMALL = RetailerSpec(customers=150, seed=3)


def fingerprints(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_manifest_names_every_file_in_the_order_of_import(simulated: Simulated) -> None:
    manifest = tomllib.loads((simulated.folder / MANIFEST).read_text())
    assert manifest["customers"] == 2_000
    assert manifest["seed"] == 7
    assert manifest["as_of"] == date(2026, 11, 1)
    assert [file["path"] for file in manifest["files"]] == [file.path for file in IMPORT_FILES]
    assert [file["order"] for file in manifest["files"]] == [1, 2, 3, 4, 5, 6]
    for file in manifest["files"]:
        assert (simulated.folder / file["path"]).is_file()
        assert file["rows"] == simulated.summary.rows[file["path"]]


def test_rows_are_counted_as_they_are(simulated: Simulated) -> None:
    rows = simulated.summary.rows
    for name in ("events.jsonl", "events_after.jsonl"):
        assert rows[name] == (simulated.folder / name).read_bytes().count(b"\n")
    for name in [name for name in rows if name.endswith(".parquet")]:
        assert rows[name] == pq.read_metadata(simulated.folder / name).num_rows
    assert rows["crm_customers.csv"] == len(simulated.crm())
    assert rows["partner.csv"] == len(simulated.csv("partner.csv"))


def test_the_same_seed_makes_the_same_bytes_whatever_the_threads(tmp_path: Path) -> None:
    simulate_retailer(SMALL, tmp_path / "here")
    code = (
        "import sys; from pathlib import Path;"
        "from passerelle.simulate import RetailerSpec, simulate_retailer;"
        "simulate_retailer(RetailerSpec(customers=150, seed=3), Path(sys.argv[1]))"
    )
    alone = {**os.environ, "POLARS_MAX_THREADS": "1", "PYTHONHASHSEED": "5", "TZ": "Asia/Tokyo"}
    subprocess.run([sys.executable, "-c", code, tmp_path / "there"], env=alone, check=True)
    assert fingerprints(tmp_path / "here") == fingerprints(tmp_path / "there")


def test_another_seed_makes_other_people(tmp_path: Path) -> None:
    simulate_retailer(SMALL, tmp_path / "one")
    simulate_retailer(replace(SMALL, seed=4), tmp_path / "other")
    one, other = fingerprints(tmp_path / "one"), fingerprints(tmp_path / "other")
    assert [name for name in one if one[name] == other[name]] == [".passerelle-simulation"]


def test_the_as_of_date_moves_the_whole_world(tmp_path: Path) -> None:
    earlier = replace(SMALL, as_of=date(2024, 3, 1))
    simulate_retailer(earlier, tmp_path / "earlier")
    receipts = pq.read_table(tmp_path / "earlier" / "receipts.parquet")
    assert max(receipts["occurred_at"].to_pylist()).date() < date(2024, 3, 1)


@pytest.mark.parametrize("customers", [1, 2, 5])
def test_a_very_small_retailer_has_all_its_files(tmp_path: Path, customers: int) -> None:
    summary = simulate_retailer(replace(SMALL, customers=customers), tmp_path / "tiny")
    assert set(summary.rows) | {MANIFEST, ".passerelle-simulation"} == set(
        fingerprints(tmp_path / "tiny")
    )
    header = (tmp_path / "tiny" / "crm_customers.csv").read_bytes().split(b"\n")[0]
    assert header.startswith("N° client;".encode("cp1252"))


def test_progress_rises_to_the_end(tmp_path: Path) -> None:
    told: list[float] = []
    simulate_retailer(SMALL, tmp_path / "out", progress=lambda _step, share: told.append(share))
    assert told == sorted(told)
    assert told[0] == 0.0
    assert told[-1] == 1.0


def interrupt_at(share_to_stop: float) -> object:
    def stop(_step: str, share: float) -> None:
        if share >= share_to_stop:
            raise KeyboardInterrupt

    return stop


@pytest.mark.parametrize("share", [0.0, 0.5, 0.9, 0.99])
def test_an_interrupted_simulation_leaves_nothing(tmp_path: Path, share: float) -> None:
    with pytest.raises(KeyboardInterrupt):
        simulate_retailer(SMALL, tmp_path / "out", progress=interrupt_at(share))  # type: ignore[arg-type]
    assert list((tmp_path / "out").rglob("*")) == []


def test_an_interrupted_second_simulation_leaves_the_first(tmp_path: Path) -> None:
    simulate_retailer(SMALL, tmp_path / "out")
    before = fingerprints(tmp_path / "out")
    with pytest.raises(KeyboardInterrupt):
        simulate_retailer(
            replace(SMALL, seed=9),
            tmp_path / "out",
            progress=interrupt_at(0.9),  # type: ignore[arg-type]
        )
    assert fingerprints(tmp_path / "out") == before


def test_a_killed_simulation_can_be_started_again(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / ".passerelle-simulation").touch()
    (out / "events.jsonl.part").write_text("half a li")
    simulate_retailer(SMALL, out)
    assert not list(out.rglob("*.part"))
    assert (out / MANIFEST).is_file()


def test_a_folder_with_other_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "accounts.xlsx").touch()
    with pytest.raises(InvalidInput) as refused:
        simulate_retailer(SMALL, tmp_path)
    assert "not a simulation's" in refused.value.message
    assert [path.name for path in tmp_path.iterdir()] == ["accounts.xlsx"]


def test_a_file_in_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").touch()
    with pytest.raises(InvalidInput, match="is a file"):
        simulate_retailer(SMALL, tmp_path / "out")
