"""What tells a household from neighbours: who else lives at the address, and the years between two.

A house of which two persons are known is a home; an address with ten names is a building. And
partners are of about one age, parents and children a generation apart, neighbours anything.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from passerelle.linkage.blocking import find_groups
from passerelle.linkage.households.meetings import list_rules
from passerelle.linkage.households.people import (
    Ints,
    Longs,
    People,
    distinct_pairs,
    first_known,
)
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


def other_levels(shared: SharedFields, people: People, left: Ints, right: Ints) -> Levels:
    """How many persons of other names live where two records do; 0 where they share no address.

    Args:
        shared: All records.
        people: Their persons.
        left: Of each pair of persons, the record of the first that shares an address best.
        right: Likewise of the second.
    """
    homes = _addresses(shared)
    living = distinct_pairs(homes, people.of)
    at_home = np.append(np.bincount(living[:, 0]), 0)
    common = np.where(homes[left] == homes[right], homes[left], -1)
    inhabitants = at_home[common]
    names = _last_names(shared)
    bearers = _count_bearers(homes, names, people)
    family = bearers[left] + np.where(names[left] == names[right], 0, bearers[right])
    others = np.maximum(inhabitants - np.maximum(family, 2), 0)
    levels = 2 + np.searchsorted(np.array(OTHERS), others, side="left")
    levels = np.where(inhabitants <= 2, 1, levels)
    return np.where(common >= 0, levels, 0).astype(np.uint8)


def _addresses(shared: SharedFields) -> Ints:
    """For each record, a number of its address; -1 where it has none, or has it alone."""
    rules = list_rules(shared, (STREET, NUMBER, PLACE))
    if not rules:
        return np.full(shared.records.count, -1, np.int32)
    return find_groups(shared.records, rules[0], largest=shared.records.count).of


def _last_names(shared: SharedFields) -> Ints:
    at = shared.position(NAME)
    return (
        np.full(shared.records.count, -1, np.int32) if at is None else shared.records.codes[:, at]
    )


def _count_bearers(homes: Ints, names: Ints, people: People) -> Longs:
    """For each record, the persons at its address who bear its last name; 1 where it is alone."""
    size = int(names.max(initial=0)) + 1
    joint = np.where((homes >= 0) & (names >= 0), homes.astype(np.int64) * size + names, -1)
    families, of = np.unique(joint, return_inverse=True)
    living = distinct_pairs(np.where(joint >= 0, of, -1), people.of)
    counts = np.maximum(np.bincount(living[:, 0], minlength=len(families)), 1)
    return counts[of]
