"""How the gate is asked, which is of another stage: whoever starts the collector hands it in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from passerelle.ingest.recognition.store_reading import Snapshot


@dataclass(frozen=True)
class Recognised:
    """Whom the gate is asked about.

    profile_id: The profile. identifier_id: What it was found by. caller: The kind of who asks.
    """

    profile_id: int
    identifier_id: int
    caller: str


class Permit(Protocol):
    """Leave of the gate, as only the gate makes it."""

    @property
    def profile_id(self) -> int:
        """Whose it is."""

    @property
    def purpose(self) -> str:
        """What for."""

    @property
    def channel(self) -> str:
        """On which channel."""

    @property
    def proof(self) -> int | None:
        """Id of what was said that permits it."""

    @property
    def policy_version(self) -> str:
        """Version of the policy that it was judged by."""


class Leave(Protocol):
    """A permit, and its end."""

    @property
    def permit(self) -> Permit:
        """The permit."""

    @property
    def until(self) -> datetime | None:
        """The last instant at which it counts; None: it has no end."""


ProfileGate = Callable[[Snapshot, Recognised], Leave | None]
"""Asks the gate, in the state of the store that somebody was recognised in; None: no leave.

It is asked for each answer, from worker threads; nothing of it may be kept for the next one.
"""


def permit_nobody(snapshot: Snapshot, recognised: Recognised) -> Leave | None:
    """The gate of a collector that was given none."""
    return None
