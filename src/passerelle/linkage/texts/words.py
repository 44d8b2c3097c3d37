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
from passerelle.linkage.dictionaries import Codes, hash_texts

Hints = npt.NDArray[np.uint64]

_HASH = np.uint64(0x9E3779B97F4A7C15)
_TO_6_BITS = np.uint64(58)


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

    def are_among(self, hashes: Hashes) -> npt.NDArray[np.bool_]:
        """Which of the distinct words have one of some hashes."""
        return np.isin(hash_texts(pa.array(self.texts.to_arrow())), hashes)


def split_words(texts: pl.Series, *, most: int) -> Words:
    """The words of folded texts, `most` of each."""
    lists = pl.col("text").fill_null("").str.split(" ")
    places = texts.to_frame("text").select(
        lists.list.get(at, null_on_oob=True).alias(str(at)) for at in range(most)
    )
    flat = pa.concat_arrays([pa.array(each.to_arrow()) for each in places])
    coded = pa.compute.if_else(pa.compute.equal(flat, ""), None, flat).dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return Words(
        np.ascontiguousarray(codes.reshape(most, texts.len()).T),
        pl.Series(coded.dictionary).cast(pl.String),
    )


def text_codes(texts: pl.Series) -> Codes:
    """A code for each text, the same for equal texts; -1 for null and for the empty text."""
    given = pa.array(texts.to_arrow())
    coded = pa.compute.if_else(pa.compute.equal(given, ""), None, given).dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return np.asarray(codes.astype(np.int32))


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
