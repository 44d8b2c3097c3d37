"""What answering requests needs of an installation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from passerelle.collect import Warehouse
from passerelle.consent.rights.auditing import Audits, no_audit
from passerelle.consent.rights.destinations import Destination
from passerelle.engine import Engine
from passerelle.identify import RuleSet
from passerelle.store import BulkSession
from passerelle.unify import Survivorship

Suppresses = Callable[[BulkSession, int], None]
"""Puts whoever has a profile on the suppression list, so that they are known if a file brings them
back; called before anything of them is removed."""

Shreds = Callable[[BulkSession, Sequence[int]], None]
"""Destroys what makes other texts about some ids readable: keys, and salts of the audit log."""

Drains = Callable[[], None]
"""Brings what collectors have received to identity and the lake."""

Reached = Callable[[str], None]
"""Told of each place that is done, such as by a test that ends the process there."""


def _nothing(*_told: object) -> None:
    """Do nothing."""


@dataclass(frozen=True)
class Installation:
    """The parts of an installation, and what is done in them beside.

    Args:
        home: The home folder.
        warehouse: Store, lake, keys and clock.
        engine: Reads the lake.
        rules: What may be followed when profiles are derived again.
        survivorship: Which values a golden record keeps.
        journal: The file of tombstones, best kept apart from the data.
        drain: Brings received events in before they are looked for.
        suppress: Makes sure that somebody erased is known again.
        shred: Destroys keys of what else holds them.
        audit: Told of each step.
        destinations: Who received data and must delete them.
        keeps_receipts: Whether purchases stay without their person, for the accounts.
        reached: Told of each place that an erasure is done with.
    """

    home: Path
    warehouse: Warehouse
    engine: Engine
    rules: RuleSet
    survivorship: Survivorship
    journal: Path
    drain: Drains = _nothing
    suppress: Suppresses = _nothing
    shred: Shreds = _nothing
    audit: Audits = no_audit
    destinations: Sequence[Destination] = field(default=())
    keeps_receipts: bool = True
    reached: Reached = _nothing
