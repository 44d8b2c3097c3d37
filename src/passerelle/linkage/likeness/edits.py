"""Edits or equality: comparisons that several kinds of values share, as kernels over pairs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from passerelle.kernel.language import N_
from passerelle.linkage.comparison import Hashes, Tables
from passerelle.linkage.compiling import kernel
from passerelle.linkage.dictionaries import text_table
from passerelle.linkage.texts.string_kernels import edits_up_to_2

EDIT_LEVELS = (N_("two edits"), N_("one edit"))


def edit_tables(values: pa.Array, _common: Hashes) -> Tables:
    """What `compare_edits` needs."""
    return Tables(text_table(values))


def no_tables(_values: pa.Array, _common: Hashes) -> Tables:
    """What a comparison of codes alone needs."""
    return Tables()


@kernel
def compare_edits(
    codes: Any, column: Any, left: Any, right: Any, shift: Any, exact: Any, patterns: Any,
    chars: Any, lengths: Any, signatures: Any, overs: Any,
) -> None:  # fmt: skip
    """One edit, or two."""
    for pair in range(len(left)):
        one, other = codes[left[pair], column], codes[right[pair], column]
        if one < 0 or other < 0:
            continue
        if one == other:
            level = np.int64(exact[one])
        else:
            edits = edits_up_to_2(chars, lengths, signatures, overs, one, other)
            level = np.int64(3 if edits == 1 else (2 if edits == 2 else 1))
        patterns[pair] |= np.uint64(level) << np.uint64(shift)


@kernel
def compare_exactly(
    codes: Any, column: Any, left: Any, right: Any, shift: Any, exact: Any, patterns: Any
) -> None:
    """Equal or different."""
    for pair in range(len(left)):
        one, other = codes[left[pair], column], codes[right[pair], column]
        if one < 0 or other < 0:
            continue
        level = np.int64(exact[one]) if one == other else np.int64(1)
        patterns[pair] |= np.uint64(level) << np.uint64(shift)
