"""Each pair compared once, into one integer: four bits a field say which level it reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from passerelle.kernel import side_threads
from passerelle.linkage.compiling import inlined, kernel
from passerelle.linkage.records import Records

BITS = 4
"""Of a pattern for each field: 16 levels."""

Patterns = npt.NDArray[np.uint64]
_CHUNK = 16_384  # pairs whose records' codes stay in the processor's cache from field to field
THREADS = 2
"""That compare at once, unless told otherwise."""


def compare_pairs(
    records: Records,
    left: npt.NDArray[np.int32],
    right: npt.NDArray[np.int32],
    *,
    threads: int = THREADS,
) -> Patterns:
    """The pattern of each pair: level l of field c is `(pattern >> 4 c) & 15`."""
    patterns = np.zeros(len(left), np.uint64)
    chunks = range(0, len(left), _CHUNK)

    def work(offset: int) -> None:
        for start in chunks[offset::threads]:
            some = slice(start, start + _CHUNK)
            for position, column in enumerate(records.columns):
                column.comparison.kernel(
                    records.codes, position, left[some], right[some], BITS * position,
                    column.exact, patterns[some], *column.tables.arguments,
                )  # fmt: skip

    if threads == 1 or len(chunks) < threads:
        for offset in range(threads):
            work(offset)
        return patterns
    with side_threads(threads) as beside:
        for done in [beside.start(partial(work, at)) for at in range(threads)]:
            done.result()
    return patterns


def level_of(patterns: Patterns, field: int) -> npt.NDArray[np.uint8]:
    """The level that each pattern has in a field."""
    return ((patterns >> np.uint64(BITS * field)) & np.uint64(15)).astype(np.uint8)


@dataclass(frozen=True)
class PatternCounts:
    """Distinct pairs of pattern and mask, in the order of their coming, and how often each came.

    patterns: uint64. masks: uint16, a bit for each field without which a pair was found.
    counts: int64.
    """

    patterns: Patterns
    masks: npt.NDArray[np.uint16]
    counts: npt.NDArray[np.int64]


def count_patterns(patterns: Patterns, masks: npt.NDArray[np.uint16]) -> PatternCounts:
    """How often each pattern came with each mask."""
    return _counted(patterns, masks, np.ones(1, np.int64))


def add_counts(parts: Sequence[PatternCounts]) -> PatternCounts:
    """What was counted in parts, as if counted at once."""
    if not parts:
        return count_patterns(np.empty(0, np.uint64), np.empty(0, np.uint16))
    return _counted(
        np.concatenate([each.patterns for each in parts]),
        np.concatenate([each.masks for each in parts]),
        np.concatenate([each.counts for each in parts]),
    )


def _counted(
    patterns: Patterns, masks: npt.NDArray[np.uint16], times: npt.NDArray[np.int64]
) -> PatternCounts:
    _places, kept, kept_masks, counts, distinct = _count(patterns, masks, times)
    return PatternCounts(kept[:distinct], kept_masks[:distinct], counts[:distinct])


def index_patterns(patterns: Patterns) -> tuple[Patterns, npt.NDArray[np.int32]]:
    """Distinct patterns, and the place of each pair's among them."""
    masks, times = np.zeros(1, np.uint16), np.ones(1, np.int64)
    places, kept, _masks, _counts, distinct = _count(patterns, masks, times)
    return kept[:distinct], places


def count_levels(patterns: Patterns, fields: int) -> npt.NDArray[np.int64]:
    """Pairs of each field's levels, of shape (fields, 16)."""
    return _count_levels(patterns, fields)  # type: ignore[no-any-return]  # numba has no types


@kernel
def _count_levels(patterns: Any, fields: Any) -> Any:
    counts = np.zeros((fields, 1 << BITS), np.int64)
    for pair in range(len(patterns)):
        pattern = patterns[pair]
        for field in range(fields):
            counts[field, np.int64((pattern >> np.uint64(BITS * field)) & np.uint64(15))] += 1
    return counts


@kernel
def _count(patterns: Any, masks: Any, times: Any) -> Any:
    """Count in a hash table with open addresses that doubles when it is half full.

    Masks or times that are not as many as the patterns are one for all.
    """
    size = 1 << 12
    table = np.full(size, -1, np.int32)
    kept = np.empty(size // 2, np.uint64)
    kept_masks = np.empty(size // 2, np.uint16)
    counts = np.zeros(size // 2, np.int64)
    places = np.empty(len(patterns), np.int32)
    distinct = 0
    has_masks = len(masks) == len(patterns)
    has_times = len(times) == len(patterns)
    for at in range(len(patterns)):
        pattern = patterns[at]
        mask = masks[at] if has_masks else masks[0]
        if distinct == size // 2:
            size *= 2
            table = np.full(size, -1, np.int32)
            for each in range(distinct):
                cell = _cell(kept[each], kept_masks[each], size)
                while table[cell] >= 0:
                    cell = (cell + 1) & (size - 1)
                table[cell] = each
            more = np.empty(size // 2, np.uint64)
            more[:distinct] = kept
            kept = more
            more_masks = np.empty(size // 2, np.uint16)
            more_masks[:distinct] = kept_masks
            kept_masks = more_masks
            more_counts = np.zeros(size // 2, np.int64)
            more_counts[:distinct] = counts
            counts = more_counts
        cell = _cell(pattern, mask, size)
        while table[cell] >= 0 and not (
            kept[table[cell]] == pattern and kept_masks[table[cell]] == mask
        ):
            cell = (cell + 1) & (size - 1)
        if table[cell] < 0:
            table[cell] = distinct
            kept[distinct] = pattern
            kept_masks[distinct] = mask
            distinct += 1
        counts[table[cell]] += times[at] if has_times else times[0]
        places[at] = table[cell]
    return places, kept, kept_masks, counts, distinct


@inlined
def _cell(pattern: Any, mask: Any, size: Any) -> Any:
    state = (pattern + np.uint64(mask) * np.uint64(0xD6E8FEB86659FD93)) * np.uint64(
        0x9E3779B97F4A7C15
    )
    state = (state ^ (state >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return np.int64((state >> np.uint64(32)) & np.uint64(size - 1))
