"""Persons that meet, in a stream: whatever is held at once, the same pairs and the same odds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from passerelle.linkage import Linkage
from passerelle.linkage.expecting import Seen
from passerelle.linkage.households.home_model import (
    FAMILY,
    NEIGHBOUR,
    RELATIONS,
    UNRELATED,
    HomeModel,
    learn_homes,
)
from passerelle.linkage.households.home_stream import MeetingStream, Scored
from passerelle.linkage.households.meetings import Meetings
from passerelle.linkage.households.people import People, gather_people
from passerelle.linkage.households.people_comparer import PeopleComparer
from passerelle.linkage.households.shared_fields import STREET, SharedFields, narrow
from passerelle.linkage.learning import seen_patterns
from passerelle.linkage.memory import Room
from passerelle.linkage.patterns import PatternCounts
from tests.unit.linkage.households_town import make_town

NONE = np.empty(0, np.int32)


@dataclass(frozen=True)
class Known:
    linkage: Linkage
    people: People
    shared: SharedFields
    meetings: Meetings
    comparer: PeopleComparer


@pytest.fixture(scope="module")
def known() -> Known:
    linkage, _homes = make_town().linked()
    people = gather_people(linkage.clusters)
    shared = narrow(linkage.records, linkage.repeats, linkage.model)
    meetings = Meetings(shared, people, (NONE, NONE))
    return Known(linkage, people, shared, meetings, PeopleComparer(linkage.records, shared, people))


def learned(known: Known, counted: PatternCounts) -> HomeModel:
    features = known.comparer.features
    seen = seen_patterns(counted.patterns, counted.masks, counted.counts, len(features))
    return learn_homes(features, seen, all_pairs=known.people.pairs)


def scored(known: Known, room: Room) -> Scored:
    stream = MeetingStream(known.meetings, known.comparer, room)
    return stream.score(learned(known, stream.count_patterns()))


@pytest.mark.parametrize("held", [0, 10**9])
def test_small_blocks_of_persons_give_what_one_block_gives(known: Known, held: int) -> None:
    whole = scored(known, Room())

    parts = scored(known, Room(block=40, held=held))

    assert parts.left.tolist() == whole.left.tolist()
    assert parts.right.tolist() == whole.right.tolist()
    assert np.allclose(parts.odds, whole.odds, atol=1e-4)


def test_persons_meet_once_and_only_if_their_records_share_what_a_household_does(
    known: Known,
) -> None:
    found = scored(known, Room())

    assert (found.left < found.right).all()
    assert len({*zip(found.left.tolist(), found.right.tolist(), strict=True)}) == len(found.left)
    codes, of = known.shared.records.codes, known.people.of
    for one, other in zip(found.left.tolist(), found.right.tolist(), strict=True):
        first, second = codes[of == one], codes[of == other]
        same = (first[:, None] == second[None, :]) & (first[:, None] >= 0)
        assert same.any()


def test_two_records_that_are_linked_meet_though_they_share_nothing(known: Known) -> None:
    last = known.people.count - 1
    ends = (known.people.firsts[:1], known.people.firsts[last:])
    meetings = Meetings(known.shared, known.people, ends)

    met = [meetings.make(place) for place in meetings.places(every=1, size=100)]

    assert any(((each.left == 0) & (each.right == last)).any() for each in met)


def test_of_every_third_person_all_meetings_with_later_ones_are_made(known: Known) -> None:
    whole = [known.meetings.make(each) for each in known.meetings.places(every=1, size=10**9)]
    some = [known.meetings.make(each) for each in known.meetings.places(every=3, size=50)]

    expected = [(a, b) for a, b in zip(whole[0].left, whole[0].right, strict=True) if a % 3 == 0]
    assert [pair for each in some for pair in zip(each.left, each.right, strict=True)] == expected


def test_similar_streets_of_one_town_do_not_pass_for_a_neighbourhood(known: Known) -> None:
    """They would leave the neighbours of two names to the partners."""
    features = known.comparer.features
    street = known.shared.sorts.index(STREET)
    levels = np.zeros((2, len(features)), np.uint8)
    levels[:, street] = [2, features[street].exact[0]]
    seen = Seen(levels, np.ones((2, len(features)), np.bool_), np.array([90_000.0, 100.0]))

    model = learn_homes(features, seen, all_pairs=known.people.pairs)

    exact = model.agreements[street][:, list(features[street].exact)].sum(axis=1)
    assert model.priors.shape == (RELATIONS,)
    assert exact[NEIGHBOUR] >= 0.9 - 1e-9
    assert exact[FAMILY] >= 0.7 - 1e-9
    assert exact[UNRELATED] < 0.5
