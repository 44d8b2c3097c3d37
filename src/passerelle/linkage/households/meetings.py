"""Which persons may live together: those whose records share a name in a place, a home or a line.

The rules for persons look for what one person's records share. People of one household differ in
first names and birth dates, so they are looked for by what a household shares.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from passerelle.kernel import side_threads
from passerelle.linkage.blocking import Part, Rule, find_groups
from passerelle.linkage.compiling import kernel
from passerelle.linkage.households.people import Ints, Longs, People
from passerelle.linkage.households.shared_fields import (
    LINE,
    NAME,
    NUMBER,
    PLACE,
    STREET,
    SharedFields,
)

_SHARED = (
    (NAME, PLACE), (NAME, STREET), (STREET, NUMBER, PLACE), (STREET, PLACE), (LINE,),
)  # fmt: skip
"""What must all agree, by rule."""

_LARGEST = 60
"""Records that may share a key: more are a tower, a home for the aged or a name in a large town,
of whom few live together; those few are found by another rule, such as name and street."""

_THREADS = 2  # rules at a time
_MASK_BITS = np.int64(16)


@dataclass(frozen=True)
class Met:
    """Pairs of persons, the lower number first, each once and in their order.

    masks: uint16, the fields for which some rule found the pair without them; one bit a field.
    """

    left: Ints
    right: Ints
    masks: npt.NDArray[np.uint16]


@dataclass(frozen=True)
class MeetingPlace:
    """Some persons, by the first and the last, whose meetings with later ones are a block.

    every: how many of them are passed for one that is taken.
    """

    first: int
    last: int
    every: int


class Meetings:
    """The pairs of persons that a rule finds, or that two of their records are linked by."""

    def __init__(self, shared: SharedFields, people: People, links: tuple[Ints, Ints]) -> None:
        """Find the groups of the rules.

        Args:
            shared: What records share.
            people: Their persons.
            links: Pairs of records that seem to be of one household.
        """
        rules = [rule for sorts in _SHARED for rule in list_rules(shared, sorts)]
        self._people = people
        self._outside = np.array([_outside(shared, rule) for rule in rules], np.uint16)
        self._groups = np.full((shared.records.count, len(rules)), -1, np.int32)

        def group(rule: int) -> None:
            found = find_groups(shared.records, rules[rule], largest=_LARGEST)
            self._groups[:, rule] = found.of

        with side_threads(_THREADS) as beside:
            for done in [beside.start(partial(group, at)) for at in range(len(rules))]:
                done.result()
        self._members, self._starts = _members(self._groups)
        self._linked, self._link_starts = _by_person(people, links)
        self._before = np.cumsum(
            _count_meetings(people.members, people.starts, self._groups, self._starts)
            + np.diff(self._link_starts)
        )

    @property
    def most(self) -> int:
        """How often persons meet: each pair as often as rules, records and either side find it."""
        return int(self._before[-1]) if len(self._before) else 0

    def places(self, *, every: int, size: int) -> Iterator[MeetingPlace]:
        """Where the blocks are.

        Args:
            every: Of so many persons, one is taken with all later ones that it meets.
            size: Meetings of a block at most, but for a person who alone has more.
        """
        first = 0
        while first < self._people.count:
            done = self._before[first - 1] if first else 0
            last = int(np.searchsorted(self._before, done + size * every, side="right"))
            last = max(last, first + 1)
            yield MeetingPlace(first, last, every)
            first = last

    def make(self, place: MeetingPlace) -> Met:
        """The pairs of a block."""
        people = self._people
        chosen = np.arange(place.first, place.last, dtype=np.int64)
        done = self._before[place.first - 1] if place.first else 0
        meetings = np.diff(self._before[place.first : place.last], prepend=done)
        is_taken = chosen % place.every == 0
        chosen, meetings = chosen[is_taken], meetings[is_taken]
        left, right, masks = _meet(
            chosen, int(meetings.sum()), int(meetings.max(initial=0)), people.of, people.members,
            people.starts, self._groups, self._members, self._starts, self._outside,
            self._linked, self._link_starts,
        )  # fmt: skip
        return Met(left, right, masks)


def list_rules(shared: SharedFields, sorts: Sequence[str]) -> list[Rule]:
    """A rule for each way to take one field of each sort."""
    places = [[at for at, each in enumerate(shared.sorts) if each == sort] for sort in sorts]
    return [Rule(tuple(sorted(Part(at) for at in some))) for some in product(*places)]


def _outside(shared: SharedFields, rule: Rule) -> int:
    return sum(1 << at for at in range(len(shared.sorts)) if at not in rule.fields)


def _by_person(people: People, links: tuple[Ints, Ints]) -> tuple[Ints, Longs]:
    """For each person the later ones that a record of its is linked to, and where they begin."""
    one, other = people.of[links[0]], people.of[links[1]]
    apart = one != other
    low, high = np.minimum(one, other)[apart], np.maximum(one, other)[apart]
    starts = np.concatenate([[0], np.cumsum(np.bincount(low, minlength=people.count))])
    return high[np.argsort(low, kind="stable")], starts.astype(np.int64)


@kernel
def _members(groups: Any) -> Any:
    """Records group by group, and where each group begins; groups are numbered on over rules."""
    records, rules = groups.shape
    count = 0
    for rule in range(rules):
        most = -1
        for record in range(records):
            if groups[record, rule] >= 0:
                most = max(most, groups[record, rule])
                groups[record, rule] += count
        count += most + 1
    starts = np.zeros(count + 1, np.int64)
    for record in range(records):
        for rule in range(rules):
            if groups[record, rule] >= 0:
                starts[groups[record, rule] + 1] += 1
    for group in range(count):
        starts[group + 1] += starts[group]
    members = np.empty(starts[count], np.int32)
    following = starts[:-1].copy()
    for record in range(records):
        for rule in range(rules):
            group = groups[record, rule]
            if group >= 0:
                members[following[group]] = record
                following[group] += 1
    return members, starts


@kernel
def _count_meetings(of_people: Any, people: Any, groups: Any, starts: Any) -> Any:
    meetings = np.zeros(len(people) - 1, np.int64)
    for person in range(len(people) - 1):
        for at in range(people[person], people[person + 1]):
            for rule in range(groups.shape[1]):
                group = groups[of_people[at], rule]
                if group >= 0:
                    meetings[person] += starts[group + 1] - starts[group]
    return meetings


@kernel
def _meet(
    chosen: Any, room: Any, widest: Any, of: Any, of_people: Any, people: Any, groups: Any,
    members: Any, starts: Any, outside: Any, linked: Any, link_starts: Any,
) -> Any:  # fmt: skip
    """Of each chosen person the later ones that it meets: sorted with their masks, then merged."""
    left, right = np.empty(room, np.int32), np.empty(room, np.int32)
    masks = np.empty(room, np.uint16)
    met = np.empty(widest, np.int64)
    count = 0
    for person in chosen:
        here = 0
        for at in range(people[person], people[person + 1]):
            for rule in range(groups.shape[1]):
                group = groups[of_people[at], rule]
                if group < 0:
                    continue
                for there in range(starts[group], starts[group + 1]):
                    other = of[members[there]]
                    if other > person:
                        met[here] = (np.int64(other) << _MASK_BITS) | np.int64(outside[rule])
                        here += 1
        for at in range(link_starts[person], link_starts[person + 1]):
            met[here] = np.int64(linked[at]) << _MASK_BITS
            here += 1
        met[:here].sort()
        before = np.int64(-1)
        for at in range(here):
            other, mask = met[at] >> _MASK_BITS, np.uint16(met[at] & np.int64(0xFFFF))
            if other == before:
                masks[count - 1] |= mask
                continue
            left[count], right[count], masks[count] = person, other, mask
            count += 1
            before = other
    return left[:count].copy(), right[:count].copy(), masks[:count].copy()
