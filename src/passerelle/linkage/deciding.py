"""What people know better than any score: who is one person for certain, and who is not."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from passerelle.linkage.clustering import CERTAIN
from passerelle.linkage.labels import Labels

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]


def _no_pairs() -> Ints:
    return np.empty((0, 2), np.int32)


@dataclass(frozen=True)
class Decisions:
    """What no score may overrule.

    same: int32 of shape (pairs, 2), positions of records that are one person.
    different: likewise, of records that are two persons; they win over `same`.
    sources_without_duplicates: tables (by number) that hold nobody twice.
    """

    same: Ints = field(default_factory=_no_pairs)
    different: Ints = field(default_factory=_no_pairs)
    sources_without_duplicates: tuple[int, ...] = ()


def add_labels(decisions: Decisions, labels: Labels | None) -> Decisions:
    """What was decided, and what people said of pairs, if anything."""
    if labels is None:
        return decisions
    said = np.stack([labels.left, labels.right], axis=1)
    return replace(
        decisions,
        same=np.concatenate([decisions.same, said[labels.is_same]]),
        different=np.concatenate([decisions.different, said[~labels.is_same]]),
    )


def decide(
    odds: Floats, left: Ints, right: Ints, sources: npt.NDArray[np.int16], decisions: Decisions
) -> Floats:
    """Log2 odds of pairs, certain where it was decided.

    Args:
        odds: As scored.
        left: One record of each pair, by position.
        right: The other.
        sources: The table of every record.
        decisions: What was decided.
    """
    decided = odds.copy()
    for some, certain in ((decisions.same, CERTAIN), (decisions.different, -CERTAIN)):
        if len(some):
            decided[np.isin(_keys(left, right), _keys(*some.T))] = certain
    if decisions.sources_without_duplicates:
        once = np.isin(sources, decisions.sources_without_duplicates)
        decided[(sources[left] == sources[right]) & once[left]] = -CERTAIN
    return decided


def _keys(left: Ints, right: Ints) -> npt.NDArray[np.int64]:
    low, high = np.minimum(left, right), np.maximum(left, right)
    return low.astype(np.int64) << 32 | high.astype(np.int64)
