"""Whether the audit log is whole: nothing changed, put in, taken out, moved or cut off."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from passerelle.store.audit.entries import hash_entry
from passerelle.store.audit.exports import read_entries, read_heads
from passerelle.store.audit.log import CHAIN
from passerelle.store.audit.merkle import GrowingTree
from passerelle.store.audit.signing import AuditSigner
from passerelle.store.bulk import BulkSession
from passerelle.store.chain import CHAIN_START, chain_seal
from passerelle.store.database import Store

_ROWS = 100_000


@dataclass(frozen=True)
class AuditCheck:
    """Whether the audit log, or an export of it, is whole.

    rows: how many were read and found good.
    first_bad: number of the first row that was changed, moved, put in or is missing; None if none.
    is_sealed: whether its end is the one that was sealed, or signed.
    """

    rows: int
    first_bad: int | None
    is_sealed: bool

    @property
    def is_whole(self) -> bool:
        """Nothing was changed, moved, put in, taken out or cut off."""
        return self.first_bad is None and self.is_sealed


def check_audit(store: Store, *, secret: bytes) -> AuditCheck:
    """Read the whole log and say whether it is whole.

    A row that was changed together with all hashes after it shows as an end that is not sealed:
    only an export that was taken before can say which row it was, see `compare_audit`.
    """
    number, previous = 0, CHAIN_START
    with store.reading() as reading:
        head = reading.fetch("select number, hash, seal from audit_heads").to_pylist()
        for row in audit_rows(reading):
            if not follows(row, number, previous):
                return AuditCheck(number, number + 1, is_sealed=False)
            number, previous = row["number"], row["hash"]
    if head and number < head[0]["number"]:
        return AuditCheck(number, number + 1, is_sealed=False)  # cut off
    return AuditCheck(number, None, _is_sealed(head, number, previous, secret))


def check_export(folder: Path, signer: AuditSigner) -> AuditCheck:
    """Read an export and say whether it is whole, and signed by us.

    `first_bad` may be the first row after the last good head: where a whole stretch was made
    anew, no single row tells itself from the others.

    Raises:
        InvalidInput: It cannot be read.
    """
    heads = read_heads(folder)
    entries = read_entries(folder)
    tree, previous = GrowingTree(), CHAIN_START
    for head in heads:
        since = tree.size
        if not since <= head.size:
            return AuditCheck(since, since + 1, is_sealed=False)
        while tree.size < head.size:
            row = next(entries, {})
            if not follows(row, tree.size, previous):
                return AuditCheck(tree.size, tree.size + 1, is_sealed=False)
            previous = row["hash"]
            tree.add(bytes.fromhex(previous))
        if tree.root() != head.root or not signer.has_signed(head.text, head.signature):
            return AuditCheck(since, min(since + 1, max(tree.size, 1)), is_sealed=False)
    return AuditCheck(tree.size, None, is_sealed=True)


def compare_audit(store: Store, folder: Path) -> AuditCheck:
    """Say whether the log still begins with all that an export has of it.

    Raises:
        InvalidInput: The export cannot be read.
    """
    heads = read_heads(folder)
    size = heads[-1].size if heads else 0
    with store.reading() as reading:
        rows = audit_rows(reading)
        for number, exported in enumerate(read_entries(folder), start=1):
            if number > size:
                break
            row = next(rows, {})
            if row.get("number") != number or row.get("hash") != exported.get("hash"):
                return AuditCheck(number - 1, number, is_sealed=False)
    return AuditCheck(size, None, is_sealed=True)


def audit_rows(reading: BulkSession, *, after: int = -(2**63)) -> Iterator[dict[str, Any]]:
    """The log's rows whose number is greater than `after`, in order."""
    while True:
        rows = reading.fetch(
            f"select * from audit_entries where number > ? order by number limit {_ROWS}",  # noqa: S608
            (after,),
        ).to_pylist()
        if not rows:
            return
        yield from rows
        after = rows[-1]["number"]


def follows(row: Mapping[str, Any], number: int, previous: str) -> bool:
    """Whether a row is the one after `number`, whose hash is `previous`, as it was written."""
    return bool(
        row.get("number") == number + 1
        and row["previous_hash"] == previous
        and row["hash"] == hash_entry(previous, row)
    )


def _is_sealed(head: list[dict[str, Any]], number: int, hash_: str, secret: bytes) -> bool:
    if not head:
        return number == 0
    seal = chain_seal(secret, CHAIN, number, hash_)
    is_the_last = (head[0]["number"], head[0]["hash"]) == (number, hash_)
    return bool(is_the_last) and hmac.compare_digest(str(head[0]["seal"]), seal)
