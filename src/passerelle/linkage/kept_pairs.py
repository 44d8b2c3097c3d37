"""What is kept of all candidates: pairs that may matter one by one, and counts of the rest.

Most candidates are two strangers, and nobody asks about any of them. So where candidates are many,
those that are hardly one person's nor one household's are counted and forgotten, and memory does
not grow with them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _
from passerelle.linkage.blocking import Pairs
from passerelle.linkage.patterns import Patterns, count_levels
from passerelle.linkage.scoring import LINKED, Scores, probability

Kind = TypeVar("Kind", bound=np.generic)
Longs = npt.NDArray[np.int64]

KEEP_ALL = -np.inf
"""The floor below which nothing lies."""

HARDLY_ONE = -10.0
"""Log2 odds below which a pair is not asked about either: one in a thousand is one person's."""

_EXAMPLES = 4096  # pairs below the floor of which one is kept, so that a report can show some
_EDGE = 100  # bits; beyond, a pair is as certain as can be


@dataclass(frozen=True)
class Unkept:
    """Candidates that were counted and forgotten.

    count: how many. expected_true: how many of them are expected to be one person's.
    by_weight: int64 of shape (200, relations): pairs by log2 odds of being one person, a bit each
        from -100 on, and by most probable relation.
    by_level: int64 of shape (fields, 16), pairs by the level that they reached.
    """

    count: int = 0
    expected_true: float = 0.0
    by_weight: Longs = field(default_factory=lambda: np.zeros((2 * _EDGE, 1), np.int64))
    by_level: Longs = field(default_factory=lambda: np.zeros((1, 16), np.int64))

    @property
    def weights(self) -> npt.NDArray[np.float64]:
        """The lower edge of each bin of `by_weight`."""
        return np.arange(-_EDGE, _EDGE, dtype=float)


@dataclass(frozen=True)
class Kept:
    """Pairs that were kept, with their patterns and scores, and what the others were."""

    pairs: Pairs
    patterns: Patterns
    scores: Scores
    unkept: Unkept


class Sieve:
    """Takes scored candidates block by block, and keeps some."""

    def __init__(self, *, floor: float, most: int, relations: int, fields: int) -> None:
        """Begin.

        Args:
            floor: Log2 odds of being one person below which pairs are not kept, unless they may
                be one household.
            most: Pairs that may be kept; where they would be more, only links are.
            relations: How many the model has.
            fields: How many are compared.
        """
        self._floor, self._most, self._count = floor, most, 0
        self._parts: list[Kept] = []
        self._unkept = Unkept(
            by_weight=np.zeros((2 * _EDGE, relations), np.int64),
            by_level=np.zeros((fields, 16), np.int64),
        )

    def take(self, pairs: Pairs, patterns: Patterns, scores: Scores) -> None:
        """Keep what may matter.

        Raises:
            InvalidInput: The links alone are too many to be kept.
        """
        self._sift(pairs, patterns, scores)
        if self._count > self._most and self._floor < LINKED:
            whole = self.kept()
            self._floor, self._count, self._parts = LINKED, 0, []
            self._sift(whole.pairs, whole.patterns, whole.scores)
        if self._count > self._most:
            raise InvalidInput(
                _("There are more links than memory may hold."),
                hint=_("Allow more memory (--memory), or link fewer records at a time."),
            )

    def kept(self) -> Kept:
        """All that was kept so far."""
        parts = self._parts
        pairs = Pairs(
            _joined([each.pairs.left for each in parts], np.int32),
            _joined([each.pairs.right for each in parts], np.int32),
        )
        scores = Scores(
            _joined([each.scores.person for each in parts], np.float32),
            _joined([each.scores.household for each in parts], np.float32),
            _joined([each.scores.likeliest for each in parts], np.uint8),
        )
        patterns = _joined([each.patterns for each in parts], np.uint64)
        return Kept(pairs, patterns, scores, self._unkept)

    def _sift(self, pairs: Pairs, patterns: Patterns, scores: Scores) -> None:
        is_kept = (scores.person >= self._floor) | (scores.household >= LINKED)
        is_kept[::_EXAMPLES] = True
        if not is_kept.all():
            self._forget(patterns[~is_kept], scores.person[~is_kept], scores.likeliest[~is_kept])
            pairs = Pairs(pairs.left[is_kept], pairs.right[is_kept])
            patterns = patterns[is_kept]
            scores = Scores(
                scores.person[is_kept], scores.household[is_kept], scores.likeliest[is_kept]
            )
        self._parts.append(Kept(pairs, patterns, scores, self._unkept))
        self._count += pairs.count

    def _forget(
        self,
        patterns: Patterns,
        odds: npt.NDArray[np.float32],
        likeliest: npt.NDArray[np.uint8],
    ) -> None:
        before = self._unkept
        relations = before.by_weight.shape[1]
        bins = np.clip(np.floor(odds) + _EDGE, 0, 2 * _EDGE - 1).astype(np.int64)
        counted = np.bincount(bins * relations + likeliest, minlength=before.by_weight.size)
        self._unkept = Unkept(
            before.count + len(odds),
            before.expected_true + float(probability(odds).sum()),
            before.by_weight + counted.reshape(before.by_weight.shape),
            before.by_level + count_levels(patterns, len(before.by_level)),
        )


def _joined(parts: list[npt.NDArray[Kind]], kind: type[Kind]) -> npt.NDArray[Kind]:
    return np.concatenate(parts) if parts else np.empty(0, kind)
