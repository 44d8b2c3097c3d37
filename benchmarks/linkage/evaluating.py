"""The one judge of all systems: what they found against what is true.

It shares no code with the engine. All true pairs count, also those that no rule found.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LINKED = 0.5
"""Probability from which a pair is a link: as likely as not."""

_BINS = 10


@dataclass(frozen=True)
class Accuracy:
    """Pairs: said and true, said at all, true at all."""

    right: int
    said: int
    true: int

    @property
    def precision(self) -> float:
        """Share of what was said that is true; 1 where nothing was said."""
        return self.right / self.said if self.said else 1.0

    @property
    def recall(self) -> float:
        """Share of what is true that was said; 1 where nothing is true."""
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall.

        >>> Accuracy(right=8, said=10, true=16).f1
        0.6153...
        """
        both = self.said + self.true
        return 2 * self.right / both if both else 1.0


@dataclass(frozen=True)
class Calibration:
    """How far probabilities are from shares, and what they promise without any label.

    error, error_of_links: expected calibration error over all candidates, and over those at
        `LINKED` or above.
    promised_precision, precision: of links, as their probabilities say and as it is.
    promised_recall, recall: share of the candidates' true pairs that are links, likewise.
    """

    error: float
    error_of_links: float
    promised_precision: float
    precision: float
    promised_recall: float
    recall: float


def judge_clusters(found: Ints, truth: Ints) -> Accuracy:
    """Pairs of records that share a cluster, against pairs that share one in truth.

    >>> judge_clusters(np.array([7, 7, 7, 8]), np.array([1, 1, 2, 2]))
    Accuracy(right=1, said=3, true=2)
    """
    _names, said = np.unique(found, return_inverse=True)
    _names, true = np.unique(truth, return_inverse=True)
    both = said.astype(np.int64) * (int(true.max(initial=0)) + 1) + true
    return Accuracy(right=_pairs_inside(both), said=_pairs_inside(said), true=_pairs_inside(true))


def judge_links(left: Ints, right: Ints, truth: Ints) -> Accuracy:
    """Linked pairs against pairs that share a cluster in truth; a pair said twice counts once."""
    first, second = np.minimum(left, right), np.maximum(left, right)
    distinct = np.unique(first.astype(np.int64) * len(truth) + second)
    one, other = distinct // max(1, len(truth)), distinct % max(1, len(truth))
    return Accuracy(
        right=int((truth[one] == truth[other]).sum()),
        said=len(distinct),
        true=_pairs_inside(truth),
    )


def judge_probabilities(probability: Floats, is_true: npt.NDArray[np.bool_]) -> Calibration:
    """Probabilities of candidates against what they are."""
    linked = probability >= LINKED
    return Calibration(
        error=calibration_error(probability, is_true, lowest=0.0),
        error_of_links=calibration_error(probability[linked], is_true[linked], lowest=LINKED),
        promised_precision=_mean(probability[linked]),
        precision=_mean(is_true[linked]),
        promised_recall=_ratio(probability[linked].sum(), probability.sum()),
        recall=_ratio(is_true[linked].sum(), is_true.sum()),
    )


def calibration_error(
    probability: Floats, is_true: npt.NDArray[np.bool_], *, lowest: float
) -> float:
    """Mean distance of a bin's mean probability from its share of true pairs, weighed by pairs.

    Ten bins of equal width from `lowest` to 1.

    Source: Naeini, Cooper & Hauskrecht (2015), "Obtaining Well Calibrated Probabilities Using
    Bayesian Binning", AAAI.
    """
    if not len(probability):
        return 0.0
    edges = np.linspace(lowest, 1.0, _BINS + 1)[1:-1]
    at = np.searchsorted(edges, probability, side="right")
    promised = np.bincount(at, weights=probability, minlength=_BINS)
    kept = np.bincount(at, weights=is_true.astype(float), minlength=_BINS)
    return float(np.abs(promised - kept).sum() / len(probability))


def _pairs_inside(labels: Ints) -> int:
    _names, sizes = np.unique(labels, return_counts=True)
    sizes = sizes.astype(np.int64)
    return int((sizes * (sizes - 1) // 2).sum())


def _mean(values: npt.NDArray[np.generic]) -> float:
    return float(values.astype(float).mean()) if len(values) else 1.0


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole else 1.0
