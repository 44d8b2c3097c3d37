"""What events say about consent, brought to the ledger."""

from passerelle.consent.hearing.hearing import HeardConsents, changing, hear_consents
from passerelle.consent.hearing.naming import CHOICE, DECLARED, UNSUBSCRIBED, speaks_of_consent
from passerelle.consent.hearing.statement import Statement, read_statement

__all__ = [
    "CHOICE",
    "DECLARED",
    "UNSUBSCRIBED",
    "HeardConsents",
    "Statement",
    "changing",
    "hear_consents",
    "read_statement",
    "speaks_of_consent",
]
