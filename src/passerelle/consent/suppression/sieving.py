"""Sieves of a list at hand: what of many values may be on it, before any key is made."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from passerelle.consent.suppression.normalisers import mailbox
from passerelle.consent.suppression.suppression_keys import SIEVE_BITS, SuppressionKeys

_ODD_ADDRESS = r"\+|\.[^@]*@gmail\.com$|@googlemail\.com$"
"""Addresses that are not the name of their mailbox."""

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, repr=False)
class SortedInts:
    """Distinct integers in order: what is among them is found without a hash table of them."""

    values: Ints = field(default_factory=lambda: np.empty(0, np.int64))

    @classmethod
    def of(cls, values: npt.ArrayLike) -> SortedInts:
        """Integers in any order, some of them perhaps several times."""
        return cls(np.unique(np.asarray(values, np.int64)))

    def __len__(self) -> int:
        """How many there are."""
        return len(self.values)

    def holds(self, asked: npt.ArrayLike) -> npt.NDArray[np.bool_]:
        """Whether each integer is among them."""
        wanted = np.asarray(asked, np.int64)
        if not len(self.values):
            return np.zeros(len(wanted), np.bool_)
        at = np.searchsorted(self.values, wanted).clip(max=len(self.values) - 1)
        return np.asarray(self.values[at] == wanted)


def passing_contacts(
    contacts: pl.DataFrame, sieves: SortedInts, makes: SuppressionKeys
) -> pl.Series:
    """Whether each e-mail and phone may be on the list.

    Args:
        contacts: identifier_id, type, value.
        sieves: The list's.
        makes: Makes the sieves of addresses that are not the name of their mailbox.
    """
    own = pl.Series(sieves.holds(contacts["identifier_id"] & SIEVE_BITS), dtype=pl.Boolean)
    is_odd = (contacts["type"] == "email") & contacts["value"].str.contains(_ODD_ADDRESS)
    odd = contacts.filter(is_odd)["value"]
    return own | spread(is_odd, sieves.holds(makes.sieves("email", [mailbox(v) for v in odd])))


def spread(is_asked: pl.Series, answers: npt.NDArray[np.bool_]) -> pl.Series:
    """Answers for the rows that were asked about, in their places; false elsewhere."""
    whole = pl.Series([False], dtype=pl.Boolean).new_from_index(0, is_asked.len())
    return whole.scatter(is_asked.arg_true(), answers) if len(answers) else whole
