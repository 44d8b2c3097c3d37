"""Compares persons on every feature: what they share, and their circumstances."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from passerelle.linkage.compiling import kernel
from passerelle.linkage.households.circumstances import Addresses, gap_levels, years_of_birth
from passerelle.linkage.households.evidence import Agreement, compare_people
from passerelle.linkage.households.features import list_features
from passerelle.linkage.households.home_model import RELATIONS
from passerelle.linkage.households.people import Ints, People
from passerelle.linkage.households.sexes import sex_levels, sexes_of
from passerelle.linkage.households.shared_fields import SharedFields
from passerelle.linkage.patterns import BITS, Patterns
from passerelle.linkage.records import Records


@dataclass(frozen=True)
class Told:
    """What is known of pairs of persons.

    patterns: the level that each reaches in every feature, four bits a feature.
    finer: float32 of shape (pairs, relations), bits that shared values say more than their levels.
    """

    patterns: Patterns
    finer: npt.NDArray[np.float32]


class PeopleComparer:
    """Compares pairs of the same persons, some at a time."""

    def __init__(self, records: Records, shared: SharedFields, people: People) -> None:
        """Work out what is known of each person alone.

        Args:
            records: All that is known of them.
            shared: The fields that a household shares.
            people: The persons.
        """
        self._shared, self._people = shared, people
        self._years, self._sexes = years_of_birth(records, people), sexes_of(records, people)
        self._addresses = Addresses(shared, people)
        self.features = list_features(shared, people, self._years, self._sexes)
        self._learned = np.array(
            [[at in each.learned_by for at in range(RELATIONS)] for each in self.features]
        )

    def compare(self, left: Ints, right: Ints) -> Told:
        """What is known of pairs of persons."""
        found = compare_people(self._shared, self._people, (left, right))
        patterns = found.patterns
        circumstances = (
            gap_levels(self._years, left, right),
            sex_levels(self._sexes, left, right),
            self._addresses.other_levels(found.left, found.right),
        )
        for at, levels in enumerate(circumstances, start=len(self._shared.sorts)):
            patterns |= levels.astype(np.uint64) << np.uint64(BITS * at)
        return Told(patterns, self._finer(found))

    def _finer(self, found: Agreement) -> npt.NDArray[np.float32]:
        told = np.zeros((len(found.patterns), RELATIONS), np.float32)
        records = self._shared.records
        for at, column in enumerate(records.columns):
            exact = column.comparison.exact_levels
            _add_finer(
                records.codes, found.sides, found.patterns, at, column.finer, exact[0], exact[-1],
                self._learned[at], told,
            )  # fmt: skip
        return told


@kernel
def _add_finer(
    codes: Any, sides: Any, patterns: Any, at: Any, finer: Any, first: Any, last: Any,
    learned: Any, told: Any,
) -> None:  # fmt: skip
    for pair in range(len(patterns)):
        level = np.int64((patterns[pair] >> np.uint64(BITS * at)) & np.uint64(15))
        if level < first or level > last:
            continue
        code = codes[sides[pair, at], at]
        for relation in range(len(learned)):
            if learned[relation] and code >= 0:
                told[pair, relation] += np.float32(finer[code])
