"""`./dev bench linkage`: its own driver at work, and what it says of what is absent."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from benchmarks.linkage.bounds import bounds_of_accuracy, bounds_of_speed
from benchmarks.linkage.command import main
from benchmarks.linkage.evaluating import judge_clusters
from benchmarks.linkage.jobs import Job
from benchmarks.linkage.retailer import put_right
from benchmarks.linkage.running import OURS, Ask, run_system
from benchmarks.linkage.sets import LinkSet, shuffled
from benchmarks.linkage.systems.run_passerelle import work

NAMES = ("Anne Petit", "Luc Morel", "Zoé Blanc", "Paul Girard", "Inès Faure", "Hugo Lemaire")


def people(count: int) -> pl.DataFrame:
    """Each of them twice, the second time with one slip in the e-mail."""
    rows = []
    for person in range(count):
        first, last = NAMES[person % len(NAMES)].split()
        whole = {
            "first_name": first,
            "last_name": f"{last}{'aeiou'[person % 5]}{person}",
            "birth_date": f"19{40 + person % 60}-0{1 + person % 9}-1{person % 9}",
            "email": f"{first}.{last}{person}@exemple.fr".lower(),
            "person": person,
        }
        rows += [whole, {**whole, "email": whole["email"].replace("exemple", "exmple")}]
    return pl.DataFrame(rows)


@pytest.fixture
def tiny() -> LinkSet:
    return shuffled("tiny", [people(60)], plan="retailer")


def test_our_driver_finds_persons_in_a_process_of_its_own(tiny: LinkSet, tmp_path: Path) -> None:
    result = run_system(OURS, tiny, Ask(is_warm=False, wants_links=True), tmp_path)

    assert result.figures.refusal == ""
    assert result.clusters is not None
    assert judge_clusters(result.clusters, tiny.persons).f1 == 1.0
    assert result.links is not None
    assert result.links.height == result.figures.candidates
    assert result.figures.peak_bytes > 10_000_000
    assert result.figures.process_seconds > result.figures.seconds > 0


def test_our_driver_blocks_by_the_rules_it_is_given(tiny: LinkSet) -> None:
    job = Job("retailer", tiny.sizes, rules=(("first_name", "last_name"),))

    outcome = work(tiny.records.to_arrow(), job)

    assert outcome.candidates == 60


def test_records_go_to_the_systems_without_the_truth_and_in_another_order() -> None:
    given = people(60)

    tiny = shuffled("tiny", [given])

    assert "person" not in tiny.records.columns
    assert tiny.records["email"].to_list() != given["email"].to_list()
    assert sorted(tiny.persons.tolist()) == sorted(given["person"].rank("dense").to_list())


def test_two_tables_are_shuffled_each_in_its_place() -> None:
    both = shuffled("both", [people(5), people(3)])

    assert both.sizes == (10, 6)
    assert both.persons[10:].max() < 3 or len(set(both.persons.tolist())) == 5


def test_placeholders_are_taken_out_for_all_systems_alike() -> None:
    table = pl.DataFrame(
        {
            "first_name": ["Zoé"] * 40,
            "last_name": ["BLANC"] * 40,
            "birth_date": ["14/03/1969"] * 40,
            "email": ["test@test.fr"] * 40,
            "phone": ["+33 6 00 00 00 01", None] + [f"06{at:08}" for at in range(38)],
            "street": ["24 RUE DES GLYCINES"] * 40,
            "postcode": ["'12290"] * 40,
            "city": ["Le Vibal"] * 40,
        }
    )

    told = put_right(table)

    assert told["email"].null_count() == 40
    assert told["phone"][0] == "600000001"
    assert told.row(0, named=True)["birth_date"] == "1969-03-14"
    assert (told["house_number"][0], told["street"][0]) == ("24", "rue des glycines")


def test_a_set_that_is_asked_for_and_absent_is_an_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("PASSERELLE_SHARED", raising=False)

    status = main(["--sets", "fake_20000", "--records", "none"])

    assert status == 3
    assert (
        "fake_20000.csv is asked for, and PASSERELLE_SHARED is not set." in capsys.readouterr().err
    )


def test_a_set_nobody_knows_is_an_error_that_names_the_sets(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["--sets", "febrl9"]) == 2
    assert "febrl4-one" in capsys.readouterr().err


def test_where_splink_errs_much_four_points_more_are_asked_and_else_no_less() -> None:
    told = bounds_of_accuracy(
        "RLdata10000", "RLdata10000", {"passerelle": 0.96, "Splink": 0.78}, None
    )
    assert [round(bound.limit, 4) for bound in told] == [0.82]
    assert all(bound.is_kept for bound in told)

    told = bounds_of_accuracy("febrl1", "febrl1", {"passerelle": 0.97, "Splink": 0.98}, None)
    assert [bound.is_kept for bound in told] == [False]


def test_a_figure_that_is_not_there_misses_its_bound() -> None:
    assert not any(bound.is_kept for bound in bounds_of_speed("any", 50_000, {}))
