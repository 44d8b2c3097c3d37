"""Entries about reading, noted beside the store: who looks somebody up waits for no import.

An entry is on the disk, sealed, before what it is about is shown; it enters the chain as soon as
nobody else is writing, and at the latest when the log is listed, verified or exported.
"""

from __future__ import annotations

import fcntl
import hmac
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import msgspec

from passerelle.kernel import Misconfigured
from passerelle.kernel.language import _
from passerelle.store.audit.entries import AuditEntry, check_entry
from passerelle.store.audit.log import write_audit
from passerelle.store.database import Store

_FILE, _LOCK = "audit-waiting.jsonl", "audit-waiting.lock"
_encode = msgspec.json.Encoder(order="sorted").encode


@dataclass(frozen=True)
class WaitingAudit:
    """The entries that wait in a folder of this machine.

    Args:
        folder: The home.
        secret: The installation's: each line is sealed with it.
    """

    folder: Path
    secret: bytes

    def add(self, entries: Sequence[AuditEntry]) -> None:
        """Note entries; they are on the disk when this ends.

        Raises:
            InvalidInput: A word about one looks like an e-mail address or a phone number.
            Misconfigured: They cannot be noted, so that what they are about must not be shown.
        """
        for each in entries:
            check_entry(each)
        lines = b"".join(self._line(each) for each in entries)
        try:
            with self._locked(fcntl.LOCK_SH):
                mode = os.O_WRONLY | os.O_CREAT | os.O_APPEND
                with os.fdopen(os.open(self.folder / _FILE, mode, 0o600), "wb") as file:
                    file.write(lines)
                    file.flush()
                    os.fdatasync(file.fileno())
        except OSError as error:
            raise Misconfigured(
                _("What is read cannot be noted in the audit log: {reason}.").format(
                    reason=error.strerror
                ),
                hint=_("Nothing was shown. Make room, and keep the home folder yours."),
            ) from None

    def take_in(self, store: Store, *, at: datetime) -> int:
        """Bring what waits into the log; answers how many entries were new.

        Killed at any point, the next call goes on: an entry is taken in once.
        """
        with self._locked(fcntl.LOCK_EX):
            waiting = self.folder / _FILE
            if waiting.exists():
                waiting.rename(waiting.with_suffix(f".{os.getpid()}-{at:%Y%m%d%H%M%S%f}"))
            taken = sorted(self.folder.glob("audit-waiting.[0-9]*-*"))
            entries, refused = self._read(taken)
            if refused:
                detail = {"lines": str(refused)}
                entries.append(AuditEntry("passerelle", "audit.line_refused", (), detail, at=at))
            new = write_audit(store, entries, secret=self.secret) if entries else 0
            for path in taken:
                path.unlink()
        return new

    def _read(self, paths: Sequence[Path]) -> tuple[list[AuditEntry], int]:
        entries, refused = [], 0
        for path in paths:
            for line in path.read_bytes().splitlines():
                entry = self._entry(line)
                if entry is None:
                    refused += 1
                else:
                    entries.append(entry)
        return sorted(entries, key=lambda each: each.at), refused

    def _line(self, entry: AuditEntry) -> bytes:
        text = _encode(entry)
        return self._seal(text).encode() + b" " + text + b"\n"

    def _entry(self, line: bytes) -> AuditEntry | None:
        """The entry of a line; None if the line is cut, or not as it was written."""
        seal, _space, text = line.partition(b" ")
        if not hmac.compare_digest(seal, self._seal(text).encode()):
            return None
        return msgspec.json.decode(text, type=AuditEntry)

    def _seal(self, text: bytes) -> str:
        return hmac.new(self.secret, b"audit waiting " + text, sha256).hexdigest()

    @contextmanager
    def _locked(self, how: int) -> Iterator[None]:
        handle = os.open(self.folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, how)
            yield
        finally:
            os.close(handle)
