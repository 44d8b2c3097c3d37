"""What tells a household from neighbours: who else lives at the address, and the years between two.

A house of which two persons are known is a home; an address with ten names is a building. And
partners are of about one age, parents and children a generation apart, neighbours anything.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import polars as pl

from passerelle.linkage.blocking import find_groups
from passerelle.linkage.households.meetings import list_rules
from passerelle.linkage.households.people import Ints, People, count_holders, first_known
from passerelle.linkage.households.shared_fields import (
    NAME,
    NUMBER,
    PLACE,
    STREET,
    SharedFields,
)
from passerelle.linkage.records import Records

Levels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]

GAPS = (1, 4, 9, 15, 19, 40)
"""Years between two births, at most, by level from 1; one more level above."""

OTHERS = (0, 1, 3, 9)
"""Persons of other names at an address, at most, by level from 2; level 1: nobody else at all."""

GAP_LEVELS, OTHER_LEVELS = len(GAPS) + 2, len(OTHERS) + 3
_FIRST_YEAR, _YEARS = 1880, 180


def years_of_birth(records: Records, people: People) -> Ints:
    """Of each person, the year that the first record with a birth date gives; -1 if none does."""
    for at, column in enumerate(records.columns):
        if column.field.kind == "birth_date":
            text = pl.Series(column.dictionary.values).cast(pl.String)
            told = text.str.extract(r"^(\d{4})\d{4}$").cast(pl.Int32).fill_null(-1).to_numpy()
            told = np.where((told >= _FIRST_YEAR) & (told < _FIRST_YEAR + _YEARS), told, -1)
            return first_known(np.append(told, -1)[records.codes[:, at]], people)
    return np.full(people.count, -1, np.int32)


def gap_levels(years: Ints, left: Ints, right: Ints) -> Levels:
    """How many years lie between the births of two persons; 0 where one is not known."""
    apart = np.abs(years[left] - years[right])
    levels = (1 + np.searchsorted(np.array(GAPS), apart, side="left")).astype(np.uint8)
    return np.where((years[left] >= 0) & (years[right] >= 0), levels, np.uint8(0))


def chances_of_gaps(years: Ints) -> Floats:
    """How often two persons at random reach each level of `gap_levels`; 1 at level 0."""
    counts = np.bincount(years[years >= 0] - _FIRST_YEAR, minlength=_YEARS).astype(float)
    apart = np.correlate(counts, counts, mode="full")[_YEARS - 1 :]
    apart[1:] *= 2
    levels = 1 + np.searchsorted(np.array(GAPS), np.arange(_YEARS), side="left")
    chances = np.bincount(levels, weights=apart, minlength=GAP_LEVELS) + 1.0
    chances[0] = 0.0
    chances /= chances.sum()
    chances[0] = 1.0
    return np.asarray(chances)


class Addresses:
    """How many persons live at each address, and how many of one last name."""

    def __init__(self, shared: SharedFields, people: People) -> None:
        """Count them, for each record's address.

        Args:
            shared: All records.
            people: Their persons.
        """
        count = shared.records.count
        at = shared.position(NAME)
        self._names = np.full(count, -1, np.int32) if at is None else shared.records.codes[:, at]
        self._homes = _groups(shared, (STREET, NUMBER, PLACE))
        self._inhabitants = _count_people(self._homes, people)
        families = _groups(shared, (STREET, NUMBER, PLACE, NAME))
        # Whoever is in no group of a family is alone with its name there.
        self._bearers = np.append(np.maximum(_count_people(families, people), 1), 1)[families]

    def other_levels(self, left: Ints, right: Ints) -> Levels:
        """How many persons of other names live where two records do; 0 where that is not one place.

        Args:
            left: Of each pair of persons, the record of the first that shares an address best.
            right: Likewise of the second.
        """
        home = self._homes[left]
        is_common = (home >= 0) & (home == self._homes[right])
        inhabitants = np.append(self._inhabitants, 0)[np.where(is_common, home, -1)]
        same = self._names[left] == self._names[right]
        family = self._bearers[left] + np.where(same, 0, self._bearers[right])
        others = np.maximum(inhabitants - np.maximum(family, 2), 0)
        levels = 2 + np.searchsorted(np.array(OTHERS), others, side="left")
        levels = np.where(inhabitants <= 2, 1, levels)
        return np.where(is_common, levels, 0).astype(np.uint8)


def _groups(shared: SharedFields, sorts: Sequence[str]) -> Ints:
    """For each record, a number of what it shares; -1 where it has none, or has it alone."""
    rules = list_rules(shared, sorts)
    if not rules:
        return np.full(shared.records.count, -1, np.int32)
    return find_groups(shared.records, rules[0], largest=shared.records.count).of


def _count_people(groups: Ints, people: People) -> Ints:
    """The persons of each group."""
    return count_holders(groups, people, int(groups.max(initial=-1)) + 1)[0].astype(np.int32)
