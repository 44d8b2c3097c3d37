"""Whether each bound device lives, with what probability, and how long it may go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from passerelle.measure.cookies.life_curve import CookieLives, Floats, LifeCurve, fit_life_curve

Flags = npt.NDArray[np.bool_]

FEW = 50
"""Devices of a kind below which no curve is learned: the rule of life stands for it."""
ENOUGH = 300
"""Devices of a browser from which it has a curve of its own."""

_LEARNED_FROM = 2_000  # devices: the hazards are then known to a tenth, as bench lifetimes shows
_SEEN_IN_EVENTS = ("cookie", "mobile_id")
_SOON = 30.0  # days
_DAY = 86_400_000_000  # microseconds
_OUTLIVED_SHARE = 0.01  # of devices seen twice: fewer may be errors of clocks
_OUTLIVED_LEAST = 20

LIVES = pa.schema(
    [
        ("device_id", pa.int64()),
        ("profile_id", pa.int64()),
        ("probability", pa.float64()),
        ("probability_30", pa.float64()),
        ("remaining_days", pa.float64()),
    ]
)
"""Grain: one row per bound device; null where nothing is known, as of a partner's cookies.

probability: that it is alive now; probability_30: that it still is in 30 days. remaining_days:
expected, if it is alive.
"""


@dataclass(frozen=True)
class LearnedCurve:
    """The life of one kind of device in one browser, or in all that have too few (`any`).

    devices: it stands for. alive: expected number of them, with a 95 % interval.
    """

    kind: str
    browser: str
    devices: int
    alive: float
    low: float
    high: float
    longest: float
    curve: LifeCurve


@dataclass(frozen=True)
class OutlivedRule:
    """A rule of life that devices outlive: of those seen on two days, these came back after it."""

    kind: str
    browser: str
    days_unseen: int
    devices: int
    outlived: int


@dataclass(frozen=True)
class DeviceLives:
    """What was learned of all bound devices; `table` has the columns of `LIVES`."""

    table: pa.Table
    curves: tuple[LearnedCurve, ...]
    outlived: tuple[OutlivedRule, ...]


def learn_device_lives(
    devices: pa.Table, visits: pa.Table, lifetimes: pa.Table, *, until: datetime
) -> DeviceLives:
    """Learn how long devices live, and say it of each.

    A rule for days unseen that devices plainly outlive is not applied: the site sets its cookies
    another way than the rule is about. The longest life, which law or the browser gives, always is.

    Args:
        devices: device_id, profile_id, kind, browser, bound_at, first_seen_at, last_seen_at,
            days_old, days_unseen, is_alive.
        visits: device_id, visits, longest_absence.
        lifetimes: kind, browser, days_unseen, days_old.
        until: The present, for the report.
    """
    frame = (
        pl.DataFrame(devices)
        .join(pl.DataFrame(visits), on="device_id", how="left")
        .join(
            pl.DataFrame(lifetimes).rename({"days_unseen": "most_unseen", "days_old": "most_old"}),
            on=("kind", "browser"),
        )
        .with_columns(pl.col("visits", "longest_absence").fill_null(0))
        .sort("device_id")
    )
    outlived = tuple(_outlived_rules(frame))
    curves: list[LearnedCurve] = []
    judged = []
    for kind, of_kind in _parts(frame, "kind"):
        if kind not in _SEEN_IN_EVENTS:
            judged.append(_unknown(of_kind))
            continue
        for browser, part in _groups(of_kind):
            learned, told = _judge(part, kind, browser, outlived, until)
            judged.append(told)
            curves += [] if learned is None else [learned]
    told = pl.concat(judged) if judged else _unknown(frame)
    return DeviceLives(told.sort("device_id").to_arrow().cast(LIVES), tuple(curves), outlived)


def _judge(
    part: pl.DataFrame,
    kind: str,
    browser: str,
    outlived: Sequence[OutlivedRule],
    until: datetime,
) -> tuple[LearnedCurve | None, pl.DataFrame]:
    """The curve of one group of devices, and what it says of each."""
    if part.height < FEW:
        by_rule = pl.col("is_alive").cast(pl.Float64)
        return None, _told(part, by_rule, by_rule, pl.lit(None, pl.Float64))
    broken = {(each.kind, each.browser) for each in outlived}
    lives = _lives(part, until)
    ended = _ended(part, broken)
    curve = fit_life_curve(lives.taken(_spread_out(len(lives), _LEARNED_FROM)))
    alive = np.where(ended, 0.0, curve.alive(lives))
    longest = part["most_old"].to_numpy().astype(np.float64)
    ages = np.minimum(part["days_old"].to_numpy(), longest)
    later = np.minimum(ages + _SOON, longest)
    kept = np.where(later < longest, curve.survival(later) / curve.survival(ages), 0.0)
    told = _told(
        part,
        pl.Series(alive),
        pl.Series(alive * kept),
        pl.Series(np.where(ended, np.nan, curve.remaining(ages, longest))).fill_nan(None),
    )
    low, high = _interval(curve, lives, ended)
    learned = LearnedCurve(
        kind, browser, part.height, float(alive.sum()), low, high, float(longest.max()), curve
    )
    return learned, told


def _lives(part: pl.DataFrame, until: datetime) -> CookieLives:
    first = part["first_seen_at"].dt.timestamp("us").to_numpy()
    longest = part["most_old"].to_numpy().astype(np.float64)

    def age(name: str) -> Floats:
        at = part[name].dt.timestamp("us").to_numpy()
        days: Floats = np.clip((at - first) / _DAY, 0.0, longest)
        return days

    now = np.clip((int(until.timestamp()) * 1_000_000 - first) / _DAY, 0.0, longest)
    last = np.minimum(age("last_seen_at"), now)
    return CookieLives(
        bound=np.minimum(age("bound_at"), last),
        last=last,
        now=now,
        visits=part["visits"].to_numpy().astype(np.float64),
    )


def _ended(part: pl.DataFrame, broken: set[tuple[str, str]]) -> Flags:
    """Devices whose life is over by rule."""
    keys = zip(part["kind"], part["browser"], strict=True)
    in_force = np.array([key not in broken for key in keys])
    too_old = (part["days_old"] >= part["most_old"]).to_numpy()
    unseen = (part["days_unseen"] >= part["most_unseen"]).to_numpy()
    ended: Flags = too_old | (unseen & in_force)
    return ended


def _interval(curve: LifeCurve, lives: CookieLives, ended: Flags) -> tuple[float, float]:
    """95 % interval of how many are alive: each one's chance, and the error of the curve."""
    rows = _spread_out(len(lives), _LEARNED_FROM)
    some, going = lives.taken(rows), ~ended[rows]
    scale = len(lives) / len(rows)
    alive = np.where(going, curve.alive(some), 0.0)
    slopes = np.array(
        [
            float(np.where(going, each.alive(some) - alive, 0.0).sum()) * scale / _NUDGE
            for each in _nudged(curve)
        ]
    )
    variance = float((alive * (1 - alive)).sum()) * scale + float(
        slopes @ curve.covariance @ slopes
    )
    margin, middle = 1.96 * float(np.sqrt(variance)), float(alive.sum()) * scale
    return max(middle - margin, 0.0), min(middle + margin, float(len(lives)))


_NUDGE = 0.01  # of the logarithm of a hazard, for slopes


def _nudged(curve: LifeCurve) -> list[LifeCurve]:
    """The curve with one hazard after the other a little higher."""
    steps = np.exp(_NUDGE * np.eye(len(curve.hazard)))
    return [
        LifeCurve(curve.hazard * step, curve.rate_shares, curve.covariance, curve.cookies)
        for step in steps
    ]


def _outlived_rules(frame: pl.DataFrame) -> list[OutlivedRule]:
    """Rules for days unseen after which devices came back, more than clocks explain."""
    counted = (
        frame.filter(
            pl.col("kind").is_in(_SEEN_IN_EVENTS)
            & (pl.col("longest_absence") > 0)
            & (pl.col("most_unseen") < pl.col("most_old"))
        )
        .group_by("kind", "browser", "most_unseen")
        .agg(
            pl.len().alias("devices"),
            (pl.col("longest_absence") > pl.col("most_unseen")).sum().alias("outlived"),
        )
        .sort("kind", "browser")
    )
    return [
        OutlivedRule(kind, browser, days, devices, outlived)
        for kind, browser, days, devices, outlived in counted.iter_rows()
        if outlived >= max(_OUTLIVED_LEAST, _OUTLIVED_SHARE * devices)
    ]


def _groups(of_kind: pl.DataFrame) -> list[tuple[str, pl.DataFrame]]:
    """Devices by browser; those of browsers that have too few are together."""
    small = of_kind.group_by("browser").len().filter(pl.col("len") < ENOUGH)["browser"]
    named = of_kind.with_columns(
        pl.when(pl.col("browser").is_in(small.implode()))
        .then(pl.lit("any"))
        .otherwise("browser")
        .alias("group")
    )
    return _parts(named, "group")


def _parts(frame: pl.DataFrame, by: str) -> list[tuple[str, pl.DataFrame]]:
    parts = frame.partition_by(by, as_dict=True, maintain_order=True)
    return sorted((str(name), part) for (name,), part in parts.items())


def _spread_out(count: int, most: int) -> npt.NDArray[np.int64]:
    """Rows spread evenly over all of them, at most so many; ids are in no order of anything."""
    return np.unique(np.linspace(0, count - 1, min(count, most)).astype(np.int64))


def _unknown(part: pl.DataFrame) -> pl.DataFrame:
    nothing = pl.lit(None, pl.Float64)
    return _told(part, nothing, nothing, nothing)


def _told(
    part: pl.DataFrame,
    probability: pl.Expr | pl.Series,
    probability_30: pl.Expr | pl.Series,
    remaining_days: pl.Expr | pl.Series,
) -> pl.DataFrame:
    return part.select(
        "device_id",
        "profile_id",
        probability.alias("probability"),
        probability_30.alias("probability_30"),
        remaining_days.alias("remaining_days"),
    )
