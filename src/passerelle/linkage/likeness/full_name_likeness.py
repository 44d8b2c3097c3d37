"""How near two whole names are, first and last in one cell in any order: word by word."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from passerelle.identifiers import sound
from passerelle.kernel.language import N_
from passerelle.linkage.comparison import Hashes, Tables
from passerelle.linkage.compiling import kernel
from passerelle.linkage.dictionaries import text_table
from passerelle.linkage.texts.folding import applied
from passerelle.linkage.texts.given_names import find_roots, share_root
from passerelle.linkage.texts.names import without_particles
from passerelle.linkage.texts.string_kernels import jaro_winkler
from passerelle.linkage.texts.words import (
    Words,
    codes_of_hashes,
    split_words,
    text_codes,
    word_count,
)

FULL_NAME_LEVELS = (
    N_("a frequent word in common"),
    N_("a rare word in common"),
    N_("all words alike"),
    N_("one word the same, an initial of another"),
    N_("one word the same, the others alike"),
    N_("one word the same, the others variants"),
    N_("the words of the other and more"),
)

_FREQUENT, _RARE, _ALL_ALIKE, _WITH_INITIAL, _WITH_ALIKE, _WITH_VARIANT, _MORE = range(2, 9)
WORD_IN_COMMON = (_FREQUENT, _RARE)
"""Levels of names that share one word and differ otherwise, as those of one family do."""

_SIMILAR = 0.88  # by Jaro-Winkler, from which two words are alike
_WORDS = 6  # of a name that are compared
_RARE_MOST = 15  # distinct names that hold a rare word
_SAME, _VARIES, _SHORT, _NEAR = 8, 4, 2, 1  # how two words can agree, best first


def frequent_name_words(values: pa.Array) -> pl.Series:
    """Words that many of the names hold."""
    words = _words(values)
    return words.texts.filter(words.counts > _RARE_MOST)


def full_name_tables(values: pa.Array, common: Hashes) -> Tables:
    """What `compare_full_names` needs of the names and of their distinct words."""
    words = _words(values)
    texts = words.texts if words.texts.len() else pl.Series([""], dtype=pl.String)
    is_rare = ~np.isin(text_codes(texts), codes_of_hashes(common))
    return Tables(
        text_table(pa.array(texts.to_arrow()).cast(pa.large_string())),
        words.codes,
        (text_codes(texts), text_codes(applied(sound, texts)), find_roots(texts).codes, is_rare),
    )


def _words(values: pa.Array) -> Words:
    return split_words(applied(without_particles, pl.Series(values).cast(pl.String)), most=_WORDS)


@kernel
def compare_full_names(
    codes: Any, column: Any, left: Any, right: Any, shift: Any, exact: Any, patterns: Any,
    chars: Any, lengths: Any, signatures: Any, overs: Any, words: Any, texts: Any, sounds: Any,
    roots: Any, is_rare: Any,
) -> None:  # fmt: skip
    """Each word of the shorter name finds its best among the other's; the level sums them up."""
    for pair in range(len(left)):
        one, other = codes[left[pair], column], codes[right[pair], column]
        if one < 0 or other < 0:
            continue
        if one == other:
            patterns[pair] |= np.uint64(exact[one]) << np.uint64(shift)
            continue
        level = _level(
            one, other, chars, lengths, signatures, overs, words, texts, sounds, roots, is_rare
        )
        patterns[pair] |= np.uint64(level) << np.uint64(shift)


@kernel
def _level(
    one: Any, other: Any, chars: Any, lengths: Any, signatures: Any, overs: Any, words: Any,
    texts: Any, sounds: Any, roots: Any, is_rare: Any,
) -> Any:  # fmt: skip
    """The level of two names: words that are the same are paired first, those near last."""
    fewer, more = word_count(words, one), word_count(words, other)
    # Whichever comes first, the same name is read first: the level is one both ways.
    if fewer > more or (fewer == more and one > other):
        one, other, fewer, more = other, one, more, fewer
    taken = np.uint64(0)
    done = np.uint64(0)
    same, varied, short, near = 0, 0, 0, 0
    has_rare = False
    for kind in (_SAME, _VARIES, _SHORT, _NEAR):
        for at in range(fewer):
            if done >> np.uint64(at) & np.uint64(1):
                continue
            word = words[one, at]
            for there in range(more):
                if taken >> np.uint64(there) & np.uint64(1):
                    continue
                if _agree(
                    kind, word, words[other, there], chars, lengths, signatures, overs, texts,
                    sounds, roots,
                ):  # fmt: skip
                    taken |= np.uint64(1) << np.uint64(there)
                    done |= np.uint64(1) << np.uint64(at)
                    same += kind == _SAME
                    varied += kind == _VARIES
                    short += kind == _SHORT
                    near += kind == _NEAR
                    has_rare = has_rare or (kind == _SAME and is_rare[word])
                    break
    return _summed_up(fewer, same, varied, short, near, has_rare)


@kernel
def _agree(
    kind: Any, word: Any, its: Any, chars: Any, lengths: Any, signatures: Any, overs: Any,
    texts: Any, sounds: Any, roots: Any,
) -> Any:  # fmt: skip
    """Whether two words agree in one way: the same, variants, an initial, or near in letters."""
    if kind == _SAME:
        return texts[word] == texts[its]
    if kind == _VARIES:
        is_heard = sounds[word] >= 0 and sounds[word] == sounds[its]
        return is_heard or share_root(roots, word, roots, its)
    if kind == _SHORT:
        return chars[word, 0] == chars[its, 0] and (lengths[word] == 1 or lengths[its] == 1)
    return jaro_winkler(chars, lengths, signatures, overs, word, its, _SIMILAR) > 0


@kernel
def _summed_up(fewer: Any, same: Any, varied: Any, short: Any, near: Any, has_rare: Any) -> Any:
    is_whole = fewer >= 2 and same + varied + short + near == fewer
    if is_whole and same == fewer:
        return np.int64(_MORE)
    if is_whole and same > 0:
        if near > 0:
            return np.int64(_WITH_ALIKE)
        return np.int64(_WITH_INITIAL if short > 0 else _WITH_VARIANT)
    if is_whole:
        return np.int64(_ALL_ALIKE)
    if same > 0:
        return np.int64(_RARE if has_rare else _FREQUENT)
    return np.int64(1)
