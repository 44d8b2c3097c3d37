"""How the candidates' match weights are spread, by most probable relation."""

from __future__ import annotations

from math import ceil, floor

import numpy as np

from passerelle.linkage.linking import Linkage
from passerelle.linkage.report.linkage_report import WeightHistogram

_WIDTHS = (1.0, 2.0, 5.0)
_MOST_BINS = 60
_EDGE = 100.0  # bits; beyond, a pair is as certain as can be
_SLICE = 1_000_000  # pairs that are looked at together


def count_weights(linkage: Linkage) -> WeightHistogram:
    """The histogram of all candidate pairs."""
    weights, unkept = linkage.scores.person, linkage.unkept
    relations = len(linkage.model.relations)
    lowest = max(-_EDGE, min(0.0, _lowest(linkage)))
    highest = min(_EDGE, max(0.0, float(weights.max(initial=0.0))))
    width = next(
        (each for each in _WIDTHS if (highest - lowest) / each <= _MOST_BINS - 2), _WIDTHS[-1]
    )
    first = floor(lowest / width)
    bins = max(ceil(highest / width), floor(highest / width) + 1) - first
    counts = np.zeros(bins * relations, np.int64)
    for start in range(0, len(weights), _SLICE):
        some = slice(start, start + _SLICE)
        place = np.clip(np.floor(weights[some].astype(float) / width) - first, 0, bins - 1)
        cell = place.astype(np.int64) * relations + linkage.scores.likeliest[some]
        counts += np.bincount(cell, minlength=len(counts))
    if unkept.count:
        place = np.clip(np.floor(unkept.weights / width) - first, 0, bins - 1).astype(np.int64)
        np.add.at(counts.reshape(bins, relations), place, unkept.by_weight)
    return WeightHistogram(
        first * width,
        width,
        linkage.model.relations,
        tuple(tuple(row) for row in counts.reshape(bins, relations).tolist()),
    )


def _lowest(linkage: Linkage) -> float:
    """The least weight of all candidates, to the bit where they were counted and forgotten."""
    unkept = linkage.unkept
    told = unkept.weights[unkept.by_weight.any(axis=1)]
    return float(min(linkage.scores.person.min(initial=0.0), told.min(initial=0.0)))
