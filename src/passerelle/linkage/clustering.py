"""From scored pairs to persons: groups whose members agree with each other on average.

Components of linked pairs chain: A is like B and B is like C, but A is nobody like C. So all pairs
inside a component are compared, and groups are merged, nearest first, while their mean evidence
speaks for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from passerelle.linkage.compiling import kernel

Ints = npt.NDArray[np.int32]
Floats = npt.NDArray[np.float32]
Score = Callable[[Ints, Ints], Floats]
"""Log2 odds of pairs of records, left before right."""

LARGEST = 400
"""Records of a component that are compared with each other; a larger one is cut by its bar."""

CERTAIN = 1e9
"""Log2 odds of what was decided: above it one person, below its negative never."""

_STEP = 2.0  # bits by which the bar of a large component is raised until it falls apart
_FLOOR, _CEILING = -3.0, 12.0
# Below the floor, an inner pair speaks with the prior of all pairs, which is far too low inside a
# component: fields that are missing would outvote the evidence there is.


def components(count: int, left: Ints, right: Ints) -> Ints:
    """The component of each record, as the position of its first record."""
    return _components(count, left, right)  # type: ignore[no-any-return]  # numba has no types


def find_clusters(count: int, left: Ints, right: Ints, odds: Floats, score: Score) -> Ints:
    """The cluster of each record, as the position of its first record.

    Args:
        count: Records.
        left: One record of each linked pair.
        right: The other.
        odds: Their log2 odds, all 0 or more.
        score: Scores the pairs inside components that were no candidates.
    """
    whole = _small_components(count, left, right, odds)
    sizes = np.bincount(whole, minlength=count)
    members = np.flatnonzero(sizes[whole] > 2).astype(np.int32)
    if not len(members):
        return whole
    members = members[np.argsort(whole[members], kind="stable")]
    starts = np.flatnonzero(np.diff(whole[members], prepend=-1, append=-1))
    inner_left, inner_right = _inner_pairs(members, starts)
    told = score(inner_left, inner_right)
    scores = np.where(np.abs(told) >= CERTAIN, told, np.clip(told, _FLOOR, _CEILING))
    _agglomerate(members, starts, scores.astype(np.float32), np.float32(-CERTAIN), whole)
    return whole


def _small_components(count: int, left: Ints, right: Ints, odds: Floats) -> Ints:
    whole = components(count, left, right)
    bar = 0.0
    while bar < _CEILING * 4:
        sizes = np.bincount(whole, minlength=count)
        is_large = sizes[whole] > LARGEST
        if not is_large.any():
            return whole
        bar += _STEP
        kept = ~is_large[left] | (odds >= bar)
        left, right, odds = left[kept], right[kept], odds[kept]
        whole = components(count, left, right)
    # What no bar takes apart is one cluster too many: each of its records stands alone.
    sizes = np.bincount(whole, minlength=count)
    alone = sizes[whole] > LARGEST
    whole[alone] = np.flatnonzero(alone)
    return whole


@kernel
def _components(count: Any, left: Any, right: Any) -> Any:
    parent = np.arange(count).astype(np.int32)
    for pair in range(len(left)):
        one, other = left[pair], right[pair]
        while parent[one] != one:
            parent[one] = parent[parent[one]]
            one = parent[one]
        while parent[other] != other:
            parent[other] = parent[parent[other]]
            other = parent[other]
        if one < other:
            parent[other] = one
        else:
            parent[one] = other
    for record in range(count):
        root = parent[record]
        while parent[root] != root:
            root = parent[root]
        parent[record] = root
    return parent


@kernel
def _inner_pairs(members: Any, starts: Any) -> Any:
    total = np.int64(0)
    for group in range(len(starts) - 1):
        size = starts[group + 1] - starts[group]
        total += size * (size - 1) // 2
    left, right = np.empty(total, np.int32), np.empty(total, np.int32)
    place = 0
    for group in range(len(starts) - 1):
        for at in range(starts[group], starts[group + 1]):
            for there in range(at + 1, starts[group + 1]):
                left[place] = min(members[at], members[there])
                right[place] = max(members[at], members[there])
                place += 1
    return left, right


@kernel
def _agglomerate(members: Any, starts: Any, scores: Any, never: Any, cluster: Any) -> None:
    """Merge the two groups of highest mean score until no mean is above 0, in each component.

    Groups that hold one pair at `never` are not merged, whatever the mean of the others.
    """
    offset = np.int64(0)
    for group in range(len(starts) - 1):
        first = starts[group]
        size = starts[group + 1] - first
        near = np.full((size, size), never)
        for at in range(size):
            for there in range(at + 1, size):
                near[at, there] = near[there, at] = scores[offset]
                offset += 1
        weight = np.ones(size)
        into = np.arange(size)
        best = np.empty(size, np.int64)
        for at in range(size):
            best[at] = np.argmax(near[at])
        while True:
            one = -1
            top = np.float32(0.0)
            for at in range(size):
                if into[at] == at and near[at, best[at]] > top:
                    top = near[at, best[at]]
                    one = at
            if one < 0:
                break
            other = best[one]
            if other < one:
                one, other = other, one
            both = weight[one] + weight[other]
            for at in range(size):
                if at != one and at != other and into[at] == at:
                    mean = (near[one, at] * weight[one] + near[other, at] * weight[other]) / both
                    if near[one, at] <= never or near[other, at] <= never:
                        mean = np.float64(never)
                    near[one, at] = near[at, one] = np.float32(mean)
            weight[one] = both
            into[other] = one
            near[other, :] = never
            near[:, other] = never
            for at in range(size):
                if into[at] == at:
                    best[at] = np.argmax(near[at])
        for at in range(size):
            root = into[at]
            while into[root] != root:
                root = into[root]
            cluster[members[first + at]] = members[first + root]
