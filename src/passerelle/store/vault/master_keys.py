"""Master keys: what people's keys are wrapped with. They are never in the database.

A key management service is one more `MasterKeys`: it holds master keys wrapped, and answers them
opened, which costs a process one call and not one for each person.
"""

from __future__ import annotations

import base64
import errno
import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from secrets import token_bytes
from typing import Protocol

from passerelle.kernel import Misconfigured, Retryable
from passerelle.kernel.language import _

KEY_BYTES = 32
"""AES-256."""


class MasterKeys(Protocol):
    """Where master keys come from: each has a version, and the highest one wraps."""

    def read(self) -> Mapping[int, bytes]:
        """The keys by version; none if none was made yet.

        Raises:
            Misconfigured: They cannot be read.
        """

    def add(self) -> int:
        """Make a key of the next version and answer the version.

        Raises:
            Misconfigured: Keys cannot be made here; it says what to do instead.
        """


@dataclass(frozen=True)
class GivenMasterKeys:
    """Master keys that are handed over, by a setting or a service; they are changed there."""

    keys: Mapping[int, bytes] = field(repr=False)

    def read(self) -> Mapping[int, bytes]:
        """The keys that were given."""
        return self.keys

    def add(self) -> int:
        """Refuse: whoever gives the keys makes them."""
        raise Misconfigured(
            _("Master keys that a setting holds are not made by passerelle."),
            hint=_("Put a new one of a higher version before it, then run: passerelle keys rotate"),
        )


@dataclass(frozen=True)
class FileMasterKeys:
    """Master keys in a file of its owner's alone: a line each, `VERSION KEY`, key in base 64."""

    path: Path

    def read(self) -> Mapping[int, bytes]:
        """The keys of the file; none if it is not there."""
        try:
            text = self.path.read_text(encoding="ascii")
        except FileNotFoundError:
            return {}
        except (OSError, ValueError) as error:
            raise _unusable(self.path, error) from None
        return parse_master_keys(text, str(self.path))

    def add(self) -> int:
        """Add a key of the next version; it is on the disk when this ends."""
        try:
            with _alone(self.path.parent):
                keys = self.read()
                version = max(keys, default=0) + 1
                self._write({**keys, version: token_bytes(KEY_BYTES)})
        except OSError as error:
            raise _unusable(self.path, error) from None
        return version

    def _write(self, keys: Mapping[int, bytes]) -> None:
        lines = [f"{each} {base64.b64encode(keys[each]).decode()}\n" for each in sorted(keys)]
        draft = self.path.with_name(f".{self.path.name}.draft")
        draft.unlink(missing_ok=True)
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write("".join(lines))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self.path)


def parse_master_keys(text: str, place: str) -> dict[int, bytes]:
    """Master keys as text: `VERSION KEY`, one a line or between commas; key in base 64.

    Raises:
        Misconfigured: It is written otherwise, or a key is not 32 bytes.
    """
    keys: dict[int, bytes] = {}
    for line in filter(None, (each.strip() for each in text.replace(",", "\n").splitlines())):
        version, _space, key = line.partition(" ")
        try:
            read = base64.b64decode(key.strip(), validate=True)
        except ValueError:  # binascii.Error is one
            read = b""
        if not (version.isascii() and version.isdecimal() and len(read) == KEY_BYTES):
            raise Misconfigured(
                _("The master keys in {place} cannot be read.").format(place=place),
                hint=_("Each is a number, a space, and 32 bytes in base 64."),
            )
        keys[int(version)] = read
    return keys


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
        os.fsync(handle)  # what is encrypted from now on needs the key after a power cut too
    finally:
        os.close(handle)


def _unusable(path: Path, error: Exception) -> Exception:
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return Retryable(
            _("The disk is full; the master key {path} could not be made.").format(path=path),
            after=timedelta(minutes=1),
            hint=_("Free some space, then run the same command again."),
        )
    return Misconfigured(
        _("The master keys in {place} cannot be read or made.").format(place=path),
        hint=_("Keep the file yours, with permission 600, or put it back from your backup."),
    )
