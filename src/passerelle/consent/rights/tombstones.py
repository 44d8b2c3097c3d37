"""The tombstone journal: who was erased, in keyed ids alone, in a file outside the database.

A backup that is put back brings erased people back with it. The journal, which is best kept apart
from backups, says whom to erase again. Each line is sealed over the one before with the
installation's secret: a line that was changed or taken out from between others is missed.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from passerelle.kernel import IdentifierKeys, Misconfigured
from passerelle.kernel.language import _
from passerelle.store import BulkSession, Store, to_micros

_START = ""


class Tombstone(msgspec.Struct, frozen=True):
    """A line of the journal. Grain: one person erased.

    Args:
        number: Its place, from 1.
        request_id: The request that it follows.
        profile_id: The profile's id.
        ids: Keyed ids of the identifiers and records that were the person's alone.
        at: Microseconds since 1970, UTC.
        seal: Over all that and the seal before.
    """

    number: int
    request_id: int
    profile_id: int
    ids: tuple[int, ...]
    at: int
    seal: str = ""


@dataclass(frozen=True)
class TombstoneJournal:
    """The journal of one installation.

    Raises:
        Misconfigured: Reading it, a line is not as it was written.
    """

    path: Path
    keys: IdentifierKeys

    def read(self) -> list[Tombstone]:
        """Every line, oldest first; a last one that a crash cut is no line."""
        if not self.path.exists():
            return []
        found: list[Tombstone] = []
        for line in self.path.read_bytes().split(b"\n")[:-1]:
            try:
                stone = msgspec.json.decode(line, type=Tombstone)
            except msgspec.DecodeError:
                raise self._damaged(len(found) + 1) from None
            before = found[-1].seal if found else _START
            if not hmac.compare_digest(self._seal(stone, before), stone.seal):
                raise self._damaged(len(found) + 1)
            found.append(stone)
        return found

    def find(self, request_id: int) -> Tombstone | None:
        """The line of a request."""
        return next((each for each in self.read() if each.request_id == request_id), None)

    def append(
        self, request_id: int, profile_id: int, ids: Collection[int], at: datetime
    ) -> Tombstone:
        """Add a line; it is on the disk when this returns. The caller is alone at it."""
        known = self.read()
        stone = Tombstone(len(known) + 1, request_id, profile_id, tuple(sorted(ids)), to_micros(at))
        sealed = msgspec.structs.replace(
            stone, seal=self._seal(stone, known[-1].seal if known else _START)
        )
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC
        end = sum(len(msgspec.json.encode(each)) + 1 for each in known)
        handle = os.open(self.path, flags, 0o600)
        try:
            os.ftruncate(handle, end)  # what a crash cut
            os.pwrite(handle, msgspec.json.encode(sealed) + b"\n", end)
            os.fsync(handle)
        finally:
            os.close(handle)
        return sealed

    def _seal(self, stone: Tombstone, before: str) -> str:
        told = msgspec.json.encode([before, msgspec.structs.replace(stone, seal="")])
        return hmac.new(self.keys.secret, b"tombstone " + told, sha256).hexdigest()

    def _damaged(self, number: int) -> Misconfigured:
        return Misconfigured(
            _("Line {number} of the tombstone journal {path} is not as it was written.").format(
                number=number, path=self.path
            ),
            hint=_("Put the journal back from its own copy; without it erased people may return."),
        )


def read_mark(store: Store) -> int:
    """The last line of the journal that a store knows of; 0 if none."""
    rows = store.rows("select number from tombstone_marks")
    return int(rows[0]["number"]) if rows else 0


def move_mark(bulk: BulkSession, number: int) -> None:
    """Say that the store has forgotten all of the journal up to a line."""
    bulk.execute(
        "insert into tombstone_marks (mark_id, number) values (1, ?) on conflict (mark_id) "
        "do update set number = case when excluded.number > tombstone_marks.number "
        "then excluded.number else tombstone_marks.number end",
        (number,),
    )
