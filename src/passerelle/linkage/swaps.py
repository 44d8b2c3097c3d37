"""Names in each other's place: first and last as forms often have them, last and name at birth."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from passerelle.linkage.comparison import DIFFERENT
from passerelle.linkage.compiling import kernel
from passerelle.linkage.records import Records


def mark_swaps(
    records: Records,
    left: npt.NDArray[np.int32],
    right: npt.NDArray[np.int32],
    patterns: npt.NDArray[np.uint64],
) -> None:
    """Give pairs whose names stand crosswise the special level of the first or the last name.

    Where first and last name are swapped, the last name says nothing more: its level becomes 0.
    Where the last name of one is the other's at birth, the names at birth keep what they say.
    """
    kinds = [column.field.kind for column in records.columns]
    if "last_name" not in kinds:
        return
    last = kinds.index("last_name")
    special = records.columns[last].comparison.level_count - 1
    for birth in (at for at, kind in enumerate(kinds) if kind == "maiden_name"):
        hashes = (records.columns[birth].hashes, records.columns[last].hashes)
        _mark_birth(records.codes, birth, last, *hashes, left, right, special, patterns)
    if "first_name" in kinds:
        first = kinds.index("first_name")
        hashes = (records.columns[first].hashes, records.columns[last].hashes)
        special = records.columns[first].comparison.level_count - 1
        _mark(records.codes, first, last, *hashes, left, right, special, patterns)


@kernel
def _mark(
    codes: Any, first: Any, last: Any, firsts: Any, lasts: Any, left: Any, right: Any,
    special: Any, patterns: Any,
) -> None:  # fmt: skip
    first_shift, last_shift = np.uint64(4 * first), np.uint64(4 * last)
    low = np.uint64(15)
    for pair in range(len(left)):
        pattern = patterns[pair]
        if (pattern >> first_shift) & low != DIFFERENT or (
            pattern >> last_shift
        ) & low != DIFFERENT:
            continue
        one, other = left[pair], right[pair]
        if (
            firsts[codes[one, first]] == lasts[codes[other, last]]
            and firsts[codes[other, first]] == lasts[codes[one, last]]
        ):
            pattern &= ~(low << first_shift)
            pattern &= ~(low << last_shift)
            patterns[pair] = pattern | (np.uint64(special) << first_shift)


@kernel
def _mark_birth(
    codes: Any, birth: Any, last: Any, births: Any, lasts: Any, left: Any, right: Any,
    special: Any, patterns: Any,
) -> None:  # fmt: skip
    last_shift = np.uint64(4 * last)
    low = np.uint64(15)
    for pair in range(len(left)):
        one, other = left[pair], right[pair]
        its_last, other_last = codes[one, last], codes[other, last]
        if its_last < 0 or other_last < 0 or its_last == other_last:
            continue
        at_birth, other_at_birth = codes[one, birth], codes[other, birth]
        if (at_birth >= 0 and births[at_birth] == lasts[other_last]) or (
            other_at_birth >= 0 and births[other_at_birth] == lasts[its_last]
        ):
            pattern = patterns[pair] & ~(low << last_shift)
            patterns[pair] = pattern | (np.uint64(special) << last_shift)
