"""The five definitions and what they are made of, counted by hand on a little base."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pyarrow as pa
import pytest

from passerelle.kernel import InvalidInput
from passerelle.measure.match_report import MatchReport, Share
from tests.unit.measure.match_world import (
    MADE_AT,
    crowd,
    day,
    emptied,
    lake_table,
    little_world,
    report_of,
    seen,
    table,
)


@pytest.fixture(scope="module")
def report() -> MatchReport:
    return report_of(little_world())


def test_people_have_a_record_of_ours_and_a_partners_stranger_is_nobody(
    report: MatchReport,
) -> None:
    assert (report.people, report.households) == (6, 5)


def test_claimed_are_those_ever_tied_to_a_device(report: MatchReport) -> None:
    assert report.definition("claimed").share == Share(4, 6)  # Anna, Ben, Chloe, Fay


def test_live_are_those_whose_device_is_within_its_lifetime(report: MatchReport) -> None:
    live = report.definition("live")
    assert live.share == Share(3, 6)  # Ben's Safari forgot him after a week
    assert live.also["of_claimed"] == Share(3, 4)


def test_a_telephone_is_one_device_though_its_app_has_an_id_of_its_own(
    report: MatchReport,
) -> None:
    device = report.definition("device")
    assert device.also["of_devices_ever_bound"] == Share(4, 5)
    assert device.share == Share(4, 6 * 2.5)


def test_a_household_is_live_through_any_member(report: MatchReport) -> None:
    household = report.definition("household")
    assert household.share == Share(3, 5)
    assert household.also["claimed"] == Share(3, 5)


def test_the_gap_parts_everybody_by_what_keeps_them_away(report: MatchReport) -> None:
    assert {row.reason: row.people for row in report.gap} == {
        "seen": 1,  # Anna
        "alive_unseen": 2,  # Chloe, Fay
        "dead": 1,  # Ben
        "bindable": 1,  # Dan, by e-mail
        "unbindable": 1,  # Eve
    }


def test_robots_and_strangers_are_nobodys_visit(report: MatchReport) -> None:
    assert report.definition("reachable").also["realised"] == Share(1, 6)
    # Of ten events before the date one is a robot's, and one a stranger's.
    assert [(row.source, row.events, row.known_events) for row in report.events] == [("web", 9, 8)]


def test_types_of_device_tell_a_partners_cookie_from_ours(report: MatchReport) -> None:
    rows = {row.value: (row.devices, row.live_devices) for row in report.breakdowns["type"]}
    assert rows == {"cookie": (3, 2), "mobile_id": (1, 1), "partner_cookie": (1, 1)}


def test_a_device_counts_under_each_evidence_and_people_alone_under_theirs(
    report: MatchReport,
) -> None:
    rows = {row.value: (row.people, row.only_people) for row in report.breakdowns["evidence"]}
    # Anna's cookie logged in and clicked; Chloe ordered with one device, logged in with another.
    assert rows == {"login": (3, 1), "click": (1, 0), "order": (1, 0), "partner": (1, 1)}


def test_ages_count_from_the_first_sight(report: MatchReport) -> None:
    rows = {row.value: row.devices for row in report.breakdowns["age"]}
    # Days before 1 November: Fay 30, Anna 60, Ben 152, Chloe's telephone 183, her cookie 244.
    assert rows == {"30": 1, "60": 1, "90": 1, "180": 2}


def test_people_are_counted_by_how_many_devices_they_have(report: MatchReport) -> None:
    rows = {row.devices: row.people for row in report.device_counts}
    assert rows == {0: 2, 1: 3, 2: 1}
    chloe = next(row for row in report.device_counts if row.devices == 2)
    assert (chloe.one_live_people, chloe.several_live_people) == (0, 1)


def test_each_file_says_how_many_of_its_people_are_found(report: MatchReport) -> None:
    rows = {row.source: (row.records, row.people, row.bound_people) for row in report.sources}
    assert rows == {"crm": (5, 5, 3), "loyalty": (2, 2, 2)}


def test_receipts_lead_to_people_and_some_of_these_online(report: MatchReport) -> None:
    receipts = report.receipts
    assert receipts is not None
    total = receipts.total
    assert (total.receipts, total.naming_receipts, total.identified_receipts) == (5, 4, 3)
    # The line of the web order counts as last received; what was brought back counts in net only.
    assert (total.sales_cents, total.identified_sales_cents) == (27_00, 18_00)
    assert (total.net_cents, total.identified_net_cents) == (24_00, 15_00)
    assert total.bound_sales_cents == 10_00  # Anna; Dan is not tied to a device yet
    assert [row.label for row in receipts.by_month] == ["2026-09", "2026-10"]
    assert {row.label: row.receipts for row in receipts.by_channel} == {"shop": 4, "web": 1}


def test_what_a_partner_alone_ties_is_said_to_be_out_of_sight(report: MatchReport) -> None:
    cautions = {each.code: each.count for each in report.cautions}
    assert cautions["only_partner_cookies"] == 1
    assert cautions["few_people"] == 6
    assert "no_consent_stated" in cautions


def test_evidence_first_seen_after_the_date_does_not_count() -> None:
    before = report_of(little_world(), as_of=date(2026, 8, 15))
    assert before.definition("claimed").share.part == 2  # Ben and Chloe
    after = report_of(little_world(), as_of=date(2026, 11, 6))
    assert after.definition("claimed").share.part == 5  # Dan logged in


def test_a_record_counts_from_its_own_date_and_always_without_one() -> None:
    assert report_of(little_world(), as_of=date(2021, 1, 1)).people == 3  # Anna, Ben, Eve


def test_the_date_is_the_day_after_the_latest_fact_unless_given() -> None:
    world = little_world()
    assert report_of(world, as_of=None).as_of == date(2026, 11, 6)


def test_a_fact_from_the_future_does_not_make_the_date() -> None:
    world = little_world()
    odd = lake_table("events", [seen(11, "2099-01-01")])
    with_odd = replace(world, events=pa.concat_tables([world.events, odd]))  # type: ignore[list-item]  # a table
    assert report_of(with_odd, as_of=None).as_of == date(2026, 11, 6)


def test_the_forecast_is_what_such_devices_did_in_the_month_before() -> None:
    report = report_of(crowd(people=100, returning=40))
    reach = report.definition("reachable").share
    assert reach.part == pytest.approx(40.0)
    assert reach.low is not None
    assert reach.high is not None
    # Chance alone: 1.96 × √(100 × 0.4 × 0.6) = 9.6. No device stood then where these stand now,
    # so that their cells rest on the weight of ten devices each, which makes it wider.
    assert 10.0 < reach.low < 30.4
    assert 49.6 < reach.high < 70.0
    assert report.definition("reachable").also["realised"] == Share(40, 100)
    assert [(row.devices, row.returned) for row in report.survival] == [(100, 40)]


def test_two_devices_make_one_person_more_likely_to_be_seen() -> None:
    world = crowd(people=100, returning=40)
    moved = world.placements.to_pylist()
    doubled = replace(
        world,  # the second device of person 1 was person 2's
        placements=table(
            "placements",
            [
                (row["identifier_id"], 1 if row["profile_id"] == 2 else row["profile_id"])
                for row in moved
            ],
        ),
    )
    reach = report_of(doubled).definition("reachable").share
    assert reach.whole == 99
    assert reach.part == pytest.approx(98 * 0.4 + (1 - 0.6 * 0.6))


def test_consent_keeps_those_whose_last_word_is_yes() -> None:
    world = crowd(people=10, returning=10)
    yes, no = '{"categoryPreferences":{"advertising":true}}', '{"advertising":false}'
    said = lake_table(
        "events",
        [
            seen(1001, "10-16", consent=no),
            seen(1001, "10-17", consent=yes),
            seen(1002, "10-16", consent=yes),
            seen(1002, "10-17", consent=no),
        ],
    )
    told = report_of(replace(world, events=pa.concat_tables([world.events, said])))  # type: ignore[list-item]  # a table
    also = told.definition("reachable").also
    assert also["with_consent_realised"] == Share(1, 10)
    assert told.definition("live").also["with_consent"] == Share(1, 10)
    assert {row.value: row.devices for row in told.breakdowns["consent"]} == {
        "granted": 1,
        "denied": 1,
        "unstated": 8,
    }


def test_lifetimes_can_be_changed_for_a_site_whose_server_sets_the_cookie() -> None:
    world = little_world()
    longer = tuple(
        replace(each, days_unseen=395) if each.browser == "ios_safari" else each
        for each in world.lifetimes
    )
    report = report_of(replace(world, lifetimes=longer))
    assert report.definition("live").share.part == 4


def test_a_device_lives_until_the_last_day_of_its_lifetime() -> None:
    world = crowd(people=1, returning=0)
    seen_on = date(2026, 9, 25)
    alive = report_of(world, as_of=seen_on + timedelta(days=395 - 116))
    assert alive.definition("live").share.part == 1
    dead = report_of(world, as_of=date(2026, 6, 1) + timedelta(days=396))
    assert dead.definition("live").share.part == 0  # thirteen months after its first sight


def test_amounts_in_another_currency_are_left_out_and_said() -> None:
    world = little_world()
    rows = world.receipts.to_pylist()  # type: ignore[union-attr]  # a table
    rows.append(rows[1] | {"receipt_id": "r9", "line_id": 9, "currency": "CHF"})
    report = report_of(replace(world, receipts=lake_table("receipts", rows)))
    assert report.receipts is not None
    assert report.receipts.currency == "EUR"
    assert report.receipts.total.receipts == 5
    assert ("other_currencies", 1) in [(each.code, each.count) for each in report.cautions]


def test_an_empty_base_has_a_report_too() -> None:
    report = report_of(emptied(little_world()), as_of=None)
    assert report.people == 0
    assert report.as_of == MADE_AT.date()
    assert report.definition("claimed").share.ratio is None
    assert report.cautions[0].code == "no_people"


def test_nobody_uses_no_device_at_all() -> None:
    with pytest.raises(InvalidInput):
        report_of(little_world(), devices_per_person=0.0)


def test_events_that_end_long_before_the_date_are_said() -> None:
    report = report_of(little_world(), as_of=(day("11-05") + timedelta(days=30)).date())
    assert ("events_end_early", 29) in [(each.code, each.count) for each in report.cautions]
