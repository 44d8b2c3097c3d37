"""The vault: personal values encrypted with a key per person, which can be destroyed."""

from passerelle.store.vault.master_keys import (
    FileMasterKeys,
    GivenMasterKeys,
    MasterKeys,
    parse_master_keys,
)
from passerelle.store.vault.rotation import count_old_keys, rotate_keys
from passerelle.store.vault.vault import ERASED, Clear, Erased, Sealed, Vault

__all__ = [
    "ERASED",
    "Clear",
    "Erased",
    "FileMasterKeys",
    "GivenMasterKeys",
    "MasterKeys",
    "Sealed",
    "Vault",
    "count_old_keys",
    "parse_master_keys",
    "rotate_keys",
]
