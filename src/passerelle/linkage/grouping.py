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
    """For each record, the first record of its person's household, by links between records alone.

    For where not all records are at hand: `households.living_together` knows more of persons.
    """
    if HOUSEHOLD not in model.relations or PERSON not in model.relations:
        return persons
    at_home = odds >= 0
    everybody = np.arange(len(persons), dtype=np.int32)
    left = np.concatenate([everybody, pairs[0][at_home]])
    right = np.concatenate([persons, pairs[1][at_home]])
    return components(len(persons), left, right)


def move_in(
    persons: Ints, is_new: npt.NDArray[np.bool_], pairs: tuple[Ints, Ints], odds: Floats
) -> Ints:
    """For each record, the first record of its person, or of the one that it moves in with.

    A person of new records only moves in with the person that it lives with likeliest, if any: so
    no newcomer joins two households that are known.

    Args:
        persons: For each record, the first record of its person.
        is_new: Which records are.
        pairs: Pairs of records.
        odds: Their log2 odds of being one household's.
    """
    is_known = np.zeros(len(persons), np.bool_)
    is_known[persons[~is_new]] = True
    one, other = (np.concatenate([persons[pairs[at]], persons[pairs[1 - at]]]) for at in (0, 1))
    both = np.concatenate([odds, odds])
    moves = np.flatnonzero((both >= 0) & (one != other) & ~is_known[one])
    moves = moves[np.lexsort((other[moves], -both[moves], one[moves]))]
    best = moves[np.diff(one[moves], prepend=-1) != 0]
    everybody = np.arange(len(persons), dtype=np.int32)
    return components(
        len(persons),
        np.concatenate([everybody, one[best]]),
        np.concatenate([persons, other[best]]),
    )


def keep_together(before: Ints, found: Ints) -> Ints:
    """Households that were there before, joined where one that was found holds people of several.

    Args:
        before: For each record, the first record of the household it was in.
        found: Likewise of the one it is in by what is known now, by positions as in `before`.

    Returns:
        For each record, the first record of its household.
    """
    names, at = np.unique(np.concatenate([before, found]), return_inverse=True)
    left, right = at[: len(before)].astype(np.int32), at[len(before) :].astype(np.int32)
    return names[components(len(names), left, right)[left]]
