"""Chance that repeats: every part of the simulation draws from its own named stream."""

from __future__ import annotations

from math import gcd
from zlib import crc32

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32] | Ints
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]

_TABLE = 1 << 18
_WORTH_A_TABLE = 1 << 17
_GOLDEN_RATIO = 0.6180339887


def random_stream(seed: int, name: str, part: int = 0) -> np.random.Generator:
    """The random numbers of one part of one simulation, whatever ran before it."""
    return np.random.Generator(
        np.random.SFC64(np.random.SeedSequence([seed, crc32(name.encode()), part]))
    )


def choose(rng: np.random.Generator, weights: npt.ArrayLike, count: int) -> Ints:
    """Draw `count` positions, each as often as its weight says.

    Many draws go through a table of equal slots: a weight below a slot's share of the total may
    then never be drawn.
    """
    cumulative = np.cumsum(np.asarray(weights, dtype=np.float64))
    if count > _WORTH_A_TABLE:
        shares = (np.arange(_TABLE) + 0.5) / _TABLE * cumulative[-1]
        table: Ints = np.searchsorted(cumulative, shares, side="right").astype(np.int64)
        return table[rng.integers(0, _TABLE, count, dtype=np.uint32)]
    drawn = rng.random(count) * cumulative[-1]
    places: Ints = np.searchsorted(cumulative, drawn, side="right").astype(np.int64)
    return places


def happens(rng: np.random.Generator, share: float | Floats, count: int) -> Bools:
    """Whether it happens, with this probability, for each of `count` cases."""
    result: Bools = rng.random(count, dtype=np.float32) < share
    return result


def scatter_order(count: int, span: int, salt: int) -> Ints:
    """`count` different numbers below `span`, in no visible order.

    A walk around the circle of `span` by a step that shares no divisor with it never meets the
    same number twice; the salt chooses where it starts and how far it steps.
    """
    step = int(span * _GOLDEN_RATIO) + salt % 50_000
    while gcd(step, span) != 1:
        step += 1
    places: Ints = np.arange(count, dtype=np.int64)
    order: Ints = (places * step + salt) % span
    return order
