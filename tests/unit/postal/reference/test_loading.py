"""Reference files are recognised, loaded in one step, listed and unloaded."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from passerelle.kernel import InvalidInput
from passerelle.postal import list_references, load_gazetteer, load_reference, unload_reference
from passerelle.postal.reference import recognize_file, streets
from tests.unit.postal.reference import reference_files as files


def load(tmp_path: Path, name: str, text: str, encoding: str = "utf-8") -> None:
    path = files.write(tmp_path / "files", name, text, encoding)
    load_reference(path, tmp_path / "reference", loaded_at=files.LOADED_AT)


@pytest.mark.parametrize(
    ("text", "encoding", "kind"),
    [
        (files.LA_POSTE, "utf-8", "postcodes"),
        (files.LA_POSTE, "utf-8-sig", "postcodes"),
        (files.LA_POSTE, "latin-1", "postcodes"),
        (files.LA_POSTE.replace(";", ","), "utf-8", "postcodes"),
        (files.COMMUNES, "utf-8", "communes"),
        (files.MERGERS, "utf-8", "mergers"),
        (files.CEDEX, "utf-8", "cedex"),
        (files.STREETS, "utf-8", "streets"),
    ],
)
def test_a_file_is_known_by_its_columns(
    tmp_path: Path, text: str, encoding: str, kind: str
) -> None:
    assert recognize_file(files.write(tmp_path, "file.csv", text, encoding)).layout.kind == kind


def test_a_wrong_file_says_what_is_expected(tmp_path: Path) -> None:
    path = files.write(tmp_path, "clients.csv", "nom;ville\nX;Y\n")
    with pytest.raises(InvalidInput) as told:
        recognize_file(path)
    assert "code postal" in told.value.hint
    with pytest.raises(InvalidInput):
        recognize_file(files.write(tmp_path, "cedex.csv", files.CEDEX), kind="streets")


@pytest.mark.parametrize("content", [b"", b"\x1f\x8b\x08broken"])
def test_a_broken_file_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.csv.gz"
    path.write_bytes(content)
    with pytest.raises(InvalidInput):
        load_reference(path, tmp_path / "reference", loaded_at=files.LOADED_AT)


def test_la_poste_s_labels_and_places_are_used(tmp_path: Path) -> None:
    load(tmp_path, "base_20250619.csv", files.LA_POSTE, "latin-1")
    gazetteer = load_gazetteer(tmp_path / "reference")
    found = gazetteer.find_towns(["COLMARS", "LES", "ALPES"], "04370")[0]
    assert (found.town.routing_label, found.how) == ("COLMARS LES ALPES", "exact")
    words = ["CHATILLON", "EN", "MICHAILLE", "VIEUX", "BOURG"]
    place = gazetteer.find_towns(words, "01200")[0]
    assert (place.town.insee_code, place.how) == ("01033", "district")
    assert list_references(tmp_path / "reference")[-1].as_of == "2025-06-19"


def test_a_later_list_of_communes_ends_those_that_merged(tmp_path: Path) -> None:
    load(tmp_path, "v_commune_2027.csv", files.COMMUNES)
    load(tmp_path, "v_mvt_commune_2027.csv", files.MERGERS)
    gazetteer = load_gazetteer(tmp_path / "reference")
    today = gazetteer.find_commune("01002")
    assert today is not None and today.name == "Ambérieu-le-Neuf"
    found = gazetteer.find_towns(["L", "ABERGEMENT", "DE", "VAREY"], "01640")[0]
    assert (found.town.insee_code, found.how) == ("01004", "former_name")
    # A commune that only gave a part back has not ended.
    kept = gazetteer.find_commune("01001")
    assert kept is not None and kept.insee_code == "01001"
    # Departments that the list does not hold are as they were.
    assert gazetteer.find_towns(["LYON"], "69001")[0].town.insee_code == "69381"


def test_cedex_codes_are_added(tmp_path: Path) -> None:
    load(tmp_path, "cedex.csv", files.CEDEX)
    gazetteer = load_gazetteer(tmp_path / "reference")
    assert gazetteer.is_cedex("01599")
    found = gazetteer.find_towns(["AMBERIEU", "CEDEX"], "01599")[0]
    assert found.town.insee_code == "01004"


def test_streets_and_numbers_are_found(tmp_path: Path) -> None:
    load(tmp_path, "adresses-01.csv", files.STREETS)
    gazetteer = load_gazetteer(tmp_path / "reference")
    street = gazetteer.find_street("01004", ["AV", "GAL", "DE", "GAULLE"])
    assert street is not None
    assert street.label == "Avenue du Général de Gaulle"
    assert street.afnor_label == "AV DU GENERAL DE GAULLE"
    assert street.has_number("1 bis") and not street.has_number("2")
    assert "1BIS" not in repr(street)


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("AVENUE DU GENERAL DE GAULE", "Avenue du Général de Gaulle"),
        ("RUE DU 9 MAI 1945", None),  # another day is another street
        ("RUE AMELIE", "Rue Amélie"),
        ("RUE AMECIE", None),  # as near to two streets
    ],
)
def test_a_street_is_read_through_errors_when_only_one_is_near(
    tmp_path: Path, line: str, label: str | None
) -> None:
    load(tmp_path, "adresses-01.csv", files.STREETS)
    street = load_gazetteer(tmp_path / "reference").find_street("01004", line.split())
    assert (street.label if street else None) == label


def test_a_commune_without_streets_is_told_from_a_street_that_is_not_there(tmp_path: Path) -> None:
    load(tmp_path, "adresses-01.csv", files.STREETS)
    gazetteer = load_gazetteer(tmp_path / "reference")
    assert gazetteer.has_streets_of("01004")
    assert not gazetteer.has_streets_of("01001")
    assert not load_gazetteer().has_streets_of("01004")
    assert load_gazetteer().find_street("01004", ["RUE"]) is None


def test_the_same_file_again_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "reference"
    for _time in range(2):
        load(tmp_path, "adresses-01.csv", files.STREETS)
        load(tmp_path, "cedex.csv", files.CEDEX)
    assert [table.kind for table in list_references(folder)[3:]] == ["cedex", "streets"]


def test_a_newer_file_replaces_the_streets_of_its_communes(tmp_path: Path) -> None:
    load(tmp_path, "adresses-01.csv", files.STREETS)
    load(tmp_path, "adresses-01.csv", files.STREETS.replace("Amélie", "Émilie"))
    gazetteer = load_gazetteer(tmp_path / "reference")
    assert gazetteer.find_street("01004", ["RUE", "EMILIE"]) is not None
    assert len(list_references(tmp_path / "reference")) == 4


def test_a_load_that_breaks_changes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(tmp_path, "adresses-01.csv", files.STREETS)
    whole = streets._street_rows

    def breaking(code: str, numbers: dict[tuple[str, str, str], list[str]]) -> Iterator[object]:
        yield from whole(code, numbers)
        raise KeyboardInterrupt

    monkeypatch.setattr(streets, "_street_rows", breaking)
    with pytest.raises(KeyboardInterrupt):
        load(tmp_path, "newer.csv", files.STREETS.replace("Amélie", "Émilie"))
    gazetteer = load_gazetteer(tmp_path / "reference")
    assert gazetteer.find_street("01004", ["RUE", "AMELIE"]) is not None


def test_a_table_can_be_unloaded(tmp_path: Path) -> None:
    folder = tmp_path / "reference"
    load(tmp_path, "cedex.csv", files.CEDEX)
    load(tmp_path, "adresses-01.csv", files.STREETS)
    assert unload_reference(folder, "cedex") == 1
    assert unload_reference(folder, "streets") == 1
    assert [path.name for path in folder.iterdir()] == ["catalogue.json"]
    with pytest.raises(InvalidInput):
        unload_reference(folder, "cedex")


def test_a_gzipped_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "adresses-01.csv.gz"
    path.write_bytes(gzip.compress(files.STREETS.encode()))
    table = load_reference(path, tmp_path / "reference", loaded_at=files.LOADED_AT)
    assert (table.kind, table.rows) == ("streets", 5)


def test_a_file_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        load(tmp_path, "cedex.csv", files.CEDEX.splitlines()[0] + "\n")
    assert len(list_references(tmp_path / "reference")) == 3
