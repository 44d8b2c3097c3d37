"""Candidates made block by block, so that no more of them than a block have to be held at once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from passerelle.kernel import side_threads
from passerelle.linkage.blocking import Pairs, Rule, find_groups
from passerelle.linkage.compiling import inlined, kernel
from passerelle.linkage.dictionaries import Codes
from passerelle.linkage.records import Records

Longs = npt.NDArray[np.int64]

BLOCK = 1 << 20
"""Pairs of a block at most, before those are left out that other rules have found."""

_THREADS = 2  # rules at a time


@dataclass(frozen=True)
class Block:
    """Some candidates.

    masks: uint16, the fields for which some rule found the pair without them; one bit a field.
    finds: int64 of shape (2, rules): pairs that each rule finds, and those that it alone finds.
    """

    pairs: Pairs
    masks: npt.NDArray[np.uint16]
    finds: Longs


@dataclass(frozen=True)
class BlockPlace:
    """Where a block is made: some rows of a rule's members, each paired with those that follow.

    members: int32, the records of the rule's groups, group by group.
    ends: int32, for each of them the place where its group ends.
    rows, every: the rows' first and last, and how many of them are passed for one that is taken.
    """

    rule: int
    members: Codes
    ends: Codes
    rows: tuple[int, int]
    every: int


@dataclass(frozen=True)
class RuleFinds:
    """What a rule found: pairs, those that no other rule finds, and groups that were too large."""

    pairs: int
    only: int
    skipped: int


class Candidates:
    """The pairs that rules find, each once, however many rules find it."""

    def __init__(
        self,
        records: Records,
        rules: Sequence[Rule],
        *,
        largest: int,
        within: bool,
        between: bool,
    ) -> None:
        """Find the groups of the rules.

        Args:
            records: The records.
            rules: The rules.
            largest: Records of a group at most; a larger one is left to other rules.
            within: Whether two records of one source may be a pair.
            between: Whether two records of different sources may be one.
        """
        self._sources, self._within, self._between = records.sources, within, between
        self._groups = np.empty((records.count, len(rules)), np.int32)
        self._outside = _outside(rules, len(records.columns))
        self._sizes = np.zeros(len(rules), np.int64)
        self._skipped = np.zeros(len(rules), np.int64)

        def group(rule: int) -> None:
            found = find_groups(records, rules[rule], largest=largest)
            self._groups[:, rule] = found.of
            self._sizes[rule], self._skipped[rule] = found.pairs, found.skipped

        with side_threads(_THREADS) as beside:
            for done in [beside.start(partial(group, at)) for at in range(len(rules))]:
                done.result()

    @property
    def most(self) -> int:
        """Pairs of all groups: there are no more candidates, and mostly far fewer."""
        return int(self._sizes.sum())

    def no_finds(self) -> Longs:
        """What blocks found, before the first: `Block.finds` is added to it."""
        return np.zeros((2, len(self._sizes)), np.int64)

    def tell(self, finds: Longs) -> tuple[RuleFinds, ...]:
        """What each rule found, given what all blocks did."""
        pairs, only = finds.tolist()
        return tuple(map(RuleFinds, pairs, only, self._skipped.tolist()))

    def places(self, *, every: int = 1, size: int = BLOCK) -> Iterator[BlockPlace]:
        """Where the blocks are, rule by rule.

        Args:
            every: Of so many records of a group, one is paired with those that follow.
            size: Pairs of a block at most, but for a record that alone has more.
        """
        for rule in range(len(self._sizes)):
            members, ends = _members(np.ascontiguousarray(self._groups[:, rule]))
            before = np.cumsum(ends - np.arange(1, len(ends) + 1), dtype=np.int64)
            first = 0
            while first < len(members):
                done = before[first - 1] if first else 0
                last = int(np.searchsorted(before, done + size * every, side="right"))
                last = max(last, first + 1)
                yield BlockPlace(rule, members, ends, (first, last), every)
                first = last

    def make(self, place: BlockPlace) -> Block:
        """The candidates of a block."""
        told = (self._groups, place.rule, self._sources, self._within, self._between)
        rows = np.arange(*place.rows, dtype=np.int64)
        rows = rows[rows % place.every == 0]
        room = int((place.ends[rows] - rows - 1).sum())
        left, right = np.empty(room, np.int32), np.empty(room, np.int32)
        masks = np.empty(room, np.uint16)
        finds = self.no_finds()
        count = _fill(
            place.members, place.ends, rows, *told, self._outside, left, right, masks, finds
        )
        return Block(Pairs(left[:count], right[:count]), masks[:count], finds)


def _outside(rules: Sequence[Rule], fields: int) -> npt.NDArray[np.uint16]:
    """For each rule, the fields that it does not use, one bit each."""
    return np.array(
        [sum(1 << at for at in range(fields) if at not in rule.fields) for rule in rules],
        np.uint16,
    )


@kernel
def _members(of: Any) -> Any:
    """Records group by group, in their order, and for each the place where its group ends."""
    groups = 0
    for group in of:
        groups = max(groups, group + 1)
    starts = np.zeros(groups + 1, np.int32)
    for group in of:
        if group >= 0:
            starts[group + 1] += 1
    for group in range(groups):
        starts[group + 1] += starts[group]
    members, ends = np.empty(starts[groups], np.int32), np.empty(starts[groups], np.int32)
    following = starts[:-1].copy()
    for record in range(len(of)):
        group = of[record]
        if group >= 0:
            place = following[group]
            members[place] = record
            ends[place] = starts[group + 1]
            following[group] += 1
    return members, ends


@inlined
def _is_new(groups: Any, one: Any, other: Any, rule: Any) -> Any:
    for earlier in range(rule):
        group = groups[one, earlier]
        if group >= 0 and group == groups[other, earlier]:
            return False
    return True


@inlined
def _may_pair(sources: Any, one: Any, other: Any, within: Any, between: Any) -> Any:
    return within if sources[one] == sources[other] else between


@kernel
def _fill(
    members: Any, ends: Any, rows: Any, groups: Any, rule: Any, sources: Any, within: Any,
    between: Any, outside: Any, left: Any, right: Any, masks: Any, finds: Any,
) -> Any:  # fmt: skip
    count = 0
    for row in rows:
        one = members[row]
        for there in range(row + 1, ends[row]):
            other = members[there]
            if not _may_pair(sources, one, other, within, between):
                continue
            if not _is_new(groups, one, other, rule):
                continue
            left[count] = min(one, other)
            right[count] = max(one, other)
            mask = outside[rule]
            finders = 1
            finds[0, rule] += 1
            for later in range(rule + 1, groups.shape[1]):
                shared = groups[one, later]
                if shared >= 0 and shared == groups[other, later]:
                    mask |= outside[later]
                    finds[0, later] += 1
                    finders += 1
            if finders == 1:
                finds[1, rule] += 1
            masks[count] = mask
            count += 1
    return count
