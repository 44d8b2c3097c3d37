"""What people said of pairs: it corrects the odds, and tells how good the links are.

People are mostly asked about doubtful pairs, which are no fair sample: agreement learned from them
alone would be wrong. Given its odds, though, a pair that was asked about is like any other of the
same odds. So labels correct how sure the odds are, and stand for all candidates of like odds when
precision and recall are estimated.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float64]

_SHIFT_SPREAD, _SCALE_SPREAD = 4.0, 0.3
"""How far odds are thought to be off before any label is seen: bits, and parts of one."""

_LIMIT = 15.0  # bits beyond which odds say no more to the correction: one slip would outweigh all
_LEAST_SCALE = 0.1  # labels may make odds weak, not turn them round
_BIN = 2.0  # bits; pairs of like odds
_REACH = 20.0


@dataclass(frozen=True)
class Labels:
    """What people said of pairs of records, by position.

    left, right: int32. is_same: bool, whether they are one person.
    """

    left: Ints
    right: Ints
    is_same: npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Calibration:
    """Log2 odds as labels corrected them: `shift + scale * odds`."""

    shift: float = 0.0
    scale: float = 1.0

    def correct(self, odds: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """The corrected odds."""
        if self == Calibration():
            return odds
        return (self.shift + self.scale * odds).astype(np.float32)


def calibrate(odds: npt.NDArray[np.float32], is_same: npt.NDArray[np.bool_]) -> Calibration:
    """The correction under which the labels are likeliest, held near none while they are few.

    Source: Platt (1999), "Probabilistic Outputs for Support Vector Machines", with normal priors
    around shift 0 and scale 1.

    Args:
        odds: Log2 odds of the labelled pairs.
        is_same: Their labels.
    """
    if not len(odds):
        return Calibration()
    from scipy.optimize import minimize  # a second and 33 MB to load, for those who have labels

    told = np.clip(odds.astype(float), -_LIMIT, _LIMIT)
    sign = np.where(is_same, 1.0, -1.0)

    def unlikeliness(at: Floats) -> float:
        said = np.log(2.0) * (at[0] + at[1] * told) * sign
        prior = (at[0] / _SHIFT_SPREAD) ** 2 + ((at[1] - 1) / _SCALE_SPREAD) ** 2
        return float(np.logaddexp(0.0, -said).sum() + prior / 2)

    best = minimize(unlikeliness, [0.0, 1.0], bounds=[(None, None), (_LEAST_SCALE, None)]).x
    return Calibration(float(best[0]), float(best[1]))


@dataclass(frozen=True)
class Accuracy:
    """How right links are from a threshold on, as labels tell of all candidates.

    threshold: least probability of a link. precision, recall, f1: of links among candidates.
    """

    threshold: float
    precision: float
    recall: float
    f1: float


def accuracy_curve(
    candidates: npt.NDArray[np.float32],
    labelled: npt.NDArray[np.float32],
    is_same: npt.NDArray[np.bool_],
    thresholds: tuple[float, ...] = (0.1, 0.3, 0.5, 0.7, 0.9, 0.95, 0.99),
    *,
    times: Floats | None = None,
) -> tuple[Accuracy, ...]:
    """Precision, recall and F1 at some thresholds.

    Candidates of like odds of which none was labelled are taken at their own probability.

    Args:
        candidates: Log2 odds of all candidates.
        labelled: Of the labelled pairs.
        is_same: Their labels.
        thresholds: Probabilities.
        times: For how many candidates each of the odds stand; for one unless given.
    """
    counts = np.ones(len(candidates)) if times is None else times
    edges = np.arange(-_REACH, _REACH + _BIN, _BIN)
    bins = np.digitize(candidates, edges)
    of_labels = np.digitize(labelled, edges)
    asked = np.bincount(of_labels, minlength=len(edges) + 1)
    same = np.bincount(of_labels, is_same.astype(float), minlength=len(edges) + 1)
    says = 1 / (1 + np.exp2(-np.clip(candidates.astype(float), -60, 60)))
    right = np.where(asked[bins] > 0, same[bins] / np.maximum(asked[bins], 1), says)
    total = float((right * counts).sum())
    return tuple(_at(threshold, says, right, counts, total) for threshold in thresholds)


def _at(threshold: float, says: Floats, right: Floats, counts: Floats, total: float) -> Accuracy:
    linked = says >= threshold
    found = float((right * counts)[linked].sum())
    precision = found / float(counts[linked].sum()) if linked.any() else 1.0
    recall = found / total if total else 1.0
    both = precision + recall
    return Accuracy(threshold, precision, recall, 2 * precision * recall / both if both else 0.0)
