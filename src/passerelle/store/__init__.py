"""The store: present state that changes in transactions, on SQLite or PostgreSQL."""

from passerelle.store.audit import (
    AuditCheck,
    AuditEntry,
    AuditExport,
    AuditSearch,
    AuditSigner,
    ListedEntry,
    SignedHead,
    WaitingAudit,
    check_audit,
    check_export,
    compare_audit,
    export_audit,
    forget_audit_subjects,
    list_audit,
    read_audit_signer,
    write_audit,
)
from passerelle.store.bulk import BulkSession, ReadSession
from passerelle.store.chain import CHAIN_START, chain_hash, chain_seal
from passerelle.store.database import Store, open_store
from passerelle.store.django_settings import APPS, lend_django
from passerelle.store.failures import place_of
from passerelle.store.fields import IdField
from passerelle.store.instants import from_micros, to_micros
from passerelle.store.lent_reading import LentReading, Reading
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
    "AuditExport",
    "AuditSearch",
    "AuditSigner",
    "BulkSession",
    "Clear",
    "Erased",
    "FileMasterKeys",
    "GivenMasterKeys",
    "IdField",
    "LentReading",
    "ListedEntry",
    "MasterKeys",
    "ReadSession",
    "Reading",
    "Sealed",
    "SignedHead",
    "Store",
    "Vault",
    "WaitingAudit",
    "chain_hash",
    "chain_seal",
    "check_audit",
    "check_export",
    "compare_audit",
    "count_old_keys",
    "export_audit",
    "forget_audit_subjects",
    "from_micros",
    "lend_django",
    "list_audit",
    "open_store",
    "parse_master_keys",
    "place_of",
    "read_audit_signer",
    "rotate_keys",
    "to_micros",
    "write_audit",
]
