"""The audit log: what was done with personal data, by whom, and that nothing of it was changed."""

from passerelle.store.audit.entries import AuditEntry
from passerelle.store.audit.exporting import AuditExport, export_audit
from passerelle.store.audit.exports import SignedHead
from passerelle.store.audit.log import AuditSearch, ListedEntry, list_audit, write_audit
from passerelle.store.audit.signing import AuditSigner, read_audit_signer
from passerelle.store.audit.subjects import forget_audit_subjects
from passerelle.store.audit.waiting import WaitingAudit
from passerelle.store.audit.whole import AuditCheck, check_audit, check_export, compare_audit

__all__ = [
    "AuditCheck",
    "AuditEntry",
    "AuditExport",
    "AuditSearch",
    "AuditSigner",
    "ListedEntry",
    "SignedHead",
    "WaitingAudit",
    "check_audit",
    "check_export",
    "compare_audit",
    "export_audit",
    "forget_audit_subjects",
    "list_audit",
    "read_audit_signer",
    "write_audit",
]
