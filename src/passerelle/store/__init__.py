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
from passerelle.store.django_settings import APPS, lend_django
from passerelle.store.failures import place_of
from passerelle.store.fields import IdField
from passerelle.store.instants import from_micros, to_micros

__all__ = [
    "APPS",
    "CHAIN_START",
    "AuditCheck",
    "AuditEntry",
    "AuditSearch",
    "BulkSession",
    "IdField",
    "ListedEntry",
    "ReadSession",
    "Store",
    "chain_hash",
    "chain_seal",
    "check_audit",
    "forget_audit_subjects",
    "from_micros",
    "lend_django",
    "list_audit",
    "open_store",
    "place_of",
    "to_micros",
    "write_audit",
]
