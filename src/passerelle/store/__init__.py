"""The store: present state that changes in transactions, on SQLite or PostgreSQL."""

from passerelle.store.audit import (
    AuditCheck,
    AuditEntry,
    AuditSearch,
    ListedEntry,
    check_audit,
    forget_audit_subjects,
    list_audit,
    write_audit,
)
from passerelle.store.bulk import BulkSession, ReadSession
from passerelle.store.chain import CHAIN_START, chain_hash, chain_seal
from passerelle.store.database import Store, open_store
from passerelle.store.django_settings import APPS
from passerelle.store.failures import place_of
from passerelle.store.fields import IdField
from passerelle.store.instants import from_micros, to_micros
from passerelle.store.vault import (
    ERASED,
    Clear,
    Erased,
    FileMasterKeys,
    GivenMasterKeys,
    MasterKeys,
    Sealed,
    Vault,
    count_old_keys,
    parse_master_keys,
    rotate_keys,
)

__all__ = [
    "APPS",
    "CHAIN_START",
    "ERASED",
    "AuditCheck",
    "AuditEntry",
    "AuditSearch",
    "BulkSession",
    "Clear",
    "Erased",
    "FileMasterKeys",
    "GivenMasterKeys",
    "IdField",
    "ListedEntry",
    "MasterKeys",
    "ReadSession",
    "Sealed",
    "Store",
    "Vault",
    "chain_hash",
    "chain_seal",
    "check_audit",
    "count_old_keys",
    "forget_audit_subjects",
    "from_micros",
    "list_audit",
    "open_store",
    "parse_master_keys",
    "place_of",
    "rotate_keys",
    "to_micros",
    "write_audit",
]
