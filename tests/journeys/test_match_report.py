"""A person asks how much of the base can be found online, and reads the answer."""

from __future__ import annotations

from pathlib import Path

import pytest

from passerelle.simulate import RetailerSpec, simulate_retailer
from tests.journeys.command import passerelle


@pytest.fixture(scope="module")
def retailer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of an invented retailer of 300 customers, with the truth beside."""
    folder = tmp_path_factory.mktemp("retailer") / "files"
    simulate_retailer(RetailerSpec(customers=300, seed=7), folder)
    return folder


@pytest.fixture(scope="module")
def base(retailer: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the retailer's files imported and resolved."""
    home = tmp_path_factory.mktemp("home") / "base"
    for source, file, kind in (
        ("crm", "crm_customers.csv", "crm"),
        ("loyalty", "loyalty_members.csv", "loyalty"),
        ("webshop", "webshop_customers.csv", "webshop"),
        ("partner", "partner.csv", "partner"),
    ):
        told = passerelle(
            home, "records", "import", retailer / file, "--source", source, "--kind", kind
        )
        assert told.status == 0, told.err
    for noun, file in (("receipts", "receipts.parquet"), ("events", "events.jsonl")):
        told = passerelle(home, noun, "import", retailer / file, "--source", noun)
        assert told.status == 0, told.err
    assert passerelle(home, "profiles", "resolve").status == 0
    return home


def test_an_empty_base_says_what_to_do_next(tmp_path: Path) -> None:
    told = passerelle(tmp_path / "home", "match", "report")
    assert told.status == 0
    assert "There is nobody in the base yet." in told.out
    assert "passerelle records import" in told.out


def test_the_five_definitions_are_on_the_first_screen(base: Path) -> None:
    told = passerelle(base, "match", "report")
    assert told.status == 0
    screen = "\n".join(told.out.splitlines()[:24])
    for title in ("Claimed", "Live individual", "Devices", "Households", "Reachable in 30 days"):
        assert title in screen


def test_numbers_for_programs_agree_with_each_other(base: Path) -> None:
    report = passerelle(base, "match", "report", "--json").json
    assert report["format"] == "passerelle-match-report-1"
    assert report["as_of"] == "2026-11-01"
    assert sum(row["people"] for row in report["gap"]) == report["people"]
    assert sum(row["people"] for row in report["device_counts"]) == report["people"]
    shares = {each["name"]: each["share"] for each in report["definitions"]}
    assert shares["claimed"]["part"] >= shares["live"]["part"] > 0
    assert shares["live"]["part"] >= shares["reachable"]["part"]
    months = report["receipts"]["by_month"]
    total = report["receipts"]["total"]
    assert sum(row["sales_cents"] for row in months) == total["sales_cents"]
    assert total["sales_cents"] > total["identified_sales_cents"] > total["bound_sales_cents"] > 0


def test_the_page_is_written_beside_and_said_where(base: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    told = passerelle(base, "match", "report", "--html", page)
    assert str(page) in told.err
    assert "</html>" in page.read_text(encoding="utf-8")


def test_a_page_that_cannot_be_written_is_said_plainly(base: Path, tmp_path: Path) -> None:
    told = passerelle(base, "match", "report", "--html", tmp_path / "none" / "report.html")
    assert told.status == 2
    assert "cannot be written" in told.err


def test_an_earlier_date_knows_less(base: Path) -> None:
    now = passerelle(base, "match", "report", "--json").json
    then = passerelle(base, "match", "report", "--json", "--as-of", "2026-05-01").json
    claimed = [report["definitions"][0]["share"]["part"] for report in (then, now)]
    assert claimed[0] < claimed[1]


def test_the_truth_says_how_good_the_report_is(base: Path, retailer: Path) -> None:
    told = passerelle(base, "match", "report", "--json", "--truth", retailer / "truth")
    truth = told.json["truth"]
    pairs = truth["pairs"][0]
    assert pairs["right_pairs"] / pairs["found_pairs"] > 0.99
    assert pairs["right_pairs"] / pairs["true_pairs"] > 0.75
    cookies = next(each for each in truth["devices"] if each["kind"] == "cookie")
    assert cookies["right_devices"] / cookies["devices"] > 0.95
    assert truth["reach"]["calibration_error"] < 0.1


def test_a_folder_without_truth_is_named(base: Path, tmp_path: Path) -> None:
    told = passerelle(base, "match", "report", "--truth", tmp_path)
    assert told.status == 2
    assert "does not hold the truth" in told.err


def test_two_files_of_hashed_values_are_matched(base: Path, retailer: Path, tmp_path: Path) -> None:
    sightings = tmp_path / "sightings.csv"
    rows = (retailer / "partner.csv").read_text(encoding="utf-8").splitlines()
    separator = ";" if ";" in rows[0] else ","
    cells = [row.split(separator) for row in rows[1:]]
    lines = ["email_sha256,cookie,seen_at", *(f"{cell[0]},{cell[1]},2026-10-01" for cell in cells)]
    sightings.write_text("\n".join(lines) + "\n", encoding="utf-8")
    emails = tmp_path / "emails.csv"
    emails.write_text(f"email_sha256\n{cells[0][0]}\n{'0' * 64}\n", encoding="utf-8")
    out = tmp_path / "matches.csv"
    told = passerelle(base, "match", "files", emails, sightings, "--out", out, "--json")
    assert told.json["left_values"] == 2
    assert told.json["matched_values"] == 1
    assert len(out.read_text(encoding="utf-8").splitlines()) == 1 + told.json["pairs"]
