"""Who has which key: finds the records that a new one has to be compared with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from passerelle.linkage.adding.growing import Growing
from passerelle.linkage.compiling import inlined, kernel
from passerelle.linkage.dictionaries import Words

Ints = npt.NDArray[np.int32]

_LEAST_BITS, _MOST_BITS = 10, 24  # of a key, that say its bucket
_A_BUCKET = 8  # keys in a bucket, about
_MOST_LATER_SHARE = 0.5  # of keys that are not sorted, from which all are sorted again
_FEW = 32  # keys that are sorted where they are


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

    Keys of the first records are sorted, in buckets by their upper bits; those of later ones are in
    a hash table whose cells begin lists.
    """

    def __init__(self, keys: Words, *, largest: int) -> None:
        """Begin with some records.

        Args:
            keys: uint64 of shape (records, rules), 0 for none.
            largest: Records that may share a key and still meet.
        """
        self._largest = largest
        self._count = len(keys)
        self._rules = keys.shape[1]
        apart = _told_apart(keys).reshape(-1)
        some = np.flatnonzero(apart)
        owners = (some // max(1, self._rules)).astype(np.int32)
        self._sort(apart[some], owners)
        self._seen = Growing(np.full(self._count, -1, np.int32))

    def add(self, keys: Words) -> Meetings:
        """Take in records; they are numbered on from those that are there."""
        apart = _told_apart(keys)
        first = self._count
        self._count += len(keys)
        self._seen.extend(np.full(len(keys), -1, np.int32))
        self._keep(apart, first)
        new, met, outgrown = _meet(
            apart, first, self._largest, *self._sorted, *self._later, self._seen.rows
        )
        groups = tuple(
            np.sort(_members(key, *self._sorted, *self._later, first))
            for key in np.unique(outgrown)
        )
        if self._held > _MOST_LATER_SHARE * max(1 << _LEAST_BITS, len(self._sorted[0])):
            self._sort_all()
        return Meetings(new, met, groups)

    def share_a_key(self, left: Words, right: Words) -> npt.NDArray[np.bool_]:
        """Which pairs, given by their keys, still meet by some rule.

        Args:
            left: uint64 of shape (pairs, rules).
            right: Likewise.
        """
        return np.asarray(
            _share_a_key(
                _told_apart(left), _told_apart(right), self._largest, *self._sorted, *self._later
            )
        )

    @property
    def _later(self) -> tuple[Words, Ints, Ints, Ints, Ints]:
        return self._cells, self._heads, self._counts, self._owners.rows, self._next.rows

    def _sort(self, keys: Words, owners: Ints) -> None:
        """Sort keys with their records; there are no later ones then."""
        bits = int(np.clip((len(keys) // _A_BUCKET).bit_length(), _LEAST_BITS, _MOST_BITS))
        shift = np.uint64(64 - bits)
        in_order, their_owners, starts = _sorted_in_buckets(keys, owners, shift)
        self._sorted = (in_order, their_owners, starts, shift)
        self._held = 0
        self._owners, self._next = Growing(np.empty(0, np.int32)), Growing(np.empty(0, np.int32))
        self._make_cells(1 << _LEAST_BITS)

    def _make_cells(self, count: int) -> None:
        self._cells = np.zeros(count, np.uint64)
        self._heads = np.full(count, -1, np.int32)
        self._counts = np.zeros(count, np.int32)

    def _keep(self, apart: Words, first: int) -> None:
        if 2 * (self._held + apart.size) > len(self._cells):
            cells, heads, counts = self._cells, self._heads, self._counts
            self._make_cells(1 << int(4 * (self._held + apart.size)).bit_length())
            _move(cells, heads, counts, self._cells, self._heads, self._counts)
        flat = apart.reshape(-1)
        some = np.flatnonzero(flat)
        self._owners.extend((some // max(1, self._rules) + first).astype(np.int32))
        self._next.extend(np.empty(len(some), np.int32))
        _thread(flat[some], self._held, *self._later)
        self._held += len(some)

    def _sort_all(self) -> None:
        keys = np.empty(self._held, np.uint64)
        _list_keys(keys, *self._later)
        sorted_keys, sorted_owners, _starts, _shift = self._sorted
        self._sort(
            np.concatenate([sorted_keys, keys]),
            np.concatenate([sorted_owners, self._owners.rows]),
        )


def _told_apart(keys: Words) -> Words:
    """Keys of different rules made different."""
    number = np.arange(1, keys.shape[1] + 1, dtype=np.uint64) * np.uint64(0xD6E8FEB86659FD93)
    return np.where(keys == 0, np.uint64(0), keys ^ number)


@kernel
def _sorted_in_buckets(keys: Any, owners: Any, shift: Any) -> Any:
    """Keys and their records in order, and where each bucket begins."""
    starts = np.zeros((1 << (64 - np.int64(shift))) + 1, np.int64)
    for at in range(len(keys)):
        starts[np.int64(keys[at] >> shift) + 1] += 1
    for bucket in range(1, len(starts)):
        starts[bucket] += starts[bucket - 1]
    filled = starts[:-1].copy()
    in_order, their_owners = np.empty_like(keys), np.empty_like(owners)
    for at in range(len(keys)):
        its = np.int64(keys[at] >> shift)
        in_order[filled[its]] = keys[at]
        their_owners[filled[its]] = owners[at]
        filled[its] += 1
    for bucket in range(len(starts) - 1):
        start, end = starts[bucket], starts[bucket + 1]
        if end - start > _FEW:
            order = np.argsort(in_order[start:end])
            in_order[start:end] = in_order[start:end][order]
            their_owners[start:end] = their_owners[start:end][order]
            continue
        for at in range(start + 1, end):
            key, owner = in_order[at], their_owners[at]
            there = at
            while there > start and in_order[there - 1] > key:
                in_order[there] = in_order[there - 1]
                their_owners[there] = their_owners[there - 1]
                there -= 1
            in_order[there], their_owners[there] = key, owner
    return in_order, their_owners, starts


@kernel
def _range_of(key: Any, keys: Any, starts: Any, shift: Any) -> Any:
    """Where the records of a key begin among the sorted, and where they end."""
    bucket = np.int64(key >> shift)
    start, end = starts[bucket], starts[bucket + 1]
    low, high = start, end
    while low < high:
        middle = (low + high) // 2
        if keys[middle] < key:
            low = middle + 1
        else:
            high = middle
    first = low
    high = end
    while low < high:
        middle = (low + high) // 2
        if keys[middle] <= key:
            low = middle + 1
        else:
            high = middle
    return first, low


@inlined
def _cell_of(key: Any, cells: Any) -> Any:
    """The cell of a key, or the empty one where it would be."""
    cell = np.int64((key * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(20)) & (len(cells) - 1)
    while cells[cell] != 0 and cells[cell] != key:
        cell = (cell + 1) & (len(cells) - 1)
    return cell


@kernel
def _thread(
    keys: Any, start: Any, cells: Any, heads: Any, counts: Any, _owners: Any, following: Any
) -> None:
    """Put each key's record at the head of its list."""
    for at in range(len(keys)):
        cell = _cell_of(keys[at], cells)
        cells[cell] = keys[at]
        following[start + at] = heads[cell]
        heads[cell] = start + at
        counts[cell] += 1


@kernel
def _move(
    cells: Any, heads: Any, counts: Any, new_cells: Any, new_heads: Any, new_counts: Any
) -> None:
    for cell in range(len(cells)):
        if cells[cell] != 0:
            new = _cell_of(cells[cell], new_cells)
            new_cells[new] = cells[cell]
            new_heads[new] = heads[cell]
            new_counts[new] = counts[cell]


@kernel
def _list_keys(
    keys: Any, cells: Any, heads: Any, _counts: Any, _owners: Any, following: Any
) -> None:
    """The key of each later entry."""
    for cell in range(len(cells)):
        at = heads[cell] if cells[cell] != 0 else -1
        while at >= 0:
            keys[at] = cells[cell]
            at = following[at]


@kernel
def _members(
    key: Any, keys: Any, known: Any, starts: Any, shift: Any, cells: Any, heads: Any, _counts: Any,
    owners: Any, following: Any, before: Any,
) -> Any:  # fmt: skip
    """The records of a key that come before one."""
    start, end = _range_of(key, keys, starts, shift)
    found = [known[at] for at in range(start, end)]
    at = heads[_cell_of(key, cells)]
    while at >= 0:
        if owners[at] < before:
            found.append(owners[at])
        at = following[at]
    return np.array(found)


@kernel
def _meet(
    apart: Any, first: Any, largest: Any, keys: Any, known: Any, starts: Any, shift: Any,
    cells: Any, heads: Any, counts: Any, owners: Any, following: Any, seen: Any,
) -> Any:  # fmt: skip
    """Each new record with all earlier ones that share a key, once; keys that have outgrown."""
    new = [np.int32(0) for _none in range(0)]
    met = [np.int32(0) for _none in range(0)]
    outgrown = [np.uint64(0) for _none in range(0)]
    for row in range(len(apart)):
        record = np.int32(first + row)
        for rule in range(apart.shape[1]):
            key = apart[row, rule]
            if key == 0:
                continue
            start, end = _range_of(key, keys, starts, shift)
            cell = _cell_of(key, cells)
            if end - start + counts[cell] > largest:
                at = heads[cell]
                coming = 0
                while at >= 0 and owners[at] >= first:
                    coming += 1
                    at = following[at]
                if 1 < end - start + counts[cell] - coming <= largest:
                    outgrown.append(key)
                continue
            for at in range(start, end):
                if seen[known[at]] != record:
                    seen[known[at]] = record
                    new.append(record)
                    met.append(known[at])
            at = heads[cell]
            while at >= 0:
                other = owners[at]
                if other < record and seen[other] != record:
                    seen[other] = record
                    new.append(record)
                    met.append(other)
                at = following[at]
    return np.array(new), np.array(met), np.array(outgrown)


@kernel
def _share_a_key(
    left: Any, right: Any, largest: Any, keys: Any, _known: Any, starts: Any, shift: Any,
    cells: Any, _heads: Any, counts: Any, _owners: Any, _following: Any,
) -> Any:  # fmt: skip
    shared = np.zeros(len(left), np.bool_)
    for pair in range(len(left)):
        for rule in range(left.shape[1]):
            key = left[pair, rule]
            if key == 0 or key != right[pair, rule]:
                continue
            start, end = _range_of(key, keys, starts, shift)
            if end - start + counts[_cell_of(key, cells)] <= largest:
                shared[pair] = True
                break
    return shared
