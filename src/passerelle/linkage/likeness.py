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

_NAMES = np.array([0.70, 0.88, 0.92])
_STREETS = np.array([0.88, 0.95])
"""Similarities from which a level is reached, one for each level."""


def name_tables(values: pa.Array) -> tuple[Any, ...]:
    """What `compare_likeness` needs for the levels of names."""
    return (*text_table(values).arrays, _NAMES)


def street_tables(values: pa.Array) -> tuple[Any, ...]:
    """What `compare_likeness` needs for the levels of streets."""
    return (*text_table(values).arrays, _STREETS)


def edit_tables(values: pa.Array) -> tuple[Any, ...]:
    """What `compare_edits` needs."""
    return text_table(values).arrays


def no_tables(_values: pa.Array) -> tuple[Any, ...]:
    """What a comparison of codes alone needs."""
    return ()


@kernel
def compare_likeness(
    codes: Any, column: Any, left: Any, right: Any, shift: Any, exact: Any, patterns: Any,
    chars: Any, lengths: Any, signatures: Any, overs: Any, least: Any,
) -> None:  # fmt: skip
    """As many levels above different as similarities of `least` are reached (Jaro-Winkler)."""
    for pair in range(len(left)):
        one, other = codes[left[pair], column], codes[right[pair], column]
        if one < 0 or other < 0:
            continue
        level = np.int64(1)
        if one == other:
            level = np.int64(exact[one])
        else:
            alike = jaro_winkler(chars, lengths, signatures, overs, one, other, least[0])
            for each in least:
                if alike >= each:
                    level += 1
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
