"""A person loads reference files, looks at them, and goes back."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.command import passerelle
from tests.unit.postal.reference import reference_files as files


def test_reference_files_are_loaded_listed_and_unloaded(tmp_path: Path) -> None:
    home = tmp_path / "home"
    streets = files.write(tmp_path, "adresses-01.csv", files.STREETS)
    loaded = passerelle(home, "reference", "load", streets, "--as-of", "2026-11-01", "--json")
    assert loaded.status == 0, loaded.err
    assert (loaded.json["kind"], loaded.json["rows"]) == ("streets", 5)
    listed = passerelle(home, "reference", "list", "--json")
    assert [table["kind"] for table in listed.json] == ["postcodes", "communes", "cedex", "streets"]
    assert listed.json[-1]["as_of"] == "2026-11-01"
    shown = passerelle(home, "reference", "list")
    assert "Base Adresse Nationale" in shown.out
    assert passerelle(home, "reference", "unload", "streets").status == 0
    assert len(passerelle(home, "reference", "list", "--json").json) == 3


def test_what_cannot_be_loaded_says_why(tmp_path: Path) -> None:
    home = tmp_path / "home"
    clients = files.write(tmp_path, "clients.csv", "nom;ville\n")
    refused = passerelle(home, "reference", "load", clients)
    assert refused.status == 2
    assert "code postal" in refused.err
    assert passerelle(home, "reference", "unload", "cedex").status == 2
