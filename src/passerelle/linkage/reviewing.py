"""Which pairs people are asked about: the most doubtful, and a few of all odds as a check."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from passerelle.linkage.comparing import compare_fully
from passerelle.linkage.labels import Accuracy, Labels, accuracy_curve
from passerelle.linkage.linking import Linkage
from passerelle.linkage.scoring import score_pairs

Longs = npt.NDArray[np.int64]

_AUDIT = 0.25  # of the questions: a model that is sure and wrong shows only where it is sure
_AUDIT_BIN = 3.0  # bits
_AUDIT_LEAST, _AUDIT_MOST = -9.0, 30.0
_A_PATTERN = 2  # doubtful pairs of one pattern: a third would teach little more


def review_queue(linkage: Linkage, count: int, *, seed: int = 0) -> Longs:
    """Pairs to ask about, as places among `linkage.pairs`, those that teach most first.

    Args:
        linkage: The run.
        count: How many, at most.
        seed: Of the choice of those that serve as a check.
    """
    odds = linkage.scores.person
    audit = _audit(odds, round(count * _AUDIT), seed)
    doubtful = [at for at in _doubtful(linkage, count) if at not in set(audit.tolist())]
    chosen = np.array(doubtful[: count - len(audit)], np.int64)
    # The checks come in between, so that whoever stops early has answered some of both.
    place = np.concatenate([np.linspace(0, 1, len(each)) for each in (chosen, audit)])
    return np.concatenate([chosen, audit])[np.argsort(place, kind="stable")]


def measure_accuracy(linkage: Linkage, labels: Labels) -> tuple[Accuracy, ...]:
    """Precision, recall and F1 of links at several thresholds, as labels tell of all candidates."""
    patterns = compare_fully(linkage.records, linkage.repeats, labels.left, labels.right)
    odds = score_pairs(linkage.records, linkage.model, labels.left, labels.right, patterns).person
    unkept = linkage.unkept
    candidates = np.concatenate([linkage.scores.person, unkept.weights.astype(np.float32)])
    times = np.concatenate([np.ones(linkage.pairs.count), unkept.by_weight.sum(axis=1)])
    return accuracy_curve(candidates, odds, labels.is_same, times=times)


def _doubtful(linkage: Linkage, count: int) -> list[int]:
    nearness = np.abs(linkage.scores.person)
    nearest = np.argsort(nearness, kind="stable")[: count * 50]
    taken: dict[int, int] = {}
    found = []
    for at, pattern in zip(nearest.tolist(), linkage.patterns[nearest].tolist(), strict=True):
        taken[pattern] = taken.get(pattern, 0) + 1
        if taken[pattern] <= _A_PATTERN:
            found.append(at)
    return found[:count]


def _audit(odds: npt.NDArray[np.float32], count: int, seed: int) -> Longs:
    random = np.random.default_rng(seed)
    edges = np.arange(_AUDIT_LEAST, _AUDIT_MOST + _AUDIT_BIN, _AUDIT_BIN)
    bins = np.digitize(odds, edges)
    inside = [np.flatnonzero(bins == number) for number in range(1, len(edges) + 1)]
    filled = [each for each in inside if len(each)]
    if not filled or not count:
        return np.empty(0, np.int64)
    each = max(1, count // len(filled))
    chosen = [random.choice(some, min(each, len(some)), replace=False) for some in filled]
    return np.concatenate(chosen)[:count]
