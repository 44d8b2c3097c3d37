"""Where imports put things, and what they need for it."""

from __future__ import annotations

from dataclasses import dataclass

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
