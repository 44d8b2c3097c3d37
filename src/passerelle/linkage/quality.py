"""How good a linkage is by its own account: precision and recall without labels.

A candidate that is one person's with probability p is, on average, p of a true pair. So of the
pairs that were linked and kept, the expected share of true ones is the mean of their
probabilities; and of the true pairs among all candidates, the expected share that was kept is
the sum of the kept pairs' probabilities over the sum of all.

Both are the model's own belief, right as far as its probabilities are. Recall leaves out the true
pairs that no blocking rule found.

Source: with calibrated probabilities the expected counts of true and false positives are sums of
posteriors; Fellegi & Sunter (1969), "A Theory for Record Linkage", JASA 64(328), section 2, has
error rates as such sums; Belin & Rubin (1995), JASA 90(430), on how far to trust them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerelle.linkage.linking import Linkage
from passerelle.linkage.scoring import LINKED, probability

_HARDLY_ONE = 0.5  # true pairs expected
_SLICE = 1_000_000  # pairs whose probabilities are held at once


@dataclass(frozen=True)
class Quality:
    """Counts of candidate pairs, and how many of them are expected to be one person's.

    kept: links whose two records ended in one cluster. expected_right: of these, those that are
    true. expected_true: true pairs among all candidates.
    """

    kept: int
    expected_right: float
    expected_true: float

    @property
    def precision(self) -> float | None:
        """Expected share of the kept links that are true; None without a link."""
        return self.expected_right / self.kept if self.kept else None

    @property
    def recall(self) -> float | None:
        """Expected share of the true candidates that were kept; None where hardly one is true."""
        is_any = self.expected_true >= _HARDLY_ONE
        return self.expected_right / self.expected_true if is_any else None


def estimate_quality(linkage: Linkage) -> Quality:
    """Precision and recall that the linkage expects of itself, from its candidates' scores."""
    kept, right, true = 0, 0.0, linkage.unkept.expected_true
    for start in range(0, linkage.pairs.count, _SLICE):
        some = slice(start, start + _SLICE)
        odds = linkage.scores.person[some]
        left, right_side = linkage.pairs.left[some], linkage.pairs.right[some]
        chances = probability(odds)
        is_kept = (odds >= LINKED) & (linkage.clusters[left] == linkage.clusters[right_side])
        kept += int(np.count_nonzero(is_kept))
        right += float(chances[is_kept].sum())
        true += float(chances.sum())
    return Quality(kept, right, true)
