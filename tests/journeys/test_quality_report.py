"""A person asks how good customer data are, of files and of a source, and reads the answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journeys.command import passerelle
from tests.unit.page_reader import Page

HEADER = "Numéro client;Nom;Prénom;Email;CP;Ville"
ROWS = (
    "1;Durand;Marie;marie.durand@gmial.com;69003;Lyon",
    "2;Martin;Paul;paul.martin@exemple.fr;1000;Bourg-en-Bresse",
    "3;Zyblewski;Zoé;zoe.zyblewski@exemple.fr;75011;Paris",
)


@pytest.fixture
def clients(tmp_path: Path) -> Path:
    """A file of three customers, and a row that cannot be read."""
    path = tmp_path / "clients.csv"
    path.write_text("\n".join((HEADER, *ROWS, "4;a;b;c;d;e;f;g")) + "\n", encoding="utf-8")
    return path


def test_the_report_says_what_mending_brings(tmp_path: Path, clients: Path) -> None:
    told = passerelle(tmp_path / "home", "quality", "report", clients)
    assert told.status == 0, told.err
    assert "3 rows, 3 customers" in told.out
    assert "1 by e-mail" in told.out
    assert "gmial.com" in told.out


def test_nothing_personal_is_printed(tmp_path: Path, clients: Path) -> None:
    page = tmp_path / "report.html"
    told = passerelle(tmp_path / "home", "quality", "report", clients, "--out", page)
    everything = told.out + told.err + page.read_text(encoding="utf-8")
    assert "zyblewski" not in everything.lower()
    assert "paul.martin" not in everything


def test_the_page_is_whole_and_needs_nothing(tmp_path: Path, clients: Path) -> None:
    path = tmp_path / "report.html"
    told = passerelle(tmp_path / "home", "quality", "report", clients, "--out", path)
    assert str(path) in told.err
    page = Page(path.read_text(encoding="utf-8"))
    assert page.wrong == []
    assert {place for place in page.fetches if not str(place).startswith("#")} == set()
    assert [each["lang"] for each in page.of("article")] == ["en", "fr"]


def test_a_source_is_reported_as_its_file_was(tmp_path: Path, clients: Path) -> None:
    home = tmp_path / "home"
    assert passerelle(home, "records", "import", clients, "--source", "crm").status == 0
    of_file = passerelle(home, "quality", "report", clients, "--json").json
    of_source = passerelle(home, "quality", "report", "--source", "crm", "--json").json
    for part in ("customers", "reach", "gains"):
        assert of_source[part] == of_file[part]
    assert [each["findings"] for each in of_source["columns"]] == [
        each["findings"] for each in of_file["columns"]
    ]
    assert of_source["quarantine"] == [{"reason": "too_many_cells", "rows": 1}]


def test_a_record_that_changed_is_seen_as_it_last_was(tmp_path: Path, clients: Path) -> None:
    home = tmp_path / "home"
    passerelle(home, "records", "import", clients, "--source", "crm")
    mended = "\n".join((HEADER, ROWS[0].replace("gmial", "gmail")))
    clients.write_text(f"{mended}\n", encoding="utf-8")
    passerelle(home, "records", "import", clients, "--source", "crm")
    report = passerelle(home, "quality", "report", "--source", "crm", "--json").json
    assert report["customers"]["rows"] == 3
    assert [gain["code"] for gain in report["gains"]] == ["postcode_zero"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(200), "PNG"),
        (b"nom;email\n", "no row under them"),
    ],
)
def test_a_file_that_holds_no_table_is_said_so(tmp_path: Path, content: bytes, said: str) -> None:
    path = tmp_path / "clients.csv"
    path.write_bytes(content)
    told = passerelle(tmp_path / "home", "quality", "report", path)
    assert told.status == 2
    assert said in told.err


def test_a_file_without_header_or_with_huge_cells_is_looked_at(tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    huge = "x" * 200_000
    path.write_text(f"a@exemple.fr;Lyon\nb@exemple.fr;{huge}\nc@exemple.fr;Paris\n")
    home = tmp_path / "home"
    assert "--no-header" in passerelle(home, "quality", "report", path).err
    told = passerelle(home, "quality", "report", path, "--no-header", "--json")
    assert told.status == 0, told.err
    assert told.json["refused"] == [{"reason": "cell_too_long", "rows": 1}]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "Give files, or one source"),
        (("--source", "nobody"), "There is no source nobody"),
        (("--source", "crm", "--id", "x"), "are for files"),
        (("nowhere.csv",), "There is no file"),
    ],
)
def test_what_cannot_be_asked_is_explained(
    tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    told = passerelle(tmp_path / "home", "quality", "report", *arguments)
    assert told.status == 2
    assert said in told.err


def test_a_column_of_ids_that_is_not_there_is_named(tmp_path: Path, clients: Path) -> None:
    told = passerelle(tmp_path / "home", "quality", "report", clients, "--id", "code")
    assert told.status == 2
    assert "has no column code" in told.err


def test_an_interrupted_report_says_so(
    tmp_path: Path, clients: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_parts: object, **_options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("passerelle.measure.build_quality_report", interrupted)
    page = tmp_path / "report.html"
    told = passerelle(tmp_path / "home", "quality", "report", clients, "--out", page)
    assert told.status == 130
    assert not page.exists()


@pytest.mark.parametrize("noun", ["quality", "addresses"])
def test_a_result_never_replaces_what_is_read(tmp_path: Path, clients: Path, noun: str) -> None:
    before = clients.read_bytes()
    verb = {"quality": "report", "addresses": "standardize"}[noun]
    over = passerelle(tmp_path / "home", noun, verb, clients, "--out", clients)
    nowhere = passerelle(tmp_path / "home", noun, verb, clients, "--out", tmp_path / "no" / "x")
    assert (over.status, nowhere.status) == (2, 2)
    assert "would be replaced" in over.err
    assert "There is no folder" in nowhere.err
    assert clients.read_bytes() == before


def test_the_report_says_how_far_addresses_can_be_checked(tmp_path: Path) -> None:
    path = tmp_path / "clients.csv"
    path.write_text("Nom;Adresse\nDurand;12 rue Pasteur 94700 Maisons-Alfort\n", encoding="utf-8")
    told = passerelle(tmp_path / "home", "quality", "report", path)
    assert "V1: The commune is known; no file of its streets is loaded." in told.out
    assert "Postcodes and towns read in a line" in told.out
