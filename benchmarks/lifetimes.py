"""How true the probabilities that devices live are, and what a million of them cost.

Worlds are made here, by other rules than the curve's own: lives that mix short and long ones, or
that wear out (Weibull), and visits of which each device has its own rate, from weekly to yearly.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from passerelle.measure.cookies.device_lives import learn_device_lives

Floats = npt.NDArray[np.float64]

UNTIL = datetime(2026, 11, 1, tzinfo=UTC)
MOST_ERROR = 0.05  # mean distance between predicted and true shares, over tenths
MOST_SECONDS = 60.0  # of CPU, for a million devices
_BROWSERS = ("android_chrome", "chromium", "firefox", "ios_safari")
_LONGEST = 395
_DAY = 86_400_000_000


@dataclass(frozen=True)
class World:
    """How long cookies live and how often they are seen, in days."""

    name: str
    lives: Callable[[np.random.Generator, int], Floats]
    visits_a_year: float


def run(argv: list[str]) -> int:
    """Judge each world; 1 if probabilities are off, or a million devices take too long."""
    parser = argparse.ArgumentParser(prog="./dev bench lifetimes", description=__doc__)
    parser.add_argument("--devices", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args(argv)
    worlds = (
        World("short and long lives, seen monthly", _mixed, 12.0),
        World("short and long lives, seen weekly", _mixed, 52.0),
        World("lives that wear out, seen monthly", _worn, 12.0),
    )
    is_bad = False
    for place, world in enumerate(worlds):
        error, seconds = _judge(world, options.devices, np.random.default_rng(options.seed + place))
        is_bad |= error > MOST_ERROR or (options.devices <= 1_000_000 and seconds > MOST_SECONDS)
    return int(is_bad)


def _judge(world: World, count: int, rng: np.random.Generator) -> tuple[float, float]:
    devices, visits, lifetimes, is_alive = _tables(world, count, rng)
    started = time.process_time()
    learned = learn_device_lives(devices, visits, lifetimes, until=UNTIL)
    seconds = time.process_time() - started
    told = learned.table["probability"].to_numpy()
    tenth = np.minimum((told * 10).astype(np.int64), 9)
    distance = np.bincount(tenth, weights=told - is_alive, minlength=10)
    error = float(np.abs(distance).sum()) / count
    low, high = (sum(getattr(each, end) for each in learned.curves) for end in ("low", "high"))
    print(
        f"{world.name}: {count:,} devices in {seconds:.1f} s of CPU (at most {MOST_SECONDS:.0f}); "
        f"expected alive {told.sum():,.0f} ({low:,.0f} to {high:,.0f}), "
        f"truly {is_alive.sum():,.0f}; calibration error {error:.1%} (at most {MOST_ERROR:.0%}), "
        f"Brier {float(((told - is_alive) ** 2).mean()):.4f}, "
        f"of one share for all {float(is_alive.mean() * (1 - is_alive.mean())):.4f}"
    )
    return error, seconds


def _tables(
    world: World, count: int, rng: np.random.Generator
) -> tuple[pa.Table, pa.Table, pa.Table, Floats]:
    """Bound devices as the report has them, and whether each is alive."""
    age = rng.uniform(0.0, 380.0, count)
    rate = rng.gamma(0.8, world.visits_a_year / 0.8, count) / 365.25
    life = np.minimum(world.lives(rng, count), _LONGEST)
    seen_until = np.minimum(age, life)
    visits = rng.poisson(rate * seen_until)
    # The last of n points spread evenly over a span lies at span × u^(1/n).
    last = np.where(visits > 0, seen_until * rng.random(count) ** (1 / np.maximum(visits, 1)), 0.0)
    now = int(UNTIL.timestamp()) * 1_000_000
    first_at = now - (age * _DAY).astype(np.int64)
    last_at = first_at + (last * _DAY).astype(np.int64)
    instant = pa.timestamp("us", tz="UTC")
    unseen = (now - last_at) // _DAY
    devices = pa.table(
        {
            "device_id": pa.array(np.arange(count)),
            "profile_id": pa.array(np.arange(count)),
            "kind": pa.array(np.repeat("cookie", count)),
            "browser": pa.array(np.array(_BROWSERS)[rng.integers(0, len(_BROWSERS), count)]),
            "bound_at": pa.array(first_at, instant),
            "first_seen_at": pa.array(first_at, instant),
            "last_seen_at": pa.array(last_at, instant),
            "days_old": pa.array((now - first_at) // _DAY),
            "days_unseen": pa.array(unseen),
            "is_alive": pa.array((unseen < _LONGEST).astype(np.int64)),
        }
    )
    seen = pa.table(
        {
            "device_id": pa.array(np.arange(count)),
            "visits": pa.array(visits),
            "longest_absence": pa.array(np.zeros(count, dtype=np.int64)),
        }
    )
    rules = pa.table(
        {
            "kind": ["cookie"] * len(_BROWSERS),
            "browser": list(_BROWSERS),
            "days_unseen": [_LONGEST] * len(_BROWSERS),
            "days_old": [_LONGEST] * len(_BROWSERS),
        }
    )
    return devices, seen, rules, (life > age).astype(np.float64)


def _mixed(rng: np.random.Generator, count: int) -> Floats:
    """Means of 4, 30 and 420 days: who clears at once, who clears monthly, who hardly does."""
    mean = np.array([4.0, 30.0, 420.0])[rng.choice(3, count, p=[0.07, 0.24, 0.69])]
    lives: Floats = rng.exponential(mean)
    return lives


def _worn(rng: np.random.Generator, count: int) -> Floats:
    """A hazard that grows with age, half dead at about 200 days."""
    lives: Floats = 250.0 * rng.weibull(1.6, count)
    return lives
