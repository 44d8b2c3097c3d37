"""Pairs compared in full: fields one by one, then what only several fields together tell."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from passerelle.linkage.dependence import Repeats, silence
from passerelle.linkage.moves import silence_moves
from passerelle.linkage.patterns import Patterns, compare_pairs
from passerelle.linkage.records import Records
from passerelle.linkage.swaps import mark_swaps


def compare_fully(
    records: Records,
    repeats: Sequence[Repeats],
    left: npt.NDArray[np.int32],
    right: npt.NDArray[np.int32],
) -> Patterns:
    """The pattern of each pair, with swapped names marked and repeated evidence silent."""
    patterns = compare_pairs(records, left, right)
    mark_swaps(records, left, right, patterns)
    silence(records, repeats, patterns)
    silence_moves(records, patterns)
    return patterns
