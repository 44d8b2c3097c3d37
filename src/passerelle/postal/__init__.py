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
from passerelle.postal.standardizing import standardize_address

__all__ = [
    "REASONS",
    "AddressFields",
    "Alternative",
    "Level",
    "PostalAddress",
    "Style",
    "address_keys",
    "standardize_address",
]
