"""Files of consents, as customer databases have them, brought to the ledger."""

from passerelle.consent.importing.consent_columns import ConsentColumns, propose_columns
from passerelle.consent.importing.consent_imports import import_consents

__all__ = ["ConsentColumns", "import_consents", "propose_columns"]
