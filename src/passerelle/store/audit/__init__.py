"""The audit log: what was done with personal data, by whom, and that nothing of it was changed."""

from passerelle.store.audit.entries import AuditEntry
from passerelle.store.audit.log import AuditSearch, ListedEntry, list_audit, write_audit
from passerelle.store.audit.subjects import forget_audit_subjects
from passerelle.store.audit.whole import AuditCheck, check_audit

__all__ = [
    "AuditCheck",
    "AuditEntry",
    "AuditSearch",
    "ListedEntry",
    "check_audit",
    "forget_audit_subjects",
    "list_audit",
    "write_audit",
]
