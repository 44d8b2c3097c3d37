"""Who is behind a cookie, a login, a card, an e-mail address or a phone: the answer while they wait."""

from passerelle.ingest.recognition.answers import (
    WITHHELD,
    Caller,
    KnownIdentifier,
    ProfileAnswer,
    ProfileQuery,
)
from passerelle.ingest.recognition.recogniser import Recogniser, open_recogniser

__all__ = [
    "WITHHELD",
    "Caller",
    "KnownIdentifier",
    "ProfileAnswer",
    "ProfileQuery",
    "Recogniser",
    "open_recogniser",
]
