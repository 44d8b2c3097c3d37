"""The ledger: what people said about consent, when, how, and when we learned it."""

from passerelle.consent.ledger.ledger import (
    LedgerCheck,
    LedgerEntry,
    check_ledger,
    is_end_sealed,
    list_said,
    record,
)
from passerelle.consent.ledger.said import (
    BLOCKS,
    DECISIONS,
    DENIALS,
    METHODS,
    PERMISSIONS,
    Said,
    check_said,
)
from passerelle.consent.ledger.subjects import SUBJECT_TYPES, find_subject_id

__all__ = [
    "BLOCKS",
    "DECISIONS",
    "DENIALS",
    "METHODS",
    "PERMISSIONS",
    "SUBJECT_TYPES",
    "LedgerCheck",
    "LedgerEntry",
    "Said",
    "check_ledger",
    "check_said",
    "find_subject_id",
    "is_end_sealed",
    "list_said",
    "record",
]
