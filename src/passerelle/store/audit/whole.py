"""Whether the audit log is whole: nothing changed, put in, taken out, moved or cut off."""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from passerelle.store.audit.entries import hash_entry
from passerelle.store.audit.log import CHAIN
from passerelle.store.bulk import BulkSession
from passerelle.store.chain import CHAIN_START, chain_seal
from passerelle.store.database import Store

_ROWS = 100_000


@dataclass(frozen=True)
class AuditCheck:
    """Whether the audit log is whole.

    rows: how many were read and found good.
    first_bad: number of the first row that was changed, moved, put in or is missing; None if none.
    is_sealed: whether its end is the one that was sealed.
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
    only an export that was taken before can say which row it was.
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


def follows(row: dict[str, Any], number: int, previous: str) -> bool:
    """Whether a row is the one after `number`, whose hash is `previous`, as it was written."""
    return bool(
        row["number"] == number + 1
        and row["previous_hash"] == previous
        and row["hash"] == hash_entry(previous, row)
    )


def _is_sealed(head: list[dict[str, Any]], number: int, hash_: str, secret: bytes) -> bool:
    if not head:
        return number == 0
    seal = chain_seal(secret, CHAIN, number, hash_)
    is_the_last = (head[0]["number"], head[0]["hash"]) == (number, hash_)
    return bool(is_the_last) and hmac.compare_digest(str(head[0]["seal"]), seal)
