"""How often two records at random reach each level: what agreement is worth is measured by it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from passerelle.linkage.comparing import compare_fully
from passerelle.linkage.dependence import Repeats
from passerelle.linkage.patterns import level_of
from passerelle.linkage.records import Column, Records

Floats = npt.NDArray[np.float64]

_LEAST_SAMPLE, _MOST_SAMPLE = 400_000, 1_500_000
"""Pairs. Of the most, a level that one in 100,000 reaches is seen fifteen times; a small table does
with fewer, for comparing so many would take longer than all the rest."""

_A_RECORD = 10  # pairs of the sample for each record
_SEEN_BEFORE = 0.2  # pairs that each level is taken to have been seen in before


def chances_of_levels(
    records: Records, repeats: Sequence[Repeats], *, seed: int = 0
) -> tuple[Floats, ...]:
    """For each field, the probability of each level for two records that both have a value.

    Exact agreement is computed: it is the sum of the squares of the values' shares. The other
    levels are counted on random pairs. Level 0, missing, is 1: it says nothing.
    """
    random = np.random.default_rng(seed)
    wanted = min(_MOST_SAMPLE, max(_LEAST_SAMPLE, _A_RECORD * records.count))
    count = min(wanted, max(1, records.count * (records.count - 1)))
    left = random.integers(0, records.count, count, dtype=np.int32)
    step = random.integers(1, max(2, records.count), count, dtype=np.int32)
    right = ((left.astype(np.int64) + step) % records.count).astype(np.int32)
    patterns = compare_fully(records, repeats, left, right)
    return tuple(
        _chances(records, repeats, position, level_of(patterns, position))
        for position in range(len(records.columns))
    )


def _chances(
    records: Records,
    repeats: Sequence[Repeats],
    position: int,
    levels: npt.NDArray[np.uint8],
) -> Floats:
    column = records.columns[position]
    exact = list(column.comparison.exact_levels)
    counted = np.bincount(levels, minlength=column.comparison.level_count).astype(float)
    chances = counted + _SEEN_BEFORE
    chances[exact] = 0.0
    chances[0] = 0.0
    known = column.chance_of_exact
    for each in repeats:
        if each.second == position:  # agreement on both is left to the other field
            known = np.maximum(known - each.both, 0.0)
    chances *= max(1e-9, 1.0 - known.sum()) / chances.sum()
    chances[exact] = np.maximum(known, _least_chance(column))
    chances[0] = 1.0
    return chances


def _least_chance(column: Column) -> float:
    """Of an agreement that no pair has: half a pair of all."""
    filled = float(column.dictionary.counts.sum())
    return 1.0 / max(2.0, filled * filled)
