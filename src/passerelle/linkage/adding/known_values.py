"""What is known of a field's values from the records that a model was learned from.

How much an agreement says depends on how many hold the value. Records that come later are measured
by what was known when the model was learned; else each would change what all others say, and
adding them one by one would end elsewhere than linking them at once.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from passerelle.linkage.comparison import BANDS, Comparison
from passerelle.linkage.dictionaries import Dictionary, Words, hash_texts

Levels = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class KnownValues:
    """The values of a field that more than a few records held; all others are rare.

    hashes: uint64 of the values, in order. exact: uint8, the level at which two records agree
        that share each. finer: bits that it says more than the mean of its band.
    placeholders: uint64 of the values that so many held that they say nothing, in order.
    common_words: likewise of words that so many values hold that they tell none of them.
    """

    hashes: Words
    exact: Levels
    finer: Floats
    placeholders: Words
    common_words: Words


def know_values(dictionary: Dictionary, comparison: Comparison, dropped: pa.Array) -> KnownValues:
    """What the records at hand tell.

    Args:
        dictionary: Their values.
        comparison: How they are compared.
        dropped: The placeholders that were taken out.
    """
    placeholders = np.sort(hash_texts(dropped))
    common = comparison.common_words(dictionary.values)
    common_words = np.sort(hash_texts(pa.array(common.to_arrow())))
    if not comparison.is_banded:
        none = np.empty(0)
        return KnownValues(
            np.empty(0, np.uint64), np.empty(0, np.uint8), none, placeholders, common_words
        )
    band = np.searchsorted(np.array(BANDS), dictionary.counts, side="left")
    frequent = np.flatnonzero(band)
    hashes = hash_texts(dictionary.values.take(pa.array(frequent)))
    order = np.argsort(hashes)
    return KnownValues(
        hashes[order],
        (comparison.first_exact + band[frequent][order]).astype(np.uint8),
        _finer(dictionary, band)[frequent][order],
        placeholders,
        common_words,
    )


def _finer(dictionary: Dictionary, band: npt.NDArray[np.int64]) -> Floats:
    """Bits by which each value is rarer than its band's mean, as two records meet it by chance."""
    counts = dictionary.counts.astype(float)
    filled = counts.sum()
    pairs, shares = np.zeros(len(BANDS) + 1), np.zeros(len(BANDS) + 1)
    np.add.at(pairs, band, counts * (counts - 1))
    np.add.at(shares, band, dictionary.frequencies)
    mean = pairs / max(1.0, filled * (filled - 1)) / np.maximum(shares, 1e-300)
    own = np.maximum(dictionary.frequencies, 1e-300)
    return np.asarray(np.log2(np.maximum(mean[band], 1e-300) / own))


def level_and_bits(
    known: KnownValues, comparison: Comparison, hashes: Words
) -> tuple[Levels, Floats]:
    """Of each value, the level of two records that share it, and the bits that it adds.

    Of the rarest values, counts are mostly one person's own records: they add nothing.
    """
    exact = np.full(len(hashes), comparison.first_exact, np.uint8)
    finer = np.zeros(len(hashes))
    at, is_known = _places(known.hashes, hashes)
    exact[is_known] = known.exact[at[is_known]]
    finer[is_known] = known.finer[at[is_known]]
    return exact, finer


def are_placeholders(known: KnownValues, hashes: Words) -> npt.NDArray[np.bool_]:
    """Which values say nothing."""
    return _places(known.placeholders, hashes)[1]


def _places(
    sorted_hashes: Words, wanted: Words
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    if not len(sorted_hashes):
        return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.bool_)
    at = np.minimum(np.searchsorted(sorted_hashes, wanted), len(sorted_hashes) - 1)
    return at, sorted_hashes[at] == wanted
