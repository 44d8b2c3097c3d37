"""The report on cookies: who is lost, and what would bring them, with its assumptions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from passerelle.measure.cookies.cookie_report import ASSUMED_CLICKS, build_cookie_report
from passerelle.measure.cookies.device_lives import DeviceLives, learn_device_lives

UNTIL = datetime(2026, 11, 1, tzinfo=UTC)
RULES = pa.table(
    {
        "kind": ["cookie", "cookie", "partner_cookie"],
        "browser": ["chromium", "ios_safari", "unknown"],
        "days_unseen": [395, 7, 90],
        "days_old": [395, 395, 395],
    }
)


def devices(count: int, **more: Any) -> pa.Table:
    """Cookies first seen 100 days ago and last seen 10 days ago."""
    first, last = UNTIL - timedelta(days=100), UNTIL - timedelta(days=10)
    rows: dict[str, Any] = {
        "device_id": np.arange(count),
        "profile_id": np.arange(count),
        "kind": ["cookie"] * count,
        "browser": ["chromium"] * count,
        "bound_at": [first] * count,
        "first_seen_at": [first] * count,
        "last_seen_at": [last] * count,
        "days_old": [100] * count,
        "days_unseen": [10] * count,
        "is_alive": [1] * count,
    }
    return pa.table(rows | more)


def visits(count: int, *, days: int = 20, longest: int = 9) -> pa.Table:
    return pa.table(
        {
            "device_id": np.arange(count),
            "visits": [days] * count,
            "longest_absence": [longest] * count,
        }
    )


def learn(held: pa.Table, seen: pa.Table) -> DeviceLives:
    return learn_device_lives(held, seen, RULES, until=UNTIL)


def probabilities(made: DeviceLives) -> list[float | None]:
    found: list[float | None] = made.table["probability"].to_pylist()
    return found


def test_of_too_few_devices_the_rule_of_life_is_all_that_is_known() -> None:
    made = learn(devices(3, is_alive=[1, 0, 1]), visits(3))

    assert probabilities(made) == [1.0, 0.0, 1.0]
    assert made.curves == ()


def test_nothing_is_known_of_a_partners_cookies() -> None:
    made = learn(devices(60, kind=["partner_cookie"] * 60, browser=["unknown"] * 60), visits(0))

    assert set(probabilities(made)) == {None}


def test_no_cookie_outlives_what_the_law_gives_it() -> None:
    old = devices(60, days_old=[100] * 59 + [395])

    alive = probabilities(learn(old, visits(60)))

    assert alive[-1] == 0
    assert all(each is not None and each > 0.5 for each in alive[:-1])


def test_a_rule_for_days_unseen_holds_until_devices_outlive_it() -> None:
    safari = devices(60, browser=["ios_safari"] * 60)

    obeyed, outlived = learn(safari, visits(60, longest=5)), learn(safari, visits(60, longest=9))

    assert set(probabilities(obeyed)) == {0.0}
    assert obeyed.outlived == ()
    assert all(each is not None and each > 0.5 for each in probabilities(outlived))
    assert [(each.browser, each.outlived) for each in outlived.outlived] == [("ios_safari", 60)]


def standing(name: str, people: int, alive: float, away_with_email: float) -> dict[str, Any]:
    return {
        "standing": name, "people": people, "devices": people, "alive": alive, "alive_30": alive,
        "spread": 0.0, "with_email": people, "away_with_email": away_with_email,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("clicked", "basis", "rate"), [(50, "observed", 0.05), (0, "assumed", ASSUMED_CLICKS)]
)
def test_what_a_mail_would_bring_is_counted_on_those_who_are_away(
    clicked: int, basis: str, rate: float
) -> None:
    people = pa.Table.from_pylist(
        [standing("firm", 500, 480.0, 20.0), standing("lost", 200, 10.0, 190.0)]
    )
    seen = pa.Table.from_pylist([{"mailed": 1000, "clicked": clicked, "gone": 100, "returned": 10}])

    report = build_cookie_report(learn(devices(3), visits(3)), people, seen)

    mail, prompt = report.actions
    assert (mail.people, mail.basis, mail.rate) == (200, basis, rate)
    assert mail.expected == pytest.approx(190 * rate)
    assert mail.low < mail.expected < mail.high
    assert prompt.expected == pytest.approx(190 * 0.1)
    assert (report.alive, report.people) == (490.0, 700)
    assert report.low <= report.alive <= report.high
