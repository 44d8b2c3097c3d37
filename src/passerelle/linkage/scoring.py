"""From patterns to probabilities: that two records are one person's, or one household's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from passerelle.linkage.compiling import kernel
from passerelle.linkage.learning import HOUSEHOLD, PERSON, Model
from passerelle.linkage.patterns import BITS, Patterns, index_patterns
from passerelle.linkage.records import Column, Records

Floats = npt.NDArray[np.float32]

_CHUNK = 16_384  # pairs whose bits stay in the processor's cache from field to field

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


def score_pairs(
    records: Records,
    model: Model,
    left: npt.NDArray[np.int32],
    right: npt.NDArray[np.int32],
    patterns: Patterns,
) -> Scores:
    """Scores of compared pairs; see `Scorer`."""
    return Scorer(model, records.columns).score(records, left, right, patterns)


class Scorer:
    """A model made ready to score pairs.

    Within a band of frequency, a value rarer than the band's mean says more than it: the score
    adds the logarithm of mean over its own, where a relation learned the field.
    """

    def __init__(self, model: Model, columns: Sequence[Column]) -> None:
        """Work out all that is alike for all pairs."""
        comparisons = [column.comparison for column in columns]
        self._model = model
        self._priors = np.log2(model.priors)
        self._weights = np.zeros((len(columns), 1 << BITS, len(model.relations)))
        for at in range(len(columns)):
            weights = model.weights(at).T
            self._weights[at, : len(weights)] = weights
        self._near = np.array([each in (PERSON, HOUSEHOLD) for each in model.relations])
        self._first = np.array([each.first_exact for each in comparisons])
        self._last = np.array([each.exact_levels[-1] for each in comparisons])

    def score(
        self,
        records: Records,
        left: npt.NDArray[np.int32],
        right: npt.NDArray[np.int32],
        patterns: Patterns,
    ) -> Scores:
        """Scores of compared pairs."""
        distinct, places = index_patterns(patterns)
        weights = _weigh(distinct, self._priors, self._weights)
        person, household = np.empty(len(left), np.float32), np.empty(len(left), np.float32)
        likeliest = np.empty(len(left), np.uint8)
        bits = np.zeros((min(_CHUNK, len(left)), len(records.columns)))
        for start in range(0, len(left), _CHUNK):
            some = slice(start, start + _CHUNK)
            for field, column in enumerate(records.columns):
                _look_up(records.codes, left[some], field, column.finer, bits)
            _score(
                patterns[some], places[some], bits, weights, self._first, self._last,
                self._model.learned, self._near, person[some], household[some], likeliest[some],
            )  # fmt: skip
        return Scores(self._model.calibration.correct(person), household, likeliest)


def probability(odds: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Probabilities, of log2 odds."""
    return np.asarray(1.0 / (1.0 + np.exp2(-odds.astype(float))))


@kernel
def _look_up(codes: Any, left: Any, field: Any, finer: Any, bits: Any) -> None:
    """What the values of a field say more than the mean of their bands, where there is one."""
    for pair in range(len(left)):
        code = codes[left[pair], field]
        bits[pair, field] = finer[code] if code >= 0 else 0.0


@kernel
def _weigh(patterns: Any, priors: Any, weights: Any) -> Any:
    """Of each pattern, for each relation: the bits of its prior and of all its levels."""
    told = np.empty((len(patterns), len(priors)))
    for at in range(len(patterns)):
        for relation in range(len(priors)):
            bits = priors[relation]
            for field in range(len(weights)):
                level = np.int64((patterns[at] >> np.uint64(4 * field)) & np.uint64(15))
                bits += weights[field, level, relation]
            told[at, relation] = bits
    return told


@kernel
def _score(
    patterns: Any, places: Any, bits: Any, weights: Any, first: Any, last: Any, learned: Any,
    near: Any, person: Any, household: Any, likeliest: Any,
) -> None:  # fmt: skip
    relations = weights.shape[1]
    fields = len(first)
    told = np.empty(relations)
    for pair in range(len(patterns)):
        for relation in range(relations):
            told[relation] = weights[places[pair], relation]
        pattern = patterns[pair]
        for field in range(fields):
            level = np.int64((pattern >> np.uint64(4 * field)) & np.uint64(15))
            if first[field] <= level <= last[field]:
                for relation in range(relations):
                    if learned[relation, field]:
                        told[relation] += bits[pair, field]
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
