"""What a quality report says of postal addresses, in one line or spread over columns."""

from __future__ import annotations

from pathlib import Path

import pytest

from passerelle.measure import QualityReport
from passerelle.measure.quality import building
from tests.unit.measure.quality.quality_world import report_on, write_csv

HEADER = ["Nom", "Prénom", "Adresse", "CP", "Ville"]


def levels_of(report: QualityReport) -> dict[tuple[str, str], int]:
    return {(each.level, each.reason): each.rows for each in report.addresses.levels}


def address_gains_of(report: QualityReport) -> dict[str, int]:
    return {each.code: each.rows for each in report.addresses.gains}


def by_post(report: QualityReport) -> int:
    return next(each.now for each in report.reach if each.channel == "post")


def test_each_address_has_its_level_and_reason(tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "clients.csv",
        HEADER,
        ["Durand", "Marie", "12 rue Pasteur", "94700", "Maisons-Alfort"],
        ["Petit", "Anne", "3 place Bellecour", "", "Lyon"],
        ["Blanc", "Eva", "5 rue de la Paix", "75002", "Pariss"],
        ["Leroy", "Max", "xx yy", "", ""],
        ["Roux", "Zoé", "", "", ""],
    )
    report = report_on(file)
    assert levels_of(report) == {
        ("V0", "town_unknown"): 1,
        ("V1", "street_not_checked"): 1,
        ("V1", "town_without_postcode"): 1,
        ("V1", "town_corrected"): 1,
    }
    assert (report.addresses.rows, report.addresses.judged) == (4, 4)
    unknown = report.addresses.levels[0].examples[0]
    assert (unknown.row, unknown.masked) == (5, "xx xx")
    assert address_gains_of(report) == {"postcode_filled": 1, "city_corrected": 1}


def test_an_address_in_one_line_is_read_and_reached_by_post(tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "clients.csv",
        ["Nom", "Prénom", "Adresse"],
        ["Roux", "Zoé", "5 rue du Moulin, 35000 Rennes"],
        ["Roux", "Luc", "5 rue du Moulin"],
    )
    report = report_on(file)
    assert address_gains_of(report) == {"parts_read": 1}
    assert by_post(report) == 1


def test_one_customer_under_two_spellings_of_an_address_is_found(tmp_path: Path) -> None:
    file = write_csv(
        tmp_path / "clients.csv",
        HEADER,
        ["Durand", "Marie", "12 bis av. Philippe de Girard", "75010", "Paris"],
        ["DURAND", "MARIE", "12B AVENUE PHILIPE GIRARD", "75010", "PARIS"],
        ["Durand", "Paul", "12 bis av. Philippe de Girard", "75010", "Paris"],
    )
    report = report_on(file)
    assert report.customers.customers == 3
    assert address_gains_of(report) == {"duplicate": 1}


def test_a_postcode_that_lost_its_zero_is_whole_again_before_it_is_checked(
    tmp_path: Path,
) -> None:
    home = ["8 rue Pasteur", "1000", "Bourg-en-Bresse"]
    report = report_on(write_csv(tmp_path / "clients.csv", HEADER, ["Petit", "Anne", *home]))
    assert levels_of(report) == {("V1", "street_not_checked"): 1}


def test_a_large_file_is_judged_by_people_drawn_evenly(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "MOST_JUDGED", 100)
    home = ["12 rue Pasteur", "94700", "Maisons-Alfort"]
    rows = [
        [f"Dur{letters}and", "Marie", *(home if again else ["12 r. Pasteur", *home[1:]])]
        for letters in (f"{chr(97 + n % 26)}{chr(97 + n // 26)}" for n in range(400))
        for again in (False, True)
    ]
    report = report_on(write_csv(tmp_path / "clients.csv", HEADER, *rows))
    judged = report.addresses.judged
    assert report.addresses.rows == 800
    assert 20 <= judged <= 100
    assert judged % 2 == 0
    assert levels_of(report) == {("V1", "street_not_checked"): judged}
    assert report_on(tmp_path / "clients.csv").addresses == report.addresses


def test_no_address_no_section(tmp_path: Path) -> None:
    report = report_on(write_csv(tmp_path / "clients.csv", ["Nom", "Email"], ["Durand", "a@b.fr"]))
    assert report.addresses.rows == 0
    assert report.addresses.levels == ()
