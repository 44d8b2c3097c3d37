"""Which pairs are shown one by one: the most doubtful, and some of each relation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from passerelle.linkage.explaining import explain_pairs
from passerelle.linkage.learning import PERSON
from passerelle.linkage.linking import Linkage
from passerelle.linkage.report.linkage_report import Doubtful, PairStory

Places = npt.NDArray[np.int64]

_DOUBT = 6.64  # bits either way: between 1 and 99 in a hundred
_MOST_DOUBTFUL = 25
_MOST_ALIKE = 2
"""Doubtful pairs of one pattern of agreement: who has judged two of them has judged the others."""

_EXAMPLES = 3  # of each relation
_SLICE = 1_000_000  # pairs that are looked at together


def find_doubtful(linkage: Linkage, names: pl.Series) -> Doubtful:
    """Pairs that are neither surely one person's nor surely not, nearest to one half first."""
    near = _between(linkage.scores.person, -_DOUBT, _DOUBT)
    near = near[np.argsort(np.abs(linkage.scores.person[near]), kind="stable")]
    chosen: list[int] = []
    seen: dict[int, int] = {}
    for place in near.tolist():
        pattern = int(linkage.patterns[place])
        seen[pattern] = seen.get(pattern, 0) + 1
        if seen[pattern] <= _MOST_ALIKE:
            chosen.append(place)
        if len(chosen) == _MOST_DOUBTFUL:
            break
    return Doubtful(len(near), tell_pairs(linkage, chosen, names))


def find_examples(linkage: Linkage, names: pl.Series) -> tuple[PairStory, ...]:
    """Some pairs of each relation, spread evenly over all that it has."""
    return tell_pairs(
        linkage,
        [
            place
            for relation in range(len(linkage.model.relations))
            for place in _spread(linkage, relation)
        ],
        names,
    )


def tell_pairs(linkage: Linkage, places: Sequence[int], names: pl.Series) -> tuple[PairStory, ...]:
    """The stories of candidates.

    Args:
        linkage: What linking found.
        places: Of the pairs among the candidates.
        names: All records' names.
    """
    left = [int(linkage.pairs.left[place]) for place in places]
    right = [int(linkage.pairs.right[place]) for place in places]
    told = explain_pairs(linkage.records, linkage.repeats, linkage.model, left, right)
    return tuple(
        PairStory(
            names[one],
            names[other],
            float(linkage.scores.person[place]),
            each.probabilities[PERSON],
            bool(linkage.clusters[one] == linkage.clusters[other]),
            linkage.model.relations[int(linkage.scores.likeliest[place])],
            each,
        )
        for place, one, other, each in zip(places, left, right, told, strict=True)
    )


def _between(weights: npt.NDArray[np.float32], least: float, most: float) -> Places:
    found = [
        start + np.flatnonzero((some > least) & (some < most))
        for start in range(0, len(weights), _SLICE)
        for some in (weights[start : start + _SLICE],)
    ]
    return np.concatenate([np.empty(0, np.int64), *found])


def _spread(linkage: Linkage, relation: int) -> list[int]:
    """Places of a few pairs of a relation."""
    likeliest = linkage.scores.likeliest
    starts = range(0, len(likeliest), _SLICE)
    counts = [np.count_nonzero(likeliest[at : at + _SLICE] == relation) for at in starts]
    ends = np.cumsum([0, *counts])
    wanted = sorted({int(ends[-1] * (2 * at + 1) / (2 * _EXAMPLES)) for at in range(_EXAMPLES)})
    chosen = []
    for ordinal in wanted if ends[-1] else ():
        part = int(np.searchsorted(ends, ordinal, side="right")) - 1
        start = starts[part]
        inside = np.flatnonzero(likeliest[start : start + _SLICE] == relation)
        chosen.append(start + int(inside[ordinal - ends[part]]))
    return chosen
