"""Where imports put things, and what they need for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

import polars as pl

from passerelle.collect.own_blocked_values import BlockedValues
from passerelle.kernel import Clock, IdentifierKeys
from passerelle.lake import Lake
from passerelle.store import Store


class Screen(Protocol):
    """Says which records may not come in, because they bring back somebody who was erased."""

    def __call__(self, records: pl.DataFrame, identifiers: pl.DataFrame) -> pl.Series:
        """Whether each record may not, in their order; the frames are a `RecordBatch`'s."""
        ...


def let_all_in(records: pl.DataFrame, identifiers: pl.DataFrame) -> pl.Series:
    """The screen of an installation that has no suppression list."""
    del identifiers
    return pl.Series([False]).new_from_index(0, records.height)


@dataclass(frozen=True)
class Warehouse:
    """Where imports put things, and what they need for it."""

    store: Store
    lake: Lake
    keys: IdentifierKeys
    clock: Clock
    blocked: BlockedValues = field(default_factory=dict)
    screen: Screen = let_all_in
