"""Fields that repeat what another says: who shares a postal code shares the town, whoever they are.

Agreement on both would count one fact twice, and a class of neighbours would pass for households.
So where a field decides another among people at large, the other is silent once the first agrees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from passerelle.linkage.compiling import kernel
from passerelle.linkage.records import Records, sample_records

Floats = npt.NDArray[np.float64]

_AT_LARGE = 3.0  # pairs a record that share a value, from which most are not one person's
_DECIDES = 0.5  # how often the other agrees too
_SAMPLE = 300_000  # records on which it is found out
_LIFT = 10.0  # and how many times as often as by chance


@dataclass(frozen=True)
class Repeats:
    """Where `first` agrees exactly, `second` says nothing (positions of fields).

    both: probability of agreement on both, by band of the second's value.
    """

    first: int
    second: int
    both: Floats


def find_repeats(records: Records) -> tuple[Repeats, ...]:
    """Pairs of fields of which one decides the other; of two ways, the finer field decides."""
    sample = sample_records(records, _SAMPLE, np.random.default_rng(0))
    found: list[Repeats] = []
    chance = [float(column.chance_of_exact.sum()) for column in records.columns]
    order = sorted(range(len(records.columns)), key=lambda at: chance[at])
    for rank, first in enumerate(order):
        counts = records.columns[first].dictionary.counts
        if (counts * (counts - 1) / 2).sum() < _AT_LARGE * records.count:
            continue
        for second in order[rank + 1 :]:
            if any(each.second == second for each in found):
                continue
            share, both = _agree_on_both(sample, first, second)
            if share >= _DECIDES and share >= _LIFT * chance[second]:
                found.append(Repeats(first, second, both))
    return tuple(found)


def _agree_on_both(records: Records, first: int, second: int) -> tuple[float, Floats]:
    """How often the second agrees where the first does, and both by band of the second."""
    codes = records.codes[:, [first, second]].astype(np.int64)
    known = codes[(codes >= 0).all(axis=1)]
    column = records.columns[second]
    by_band = np.zeros(column.comparison.bands)
    if not len(known):
        return 0.0, by_band
    joint = known[:, 0] * (int(codes[:, 1].max()) + 1) + known[:, 1]
    _values, places, counts = np.unique(joint, return_index=True, return_counts=True)
    pairs = counts.astype(float) ** 2 - counts
    bands = column.exact[known[places, 1]] - column.comparison.first_exact
    np.add.at(by_band, bands, pairs / len(known) ** 2)
    alone = np.bincount(known[:, 0]).astype(float)
    return float(pairs.sum() / max(1.0, (alone**2 - alone).sum())), by_band


def silence(records: Records, repeats: Sequence[Repeats], patterns: npt.NDArray[np.uint64]) -> None:
    """Make the second field of each pair missing where the first agrees exactly."""
    for each in repeats:
        exact = records.columns[each.first].comparison.exact_levels
        _silence(patterns, each.first, each.second, exact[0], exact[-1])


@kernel
def _silence(patterns: Any, first: Any, second: Any, least: Any, most: Any) -> None:
    keep = ~(np.uint64(15) << np.uint64(4 * second))
    for pair in range(len(patterns)):
        level = (patterns[pair] >> np.uint64(4 * first)) & np.uint64(15)
        if least <= level <= most:
            patterns[pair] &= keep
