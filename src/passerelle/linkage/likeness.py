"""Comparisons that several kinds of values share, as kernels over pairs of records."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from passerelle.kernel.language import N_
from passerelle.linkage.compiling import kernel
from passerelle.linkage.dictionaries import text_table
from passerelle.linkage.string_kernels import edits_up_to_2, jaro_winkler

NAME_LEVELS = (N_("a little alike"), N_("alike"), N_("nearly the same"))
STREET_LEVELS = (N_("alike"), N_("nearly the same"))
EDIT_LEVELS = (N_("two edits"), N_("one edit"))

_SOME, _ALIKE, _NEAR = 0.70, 0.88, 0.92
_STREET_ALIKE, _STREET_NEAR = 0.88, 0.95


def text_tables(values: pa.Array) -> tuple[Any, ...]:
    """Bytes, lengths and signatures of distinct values."""
    return text_table(values).arrays


def no_tables(_values: pa.Array) -> tuple[Any, ...]:
    """What a comparison of codes alone needs."""
    return ()


@kernel
def compare_names(
    codes: Any, column: Any, left: Any, right: Any, shift: Any, exact: Any, patterns: Any,
    chars: Any, lengths: Any, signatures: Any, overs: Any,
) -> None:  # fmt: skip
    """Levels of Jaro-Winkler similarity from 0.70, 0.88 and 0.92."""
    for pair in range(len(left)):
        one, other = codes[left[pair], column], codes[right[pair], column]
        if one < 0 or other < 0:
            continue
        level = np.int64(1)
        if one == other:
            level = np.int64(exact[one])
        else:
            alike = jaro_winkler(chars, lengths, signatures, overs, one, other, _SOME)
            if alike >= _NEAR:
                level = np.int64(4)
            elif alike >= _ALIKE:
                level = np.int64(3)
            elif alike >= _SOME:
                level = np.int64(2)
        patterns[pair] |= np.uint64(level) << np.uint64(shift)


@kernel
def compare_streets(
    codes: Any, column: Any, left: Any, right: Any, shift: Any, exact: Any, patterns: Any,
    chars: Any, lengths: Any, signatures: Any, overs: Any,
) -> None:  # fmt: skip
    """Levels of Jaro-Winkler similarity from 0.88 and 0.95."""
    for pair in range(len(left)):
        one, other = codes[left[pair], column], codes[right[pair], column]
        if one < 0 or other < 0:
            continue
        level = np.int64(1)
        if one == other:
            level = np.int64(exact[one])
        else:
            alike = jaro_winkler(chars, lengths, signatures, overs, one, other, _STREET_ALIKE)
            if alike >= _STREET_NEAR:
                level = np.int64(3)
            elif alike >= _STREET_ALIKE:
                level = np.int64(2)
        patterns[pair] |= np.uint64(level) << np.uint64(shift)


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
