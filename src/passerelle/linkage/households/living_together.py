"""Who lives together: households between persons, on all that their records know together.

Between records too little is known: one has the street, another the phone. So persons are found
first, and then it is asked of two persons whether they live together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from passerelle.linkage import learning
from passerelle.linkage.clustering import find_clusters
from passerelle.linkage.dependence import Repeats
from passerelle.linkage.households.circumstances import gap_levels, other_levels, years_of_birth
from passerelle.linkage.households.evidence import compare_people, pack_levels, unpack_levels
from passerelle.linkage.households.features import list_features
from passerelle.linkage.households.home_model import (
    AT_HOME,
    RELATIONS,
    Feature,
    HomeModel,
    learn_homes,
)
from passerelle.linkage.households.meetings import Meetings, find_meetings
from passerelle.linkage.households.people import Ints, People, gather_people
from passerelle.linkage.households.sexes import sex_levels, sexes_of
from passerelle.linkage.households.shared_fields import SharedFields, narrow
from passerelle.linkage.learning import Model
from passerelle.linkage.patterns import count_patterns
from passerelle.linkage.records import Records

Floats = npt.NDArray[np.float32]
Bits = npt.NDArray[np.float64]
Levels = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Homes:
    """Who lives with whom.

    households: int32, for each record the first record of its household.
    left, right: int32, pairs of persons that were compared, by their first records.
    odds: float32, log2 odds that each pair lives together.
    """

    households: Ints
    left: Ints
    right: Ints
    odds: Floats


def find_homes(
    records: Records,
    repeats: Sequence[Repeats],
    model: Model,
    persons: Ints,
    links: tuple[Ints, Ints],
) -> Homes:
    """Households of persons; each lives alone where the fields cannot tell households.

    Args:
        records: All records.
        repeats: Fields that say nothing where another agrees.
        model: What was learned between records.
        persons: For each record, the first record of its person.
        links: Pairs of records that seem to be of one household.
    """
    people = gather_people(persons)
    if learning.HOUSEHOLD not in model.relations or people.count < 2:
        none = np.empty(0, np.int32)
        return Homes(persons, none, none, np.empty(0, np.float32))
    compared = _Comparing(records, narrow(records, repeats, model), people)
    met = find_meetings(compared.shared, people, links)
    levels, finer = compared.levels(met.left, met.right)
    learned = _learned(compared.features, levels, met, people)
    odds = _odds(learned, compared.features, levels, finer)

    def score(left: Ints, right: Ints) -> Floats:
        return _odds(learned, compared.features, *compared.levels(left, right))

    near = odds >= 0
    found = find_clusters(people.count, met.left[near], met.right[near], odds[near], score)
    firsts = people.firsts
    return Homes(firsts[found][people.of], firsts[met.left], firsts[met.right], odds)


class _Comparing:
    """Compares persons on every feature."""

    def __init__(self, records: Records, shared: SharedFields, people: People) -> None:
        self.shared = shared
        self._people = people
        self._years, self._sexes = years_of_birth(records, people), sexes_of(records, people)
        self.features = list_features(shared, people, self._years, self._sexes)

    def levels(self, left: Ints, right: Ints) -> tuple[Levels, Bits]:
        """Of shape (pairs, features), and bits that shared values say more than their levels."""
        found = compare_people(self.shared, self._people, (left, right))
        finer = np.zeros((len(left), len(self.features)))
        for at, column in enumerate(self.shared.records.columns):
            exact = column.comparison.exact_levels
            is_exact = (found.levels[:, at] >= exact[0]) & (found.levels[:, at] <= exact[-1])
            codes = self.shared.records.codes[found.sides[:, at], at]
            finer[:, at] = np.where(is_exact, column.finer_of(codes), 0.0)
        circumstances = (
            gap_levels(self._years, left, right),
            sex_levels(self._sexes, left, right),
            other_levels(self.shared, self._people, found.left, found.right),
        )
        return np.column_stack([found.levels, *circumstances]), finer


def _learned(
    features: tuple[Feature, ...], levels: Levels, met: Meetings, people: People
) -> HomeModel:
    counted = count_patterns(pack_levels(levels), met.masks)
    distinct = unpack_levels(counted.patterns, levels.shape[1])
    counts = counted.counts.astype(float)
    return learn_homes(features, distinct, counted.masks, counts, all_pairs=people.pairs)


def _odds(learned: HomeModel, features: tuple[Feature, ...], levels: Levels, finer: Bits) -> Floats:
    """Log2 odds that persons live together."""
    told = np.tile(np.log2(learned.priors), (len(levels), 1))
    for at, feature in enumerate(features):
        told += learned.weights(at).T[levels[:, at]]
        for relation in feature.learned_by:
            told[:, relation] += finer[:, at]
    odds = np.exp2(told - told.max(axis=1, keepdims=True))
    at_home = odds[:, AT_HOME].sum(axis=1)
    apart = odds[:, [each for each in range(RELATIONS) if each not in AT_HOME]].sum(axis=1)
    both = np.log2(np.maximum([at_home, apart], 1e-30))
    return np.asarray(both[0] - both[1], np.float32)
