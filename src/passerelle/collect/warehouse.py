"""Where imports put things, and what they need for it."""

from __future__ import annotations

from dataclasses import dataclass, field

from passerelle.collect.own_blocked_values import BlockedValues
from passerelle.kernel import Clock, IdentifierKeys
from passerelle.lake import Lake
from passerelle.store import Store


@dataclass(frozen=True)
class Warehouse:
    """Where imports put things, and what they need for it."""

    store: Store
    lake: Lake
    keys: IdentifierKeys
    clock: Clock
    blocked: BlockedValues = field(default_factory=dict)
