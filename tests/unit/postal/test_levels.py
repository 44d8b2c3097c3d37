"""How far an address was checked, once a file of streets is loaded."""

from __future__ import annotations

import pytest

from passerelle.postal import Gazetteer, load_gazetteer, load_reference, standardize_address
from tests.unit.postal.reference import reference_files as files


@pytest.fixture(scope="module")
def gazetteer(tmp_path_factory: pytest.TempPathFactory) -> Gazetteer:
    folder = tmp_path_factory.mktemp("reference")
    path = files.write(folder / "files", "adresses-01.csv", files.STREETS, "utf-8")
    load_reference(path, folder / "loaded", loaded_at=files.LOADED_AT)
    return load_gazetteer(folder / "loaded")


@pytest.mark.parametrize(
    ("line", "level", "reason"),
    [
        ("1 bis avenue du Général de Gaulle", "V3", "number_found"),
        ("1 bis AV GAL DE GAULE", "V3", "number_found"),
        ("999 avenue du Général de Gaulle", "V2", "number_unknown"),
        ("avenue du Général de Gaulle", "V2", "street_found"),
        ("1 rue des Chimères Bleues", "V1", "street_unknown"),
    ],
)
def test_streets_and_numbers_raise_the_level(
    gazetteer: Gazetteer, line: str, level: str, reason: str
) -> None:
    for text in (f"{line}\n01500 Ambérieu-en-Bugey", f"01500 Ambérieu-en-Bugey, {line}"):
        address = standardize_address(text, gazetteer=gazetteer)
        assert (address.level, address.reason, address.insee_code) == (level, reason, "01004")


def test_without_streets_of_its_commune_an_address_stops_at_the_commune(
    gazetteer: Gazetteer,
) -> None:
    for known in (gazetteer, load_gazetteer()):
        address = standardize_address("1 rue de la Paix 75002 Paris", gazetteer=known)
        assert (address.level, address.reason) == ("V1", "street_not_checked")
