"""How near two values are: kernels over the bytes of a `TextTable`.

Each is exact: an early reject never changes an answer. The tests hold them to rapidfuzz.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from passerelle.linkage.compiling import inlined, kernel

_M1 = np.uint64(0x5555555555555555)
_M2 = np.uint64(0x3333333333333333)
_M4 = np.uint64(0x0F0F0F0F0F0F0F0F)
_H01 = np.uint64(0x0101010101010101)
_H7F = np.uint64(0x7F7F7F7F7F7F7F7F)
_GATHER = np.uint64(0x0102040810204080)

PREFIX = 4
"""Characters of a common beginning that Jaro-Winkler rewards."""

_WEIGHT = 0.1  # of each, as Winkler has it
_BOOSTED = 0.7  # only values as near as this: a common beginning alone says little


@inlined
def ones(word: Any) -> Any:
    """How many bits of a 64-bit word are set."""
    word -= (word >> np.uint64(1)) & _M1
    word = (word & _M2) + ((word >> np.uint64(2)) & _M2)
    word = (word + (word >> np.uint64(4))) & _M4
    return np.int64((word * _H01) >> np.uint64(56))


@kernel
def _match(one: Any, other: Any, long_one: Any, long_other: Any, reach: Any) -> Any:
    """Which characters of two values match within reach, each once, and how many."""
    taken_one = np.uint64(0)
    taken_other = np.uint64(0)
    matched = 0
    for at in range(long_one):
        first = max(0, at - reach)
        last = min(long_other, at + reach + 1)
        for there in range(first, last):
            bit = np.uint64(1) << np.uint64(there)
            if other[there] == one[at] and not taken_other & bit:
                taken_other |= bit
                taken_one |= np.uint64(1) << np.uint64(at)
                matched += 1
                break
    return taken_one, taken_other, matched


@kernel
def _match_bytes(one: Any, other: Any, long_one: Any, long_other: Any, reach: Any) -> Any:
    """As `_match`, eight bytes of the other at a time: it is given as words of 64 bits.

    A byte that equals the character is zero once they are combined; its highest bit is then set
    in `zeros`, and a multiplication puts the eight bits side by side.
    Source: Warren, "Hacker's Delight", 2nd edition, 6-1 and 7-4.
    """
    taken_one = np.uint64(0)
    taken_other = np.uint64(0)
    matched = 0
    for at in range(long_one):
        first = np.uint64(max(0, at - reach))
        last = np.uint64(min(long_other, at + reach + 1))
        everywhere = np.uint64(one[at]) * _H01
        equal = np.uint64(0)
        for word in range((long_other + 7) // 8):
            mixed = other[word] ^ everywhere
            zeros = ~(((mixed & _H7F) + _H7F) | mixed | _H7F)
            bits = ((zeros >> np.uint64(7)) * _GATHER) >> np.uint64(56)
            equal |= bits << np.uint64(8 * word)
        inside = ((np.uint64(1) << last) - np.uint64(1)) & ~((np.uint64(1) << first) - np.uint64(1))
        free = equal & inside & ~taken_other
        if free:
            taken_other |= free & (~free + np.uint64(1))
            taken_one |= np.uint64(1) << np.uint64(at)
            matched += 1
    return taken_one, taken_other, matched


@kernel
def jaro_winkler(
    chars: Any, lengths: Any, signatures: Any, overs: Any, one: Any, other: Any, least: Any
) -> Any:
    """Jaro-Winkler similarity in [0, 1] of two values, or 0 if it is below `least`.

    Source: Winkler (1990), "String Comparator Metrics and Enhanced Decision Rules".
    """
    long_one: Any = np.int64(lengths[one])
    long_other: Any = np.int64(lengths[other])
    if long_one == 0 or long_other == 0:
        return 0.0
    common = ones(signatures[one] & signatures[other]) + min(overs[one], overs[other])
    common = min(common, long_one, long_other)
    bound = (common / long_one + common / long_other + 1.0) / 3.0
    if bound + PREFIX * _WEIGHT * (1.0 - bound) < least:  # most pairs: no character is looked at
        return 0.0
    prefix = 0
    while (
        prefix < PREFIX
        and prefix < long_one
        and prefix < long_other
        and chars[one, prefix] == chars[other, prefix]
    ):
        prefix += 1
    if bound + prefix * _WEIGHT * (1.0 - bound) < least:
        return 0.0
    reach = max(long_one, long_other) // 2 - 1
    reach = max(reach, 0)
    if chars.itemsize == 1:
        taken_one, taken_other, matched = _match_bytes(
            chars[one], chars[other].view(np.uint64), long_one, long_other, reach
        )
    else:
        taken_one, taken_other, matched = _match(
            chars[one], chars[other], long_one, long_other, reach
        )
    if matched == 0:
        return 0.0
    crossed = 0
    there = 0
    for at in range(long_one):
        if taken_one & (np.uint64(1) << np.uint64(at)):
            while not taken_other & (np.uint64(1) << np.uint64(there)):
                there += 1
            if chars[one, at] != chars[other, there]:
                crossed += 1
            there += 1
    jaro = (matched / long_one + matched / long_other + (matched - crossed // 2) / matched) / 3.0
    similarity = jaro + prefix * _WEIGHT * (1.0 - jaro) if jaro > _BOOSTED else jaro
    return similarity if similarity >= least else 0.0


@kernel
def edits_up_to_2(
    chars: Any, lengths: Any, signatures: Any, overs: Any, one: Any, other: Any
) -> Any:
    """Edits between two values that differ: 1, 2, or 3 for more.

    An edit changes, inserts or removes a character, or swaps two neighbours; no character is
    edited twice (optimal string alignment).
    """
    long_one, long_other = np.int64(lengths[one]), np.int64(lengths[other])
    longest = max(long_one, long_other)
    if abs(long_one - long_other) > 2:
        return 3
    common = ones(signatures[one] & signatures[other]) + min(overs[one], overs[other])
    if longest - common > 2:
        return 3
    at = 0
    while at < long_one and at < long_other and chars[one, at] == chars[other, at]:
        at += 1
    if _within_1(chars, one, at, long_one, other, at, long_other):
        return 1
    if (
        _within_1(chars, one, at + 1, long_one, other, at + 1, long_other)
        or _within_1(chars, one, at + 1, long_one, other, at, long_other)
        or _within_1(chars, one, at, long_one, other, at + 1, long_other)
    ):
        return 2
    if (
        at + 1 < long_one
        and at + 1 < long_other
        and chars[one, at] == chars[other, at + 1]
        and chars[one, at + 1] == chars[other, at]
        and _within_1(chars, one, at + 2, long_one, other, at + 2, long_other)
    ):
        return 2
    return 3


@kernel
def _within_1(
    chars: Any, one: Any, at: Any, end: Any, other: Any, there: Any, other_end: Any
) -> Any:
    """Whether one edit or none makes the tails of two values equal."""
    if at > end or there > other_end:
        return False
    while at < end and there < other_end and chars[one, at] == chars[other, there]:
        at += 1
        there += 1
    left, right = end - at, other_end - there
    if left == 0 or right == 0:
        return left + right <= 1
    if left == right:
        if _same(chars, one, at + 1, other, there + 1, left - 1):
            return True
        return (
            left >= 2
            and chars[one, at] == chars[other, there + 1]
            and chars[one, at + 1] == chars[other, there]
            and _same(chars, one, at + 2, other, there + 2, left - 2)
        )
    if left == right + 1:
        return _same(chars, one, at + 1, other, there, right)
    if right == left + 1:
        return _same(chars, one, at, other, there + 1, left)
    return False


@inlined
def _same(chars: Any, one: Any, at: Any, other: Any, there: Any, length: Any) -> Any:
    for step in range(length):
        if chars[one, at + step] != chars[other, there + step]:
            return False
    return True
