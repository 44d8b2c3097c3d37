"""How near two names are: their letters, their parts, their sound, and what people are called."""

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
from passerelle.linkage.texts.folding import all_applied, applied
from passerelle.linkage.texts.given_names import find_roots, no_roots, share_root
from passerelle.linkage.texts.names import joined, main_words, without_particles
from passerelle.linkage.texts.string_kernels import jaro_winkler
from passerelle.linkage.texts.words import (
    add_hints,
    common_words,
    read_words,
    text_codes,
    word_count,
)

_NEAR = (
    N_("a little alike"),
    N_("initial of the other"),
    N_("alike"),
    N_("part of the other"),
    N_("sounds the same"),
    N_("nearly the same"),
)
GIVEN_NAME_LEVELS = (*_NEAR, N_("variant of the name"))
FAMILY_NAME_LEVELS = (*_NEAR, N_("same, written otherwise"))

_LITTLE, _INITIAL, _ALIKE, _PART, _SOUND, _NEARLY, _TOP = range(2, 9)
_SIMILAR = np.array([0.70, 0.88, 0.92])  # by Jaro-Winkler: a little, alike, nearly the same
_WORDS = 4  # of a name that are told apart
_LETTER_BITS = 15
_INITIALS = r"^[\p{Latin}\p{Greek}\p{Cyrillic}]( [\p{Latin}\p{Greek}\p{Cyrillic}])*$"


def given_name_tables(values: pa.Array, _common: Hashes) -> Tables:
    """What `compare_names` needs for first names."""
    names = pl.Series(values).cast(pl.String)
    whole, first = find_roots(names).codes, find_roots(applied(_beginning, names)).codes
    return _tables(values, names, whole, first, np.int64(_NEARLY))


def _beginning(names: pl.Expr) -> pl.Expr:
    return names.str.extract(r"^(\S+) ")


def family_name_tables(values: pa.Array, _common: Hashes) -> Tables:
    """What `compare_names` needs for last names."""
    names = pl.Series(values).cast(pl.String)
    none = no_roots(names.len())
    return _tables(values, names, none, none, np.int64(_TOP))


def _derived(name: pl.Expr) -> dict[str, pl.Expr]:
    bare = joined(without_particles(name))
    return {
        "joined": joined(name),
        "bare": bare,
        "sound": sound(bare),
        "words": main_words(name),
        "only_initials": name.str.contains(_INITIALS).fill_null(value=False),
    }


def _tables(
    values: pa.Array, names: pl.Series, whole: Any, first: Any, otherwise: np.int64
) -> Tables:
    told = all_applied(_derived, names)
    keys = np.stack([text_codes(told["joined"]), text_codes(told["bare"])], axis=1)
    sounds = text_codes(told["sound"])
    words = read_words(told["words"], most=_WORDS).codes
    initials, lengths = _initials(names)
    hints = np.zeros(names.len(), np.uint64)
    for salt, codes in enumerate((keys, sounds[:, None], words, whole, first)):
        # Roots of a whole name meet those of a first word: they have the same salt.
        add_hints(hints, codes, min(salt, 3) << 32)
    only_initials = told["only_initials"].to_numpy()
    rows = (hints, only_initials, keys, sounds, words, initials, lengths, whole, first)
    return Tables(text_table(values), rows=rows, alike=(otherwise,))


def _initials(names: pl.Series) -> tuple[Any, Any]:
    """The first letters of each name's words, one after the other in an integer, and how many."""
    words = read_words(names, most=_WORDS)
    letters = words.first_letters % (1 << _LETTER_BITS)
    packed = (letters << (_LETTER_BITS * np.arange(_WORDS))).sum(axis=1)
    return packed, (words.codes >= 0).sum(axis=1).astype(np.int64)


@kernel
def compare_names(
    codes: Any, column: Any, left: Any, right: Any, shift: Any, exact: Any, patterns: Any,
    chars: Any, lengths: Any, signatures: Any, overs: Any, hints: Any, only_initials: Any,
    keys: Any, sounds: Any, words: Any, initials: Any, initial_counts: Any, whole: Any, first: Any,
    otherwise: Any,
) -> None:  # fmt: skip
    """The first of: written otherwise, initial, part, variant, sound, and how near letters are."""
    for pair in range(len(left)):
        one, other = codes[left[pair], column], codes[right[pair], column]
        if one < 0 or other < 0:
            continue
        if one == other:
            patterns[pair] |= np.uint64(exact[one]) << np.uint64(shift)
            continue
        alike = jaro_winkler(chars, lengths, signatures, overs, one, other, _SIMILAR[0])
        level = np.int64(1)
        if alike >= _SIMILAR[2]:
            level = np.int64(_NEARLY)
        elif alike >= _SIMILAR[1]:
            level = np.int64(_ALIKE)
        elif alike >= _SIMILAR[0]:
            level = np.int64(_LITTLE)
        if hints[one] & hints[other]:
            part = _part(words, one, other)
            if keys[one, 0] == keys[other, 0] or keys[one, 1] == keys[other, 1] or part == 2:
                level = otherwise
            elif level < _NEARLY and part == 1:
                level = np.int64(_PART)
            elif _are_variants(whole, first, one, other):
                level = np.int64(_TOP)
            elif level < _NEARLY and sounds[one] >= 0 and sounds[one] == sounds[other]:
                level = np.int64(_SOUND)
        if (only_initials[one] or only_initials[other]) and level != otherwise:
            letters = min(initial_counts[one], initial_counts[other])
            mask = (np.int64(1) << (np.int64(_LETTER_BITS) * letters)) - 1
            if letters > 0 and (initials[one] ^ initials[other]) & mask == 0:
                level = np.int64(_INITIAL)
        patterns[pair] |= np.uint64(level) << np.uint64(shift)


@kernel
def _are_variants(whole: Any, first: Any, one: Any, other: Any) -> Any:
    """Bob and Robert, Bob and Robert James; not Jean Pierre and Jean Paul, with one beginning."""
    return (
        share_root(whole, one, whole, other)
        or share_root(whole, one, first, other)
        or share_root(first, one, whole, other)
    )


@kernel
def _part(words: Any, one: Any, other: Any) -> Any:
    """1 where all words of one name are in the other, Durand in Martin-Durand; 2 where both are."""
    here, there = word_count(words, one), word_count(words, other)
    if here == 0 or common_words(words, one, other) < min(here, there):
        return 0
    return 2 if here == there else 1
