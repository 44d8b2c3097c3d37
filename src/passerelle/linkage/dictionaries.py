"""A column as codes into its distinct values, and the values as characters that kernels compare."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from passerelle.linkage.compiling import inlined, kernel

Codes = npt.NDArray[np.int32]
Bytes = npt.NDArray[np.uint8]
Points = npt.NDArray[np.uint32]
Words = npt.NDArray[np.uint64]

WIDTH = 32
"""Characters of a value that are compared; the rest is cut."""

ASCII = 128
"""Characters that stand for themselves; as many others fit in a byte beside them."""

_DIGIT, _HYPHEN = np.uint8(ord("0")), np.uint8(ord("-"))
_LETTER = np.uint8(ord("a"))


@dataclass(frozen=True)
class Dictionary:
    """A column's distinct values, in the order of their first appearance.

    codes: int32 of shape (records,), -1 where the value is missing.
    values: the distinct values.
    counts: int64 of shape (values,), records that hold each.
    """

    codes: Codes
    values: pa.Array
    counts: npt.NDArray[np.int64]

    @property
    def frequencies(self) -> npt.NDArray[np.float64]:
        """Share of each value among the records that have one."""
        return self.counts / max(1, int(self.counts.sum()))


def encode(column: pa.ChunkedArray | pa.Array) -> Dictionary:
    """Codes and distinct values of a column of texts; an empty text is missing."""
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(whole, pa.ChunkedArray):  # of no chunk, or of more than 2 GiB
        whole = pa.concat_arrays(whole.chunks) if whole.num_chunks else pa.array([], pa.string())
    coded = whole.dictionary_encode()
    codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return Dictionary(codes, coded.dictionary, _counted(codes, len(coded.dictionary)))


def recode(raw: Dictionary, changed: pa.Array) -> Dictionary:
    """The dictionary once each of its values was changed; a value that became null is missing."""
    coded = changed.dictionary_encode()
    new = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    # A record without a value has the code -1: it takes the last place of the table.
    codes = np.append(new, np.int32(-1))[raw.codes]
    return Dictionary(codes, coded.dictionary, _counted(codes, len(coded.dictionary)))


def without(whole: Dictionary, dropped: npt.NDArray[np.bool_]) -> Dictionary:
    """The dictionary once some of its values are missing, without coding the others again."""
    new = np.where(dropped, np.int32(-1), np.cumsum(~dropped, dtype=np.int32) - np.int32(1))
    codes = np.append(new, np.int32(-1))[whole.codes]
    return Dictionary(codes, whole.values.filter(pa.array(~dropped)), whole.counts[~dropped])


def _counted(codes: Codes, values: int) -> npt.NDArray[np.int64]:
    return np.bincount(codes[codes >= 0], minlength=values).astype(np.int64)


def hash_texts(values: pa.Array) -> Words:
    """A number for each text, the same in every run and table; 0 for a null."""
    offsets, raw = text_buffers(values)
    hashes = np.empty(len(values), np.uint64)
    _hash(offsets, raw, hashes)
    if values.null_count:
        hashes[values.is_null().to_numpy(zero_copy_only=False)] = 0
    return hashes


def text_buffers(values: pa.Array) -> tuple[npt.NDArray[np.int64], Bytes]:
    """Where each text begins and ends, and the bytes of all."""
    is_large = values.type == pa.large_string()
    texts = values if is_large else values.cast(pa.large_string())
    offsets = np.frombuffer(texts.buffers()[1], np.int64)[texts.offset :][: len(texts) + 1]
    data = texts.buffers()[2]
    raw = np.frombuffer(data, np.uint8) if data is not None and data.size else np.zeros(1, np.uint8)
    return offsets, raw


@kernel
def _hash(offsets: Any, raw: Any, hashes: Any) -> None:
    for value in range(len(hashes)):
        hashes[value] = hash_bytes(raw, offsets[value], offsets[value + 1])


@inlined
def hash_bytes(raw: Any, start: Any, end: Any) -> Any:
    """FNV-1a of some bytes, then mixed so that the upper bits are as good as the lower ones."""
    state = np.uint64(0xCBF29CE484222325)
    for at in range(start, end):
        state = (state ^ np.uint64(raw[at])) * np.uint64(0x100000001B3)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    state ^= state >> np.uint64(31)
    return max(state, np.uint64(1))


@dataclass(frozen=True)
class TextTable:
    """Distinct values by character, with signatures that bound what two of them have in common.

    chars: of shape (values, WIDTH), padded with zeros: a number for each character of Unicode, in
        uint8 where the values have 128 other characters than ASCII at most, else in uint32.
    lengths: uint8.
    signatures: uint64; `overs`: characters that the signature could not hold.
    others: uint32, the characters of Unicode that stand in a byte, from 128 on.
    is_numeric: whether signatures count digits.
    """

    chars: Bytes | Points
    lengths: Bytes
    signatures: Words
    overs: Bytes
    others: Points
    is_numeric: bool

    @property
    def arrays(self) -> tuple[Bytes | Points, Bytes, Words, Bytes]:
        """What kernels take, in their order."""
        return self.chars, self.lengths, self.signatures, self.overs

    @property
    def is_ascii(self) -> bool:
        """Whether each character stands for itself in a byte."""
        return self.chars.dtype == np.uint8 and not len(self.others)

    @property
    def points(self) -> Points:
        """Each character as its number of Unicode."""
        if self.is_ascii or self.chars.dtype == np.uint32:
            return self.chars.astype(np.uint32)
        told = np.concatenate([np.arange(ASCII, dtype=np.uint32), self.others])
        return np.asarray(told[self.chars], np.uint32)


def text_table(values: pa.Array) -> TextTable:
    """The table of some distinct values."""
    offsets, raw = text_buffers(values)
    lengths = np.zeros(len(values), np.uint8)
    chars: Bytes | Points = np.zeros((len(values), WIDTH), np.uint8)
    others = np.empty(0, np.uint32)
    if (raw < ASCII).all():
        _fill(offsets, raw, chars, lengths)
    else:
        points = np.zeros((len(values), WIDTH), np.uint32)
        _decode(offsets, raw, points, lengths)
        chars, others = _dense(points)
    is_numeric = bool(are_numeric(chars).all()) and bool(lengths.any())
    signatures, overs = sign(chars, lengths, is_numeric=is_numeric)
    return TextTable(chars, lengths, signatures, overs, others, is_numeric)


def _dense(points: Points) -> tuple[Bytes | Points, Points]:
    """Characters as bytes, and those beyond ASCII; or as they are where they are too many."""
    others = np.unique(points[points >= ASCII])
    if len(others) > ASCII:
        return points, others[:0]
    place = ASCII + np.searchsorted(others, points)
    return np.where(points < ASCII, points, place).astype(np.uint8), others


def are_numeric(chars: Bytes | Points) -> npt.NDArray[np.bool_]:
    """Which texts hold digits and hyphens alone."""
    is_digit = (chars >= _DIGIT) & (chars <= _DIGIT + 9)
    return np.asarray((is_digit | (chars == _HYPHEN) | (chars == 0)).all(axis=1))


def sign(chars: Bytes | Points, lengths: Bytes, *, is_numeric: bool) -> tuple[Words, Bytes]:
    """The signatures of texts, and the characters that each could not hold."""
    signatures, overs = np.zeros(len(chars), np.uint64), np.zeros(len(chars), np.uint8)
    _sign(chars, lengths, is_numeric, signatures, overs)
    return signatures, overs


@kernel
def _fill(offsets: Any, raw: Any, chars: Any, lengths: Any) -> None:
    width = chars.shape[1]
    for value in range(len(lengths)):
        start = offsets[value]
        length = min(offsets[value + 1] - start, width)
        lengths[value] = length
        for at in range(length):
            chars[value, at] = raw[start + at]


@kernel
def _decode(offsets: Any, raw: Any, points: Any, lengths: Any) -> None:
    """Characters of texts in UTF-8, which Arrow holds to be valid."""
    width = points.shape[1]
    for value in range(len(lengths)):
        at, end = offsets[value], offsets[value + 1]
        length = 0
        while at < end and length < width:
            point, more = decoded(raw, at)
            points[value, length] = point
            length += 1
            at += 1 + more
        lengths[value] = length


@inlined
def decoded(raw: Any, at: Any) -> Any:
    """The character of Unicode that begins at a byte, and how many bytes of it follow."""
    head = np.uint32(raw[at])
    more = 0
    point = head
    if head >= 0xF0:
        more, point = 3, head & np.uint32(0x07)
    elif head >= 0xE0:
        more, point = 2, head & np.uint32(0x0F)
    elif head >= 0xC0:
        more, point = 1, head & np.uint32(0x1F)
    for step in range(more):
        point = (point << np.uint32(6)) | (np.uint32(raw[at + 1 + step]) & np.uint32(0x3F))
    return point, more


@kernel
def _sign(chars: Any, lengths: Any, is_numeric: Any, signatures: Any, overs: Any) -> None:
    """Count characters in buckets, in unary: 10 x 6 bits for digits, 32 x 2 bits for texts.

    The population count of two signatures' intersection, and the smaller of their overs, bound
    from above how many characters the two values share.
    """
    held = np.zeros(33, np.int64)
    room = 6 if is_numeric else 2
    for value in range(len(lengths)):
        held[:] = 0
        for at in range(lengths[value]):
            char = chars[value, at]
            if is_numeric:
                bucket = char - 48 if char >= 48 else 32
            elif 97 <= char <= 122:
                bucket = char - 97
            elif 48 <= char <= 57:
                bucket = 26 + (char - 48) // 2
            elif char >= 128:
                bucket = char % 32
            else:
                bucket = 31
            held[bucket] += 1
        over = held[32]
        signature = np.uint64(0)
        for bucket in range(10 if is_numeric else 32):
            count = held[bucket]
            over += max(0, count - room)
            ones = (np.uint64(1) << np.uint64(min(count, room))) - np.uint64(1)
            signature |= ones << np.uint64(bucket * room)
        signatures[value] = signature
        overs[value] = min(over, 255)
