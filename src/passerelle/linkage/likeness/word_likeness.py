"""How near two lines of words are: their letters in order, or their words in any order."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from passerelle.kernel.language import N_
from passerelle.linkage.comparison import Hashes, Tables
from passerelle.linkage.compiling import kernel
from passerelle.linkage.dictionaries import text_table
from passerelle.linkage.texts.string_kernels import jaro_winkler
from passerelle.linkage.texts.words import (
    add_hints,
    codes_of_hashes,
    common_words,
    read_words,
    split_words,
    word_count,
)

WORD_LEVELS = (
    N_("half of the words"),
    N_("alike"),
    N_("the words of the other and more"),
    N_("nearly the same"),
)

_HALF, _ALIKE, _MORE, _NEARLY = range(2, 6)
_SIMILAR = np.array([0.88, 0.95])  # by Jaro-Winkler: alike, nearly the same
_WORDS = 8  # of a line that are compared
_COMMON = 0.05  # share of the distinct lines from which a word such as "rue" tells none of them
_FEW_LINES = 3  # lines that may hold a word whatever their share


def common_line_words(values: pa.Array) -> pl.Series:
    """Words such as "rue", that many of the lines hold."""
    words = split_words(pl.Series(values).cast(pl.String), most=_WORDS)
    return words.texts.filter(words.counts > max(_FEW_LINES, _COMMON * len(values)))


def line_tables(values: pa.Array, common: Hashes) -> Tables:
    """What `compare_lines` needs: words that many lines hold do not count."""
    lines = pl.Series(values).cast(pl.String)
    words = read_words(lines, most=_WORDS).codes
    told = np.where(np.isin(words, codes_of_hashes(common)), np.int64(-1), words)
    # Those that count come first.
    order = np.argsort(told < 0, axis=1, kind="stable")
    codes = np.ascontiguousarray(np.take_along_axis(told, order, axis=1))
    hints = np.zeros(lines.len(), np.uint64)
    add_hints(hints, codes, 0)
    return Tables(text_table(values), rows=(hints, codes))


@kernel
def compare_lines(
    codes: Any, column: Any, left: Any, right: Any, shift: Any, exact: Any, patterns: Any,
    chars: Any, lengths: Any, signatures: Any, overs: Any, hints: Any, words: Any,
) -> None:  # fmt: skip
    """The strongest of: nearly the same, all words of the shorter, alike, half of them."""
    for pair in range(len(left)):
        one, other = codes[left[pair], column], codes[right[pair], column]
        if one < 0 or other < 0:
            continue
        if one == other:
            patterns[pair] |= np.uint64(exact[one]) << np.uint64(shift)
            continue
        alike = jaro_winkler(chars, lengths, signatures, overs, one, other, _SIMILAR[0])
        level = np.int64(1)
        if alike >= _SIMILAR[1]:
            level = np.int64(_NEARLY)
        else:
            if alike >= _SIMILAR[0]:
                level = np.int64(_ALIKE)
            if hints[one] & hints[other]:
                few = word_count(words, one)
                many = word_count(words, other)
                common = common_words(words, one, other)
                if common > 0 and common == min(few, many):
                    level = np.int64(_MORE)
                elif level < _HALF and 2 * common >= max(few, many):
                    level = np.int64(_HALF)
        patterns[pair] |= np.uint64(level) << np.uint64(shift)
