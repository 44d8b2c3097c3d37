"""Postal addresses: read in any order, checked against reference tables, written in six lines.

`standardize_address` does one address; `address_keys` gives many a key that survives spelling.
"""

from passerelle.postal.address import (
    REASONS,
    AddressFields,
    Alternative,
    Level,
    PostalAddress,
    Style,
)
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
from passerelle.postal.standardizing import standardize_address
from passerelle.postal.table import OUTPUT_COLUMNS, AddressColumns, guess_columns, standardize_table

__all__ = [
    "LAYOUTS",
    "OUTPUT_COLUMNS",
    "REASONS",
    "AddressColumns",
    "AddressFields",
    "Alternative",
    "Gazetteer",
    "Level",
    "PostalAddress",
    "ReferenceTable",
    "Style",
    "Town",
    "TownMatch",
    "address_keys",
    "fold",
    "guess_columns",
    "list_references",
    "load_gazetteer",
    "load_reference",
    "standardize_address",
    "standardize_table",
    "unload_reference",
]
