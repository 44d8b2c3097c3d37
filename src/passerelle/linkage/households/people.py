"""Persons as groups of records: what all of a person's records know together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from passerelle.linkage.compiling import kernel

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]


@dataclass(frozen=True)
class People:
    """Persons, numbered from 0 in the order of their first records.

    of: int32 of shape (records,), the person of each record.
    firsts: int32 of shape (people,), the first record of each.
    members, starts: the records person after person, and where each person's begin; one more start
        than people.
    """

    of: Ints
    firsts: Ints
    members: Ints
    starts: Longs

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.firsts)

    @property
    def pairs(self) -> float:
        """How many pairs of them."""
        return self.count * (self.count - 1) / 2


def gather_people(persons: Ints) -> People:
    """People of records, given the first record of each record's person."""
    is_first = persons == np.arange(len(persons))
    of = (np.cumsum(is_first) - 1)[persons].astype(np.int32)
    firsts = np.flatnonzero(is_first).astype(np.int32)
    members = np.argsort(of, kind="stable").astype(np.int32)
    starts = np.concatenate([[0], np.cumsum(np.bincount(of, minlength=len(firsts)))])
    return People(of, firsts, members, starts.astype(np.int64))


def first_known(values: Ints, people: People) -> Ints:
    """Of each person, the value of the first record that has one; -1 if none does."""
    told = np.full(people.count, -1, np.int32)
    known = np.flatnonzero(values >= 0)[::-1]  # the first of a person is written last
    told[people.of[known]] = values[known]
    return told


def count_holders(codes: Ints, people: People, size: int) -> tuple[Longs, int]:
    """For each of so many codes, the people with a record that has it; and who has any."""
    holders, known = _count_holders(codes, people.members, people.starts, size)
    return holders, int(known)


@kernel
def _count_holders(codes: Any, members: Any, starts: Any, size: Any) -> Any:
    holders = np.zeros(size, np.int64)
    known = np.int64(0)
    for person in range(len(starts) - 1):
        is_known = False
        for at in range(starts[person], starts[person + 1]):
            code = codes[members[at]]
            if code < 0:
                continue
            is_known = True
            is_new = True
            for before in range(starts[person], at):
                if codes[members[before]] == code:
                    is_new = False
                    break
            if is_new:
                holders[code] += 1
        if is_known:
            known += 1
    return holders, known
