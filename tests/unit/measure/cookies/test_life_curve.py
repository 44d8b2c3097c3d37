"""The curve of lives whose deaths hide: beside curves whose deaths were seen, and beside truth."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pytest
from scipy.stats import CensoredData, ecdf

from passerelle.measure.cookies.life_curve import EDGES, CookieLives, LifeCurve, fit_life_curve

Floats = npt.NDArray[np.float64]


def seen(age: Floats, life: Floats, rate: Floats, rng: np.random.Generator) -> CookieLives:
    """Cookies first seen `age` days ago that live so long and are seen at such rates."""
    until = np.minimum(age, life)
    visits = rng.poisson(rate * until)
    last = np.where(visits > 0, until * rng.random(len(age)) ** (1 / np.maximum(visits, 1)), 0.0)
    return CookieLives(np.zeros(len(age)), last, age, visits.astype(np.float64))


@pytest.fixture(scope="module")
def daily() -> tuple[CookieLives, Floats, Floats]:
    rng = np.random.default_rng(5)
    age = rng.uniform(0, 300, 1500)
    life = rng.exponential(np.where(rng.random(1500) < 0.3, 20.0, 300.0))
    return seen(age, life, np.full(1500, 1.0), rng), age, life


@pytest.fixture(scope="module")
def curve(daily: tuple[CookieLives, Floats, Floats]) -> LifeCurve:
    return fit_life_curve(daily[0])


def test_of_cookies_seen_daily_the_curve_is_kaplan_and_meiers(
    daily: tuple[CookieLives, Floats, Floats], curve: LifeCurve
) -> None:
    _, age, life = daily
    dead = life < age
    known = ecdf(CensoredData(life[dead], right=age[~dead])).sf

    ages = np.array([3.0, 14.0, 30.0, 90.0, 180.0, 250.0])

    assert curve.survival(ages) == pytest.approx(known.evaluate(ages), abs=0.03)


def test_probabilities_of_being_alive_hold_for_cookies_seen_rarely() -> None:
    rng = np.random.default_rng(6)
    age = rng.uniform(0, 300, 3000)
    life = rng.exponential(np.where(rng.random(3000) < 0.3, 20.0, 300.0))
    lives = seen(age, life, rng.gamma(0.8, 1 / 25, 3000), rng)

    alive = fit_life_curve(lives.taken(slice(0, 1500))).alive(lives)

    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        some = (alive >= low) & (alive < low + 0.2)
        assert alive[some].mean() == pytest.approx((life > age)[some].mean(), abs=0.08)


def test_the_interval_of_the_curve_holds_the_truth() -> None:
    rng = np.random.default_rng(8)
    age = rng.uniform(0, 300, 1000)
    lives = seen(age, rng.exponential(120.0, 1000), np.full(1000, 0.2), rng)

    low, high = fit_life_curve(lives).interval(90.0)

    assert low < np.exp(-90 / 120) < high
    assert high - low < 0.2


def test_a_cookie_that_was_bound_late_is_not_taken_for_long_lived() -> None:
    rng = np.random.default_rng(9)
    life = rng.exponential(60.0, 20_000)
    late = life > 90  # only those could be bound at 90 days
    count = int(late.sum())
    age, rest = np.full(count, 200.0), np.minimum(life[late], 200.0)
    visits = rng.poisson(0.5 * (rest - 90))
    last = 90 + np.where(
        visits > 0, (rest - 90) * rng.random(count) ** (1 / np.maximum(visits, 1)), 0.0
    )
    bound = CookieLives(np.full(count, 90.0), last, age, visits.astype(np.float64))

    hazard = fit_life_curve(bound.taken(slice(0, 1500))).hazard

    assert hazard[EDGES == 90.0] == pytest.approx(1 / 60, rel=0.25)


def test_a_cookie_just_seen_lives_and_one_long_silent_hardly(curve: LifeCurve) -> None:
    lives = CookieLives(
        bound=np.zeros(3),
        last=np.array([100.0, 100.0, 100.0]),
        now=np.array([100.0, 110.0, 160.0]),
        visits=np.array([90.0, 90.0, 90.0]),
    )

    alive = curve.alive(lives)

    assert alive[0] == pytest.approx(1.0)
    assert alive[0] > alive[1] > alive[2]
    assert alive[2] < 0.01


def test_days_to_come_end_where_the_rule_ends_the_life(curve: LifeCurve) -> None:
    days = curve.remaining(np.array([0.0, 390.0, 395.0]), np.full(3, 395.0))

    by_hand = np.trapezoid(curve.survival(np.linspace(0, 395, 40_000)), dx=395 / 39_999)
    assert days[0] == pytest.approx(by_hand, rel=1e-3)
    assert 0 < days[1] <= 5
    assert days[2] == 0


def test_the_median_life_is_where_half_are_dead_or_the_longest(curve: LifeCurve) -> None:
    median = curve.median_life(395.0)

    assert curve.survival(np.array([median]))[0] <= 0.5 < curve.survival(np.array([median - 1]))[0]
    assert curve.median_life(5.0) == 5.0
