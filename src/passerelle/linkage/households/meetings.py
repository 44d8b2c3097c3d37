"""Which persons may live together: those whose records share a name in a place, a home or a line.

The rules for persons look for what one person's records share. People of one household differ in
first names and birth dates, so they are looked for by what a household shares.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import numpy.typing as npt

from passerelle.linkage.blocking import Part, Rule, find_groups
from passerelle.linkage.compiling import kernel
from passerelle.linkage.households.people import Ints, Longs, People, distinct_pairs
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


@dataclass(frozen=True)
class Meetings:
    """Pairs of persons, the lower number first, each once.

    masks: uint16, the fields for which some rule found the pair without them; one bit a field.
    """

    left: Ints
    right: Ints
    masks: npt.NDArray[np.uint16]


def find_meetings(shared: SharedFields, people: People, links: tuple[Ints, Ints]) -> Meetings:
    """The pairs of persons that a rule finds, or that two of their records are linked by.

    Args:
        shared: What records share.
        people: Their persons.
        links: Pairs of records that seem to be of one household.
    """
    found = [_across(people.of[links[0]], people.of[links[1]])]
    masks = [np.zeros(len(found[0]), np.uint16)]
    for rule in (rule for sorts in _SHARED for rule in list_rules(shared, sorts)):
        groups = find_groups(shared.records, rule, largest=_LARGEST).of
        told = distinct_pairs(groups, people.of)
        starts = np.flatnonzero(np.diff(told[:, 0], prepend=-1, append=-2))
        left, right = _pairs_inside(told[:, 1].astype(np.int32), starts)
        found.append(_across(left, right))
        masks.append(np.full(len(left), _outside(shared, rule), np.uint16))
    return _merged(found, masks)


def list_rules(shared: SharedFields, sorts: Sequence[str]) -> list[Rule]:
    """A rule for each way to take one field of each sort."""
    places = [[at for at, each in enumerate(shared.sorts) if each == sort] for sort in sorts]
    return [Rule(tuple(sorted(Part(at) for at in some))) for some in product(*places)]


def _outside(shared: SharedFields, rule: Rule) -> int:
    return sum(1 << at for at in range(len(shared.sorts)) if at not in rule.fields)


def _across(left: Ints, right: Ints) -> Longs:
    """Pairs of persons as one number each; -1 where both are one."""
    low, high = np.minimum(left, right).astype(np.int64), np.maximum(left, right)
    return np.where(low == high, np.int64(-1), low << 32 | high)


def _merged(found: list[Longs], masks: list[npt.NDArray[np.uint16]]) -> Meetings:
    pairs, bits = np.concatenate(found), np.concatenate(masks)
    pairs, bits = pairs[pairs >= 0], bits[pairs >= 0]
    order = np.argsort(pairs, kind="stable")
    starts = np.flatnonzero(np.diff(pairs[order], prepend=-1))
    once = pairs[order[starts]]
    both = np.bitwise_or.reduceat(bits[order], starts) if len(starts) else bits
    return Meetings((once >> 32).astype(np.int32), (once & 0x7FFFFFFF).astype(np.int32), both)


@kernel
def _pairs_inside(persons: Any, starts: Any) -> Any:
    total = np.int64(0)
    for group in range(len(starts) - 1):
        size = starts[group + 1] - starts[group]
        total += size * (size - 1) // 2
    left, right = np.empty(total, np.int32), np.empty(total, np.int32)
    place = 0
    for group in range(len(starts) - 1):
        for at in range(starts[group], starts[group + 1]):
            for there in range(at + 1, starts[group + 1]):
                left[place] = persons[at]
                right[place] = persons[there]
                place += 1
    return left, right
