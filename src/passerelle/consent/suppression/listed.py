"""Many keys of the list at hand, to ask whether values are among them."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

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
