"""Postal addresses: read in any order, checked against reference tables, written in six lines.

`standardize_address` does one address and `match_keys` its keys, which survive spelling;
`address_keys` gives a plainer key to a column, without tables.
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
from passerelle.postal.keys import AddressKeys, match_keys
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
    "AddressKeys",
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
    "match_keys",
    "standardize_address",
    "standardize_table",
    "unload_reference",
]
