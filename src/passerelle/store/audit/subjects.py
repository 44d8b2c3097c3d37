"""Whom an entry is about, under a pseudonym that can be made meaningless.

A pseudonym is an HMAC under the installation's secret of the subject's id and of a salt of its
own. Without its salt nobody, the holder of the secret included, can say whose it was: that is
what erasing a person does to the log, whose rows stay as they are.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Sequence
from hashlib import sha256
from secrets import token_hex

import pyarrow as pa

from passerelle.store.bulk import BulkSession

_AT_ONCE = 500  # databases limit how many values a statement takes
_BYTES = 16


def pseudonym(secret: bytes, salt: str, subject_id: int) -> str:
    """How the log calls a subject, in hexadecimal."""
    text = f"audit subject {salt} {subject_id}".encode()
    return hmac.new(secret, text, sha256).digest()[:_BYTES].hex()


def make_salts(bulk: BulkSession, subject_ids: Iterable[int]) -> dict[int, str]:
    """The salt of each subject; one is made for who has none."""
    wanted = sorted(set(subject_ids))
    salts = find_salts(bulk, wanted)
    new = {each: token_hex(_BYTES) for each in wanted if each not in salts}
    if new:
        rows = pa.table({"subject_id": list(new), "salt": list(new.values())})
        bulk.put("audit_salts", rows, "(subject_id) do nothing")
    return salts | new


def find_salts(bulk: BulkSession, subject_ids: Sequence[int]) -> dict[int, str]:
    """The salts of those subjects that have one."""
    found: dict[int, str] = {}
    for start in range(0, len(subject_ids), _AT_ONCE):
        some = list(subject_ids[start : start + _AT_ONCE])
        marks = ", ".join("?" * len(some))
        rows = bulk.fetch(
            f"select subject_id, salt from audit_salts where subject_id in ({marks})",  # noqa: S608
            some,
        )
        found.update(zip(*(rows[name].to_pylist() for name in ("subject_id", "salt")), strict=True))
    return found


def forget_audit_subjects(bulk: BulkSession, subject_ids: Sequence[int]) -> int:
    """Make the log's pseudonyms of these subjects meaningless, for good.

    Returns:
        Of how many the log knew a pseudonym.
    """
    known = list(find_salts(bulk, sorted(set(subject_ids))))
    for start in range(0, len(known), _AT_ONCE):
        some = known[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        bulk.execute(f"delete from audit_salts where subject_id in ({marks})", some)  # noqa: S608
    return len(known)
