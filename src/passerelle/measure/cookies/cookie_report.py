"""How many bindings live, with what probability, whom to bind again, and what that would bring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Any

import numpy as np
import pyarrow as pa

from passerelle.measure.cookies.device_lives import DeviceLives, LearnedCurve, OutlivedRule

AGES = (7, 30, 90, 180, 365)
"""Days at which the report tells a curve."""
STANDINGS = ("firm", "doubtful", "lost", "never")

ASSUMED_CLICKS = 0.03
"""Share of people who follow a link of a mail within 90 days, where nobody has yet.

An assumption: mailings have 1 to 3 clicks in a hundred mails, and 90 days see several.
"""
ASSUMED_RETURNS = 0.05
"""Share of lost people who sign in again by themselves within 90 days, where none was seen to."""
PROMPT_FACTOR = 1.0
"""A prompt to sign in is assumed to bring as many again as come by themselves."""

_NORMAL_95 = 1.96  # half-width of a 95 % interval of a normal distribution, in deviations


@dataclass(frozen=True)
class CurvePoint:
    """The share of devices that live longer than an age, in days, with its 95 % interval."""

    age: int
    share: float
    low: float
    high: float


@dataclass(frozen=True)
class CurveRow:
    """What was learned of devices of one kind in one browser.

    alive: expected number, with a 95 % interval. median_life: days; at most the longest life that
    the rules give. learned_from: devices that the curve was fitted on.
    """

    kind: str
    browser: str
    devices: int
    alive: float
    low: float
    high: float
    median_life: float
    learned_from: int
    points: tuple[CurvePoint, ...]


@dataclass(frozen=True)
class StandingRow:
    """People by how surely a device of theirs lives: firm, doubtful, lost, never bound.

    alive: expected number of them with a live device; alive_30: still in 30 days.
    """

    standing: str
    people: int
    alive: float
    alive_30: float
    with_email: int


@dataclass(frozen=True)
class RebindingAction:
    """What one action would bring back, and on what assumptions.

    people: to whom it is done. rate: share of them whom it binds within 90 days. basis: `observed`
    in the last 90 days, or `assumed`. expected: people found again who would not be otherwise.
    """

    action: str
    people: int
    rate: float
    basis: str
    expected: float
    low: float
    high: float


@dataclass(frozen=True)
class CookieReport:
    """How many bindings live. alive, low, high: expected people with a live device of our own."""

    people: int
    alive: float
    low: float
    high: float
    curves: tuple[CurveRow, ...]
    standings: tuple[StandingRow, ...]
    actions: tuple[RebindingAction, ...]
    outlived: tuple[OutlivedRule, ...]


def build_cookie_report(
    lives: DeviceLives, people_alive: pa.Table, rebinding: pa.Table
) -> CookieReport:
    """The report from the tables of the same names."""
    rows = {row["standing"]: row for row in people_alive.to_pylist()}
    alive = sum(row["alive"] for row in rows.values())
    margin = _NORMAL_95 * sqrt(
        sum(row["spread"] for row in rows.values()) + (alive * _fit_error(lives.curves)) ** 2
    )
    people = sum(row["people"] for row in rows.values())
    return CookieReport(
        people=people,
        alive=alive,
        low=max(alive - margin, 0.0),
        high=min(alive + margin, float(people)),
        curves=tuple(_curve_row(each) for each in lives.curves),
        standings=tuple(_standing_row(rows[name]) for name in STANDINGS if name in rows),
        actions=_actions(rows, rebinding.to_pylist()[0]),
        outlived=lives.outlived,
    )


def _fit_error(curves: tuple[LearnedCurve, ...]) -> float:
    """Relative standard error of the devices alive, which that of people follows."""
    alive = sum(each.alive for each in curves)
    variance = sum(((each.high - each.low) / (2 * _NORMAL_95)) ** 2 for each in curves)
    return sqrt(variance) / alive if alive else 0.0


def _curve_row(each: LearnedCurve) -> CurveRow:
    ages = [age for age in AGES if age < each.longest]
    shares = each.curve.survival(np.array(ages, dtype=np.float64))
    return CurveRow(
        kind=each.kind,
        browser=each.browser,
        devices=each.devices,
        alive=each.alive,
        low=each.low,
        high=each.high,
        median_life=each.curve.median_life(each.longest),
        learned_from=each.curve.cookies,
        points=tuple(
            CurvePoint(age, float(share), *each.curve.interval(float(age)))
            for age, share in zip(ages, shares, strict=True)
        ),
    )


def _standing_row(row: Mapping[str, Any]) -> StandingRow:
    return StandingRow(
        row["standing"], row["people"], row["alive"], row["alive_30"], row["with_email"]
    )


def _actions(rows: Mapping[str, Any], seen: Mapping[str, int]) -> tuple[RebindingAction, ...]:
    """A mail with a link to all who are not firm, and a prompt to those who were lost."""
    away = [rows[name] for name in ("doubtful", "lost", "never") if name in rows]
    bound = [row for row in away if row["standing"] != "never"]
    mailed = _action(
        "mail_link",
        people=sum(row["with_email"] for row in away),
        away=sum(row["away_with_email"] for row in away),
        observed=(seen["clicked"], seen["mailed"]),
        assumed=ASSUMED_CLICKS,
    )
    prompted = _action(
        "login_prompt",
        people=sum(row["people"] for row in bound),
        away=sum(row["people"] - row["alive"] for row in bound) * PROMPT_FACTOR,
        observed=(seen["returned"], seen["gone"]),
        assumed=ASSUMED_RETURNS,
    )
    return mailed, prompted


def _action(
    action: str, *, people: int, away: float, observed: tuple[int, int], assumed: float
) -> RebindingAction:
    came, of = observed
    if not came:
        rate, low, high, basis = assumed, 0.0, 2 * assumed, "assumed"
    else:
        rate, basis = came / of, "observed"
        low, high = _wilson(came, of)
    return RebindingAction(action, people, rate, basis, away * rate, away * low, away * high)


def _wilson(part: int, whole: int) -> tuple[float, float]:
    """95 % interval of a share. Source: Wilson (1927), JASA 22(158), formula for a proportion."""
    square = _NORMAL_95**2
    middle = (part + square / 2) / (whole + square)
    share = part / whole
    margin = (
        _NORMAL_95
        * sqrt(share * (1 - share) / whole + square / (4 * whole**2))
        / (1 + square / whole)
    )
    return max(middle - margin, 0.0), min(middle + margin, 1.0)
