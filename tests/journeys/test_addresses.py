"""A person standardizes the addresses of a file, and asks how one was read."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest

from passerelle.cli.main import main

CUSTOMERS = "Nom;Adresse;CP;Ville;level\nA;12bis av du gal leclerc;75011;PARIS;x\nB;apt 3 4 rue X;69003;Lyon;y\n"


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    return int(left.value.code or 0)


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_a_file_gets_the_lines_beside_its_own_columns(tmp_path: Path, ending: str) -> None:
    (tmp_path / "given.csv").write_text(CUSTOMERS, encoding="utf-8")
    out = tmp_path / f"made.{ending}"
    assert run("addresses", "standardize", str(tmp_path / "given.csv"), "--out", str(out)) == 0
    made = pl.read_csv(out) if ending == "csv" else pl.read_parquet(out)
    assert made["line_4"].to_list() == ["12 BIS AVENUE DU GENERAL LECLERC", "4 RUE X"]
    assert made["level"].to_list() == ["x", "y"]
    assert made["standardized_level"].to_list() == ["V1", "V1"]
    assert sorted(each.name for each in tmp_path.iterdir()) == sorted(["given.csv", out.name])


def test_a_column_that_is_not_there_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "given.csv").write_text(CUSTOMERS, encoding="utf-8")
    out = tmp_path / "made.csv"
    asked = ("--column", "Rue", "--out", str(out))
    assert run("addresses", "standardize", str(tmp_path / "given.csv"), *asked) == 2
    assert "Rue" in capsys.readouterr().err
    assert not out.exists()


def test_one_address_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("addresses", "explain", "12 rue de Paris 59000", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["reason"] == "town_unsure"
    assert told["alternatives"]
