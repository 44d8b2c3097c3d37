"""How long cookies live, learned from when they were seen: a survival curve whose deaths hide.

Nobody sees a cookie die: it is just not seen again, as is one whose owner has no time. Kaplan and
Meier's curve needs the deaths; here each cookie has a rate of visits, and the deaths are expected
from it: a cookie seen weekly that was away for months is dead, one seen twice a year may live.

Model, in days of age since the first sight: a cookie dies with a hazard that is constant within
each interval of age, and is seen on days that follow a Poisson process while it lives. Rates
differ from cookie to cookie: a share of them has each rate of a grid. Hazards and shares are
those of the greatest likelihood, with neighbouring hazards drawn together where little is known.
A cookie counts from the day it was bound: that it lived until then is why it is known at all.

When every cookie is seen daily the deaths are plain, and the curve is that of Kaplan and Meier.

Source: Turnbull (1976), "The Empirical Distribution Function with Arbitrarily Grouped, Censored
and Truncated Data", JRSS B 38(3), for the expected deaths; Schmittlein, Morrison, Colombo (1987),
"Counting Your Customers", Management Science 33(1), for visits that hide a death; Louis (1982),
"Finding the Observed Information Matrix when Using the EM Algorithm", JRSS B 44(2), for gradients.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize
from scipy.special import logsumexp, softmax

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

EDGES = np.array([0.0, 1.0, 3.0, 7.0, 14.0, 30.0, 60.0, 90.0, 180.0, 400.0])
"""Where the intervals of age begin, in days; the last one has no end."""
RATES = np.geomspace(1 / 3650, 1.0, 10)
"""Visits a day that a cookie may have: from one in ten years, which is none, to daily."""

_ENDS = np.append(EDGES[1:], np.inf)
_SMOOTHING = 0.1  # variance of the step between neighbouring logarithms of hazards
_DIFFERENCES = np.diff(np.eye(len(EDGES)), axis=0)
_ROUGHNESS = _DIFFERENCES.T @ _DIFFERENCES / _SMOOTHING
_HAZARD_BOUNDS = (np.log(1e-6), np.log(5.0))  # a day: from a life of millennia to one of hours
_SHARE_BOUNDS = (-12.0, 12.0)  # logarithms; a share of nothing has no logarithm
_MOST_STEPS = 200
_LEAST_GAIN = 2e-9  # of the log-likelihood, relative: its top is flat, where deaths hide well
_FIRST_HAZARD = 1 / 200  # a day; where the search begins
_CHUNK = 20_000  # cookies looked at together, to bound the memory
_NORMAL_95 = 1.96  # half-width of a 95 % interval of a normal distribution, in deviations


@dataclass(frozen=True)
class CookieLives:
    """What was seen of cookies; one entry each, ages in days since the first sight.

    bound: age when it was first bound. last: age when last seen. now: age today, or when its life
    ends by rule if that is sooner. visits: days on which it was seen after it was bound.
    """

    bound: Floats
    last: Floats
    now: Floats
    visits: Floats

    def __len__(self) -> int:
        return len(self.last)

    def taken(self, rows: Ints | slice) -> CookieLives:
        """Some of them."""
        return CookieLives(self.bound[rows], self.last[rows], self.now[rows], self.visits[rows])


@dataclass(frozen=True)
class LifeCurve:
    """The life of cookies of one kind.

    hazard: of dying, a day, in each interval of `EDGES`. rate_shares: of cookies with each of
    `RATES`. covariance: of the hazards' logarithms. cookies: that it was learned from.
    """

    hazard: Floats
    rate_shares: Floats
    covariance: Floats
    cookies: int

    def survival(self, age: Floats) -> Floats:
        """Share of cookies that live longer than each age, in days."""
        kept: Floats = np.exp(-self._cumulated(age))
        return kept

    def interval(self, age: float) -> tuple[float, float]:
        """95 % interval of the survival at an age: by the error of the logarithm of its hazard."""
        parts = self.hazard * _spent(np.zeros(1), np.array([age]))[0]
        whole = parts.sum()
        if whole <= 0:
            return 1.0, 1.0
        spread = _NORMAL_95 * float(np.sqrt(parts @ self.covariance @ parts)) / whole
        return float(np.exp(-whole * np.exp(spread))), float(np.exp(-whole * np.exp(-spread)))

    def median_life(self, longest: float) -> float:
        """Days after which half of the cookies are dead, at most `longest`."""
        ages = np.arange(longest)
        return float(np.append(ages, longest)[np.searchsorted(-self.survival(ages), -0.5)])

    def remaining(self, age: Floats, until: Floats) -> Floats:
        """Days that a cookie alive at an age is expected to live on, none of them after `until`."""
        start = np.minimum(age, until)
        days = np.zeros(len(age))
        lived = self._cumulated(start)
        for place, hazard in enumerate(self.hazard):
            begin = np.maximum(start, EDGES[place])
            length = np.maximum(np.minimum(until, _ENDS[place]) - begin, 0.0)
            reach = np.exp(-(self._cumulated(begin) - lived))
            days += np.where(length > 0, reach * -np.expm1(-hazard * length) / hazard, 0.0)
        return days

    def alive(self, lives: CookieLives) -> Floats:
        """Probability that each cookie is alive now, seen as it was."""
        parts = [
            _alive(self, lives.taken(slice(start, start + _CHUNK)))
            for start in range(0, len(lives), _CHUNK)
        ]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _cumulated(self, age: Floats) -> Floats:
        total: Floats = _spent(np.zeros(len(age)), age) @ self.hazard
        return total


def fit_life_curve(lives: CookieLives) -> LifeCurve:
    """The curve and the shares of rates under which what was seen is likeliest."""
    bins = len(EDGES)

    def loss(parameters: Floats) -> tuple[float, Floats]:
        learned = _learn(lives, np.exp(parameters[:bins]), softmax(parameters[bins:]))
        steps = np.diff(parameters[:bins])
        gradient = learned.scores.sum(axis=0)
        gradient[:bins] -= _ROUGHNESS @ parameters[:bins]
        return 0.5 * float(steps @ steps) / _SMOOTHING - learned.log_likelihood, -gradient

    start = np.concatenate([np.full(bins, np.log(_FIRST_HAZARD)), np.zeros(len(RATES))])
    bounds = [_HAZARD_BOUNDS] * bins + [_SHARE_BOUNDS] * len(RATES)
    best = minimize(
        loss,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": _MOST_STEPS, "ftol": _LEAST_GAIN},
    )
    hazard, shares = np.exp(best.x[:bins]), softmax(best.x[bins:])
    scores = _learn(lives, hazard, shares).scores
    return LifeCurve(hazard, shares, _covariance(scores), len(lives))


@dataclass(frozen=True)
class _Learned:
    """What hazards and shares make of cookies.

    scores: one row a cookie: derivatives of its log-likelihood by the logarithms of the hazards,
    and of the shares.
    """

    log_likelihood: float
    scores: Floats


@dataclass(frozen=True)
class _Silence:
    """The time since each cookie was last seen, cut by the intervals of age.

    length: days in each interval. before: days from the last sight to its start. risk: cumulated
    hazard to its start. total, whole: both over all of it.
    """

    length: Floats
    before: Floats
    risk: Floats
    total: Floats
    whole: Floats


def _silence(lives: CookieLives, hazard: Floats) -> _Silence:
    length = _spent(lives.last, lives.now)
    parts = length * hazard
    ended, days = np.cumsum(parts, axis=1), np.cumsum(length, axis=1)
    return _Silence(length, days - length, ended - parts, ended[:, -1], days[:, -1])


def _learn(lives: CookieLives, hazard: Floats, shares: Floats) -> _Learned:
    """How likely what was seen is, and which way hazards and shares would make it likelier."""
    known = _spent(lives.bound, lives.last)
    silence = _silence(lives, hazard)
    seen_days = lives.last - lives.bound
    logs, deaths, exposures = [], [], []
    for rate, share in zip(RATES, shares, strict=True):
        alive, dead, partly = _ends_of(silence, hazard, rate)
        outcome = alive + dead.sum(axis=1)
        later = alive[:, None] + dead.sum(axis=1)[:, None] - np.cumsum(dead, axis=1)
        logs.append(
            np.log(share) + lives.visits * np.log(rate) - rate * seen_days + np.log(outcome)
        )
        deaths.append(dead / outcome[:, None])
        exposures.append((silence.length * later + partly) / outcome[:, None])
    joint = np.stack(logs, axis=1)
    level = logsumexp(joint, axis=1)
    told = np.exp(joint - level[:, None])
    by_hazard = -known * hazard
    for place in range(len(RATES)):
        by_hazard += told[:, place, None] * (deaths[place] - hazard * exposures[place])
    likelihood = float(level.sum() - (known @ hazard).sum())
    return _Learned(likelihood, np.concatenate([by_hazard, told - shares], axis=1))


def _ends_of(silence: _Silence, hazard: Floats, rate: float) -> tuple[Floats, Floats, Floats]:
    """For one rate of visits: the odds of silence alive, of death in each interval, and its days.

    The days are those at risk in the interval of death, times its odds.
    """
    both = hazard + rate
    reach = np.exp(-silence.risk - rate * silence.before) * hazard
    gone = np.exp(-both * silence.length)
    dead = reach * (1 - gone) / both
    partly = reach * ((1 - gone) / both**2 - silence.length * gone / both)
    return np.exp(-silence.total - rate * silence.whole), dead, partly


def _alive(curve: LifeCurve, lives: CookieLives) -> Floats:
    silence = _silence(lives, curve.hazard)
    seen_days = lives.last - lives.bound
    alive, whole = np.zeros(len(lives)), np.zeros(len(lives))
    # Visits by the rate that fits them best, so that none of the likelihoods vanishes.
    logs = (
        np.log(curve.rate_shares)
        + lives.visits[:, None] * np.log(RATES)
        - seen_days[:, None] * RATES
    )
    weights = np.exp(logs - logs.max(axis=1, keepdims=True))
    for place, rate in enumerate(RATES):
        lived, dead, _ = _ends_of(silence, curve.hazard, rate)
        alive += weights[:, place] * lived
        whole += weights[:, place] * (lived + dead.sum(axis=1))
    return alive / whole


def _covariance(scores: Floats) -> Floats:
    """Of the hazards' logarithms, by the outer products of the scores; shares are a nuisance."""
    bins = len(EDGES)
    information = scores.T @ scores
    information[:bins, :bins] += _ROUGHNESS
    information += 1e-6 * np.eye(len(information))  # the shares sum to 1: one too many
    covariance = np.linalg.inv(information)[:bins, :bins]
    return np.asarray(covariance, dtype=np.float64)


def _spent(start: Floats, end: Floats) -> Floats:
    """Days that each span of age spends in each interval; one row a span."""
    begin = np.maximum(start[:, None], EDGES)
    days: Floats = np.maximum(np.minimum(end[:, None], _ENDS) - begin, 0.0)
    return days
