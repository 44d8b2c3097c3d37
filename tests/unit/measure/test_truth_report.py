"""The report beside the truth of an invented retailer."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from passerelle.kernel import InvalidInput
from passerelle.measure import TruthInputs, read_truth
from passerelle.measure.match_report import MatchReport
from passerelle.measure.truth_report import PairCounts
from passerelle.store import Store
from tests.unit.measure.match_world import day, little_world, report_of

BOB, ZOE = 2, 9  # Ben's profile holds a record of each


def truth_of(store_rows: dict[str, pa.Table] | None = None) -> TruthInputs:
    """Who is who: persons 1 to 7 are Anna to Fay; Ben's second record is Zoe's."""
    world = little_world()
    persons = [1, BOB, 3, 4, 5, 7, ZOE]
    keys = [("crm", "a", 1, 1), ("crm", "b", 2, BOB), ("loyalty", "c", 3, ZOE),
            ("loyalty", "d", 4, 3), ("crm", "e", 5, 1)]  # fmt: skip
    claimed = {1: (True, True, True), BOB: (True, False, False), 3: (True, True, False)}
    lives: list[tuple[str, int | None, datetime]] = [
        ("AA-11", 1, day("12-01")),
        ("bb-12", BOB, day("08-02")),
        ("cc-13", 4, day("09-01")),  # not Chloe's
    ]
    return TruthInputs(
        true_people=pa.table({"person_id": persons, "household_id": [9, 9, 8, 7, 6, 5, 9]}),
        true_records=pa.table(
            {
                "source": [each[0] for each in keys],
                "record_key": [each[1] for each in keys],
                "person_id": [each[3] for each in keys],
            }
        ),
        true_cookies=pa.table(
            {
                "cookie": [each[0] for each in lives],
                "person_id": pa.array([each[1] for each in lives], pa.int64()),
                "died_at": pa.array([each[2] for each in lives], pa.timestamp("us", tz="UTC")),
            }
        ),
        true_devices=pa.table({"device_id": list(range(10))}),
        true_reach=pa.table(
            {
                "person_id": persons,
                "claimed": [claimed.get(each, (False,))[0] for each in persons],
                "alive": [claimed.get(each, (False, False))[1] for each in persons],
                "seen_on_bound_cookie": [
                    claimed.get(each, (False, False, False))[2] for each in persons
                ],
                "seen": [each in claimed for each in persons],
            }
        ),
        held_records=pa.table(
            {
                "record_id": [each[2] for each in keys],
                "source": [each[0] for each in keys],
                "record_key": [each[1] for each in keys],
            }
        ),
        held_devices=pa.table(
            {"identifier_id": [11, 12, 13], "value": ["aa-11", "bb-12", "cc-13"]}
        ),
        placements=world.placements,
        households=world.households,
        addressed=world.households.slice(0, 3),
    )


@pytest.fixture(scope="module")
def report() -> MatchReport:
    return report_of(little_world(), truth=truth_of())


def test_pairs_of_records_are_judged_by_who_is_behind_them(report: MatchReport) -> None:
    assert report.truth is not None
    # Anna's two records were not put together; Ben's and Zoe's were, wrongly.
    together, *by_sources = report.truth.pairs
    assert together == PairCounts("all", true_pairs=1, found_pairs=1, right_pairs=0)
    assert (together.precision, together.recall) == (0.0, 0.0)
    assert PairCounts("crm – crm", 1, 0, 0) in by_sources
    assert PairCounts("crm – loyalty", 0, 1, 0) in by_sources


def test_a_device_is_right_if_its_owner_has_a_record_in_the_profile(report: MatchReport) -> None:
    assert report.truth is not None
    (cookies,) = report.truth.devices
    assert (cookies.devices, cookies.right_devices) == (3, 2)
    # Alive by rule: Anna's and Chloe's; in truth only Anna's.
    assert (cookies.alive_devices, cookies.truly_alive_devices) == (2, 1)
    assert cookies.rightly_alive_devices == 1


def test_true_rates_stand_beside_those_of_the_sites_own_cookies(report: MatchReport) -> None:
    assert report.truth is not None
    rates = {each.definition: (each.reported, each.true) for each in report.truth.rates}
    assert rates["claimed"] == (pytest.approx(3 / 6), pytest.approx(3 / 7))
    assert rates["live"] == (pytest.approx(2 / 6), pytest.approx(2 / 7))
    assert rates["device"] == (pytest.approx(2 / 15), pytest.approx(1 / 10))


def test_households_are_judged_by_pairs_of_profiles(report: MatchReport) -> None:
    assert report.truth is not None
    # Anna and Ben live together, and Dan's profile holds a record of Anna's.
    found = report.truth.households
    assert (found.true_pairs, found.found_pairs, found.right_pairs) == (3, 1, 1)


def test_the_forecast_is_judged_by_who_came(report: MatchReport) -> None:
    assert report.truth is not None
    reach = report.truth.reach
    assert reach.people == 4
    # Anna came, and so did the profile that holds her other record.
    assert reach.came_back == 2.0
    assert 0.0 <= reach.brier <= 1.0


def test_a_folder_without_truth_is_refused(sqlite_store: Store, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="does not hold the truth"):
        read_truth(tmp_path, sqlite_store)
    pq.write_table(pa.table({"person_id": [1]}), tmp_path / "people.parquet")
    with pytest.raises(InvalidInput):
        read_truth(tmp_path, sqlite_store)
