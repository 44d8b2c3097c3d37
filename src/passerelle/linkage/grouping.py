"""From scored pairs to persons and households, under what was decided."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from passerelle.linkage.clustering import CERTAIN, Score, components, find_clusters
from passerelle.linkage.deciding import Decisions, decide
from passerelle.linkage.learning import HOUSEHOLD, PERSON, Model

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]


def find_persons(
    sources: npt.NDArray[np.int16],
    pairs: tuple[Ints, Ints],
    odds: Floats,
    decisions: Decisions,
    score: Score,
) -> Ints:
    """For each record, the first record of its person.

    Args:
        sources: The table of each record.
        pairs: The candidates.
        odds: Their log2 odds of being one person.
        decisions: What no score overrules.
        score: Scores the pairs inside components that were no candidates.
    """
    left, right = pairs
    decided = decide(odds, left, right, sources, decisions)
    linked = decided >= 0
    same = np.sort(decisions.same, axis=1)

    def decided_score(left: Ints, right: Ints) -> Floats:
        return decide(score(left, right), left, right, sources, decisions)

    return find_clusters(
        len(sources),
        np.concatenate([left[linked], same[:, 0]]),
        np.concatenate([right[linked], same[:, 1]]),
        np.concatenate([decided[linked], np.full(len(same), CERTAIN, np.float32)]),
        decided_score,
    )


def find_households(model: Model, pairs: tuple[Ints, Ints], odds: Floats, persons: Ints) -> Ints:
    """For each record, the first record of its person's household: persons who live together."""
    if HOUSEHOLD not in model.relations or PERSON not in model.relations:
        return persons
    at_home = odds >= 0
    everybody = np.arange(len(persons), dtype=np.int32)
    left = np.concatenate([everybody, pairs[0][at_home]])
    right = np.concatenate([persons, pairs[1][at_home]])
    return components(len(persons), left, right)
