"""Who has which key: finds the records that a new one has to be compared with."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from passerelle.linkage.dictionaries import Words

Ints = npt.NDArray[np.int32]

_SMALL_BATCH = 256  # records; of more, keys are sorted instead of kept in a dictionary
_MOST_IN_MEMORY = 100_000  # keys in the dictionary before they are sorted
_MOST_RUNS = 4


@dataclass(frozen=True)
class Meetings:
    """Whom new records meet.

    new, met: positions, each pair once. outgrown: positions of the records of each group that the
        new ones made too large; its pairs no longer count.
    """

    new: Ints
    met: Ints
    outgrown: tuple[Ints, ...]


class KeyIndex:
    """The records of each key, of all rules. Keys of a rule are told apart by its number.

    A large sorted run, a few small ones, and a dictionary of the latest.
    """

    def __init__(self, keys: Words, *, largest: int) -> None:
        """Begin with some records.

        Args:
            keys: uint64 of shape (records, rules), 0 for none.
            largest: Records that may share a key and still meet.
        """
        self._largest = largest
        self._count = len(keys)
        self._runs = [_sorted_run(_told_apart(keys), 0)]
        self._latest: dict[int, list[int]] = {}
        self._held = 0

    def add(self, keys: Words) -> Meetings:
        """Take in records; they are numbered on from those that are there."""
        apart = _told_apart(keys)
        first = self._count
        self._count += len(keys)
        wanted = np.unique(apart[apart != 0])
        before = self._members(wanted)
        rows, columns = np.nonzero(apart)
        groups = np.searchsorted(wanted, apart[rows, columns])
        order = np.argsort(groups, kind="stable")
        coming = _parted((rows[order] + first).astype(np.int32), groups[order], len(wanted))
        new, met, outgrown = [], [], []
        for known, added in zip(before, coming, strict=True):
            if len(known) + len(added) > self._largest:
                if len(known) <= self._largest and len(known) > 1:
                    outgrown.append(known)
                continue
            if len(known):
                new.append(np.repeat(added, len(known)))
                met.append(np.tile(known, len(added)))
            if len(added) > 1:
                one, other = np.triu_indices(len(added), 1)
                new.append(added[other])
                met.append(added[one])
        self._keep(apart, first, wanted, coming)
        return Meetings(*_once(new, met), tuple(outgrown))

    def share_a_key(self, left: Words, right: Words) -> npt.NDArray[np.bool_]:
        """Which pairs, given by their keys, still meet by some rule.

        Args:
            left: uint64 of shape (pairs, rules).
            right: Likewise.
        """
        left, right = _told_apart(left), _told_apart(right)
        shared = (left == right) & (left != 0)
        wanted = np.unique(left[shared])
        sizes = np.array([len(each) for each in self._members(wanted)])
        if not len(wanted):
            return np.zeros(len(left), np.bool_)
        at = np.minimum(np.searchsorted(wanted, left), len(wanted) - 1)
        return np.asarray((shared & (sizes[at] <= self._largest)).any(axis=1))

    def _members(self, wanted: Words) -> list[Ints]:
        """The records of each key; of a key with far too many, one more than may meet."""
        most = self._largest + 1
        found: list[list[Ints]] = [[] for _key in range(len(wanted))]
        for keys, records in self._runs:
            starts = np.searchsorted(keys, wanted, side="left")
            ends = np.searchsorted(keys, wanted, side="right")
            for at in np.flatnonzero(ends > starts).tolist():
                found[at].append(records[starts[at] : min(ends[at], starts[at] + most)])
        for at, key in enumerate(wanted.tolist()):
            if key in self._latest:
                found[at].append(np.array(self._latest[key][:most], np.int32))
        none = np.empty(0, np.int32)
        return [np.concatenate(each) if each else none for each in found]

    def _keep(self, apart: Words, first: int, wanted: Words, coming: list[Ints]) -> None:
        if len(apart) > _SMALL_BATCH:
            self._runs.append(_sorted_run(apart, first))
        else:
            for key, records in zip(wanted.tolist(), coming, strict=True):
                self._latest.setdefault(key, []).extend(records.tolist())
            self._held += apart.size
        if self._held > _MOST_IN_MEMORY:
            self._runs.append(_run_of(self._latest))
            self._latest, self._held = {}, 0
        if len(self._runs) > _MOST_RUNS:
            keys = np.concatenate([each[0] for each in self._runs[1:]])
            records = np.concatenate([each[1] for each in self._runs[1:]])
            order = np.argsort(keys, kind="stable")
            self._runs[1:] = [(keys[order], records[order])]


def _told_apart(keys: Words) -> Words:
    """Keys of different rules made different."""
    number = np.arange(1, keys.shape[1] + 1, dtype=np.uint64) * np.uint64(0xD6E8FEB86659FD93)
    return np.where(keys == 0, np.uint64(0), keys ^ number)


def _sorted_run(apart: Words, first: int) -> tuple[Words, Ints]:
    rules = max(1, apart.shape[1])
    flat = apart.reshape(-1)
    some = np.flatnonzero(flat)
    some = some[np.argsort(flat[some], kind="stable")]
    return flat[some], (some // rules + first).astype(np.int32)


def _run_of(latest: dict[int, list[int]]) -> tuple[Words, Ints]:
    keys = np.repeat(
        np.fromiter(latest, np.uint64, len(latest)), [len(each) for each in latest.values()]
    )
    records = np.fromiter((one for each in latest.values() for one in each), np.int32, len(keys))
    order = np.argsort(keys, kind="stable")
    return keys[order], records[order]


def _parted(records: Ints, groups: npt.NDArray[np.int64], count: int) -> list[Ints]:
    """The records of each of `count` groups, given in the order of their groups."""
    starts = np.searchsorted(groups, np.arange(count + 1))
    return [records[start:end] for start, end in pairwise(starts.tolist())]


def _once(new: list[Ints], met: list[Ints]) -> tuple[Ints, Ints]:
    if not new:
        return np.empty(0, np.int32), np.empty(0, np.int32)
    pairs = np.unique(
        np.concatenate(met).astype(np.int64) << 32 | np.concatenate(new).astype(np.int64)
    )
    return (pairs & 0xFFFFFFFF).astype(np.int32), (pairs >> 32).astype(np.int32)
