"""What two persons share, each known by several records: their best agreement, field by field.

The parts of an address are taken from one pair of records, so that a number in one street is not
met by the street of another. Where the streets of both are known, a pair of records that knows
them speaks, and none that leaves them out.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from passerelle.linkage.comparison import DIFFERENT
from passerelle.linkage.compiling import kernel
from passerelle.linkage.dependence import silence
from passerelle.linkage.households.people import Ints, People
from passerelle.linkage.households.shared_fields import (
    LINE,
    NUMBER,
    PLACE,
    STREET,
    SharedFields,
)
from passerelle.linkage.patterns import BITS, Patterns, compare_pairs

_MOST_RECORDS = 6  # of a person that speak; the first ones


@dataclass(frozen=True)
class Agreement:
    """What pairs of persons share.

    patterns: the best levels that their records reach, four bits a field.
    sides: int32 of shape (pairs, fields), the record of the first person that reaches each.
    left, right: the records of both that share an address best.
    """

    patterns: Patterns
    sides: Ints
    left: Ints
    right: Ints


def compare_people(shared: SharedFields, people: People, pairs: tuple[Ints, Ints]) -> Agreement:
    """What pairs of persons share.

    Args:
        shared: Their records.
        people: The persons.
        pairs: Pairs of them.
    """
    left, right, starts = _record_pairs(*pairs, people.members, people.starts, _MOST_RECORDS)
    compared = compare_pairs(shared.records, left, right, threads=1)
    is_address = np.array([sort in (PLACE, STREET, NUMBER) for sort in shared.sorts])
    is_street = np.array([sort == STREET for sort in shared.sorts])
    patterns, sides, address = _best(
        compared, starts, left, _worth(shared), is_address, is_street, _from_the_same(shared)
    )
    silence(shared.records, shared.repeats, patterns)
    return Agreement(patterns, sides, left[address], right[address])


def _from_the_same(shared: SharedFields) -> Ints:
    """The level of each field below which values are different: e-mails of one family are near by
    its name, so lines are the same or say nothing.
    """
    columns = zip(shared.sorts, shared.records.columns, strict=True)
    return np.array(
        [column.comparison.first_exact if sort == LINE else 0 for sort, column in columns], np.int32
    )


def _worth(shared: SharedFields) -> npt.NDArray[np.float64]:
    """Of shape (fields, 16): bits of each level for a household."""
    worth = np.zeros((len(shared.sorts), 16))
    for at, (sort, column) in enumerate(zip(shared.sorts, shared.records.columns, strict=True)):
        worth[at, : len(shared.worth[at])] = shared.worth[at]
        if sort == LINE:
            worth[at] = 0.0
            worth[at, list(column.comparison.exact_levels)] = 1.0
    return worth


@kernel
def _record_pairs(left: Any, right: Any, members: Any, starts: Any, most: Any) -> Any:
    ends = np.zeros(len(left) + 1, np.int64)
    for pair in range(len(left)):
        one = min(most, starts[left[pair] + 1] - starts[left[pair]])
        other = min(most, starts[right[pair] + 1] - starts[right[pair]])
        ends[pair + 1] = ends[pair] + one * other
    first, second = np.empty(ends[-1], np.int32), np.empty(ends[-1], np.int32)
    for pair in range(len(left)):
        place = ends[pair]
        for at in range(min(most, starts[left[pair] + 1] - starts[left[pair]])):
            for there in range(min(most, starts[right[pair] + 1] - starts[right[pair]])):
                first[place] = members[starts[left[pair]] + at]
                second[place] = members[starts[right[pair]] + there]
                place += 1
    return first, second, ends


@kernel
def _best(
    compared: Any, starts: Any, left: Any, worth: Any, is_address: Any, is_street: Any, same: Any
) -> Any:
    fields = len(is_address)
    patterns = np.zeros(len(starts) - 1, np.uint64)
    sides = np.empty((len(starts) - 1, fields), np.int32)
    addresses = np.empty(len(starts) - 1, np.int64)
    levels = np.zeros(fields, np.int64)
    for pair in range(len(starts) - 1):
        address, most = starts[pair], -1e30
        levels[:] = 0
        sides[pair, :] = left[starts[pair]]
        for at in range(starts[pair], starts[pair + 1]):
            bits = 0.0
            for field in range(fields):
                level = np.int64((compared[at] >> np.uint64(BITS * field)) & np.uint64(15))
                if is_address[field]:
                    bits += worth[field, level]
                    if is_street[field] and level > 0:
                        bits += 1e6
                elif level > 0:
                    before = levels[field]
                    if before == 0 or worth[field, level] > worth[field, before]:
                        levels[field] = level
                        sides[pair, field] = left[at]
            if bits > most:
                address, most = at, bits
        addresses[pair] = address
        for field in range(fields):
            level = levels[field]
            if is_address[field]:
                level = np.int64((compared[address] >> np.uint64(BITS * field)) & np.uint64(15))
                sides[pair, field] = left[address]
            if DIFFERENT < level < same[field]:
                level = np.int64(DIFFERENT)
            patterns[pair] |= np.uint64(level) << np.uint64(BITS * field)
    return patterns, sides, addresses
