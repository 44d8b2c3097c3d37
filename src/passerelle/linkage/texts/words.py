"""Words of distinct values as integers, so that a pair's words are compared without its texts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from passerelle.linkage.comparison import Hashes
from passerelle.linkage.compiling import kernel
from passerelle.linkage.dictionaries import (
    Codes,
    decoded,
    hash_bytes,
    hash_texts,
    text_buffers,
)
from passerelle.linkage.texts.folding import FEW

Hints = npt.NDArray[np.uint64]

_HASH = np.uint64(0x9E3779B97F4A7C15)
_TO_6_BITS = np.uint64(58)
_BLANK = np.uint8(ord(" "))


@dataclass(frozen=True)
class Words:
    """The first words of each value.

    codes: int32 of shape (values, most), places in `texts`; -1 after the last word.
    texts: the distinct words.
    """

    codes: Codes
    texts: pl.Series

    @property
    def counts(self) -> npt.NDArray[np.int64]:
        """Values that hold each word; twice where they say it twice."""
        return np.bincount(self.codes[self.codes >= 0], minlength=self.texts.len())


def split_words(texts: pl.Series, *, most: int) -> Words:
    """The words of folded texts, `most` of each."""
    flat = _few_words(texts, most) if texts.len() <= FEW else _many_words(texts, most)
    coded = pa.compute.if_else(pa.compute.equal(flat, ""), None, flat).dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return Words(
        np.ascontiguousarray(codes.reshape(most, texts.len()).T),
        pl.Series(coded.dictionary).cast(pl.String),
    )


def _many_words(texts: pl.Series, most: int) -> pa.Array:
    """The first word of each text, then the second of each, and so on; null where it has none."""
    lists = pl.col("text").fill_null("").str.split(" ")
    places = texts.to_frame("text").select(
        lists.list.get(at, null_on_oob=True).alias(str(at)) for at in range(most)
    )
    return pa.concat_arrays([pa.array(each.to_arrow()) for each in places])


def _few_words(texts: pl.Series, most: int) -> pa.Array:
    """The same without a query."""
    rows = [[*(text or "").split(" "), *[None] * most][:most] for text in texts.to_list()]
    return pa.array([row[at] for at in range(most) for row in rows], pa.large_string())


@dataclass(frozen=True)
class WordCodes:
    """The first words of each text.

    codes: int64 of shape (texts, most), of equal words alike; -1 where there is none.
    first_letters: int64 of the same shape, a number of Unicode; 0 where there is none.
    """

    codes: npt.NDArray[np.int64]
    first_letters: npt.NDArray[np.int64]


def read_words(texts: pl.Series, *, most: int) -> WordCodes:
    """The words of folded texts, `most` of each.

    >>> read_words(pl.Series(["zoé zoé", None]), most=2).first_letters.tolist()
    [[122, 122], [0, 0]]
    """
    hashes = np.zeros((texts.len(), most), np.uint64)
    letters = np.zeros((texts.len(), most), np.int64)
    _read_words(*text_buffers(pa.array(texts.to_arrow())), hashes, letters)
    return WordCodes(codes_of_hashes(hashes), letters)


def text_codes(texts: pl.Series) -> npt.NDArray[np.int64]:
    """A code for each text, of equal texts alike; -1 for null and for the empty text."""
    codes = codes_of_hashes(hash_texts(pa.array(texts.to_arrow())))
    codes[(texts == "").fill_null(False).to_numpy()] = -1
    return codes


def codes_of_hashes(hashes: Hashes) -> npt.NDArray[np.int64]:
    """A code for the hash of each text, -1 for 0: kernels take what is negative for none."""
    return np.where(hashes == 0, np.int64(-1), (hashes >> np.uint64(1)).view(np.int64))


@kernel
def _read_words(offsets: Any, raw: Any, hashes: Any, letters: Any) -> None:
    most = hashes.shape[1]
    for text in range(len(hashes)):
        start = offsets[text]
        for word in range(most):
            if start >= offsets[text + 1]:
                break
            end = start
            while end < offsets[text + 1] and raw[end] != _BLANK:
                end += 1
            if end > start:
                hashes[text, word] = hash_bytes(raw, start, end)
                letters[text, word] = decoded(raw, start)[0]
            start = end + 1


@kernel
def add_hints(hints: Any, codes: Any, salt: Any) -> None:
    """Set a bit of each value for each of its codes.

    Two values with no bit in common have no code in common: most pairs end there.
    """
    for value in range(len(hints)):
        for code in codes[value]:
            if code >= 0:
                state = (np.uint64(code) + np.uint64(salt)) * _HASH
                hints[value] |= np.uint64(1) << (state >> _TO_6_BITS)


@kernel
def common_words(words: Any, one: Any, other: Any) -> Any:
    """How many words of one value the other has too, each word of the other counted once."""
    found = 0
    taken = np.uint64(0)
    for at in range(words.shape[1]):
        if words[one, at] < 0:
            break
        for there in range(words.shape[1]):
            bit = np.uint64(1) << np.uint64(there)
            if words[other, there] == words[one, at] and not taken & bit:
                taken |= bit
                found += 1
                break
    return found


@kernel
def word_count(words: Any, value: Any) -> Any:
    """How many words a value has."""
    count = 0
    while count < words.shape[1] and words[value, count] >= 0:
        count += 1
    return count
