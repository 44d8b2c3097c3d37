"""From patterns to probabilities: that two records are one person's, or one household's."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from passerelle.linkage.compiling import kernel
from passerelle.linkage.learning import HOUSEHOLD, PERSON, Model
from passerelle.linkage.patterns import Patterns, index_patterns, level_of
from passerelle.linkage.records import Records

Floats = npt.NDArray[np.float32]

LINKED = 0.0
"""Log2 odds from which a pair is a link: as likely as not."""


@dataclass(frozen=True)
class Scores:
    """Of each pair: log2 odds that it is one person, and one household (a person among them).

    likeliest: uint8, the most probable relation, by its place among the model's.
    """

    person: Floats
    household: Floats
    likeliest: npt.NDArray[np.uint8]


class PairScorer:
    """Scores pairs of the same records, some at a time.

    Within a band of frequency, a value rarer than the band's mean says more than it: the score
    adds the logarithm of mean over its own, where a relation learned the field.
    """

    def __init__(self, records: Records, model: Model) -> None:
        """Look up once what all scores need."""
        self._codes, self._model = records.codes, model
        columns = records.columns
        self._weights = [model.weights(at).T for at in range(len(columns))]
        # A column without any value has none to look up; a place keeps the kernel's indexes apart.
        finer = [np.append(column.finer, 0.0) for column in columns]
        self._starts = np.cumsum([0, *(len(each) for each in finer)]).astype(np.int64)
        self._finer = np.concatenate(finer)
        self._first = np.array([column.comparison.first_exact for column in columns])
        self._last = np.array([column.comparison.exact_levels[-1] for column in columns])
        self._near = np.array([each in (PERSON, HOUSEHOLD) for each in model.relations])

    def score(
        self, left: npt.NDArray[np.int32], right: npt.NDArray[np.int32], patterns: Patterns
    ) -> Scores:
        """Scores of compared pairs."""
        distinct, places = index_patterns(patterns)
        weights = np.tile(np.log2(self._model.priors), (len(distinct), 1))
        for at, of_levels in enumerate(self._weights):
            weights += of_levels[level_of(distinct, at)]
        person, household = np.empty(len(left), np.float32), np.empty(len(left), np.float32)
        likeliest = np.empty(len(left), np.uint8)
        _score(
            self._codes, left, right, patterns, places, weights, self._finer, self._starts,
            self._first, self._last, self._model.learned, self._near, person, household, likeliest,
        )  # fmt: skip
        return Scores(self._model.calibration.correct(person), household, likeliest)


def score_pairs(
    records: Records,
    model: Model,
    left: npt.NDArray[np.int32],
    right: npt.NDArray[np.int32],
    patterns: Patterns,
) -> Scores:
    """Scores of compared pairs, as `PairScorer` has them."""
    return PairScorer(records, model).score(left, right, patterns)


def probability(odds: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Probabilities, of log2 odds."""
    return np.asarray(1.0 / (1.0 + np.exp2(-odds.astype(float))))


@kernel
def _score(
    codes: Any, left: Any, right: Any, patterns: Any, places: Any, weights: Any, finer: Any,
    starts: Any, first: Any, last: Any, learned: Any, near: Any, person: Any, household: Any,
    likeliest: Any,
) -> None:  # fmt: skip
    relations = weights.shape[1]
    fields = len(first)
    told = np.empty(relations)
    for pair in range(len(left)):
        for relation in range(relations):
            told[relation] = weights[places[pair], relation]
        pattern = patterns[pair]
        for field in range(fields):
            level = np.int64((pattern >> np.uint64(4 * field)) & np.uint64(15))
            if first[field] <= level <= last[field]:
                more = finer[starts[field] + codes[left[pair], field]]
                for relation in range(relations):
                    if learned[relation, field]:
                        told[relation] += more
        likeliest[pair] = np.argmax(told)
        against = 0.0
        at_home = 0.0
        away = 0.0
        for relation in range(relations):
            odds = 2.0 ** (told[relation] - told[0])
            if relation > 0:
                against += odds
            if near[relation]:
                at_home += odds
            else:
                away += odds
        person[pair] = -np.log2(max(against, 1e-30))
        household[pair] = np.log2(max(at_home, 1e-30)) - np.log2(max(away, 1e-30))
