"""What of each step goes into the audit log."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from passerelle.store import BulkSession


@dataclass(frozen=True)
class Done:
    """Something that was done about a request.

    actor: who did it. action: `rights.` and the step. subject_ids: the profile. detail: no value of
    a person.
    """

    actor: str
    action: str
    subject_ids: tuple[int, ...]
    detail: str
    at: datetime


Audits = Callable[[BulkSession, Done], None]
"""Writes to the audit log, in the open transaction."""


def no_audit(_bulk: BulkSession, _done: Done) -> None:
    """Keep no audit log beside the request's own steps."""
