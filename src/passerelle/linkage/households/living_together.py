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
from passerelle.linkage.clustering import Score, find_clusters
from passerelle.linkage.dependence import Repeats
from passerelle.linkage.households.home_model import HomeModel, learn_homes
from passerelle.linkage.households.home_stream import MeetingStream, home_odds
from passerelle.linkage.households.meetings import Meetings
from passerelle.linkage.households.people import Ints, gather_people
from passerelle.linkage.households.people_comparer import PeopleComparer
from passerelle.linkage.households.shared_fields import narrow
from passerelle.linkage.learning import Model, seen_patterns
from passerelle.linkage.memory import Room
from passerelle.linkage.records import Records

Floats = npt.NDArray[np.float32]

_INNER = 1 << 20  # pairs inside components that are compared at once


@dataclass(frozen=True)
class Homes:
    """Who lives with whom.

    households: int32, for each record the first record of its household.
    left, right: int32, pairs of persons that were compared, by their first records; where they are
        many, those that may live together.
    odds: float32, log2 odds that each pair lives together.
    """

    households: Ints
    left: Ints
    right: Ints
    odds: Floats

    @staticmethod
    def of_one(persons: Ints) -> Homes:
        """Each person alone, and nobody compared: nothing is asked of who lives together.

        Args:
            persons: For each record, the first record of its person.
        """
        none = np.empty(0, np.int32)
        return Homes(persons, none, none, np.empty(0, np.float32))


def find_homes(
    records: Records,
    repeats: Sequence[Repeats],
    model: Model,
    persons: Ints,
    links: tuple[Ints, Ints],
    room: Room,
) -> Homes:
    """Households of persons; each lives alone where the fields cannot tell households.

    Args:
        records: All records.
        repeats: Fields that say nothing where another agrees.
        model: What was learned between records.
        persons: For each record, the first record of its person.
        links: Pairs of records that seem to be of one household.
        room: How much may be in memory at once.
    """
    people = gather_people(persons)
    if learning.HOUSEHOLD not in model.relations or people.count < 2:
        return Homes.of_one(persons)
    shared = narrow(records, repeats, model)
    comparer = PeopleComparer(records, shared, people)
    stream = MeetingStream(Meetings(shared, people, links), comparer, room)
    counted = stream.count_patterns()
    seen = seen_patterns(counted.patterns, counted.masks, counted.counts, len(comparer.features))
    learned = learn_homes(comparer.features, seen, all_pairs=people.pairs)
    met = stream.score(learned)
    del stream
    near = met.odds >= 0
    found = find_clusters(
        people.count, met.left[near], met.right[near], met.odds[near], _scorer(comparer, learned)
    )
    firsts = people.firsts
    return Homes(firsts[found][people.of], firsts[met.left], firsts[met.right], met.odds)


def _scorer(comparer: PeopleComparer, learned: HomeModel) -> Score:
    def score(left: Ints, right: Ints) -> Floats:
        odds = np.empty(len(left), np.float32)
        for start in range(0, len(left), _INNER):
            some = slice(start, start + _INNER)
            odds[some] = home_odds(learned, comparer.compare(left[some], right[some]))
        return odds

    return score
