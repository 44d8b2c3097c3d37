"""Export the audit log: what is new since the last export, under a new signed head."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path

from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _
from passerelle.store.audit.exports import (
    SignedHead,
    read_entries,
    read_heads,
    signed_head,
    write_entries,
    write_heads,
)
from passerelle.store.audit.merkle import GrowingTree
from passerelle.store.audit.signing import AuditSigner
from passerelle.store.audit.whole import (
    AuditCheck,
    audit_rows,
    check_audit,
    check_export,
    compare_audit,
)
from passerelle.store.database import Store


@dataclass(frozen=True)
class AuditExport:
    """What an export came to: how many entries it added, and the head that it signed."""

    added: int
    head: SignedHead


def export_audit(
    store: Store, folder: Path, *, signer: AuditSigner, secret: bytes, at: datetime
) -> AuditExport:
    """Bring a folder up to date with the log and sign how far it goes.

    Stopped in the middle, the next export does the same again: what has no head counts for
    nothing.

    Raises:
        InvalidInput: The log or the export is not whole, or they differ: nothing is signed.
    """
    for check in (
        check_audit(store, secret=secret),
        check_export(folder, signer),
        compare_audit(store, folder),
    ):
        _refuse_broken(check)
    heads = read_heads(folder)
    known = heads[-1].size if heads else 0
    tree = GrowingTree()
    for entry in islice(read_entries(folder), known):
        tree.add(bytes.fromhex(entry["hash"]))
    with store.reading() as reading:
        rows = list(audit_rows(reading, after=known))
    if rows:
        write_entries(folder, known + 1, rows)
    for row in rows:
        tree.add(bytes.fromhex(row["hash"]))
    head = signed_head(tree.size, tree.root(), at, signer)
    write_heads(folder, [*heads, head], signer)
    return AuditExport(len(rows), head)


def _refuse_broken(check: AuditCheck) -> None:
    if not check.is_whole:
        raise InvalidInput(
            _("The audit log or its export is not whole; nothing was signed."),
            hint=_("Find the first bad record with: passerelle audit verify --export FOLDER"),
        )
