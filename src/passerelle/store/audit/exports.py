"""The audit log outside the database: what a folder holds, and how it is read back.

`entries-NUMBER.jsonl` hold the entries, each file from the number in its name on; `heads.jsonl`
says, a line for each export, how many entries there were, the root of their Merkle tree, and the
signature of both; `public.pem` is the key that checks it. docs/how-to/audit.md tells a stranger.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec

from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _
from passerelle.store.audit.entries import COLUMNS
from passerelle.store.audit.signing import AuditSigner

_HEADS, _PUBLIC = "heads.jsonl", "public.pem"


@dataclass(frozen=True)
class SignedHead:
    """How far an export went: entries 1 to `size`, the root of their tree, and who says so."""

    size: int
    root: str
    signed_at: str
    signature: str = ""

    @property
    def text(self) -> str:
        """What is signed."""
        return f"passerelle audit head {self.size} {self.root} {self.signed_at}"


def signed_head(size: int, root: str, at: datetime, signer: AuditSigner) -> SignedHead:
    """A head, signed."""
    head = SignedHead(size, root, at.isoformat())
    return SignedHead(size, root, head.signed_at, signer.sign(head.text))


def read_heads(folder: Path) -> list[SignedHead]:
    """The heads of a folder, oldest first; none if it holds no export.

    Raises:
        InvalidInput: They cannot be read.
    """
    try:
        lines = (folder / _HEADS).read_bytes().splitlines()
        return [msgspec.json.decode(line, type=SignedHead) for line in lines]
    except FileNotFoundError:
        return []
    except (OSError, msgspec.MsgspecError):
        raise _unreadable(folder) from None


def read_entries(folder: Path) -> Iterator[Mapping[str, Any]]:
    """The entries of a folder, in the order of its files; an unreadable line is an empty entry.

    Raises:
        InvalidInput: A file cannot be read.
    """
    for path in sorted(folder.glob("entries-*.jsonl")):
        try:
            lines = path.read_bytes().splitlines()
        except OSError:
            raise _unreadable(folder) from None
        for line in lines:
            yield _entry(line)


def write_entries(folder: Path, first: int, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write the file of the entries from a number on; one that was cut is written again.

    Raises:
        InvalidInput: The folder cannot be written to.
    """
    lines = (msgspec.json.encode({name: row[name] for name in COLUMNS}) for row in rows)
    _write(folder / f"entries-{first:012}.jsonl", lines)


def write_heads(folder: Path, heads: Sequence[SignedHead], signer: AuditSigner) -> None:
    """Write all heads, and the key to check them with."""
    _write(folder / _PUBLIC, signer.public_pem.splitlines())
    _write(folder / _HEADS, (msgspec.json.encode(head) for head in heads))


def _write(path: Path, lines: Iterable[bytes]) -> None:
    draft = path.with_name(f".{path.name}.draft")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with draft.open("wb") as file:
            file.writelines(line + b"\n" for line in lines)
        draft.replace(path)
    except OSError as error:
        raise InvalidInput(
            _("The export cannot be written to {path}: {reason}.").format(
                path=path.parent, reason=error.strerror
            ),
            hint=_("Give --out a folder that you may write to."),
        ) from None


def _entry(line: bytes) -> Mapping[str, Any]:
    try:
        entry = msgspec.json.decode(line)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return {}
    is_whole = isinstance(entry, dict) and set(entry) == set(COLUMNS)
    return entry if is_whole else {}


def _unreadable(folder: Path) -> InvalidInput:
    return InvalidInput(
        _("The export in {folder} cannot be read.").format(folder=folder),
        hint=_("Give the folder that passerelle audit export wrote to, or its copy."),
    )
