"""Pairs compared in full: fields one by one, then what only several fields together tell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from passerelle.linkage.dependence import Repeats, silence
from passerelle.linkage.moves import silence_moves
from passerelle.linkage.patterns import THREADS, Patterns, compare_pairs
from passerelle.linkage.records import Records
from passerelle.linkage.swaps import mark_swaps


class PairComparer:
    """Compares pairs of the same records, some at a time."""

    def __init__(self, records: Records, repeats: Sequence[Repeats]) -> None:
        """Compare these records.

        Args:
            records: The records.
            repeats: Which of their fields repeat others.
        """
        self._records, self._repeats = records, repeats

    def compare(
        self,
        left: npt.NDArray[np.int32],
        right: npt.NDArray[np.int32],
        *,
        threads: int = THREADS,
    ) -> Patterns:
        """The pattern of each pair, with swapped names marked and repeated evidence silent."""
        patterns = compare_pairs(self._records, left, right, threads=threads)
        mark_swaps(self._records, left, right, patterns)
        silence(self._records, self._repeats, patterns)
        silence_moves(self._records, patterns)
        return patterns


def compare_fully(
    records: Records,
    repeats: Sequence[Repeats],
    left: npt.NDArray[np.int32],
    right: npt.NDArray[np.int32],
) -> Patterns:
    """The pattern of each pair, as `PairComparer` has it."""
    return PairComparer(records, repeats).compare(left, right)
