"""First and last name in each other's place, as forms often have them."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from passerelle.linkage.comparison import DIFFERENT
from passerelle.linkage.compiling import kernel
from passerelle.linkage.records import Records


def mark_swaps(
    records: Records,
    left: npt.NDArray[np.int32],
    right: npt.NDArray[np.int32],
    patterns: npt.NDArray[np.uint64],
) -> None:
    """Give pairs whose names stand crosswise the special level of the first name.

    The last name then says nothing more: its level becomes 0.
    """
    kinds = [column.field.kind for column in records.columns]
    if "first_name" not in kinds or "last_name" not in kinds:
        return
    first, last = kinds.index("first_name"), kinds.index("last_name")
    crossed = _as_last(records, first, last)
    special = records.columns[first].comparison.level_count - 1
    _mark(records.codes, first, last, crossed, left, right, special, patterns)


def _as_last(records: Records, first: int, last: int) -> npt.NDArray[np.int32]:
    """For each first name, the code of the same text among the last names, or -1."""
    firsts, lasts = (
        pl.Series(records.columns[at].dictionary.values).cast(pl.String) for at in (first, last)
    )
    codes = pl.DataFrame({"text": lasts, "code": np.arange(lasts.len(), dtype=np.int32)})
    found = pl.DataFrame({"text": firsts}).join(codes, on="text", how="left", maintain_order="left")
    return found["code"].fill_null(-1).to_numpy()


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
