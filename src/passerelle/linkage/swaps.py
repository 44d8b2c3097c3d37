"""Names in each other's place: first and last as forms often have them, last and name at birth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from passerelle.linkage.comparison import DIFFERENT
from passerelle.linkage.compiling import kernel
from passerelle.linkage.dictionaries import find_texts
from passerelle.linkage.records import Records


@dataclass(frozen=True)
class Crossing:
    """A field whose values may stand where last names do.

    field, last: positions of it and of the last name.
    as_last: int32, for each of its values the code of the same text among the last names, or -1.
    """

    field: int
    last: int
    as_last: npt.NDArray[np.int32]


def find_crossings(records: Records) -> tuple[Crossing, ...]:
    """Names at birth, then the first name, where there is a last name beside them."""
    kinds = [column.field.kind for column in records.columns]
    if "last_name" not in kinds:
        return ()
    last = kinds.index("last_name")
    births = [at for at, kind in enumerate(kinds) if kind == "maiden_name"]
    firsts = [at for at, kind in enumerate(kinds) if kind == "first_name"][:1]
    return tuple(Crossing(at, last, _as_other(records, at, last)) for at in (*births, *firsts))


def mark_swaps(
    records: Records,
    crossings: Sequence[Crossing],
    left: npt.NDArray[np.int32],
    right: npt.NDArray[np.int32],
    patterns: npt.NDArray[np.uint64],
) -> None:
    """Give pairs whose names stand crosswise the special level of the first or the last name.

    Where first and last name are swapped, the last name says nothing more: its level becomes 0.
    Where the last name of one is the other's at birth, the names at birth keep what they say.
    """
    for each in crossings:
        is_first = records.columns[each.field].field.kind == "first_name"
        marked = each.field if is_first else each.last
        special = records.columns[marked].comparison.level_count - 1
        mark = _mark if is_first else _mark_birth
        mark(records.codes, each.field, each.last, each.as_last, left, right, special, patterns)


def _as_other(records: Records, at: int, last: int) -> npt.NDArray[np.int32]:
    """For each value of a field, the code of the same text among the last names, or -1."""
    own, lasts = (records.columns[each].dictionary.values for each in (at, last))
    return find_texts(lasts, own)


@kernel
def _mark(
    codes: Any, first: Any, last: Any, crossed: Any, left: Any, right: Any, special: Any,
    patterns: Any,
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
            crossed[codes[one, first]] == codes[other, last]
            and crossed[codes[other, first]] == codes[one, last]
        ):
            pattern &= ~(low << first_shift)
            pattern &= ~(low << last_shift)
            patterns[pair] = pattern | (np.uint64(special) << first_shift)


@kernel
def _mark_birth(
    codes: Any, birth: Any, last: Any, crossed: Any, left: Any, right: Any, special: Any,
    patterns: Any,
) -> None:  # fmt: skip
    last_shift = np.uint64(4 * last)
    low = np.uint64(15)
    for pair in range(len(left)):
        one, other = left[pair], right[pair]
        its_last, other_last = codes[one, last], codes[other, last]
        if its_last < 0 or other_last < 0 or its_last == other_last:
            continue
        at_birth, other_at_birth = codes[one, birth], codes[other, birth]
        if (at_birth >= 0 and crossed[at_birth] == other_last) or (
            other_at_birth >= 0 and crossed[other_at_birth] == its_last
        ):
            pattern = patterns[pair] & ~(low << last_shift)
            patterns[pair] = pattern | (np.uint64(special) << last_shift)
