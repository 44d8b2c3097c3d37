"""Retention: what has been kept as long as the policy says is held, then erased."""

from passerelle.consent.retention.due import RULES, DueRow, list_due
from passerelle.consent.retention.holds import (
    Eraser,
    Hold,
    RetentionCount,
    count_due,
    hold_due,
    list_holds,
    undo_holds,
    vacuum_holds,
)

__all__ = [
    "RULES",
    "DueRow",
    "Eraser",
    "Hold",
    "RetentionCount",
    "count_due",
    "hold_due",
    "list_due",
    "list_holds",
    "undo_holds",
    "vacuum_holds",
]
