"""How much memory linking takes, and what is left of a bound for candidates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _
from passerelle.linkage.candidates import BLOCK
from passerelle.linkage.records import Column, Records

_MIB = 1 << 20
_START = 400 * _MIB
"""Python, libraries and compiled kernels, before the first record."""

_READING = 4
"""Times the texts that are given: they are aligned, their distinct values found and put right."""

_OF_RECORD = 60  # bytes of each record besides codes and groups: sorting, clusters, components
_OF_GROUP = 4  # bytes of a record for each rule
_OF_HOME = 130  # bytes of a record while households are found, when the rules' groups are gone
_OF_BLOCK = 64  # bytes of a pair while its block is made, compared and scored
_BLOCKS = 4  # at once: two at work, one waiting, one being sifted
_OF_HELD, _OF_KEPT = 18, 2 * 25  # bytes of a pair; what is kept stands twice while it is joined
_LEAST_BLOCK = 1 << 16
_HELD = 1 << 24  # pairs, where nothing was said


@dataclass(frozen=True)
class Room:
    """Pairs that may be in memory: in a block, compared and not yet scored, and kept."""

    block: int = BLOCK
    held: int = _HELD
    kept: int = 1 << 62


def check_texts(tables: Iterable[pa.Table], memory: int | None) -> None:
    """Refuse tables that cannot be read within a bound.

    Args:
        tables: What is linked.
        memory: Bytes that linking may take; any if None.

    Raises:
        InvalidInput: It is too little.
    """
    if memory is not None:
        _require(_START + _READING * sum(table.nbytes for table in tables), memory)


def find_room(table: pa.Table, records: Records, rules: int, memory: int | None) -> Room:
    """What records leave for pairs.

    Args:
        table: The aligned texts.
        records: The same as integers.
        rules: How many block them.
        memory: Bytes that linking may take; any if None.

    Raises:
        InvalidInput: They leave too little.
    """
    if memory is None:
        return Room()
    taken = _START + 2 * table.nbytes + records.codes.nbytes
    taken += sum(_column_bytes(column) for column in records.columns)
    taken += records.count * (_OF_RECORD + max(_OF_GROUP * rules, _OF_HOME))
    least = _BLOCKS * _OF_BLOCK * _LEAST_BLOCK + _OF_KEPT * records.count
    _require(taken + least, memory)
    left = memory - taken
    block = max(_LEAST_BLOCK, min(BLOCK, left // 4 // (_BLOCKS * _OF_BLOCK)))
    rest = left - block * _BLOCKS * _OF_BLOCK
    return Room(block, min(_HELD, rest // 4 // _OF_HELD), rest * 3 // 4 // _OF_KEPT)


def _require(needed: int, memory: int) -> None:
    if needed <= memory:
        return
    told = {"memory": -(-memory // _MIB), "needed": -(-needed // _MIB)}
    raise InvalidInput(
        _("These records need some {needed} MiB of memory; {memory} MiB are allowed.").format(
            **told
        ),
        hint=_("Allow {needed} MiB or more (--memory), or link fewer records or columns.").format(
            **told
        ),
    )


def _column_bytes(column: Column) -> int:
    known = column.known
    arrays = (
        column.dictionary.codes, column.dictionary.counts, column.hashes, column.exact,
        column.finer, *column.parts.values(), *column.tables.arguments,
        known.hashes, known.exact, known.finer,
    )  # fmt: skip
    held = sum(each.nbytes for each in arrays if isinstance(each, np.ndarray))
    return held + int(column.dictionary.values.nbytes)
