"""Which pairs are compared: records that share a key, each pair once, no key with too many.

A rule is some parts of records that must all agree: a field's value, or something derived from it.
Its keys are hashes; records with the same key are a group, and their pairs are candidates.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from passerelle.linkage.compiling import inlined, kernel
from passerelle.linkage.dictionaries import Codes, Words
from passerelle.linkage.records import Records

Ints = npt.NDArray[np.int64]

VALUE = "value"
"""The part of a record that is its whole value in a field."""


@dataclass(frozen=True, order=True)
class Part:
    """What must agree: a field (by its position), whole or by one of its derived values."""

    field: int
    name: str = VALUE


@dataclass(frozen=True, order=True)
class Rule:
    """Parts that must all agree."""

    parts: tuple[Part, ...]

    @property
    def fields(self) -> frozenset[int]:
        """Positions of the fields it uses."""
        return frozenset(part.field for part in self.parts)


@dataclass(frozen=True)
class Groups:
    """Records that share a rule's key.

    of: int32 of shape (records,), a group's number, or -1 for who has no key or is alone in it.
    pairs: pairs of all groups.
    skipped: groups that were too large and are left to other rules.
    """

    of: Codes
    pairs: int
    skipped: int


def list_parts(records: Records) -> tuple[Part, ...]:
    """Every part that rules may use."""
    return tuple(
        Part(position, name)
        for position, column in enumerate(records.columns)
        for name in (VALUE, *column.parts)
    )


def part_keys(records: Records, part: Part) -> Words:
    """What each record has in a part, as a number; 0 where it is missing."""
    column = records.columns[part.field]
    of_values = column.hashes if part.name == VALUE else column.parts[part.name]
    return keys_of_codes(of_values, records.codes[:, part.field])


def keys_of_codes(of_values: Words, codes: Codes) -> Words:
    """What records have, given what their values have; 0 where the value is missing."""
    if not len(of_values):
        return np.zeros(len(codes), np.uint64)
    return np.where(codes >= 0, of_values[codes], np.uint64(0))


def rule_keys(records: Records, rule: Rule) -> Words:
    """The key of each record, made of its values alone, the same in every run; 0 is none."""
    return mixed_keys(records.count, [part_keys(records, part) for part in rule.parts])


def mixed_keys(count: int, parts: Sequence[Words]) -> Words:
    """The keys of a rule's parts together."""
    keys = np.full(count, 1, np.uint64)
    for each in parts:
        mix_in(keys, each)
    return keys


def find_groups(records: Records, rule: Rule, *, largest: int) -> Groups:
    """The groups of a rule; those of more than `largest` records are skipped."""
    keys = rule_keys(records, rule)
    bits = max(10, min(25, records.count.bit_length() + 2))
    candidates = np.flatnonzero(_shared(keys, bits))
    ordered = candidates[np.argsort(keys[candidates], kind="stable")]
    of = np.full(records.count, -1, np.int32)
    pairs, skipped = _number(ordered, keys, largest, of)
    return Groups(of, int(pairs), int(skipped))


@kernel
def mix_in(keys: Any, parts: Any) -> None:
    """Make another part one of those that keys are made of."""
    for record in range(len(keys)):
        if keys[record] == 0 or parts[record] == 0:
            keys[record] = 0
            continue
        state = keys[record] * np.uint64(0x9E3779B97F4A7C15) + parts[record]
        state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        keys[record] = max(state ^ (state >> np.uint64(31)), np.uint64(1))


@kernel
def _shared(keys: Any, bits: Any) -> Any:
    """Records that may share their key: who is alone in a cell of a table need not be sorted."""
    cells = np.zeros(1 << bits, np.uint8)
    shift = np.uint64(64 - bits)
    for record in range(len(keys)):
        if keys[record] != 0:
            cell = keys[record] >> shift
            if cells[cell] < 2:
                cells[cell] += 1
    found = np.zeros(len(keys), np.bool_)
    for record in range(len(keys)):
        found[record] = keys[record] != 0 and cells[keys[record] >> shift] > 1
    return found


@kernel
def _number(ordered: Any, keys: Any, largest: Any, of: Any) -> Any:
    pairs = np.int64(0)
    skipped = np.int64(0)
    group = np.int32(0)
    start = 0
    while start < len(ordered):
        end = start + 1
        while end < len(ordered) and keys[ordered[end]] == keys[ordered[start]]:
            end += 1
        size = end - start
        if size > largest:
            skipped += 1
        elif size > 1:
            pairs += size * (size - 1) // 2
            for at in range(start, end):
                of[ordered[at]] = group
            group += 1
        start = end
    return pairs, skipped


@dataclass(frozen=True)
class Pairs:
    """Candidates: positions of two records each, left before right, no pair twice.

    left, right: int32. masks: uint16, the fields for which some rule found the pair without them;
    one bit a field.
    by_rule: for each rule, pairs that no rule before it found.
    """

    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]
    masks: npt.NDArray[np.uint16]
    by_rule: Ints

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.left)


def make_pairs(
    records: Records,
    rules: Sequence[Rule],
    groups: Sequence[Groups],
    *,
    within: bool,
    between: bool,
) -> Pairs:
    """The pairs of all groups.

    Args:
        records: The records.
        rules: The rules.
        groups: Of each rule.
        within: Whether two records of one source may be a pair.
        between: Whether two records of different sources may be one.
    """
    if not rules:
        none = np.empty(0, np.int32)
        return Pairs(none, none, np.empty(0, np.uint16), np.empty(0, np.int64))
    matrix = np.ascontiguousarray(np.stack([each.of for each in groups], axis=1))
    outside = np.array(
        [
            sum(1 << at for at in range(len(records.columns)) if at not in rule.fields)
            for rule in rules
        ],
        np.uint16,
    )
    members, starts, counts = [], [], np.zeros(len(rules), np.int64)
    for each in groups:
        inside = np.flatnonzero(each.of >= 0)
        ordered = inside[np.argsort(each.of[inside], kind="stable")].astype(np.int32)
        members.append(ordered)
        starts.append(np.flatnonzero(np.diff(each.of[ordered], prepend=-1, append=-2)))
    for number in range(len(rules)):
        counts[number] = _count_pairs(
            members[number], starts[number], matrix, number, records.sources, within, between
        )
    left, right = (np.empty(counts.sum(), np.int32) for _side in range(2))
    masks = np.empty(counts.sum(), np.uint16)
    first = 0
    for number in range(len(rules)):
        last = first + counts[number]
        _fill_pairs(
            members[number], starts[number], matrix, number, records.sources, within, between,
            outside, left[first:last], right[first:last], masks[first:last],
        )  # fmt: skip
        first = last
    return Pairs(left, right, masks, counts)


@inlined
def _is_new(matrix: Any, one: Any, other: Any, rule: Any) -> Any:
    for earlier in range(rule):
        group = matrix[one, earlier]
        if group >= 0 and group == matrix[other, earlier]:
            return False
    return True


@inlined
def _may_pair(sources: Any, one: Any, other: Any, within: Any, between: Any) -> Any:
    return within if sources[one] == sources[other] else between


@kernel
def _count_pairs(
    members: Any, starts: Any, matrix: Any, rule: Any, sources: Any, within: Any, between: Any
) -> Any:
    found = np.int64(0)
    for group in range(len(starts) - 1):
        for at in range(starts[group], starts[group + 1]):
            for there in range(at + 1, starts[group + 1]):
                one, other = members[at], members[there]
                if _may_pair(sources, one, other, within, between) and _is_new(
                    matrix, one, other, rule
                ):
                    found += 1
    return found


@kernel
def _fill_pairs(
    members: Any, starts: Any, matrix: Any, rule: Any, sources: Any, within: Any, between: Any,
    outside: Any, left: Any, right: Any, masks: Any,
) -> None:  # fmt: skip
    place = 0
    for group in range(len(starts) - 1):
        for at in range(starts[group], starts[group + 1]):
            for there in range(at + 1, starts[group + 1]):
                one, other = members[at], members[there]
                if not _may_pair(sources, one, other, within, between):
                    continue
                if not _is_new(matrix, one, other, rule):
                    continue
                left[place] = min(one, other)
                right[place] = max(one, other)
                mask = outside[rule]
                for later in range(rule + 1, matrix.shape[1]):
                    shared = matrix[one, later]
                    if shared >= 0 and shared == matrix[other, later]:
                        mask |= outside[later]
                masks[place] = mask
                place += 1
