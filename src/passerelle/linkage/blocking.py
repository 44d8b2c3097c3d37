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

VALUE = "value"
"""The part of a record that is its whole value in a field."""

_CROWD = 32  # members of a cell from which they are sorted other than by insertion


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


def _hashes(records: Records, part: Part) -> Words:
    """What the values of its field have in a part."""
    column = records.columns[part.field]
    return column.hashes if part.name == VALUE else column.parts[part.name]


def keys_of_codes(of_values: Words, codes: Codes) -> Words:
    """What records have, given what their values have; 0 where the value is missing."""
    if not len(of_values):
        return np.zeros(len(codes), np.uint64)
    return np.where(codes >= 0, of_values[codes], np.uint64(0))


def rule_keys(records: Records, rule: Rule) -> Words:
    """The key of each record, made of its values alone, the same in every run; 0 is none."""
    keys = np.full(records.count, 1, np.uint64)
    for part in rule.parts:
        of_values = _hashes(records, part)
        _mix_in_values(keys, of_values, records.codes, part.field)
    return keys


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
    members = np.flatnonzero(_shared(keys, bits)).astype(np.int32)
    ordered = _in_order(members, keys, max(1, len(members).bit_length()))
    of = np.full(records.count, -1, np.int32)
    pairs, skipped = _number(ordered, keys, largest, of)
    return Groups(of, int(pairs), int(skipped))


@kernel
def mix_in(keys: Any, parts: Any) -> None:
    """Make another part one of those that keys are made of."""
    for record in range(len(keys)):
        keys[record] = _mixed(keys[record], parts[record])


@kernel
def _mix_in_values(keys: Any, of_values: Any, codes: Any, field: Any) -> None:
    """As `_mix_in`, of what the values of records have."""
    for record in range(len(keys)):
        code = codes[record, field]
        part = of_values[code] if code >= 0 else np.uint64(0)
        keys[record] = _mixed(keys[record], part)


@inlined
def _mixed(key: Any, part: Any) -> Any:
    state = key * np.uint64(0x9E3779B97F4A7C15) + part
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    state = max(state ^ (state >> np.uint64(31)), np.uint64(1))
    return state if key != 0 and part != 0 else np.uint64(0)


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
def _in_order(members: Any, keys: Any, bits: Any) -> Any:
    """The members by their keys, those of one key in their order.

    Keys are hashes, so a table of as many cells as members holds about one each; where one key
    has many, its cell is sorted in a way that does not mind.
    """
    shift = np.uint64(64 - bits)
    starts = np.zeros((1 << bits) + 1, np.int32)
    for member in members:
        starts[(keys[member] >> shift) + np.uint64(1)] += 1
    for cell in range(1 << bits):
        starts[cell + 1] += starts[cell]
    ordered = np.empty(len(members), np.int32)
    following = starts[:-1].copy()
    for member in members:
        cell = keys[member] >> shift
        ordered[following[cell]] = member
        following[cell] += 1
    for cell in range(1 << bits):
        first, last = starts[cell], starts[cell + 1]
        if last - first > _CROWD:
            inside = ordered[first:last]
            ordered[first:last] = inside[np.argsort(keys[inside], kind="mergesort")]
            continue
        for at in range(first + 1, last):
            member = ordered[at]
            place = at
            while place > first and keys[ordered[place - 1]] > keys[member]:
                ordered[place] = ordered[place - 1]
                place -= 1
            ordered[place] = member
    return ordered


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
    """Positions of two records each, left before right, no pair twice; both int32."""

    left: npt.NDArray[np.int32]
    right: npt.NDArray[np.int32]

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.left)
