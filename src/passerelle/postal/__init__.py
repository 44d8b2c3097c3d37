"""Postal addresses, as far as matching needs them: a key that survives spelling.

Standardising to the French postal norm is not done here yet; see docs/explanation/identity.md.
"""

from passerelle.postal.address_key import address_keys
from passerelle.postal.reference import (
    LAYOUTS,
    Gazetteer,
    ReferenceTable,
    Town,
    TownMatch,
    fold,
    list_references,
    load_gazetteer,
    load_reference,
    unload_reference,
)

__all__ = [
    "LAYOUTS",
    "Gazetteer",
    "ReferenceTable",
    "Town",
    "TownMatch",
    "address_keys",
    "fold",
    "list_references",
    "load_gazetteer",
    "load_reference",
    "unload_reference",
]
