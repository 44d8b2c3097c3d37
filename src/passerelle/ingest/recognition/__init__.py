"""Who is behind a cookie, a login, a card, a mailbox or a phone, answered while they wait."""

from passerelle.ingest.recognition.answers import (
    LOOKUP_KINDS,
    WITHHELD,
    Caller,
    KnownIdentifier,
    Permission,
    ProfileAnswer,
    ProfileQuery,
)
from passerelle.ingest.recognition.asking import (
    Leave,
    Permit,
    ProfileGate,
    Recognised,
    permit_nobody,
)
from passerelle.ingest.recognition.recogniser import Recogniser, open_recogniser
from passerelle.ingest.recognition.store_reading import Snapshot

__all__ = [
    "LOOKUP_KINDS",
    "WITHHELD",
    "Caller",
    "KnownIdentifier",
    "Leave",
    "Permission",
    "Permit",
    "ProfileAnswer",
    "ProfileGate",
    "ProfileQuery",
    "Recognised",
    "Recogniser",
    "Snapshot",
    "open_recogniser",
    "permit_nobody",
]
