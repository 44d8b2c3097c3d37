"""One entry of the audit log, and how it stands in its row."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_hex
from typing import Any

import msgspec

from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _
from passerelle.store.chain import chain_hash
from passerelle.store.instants import to_micros

CHAINED = ("number", "entry_id", "happened_at", "actor", "action", "subjects", "detail")
"""What an entry's hash covers, in this order."""

COLUMNS = (*CHAINED, "previous_hash", "hash")

_ACTION = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)*")
# An e-mail address, or a phone number in the French or the international way of writing it.
_PERSONAL = re.compile(r"\S@\S|(?<!\w)(?:\+\d{1,3}|0)(?:[ .-]?\d){8,13}(?!\w)")

_encode = msgspec.json.Encoder(order="sorted").encode


def _new_entry_id() -> str:
    return token_hex(16)


@dataclass(frozen=True)
class AuditEntry:
    """Something that was done with personal data.

    Args:
        actor: Who did it: a login, `portal`, `system`.
        action: What was done, as dotted words: `profile.shown`.
        subject_ids: Whom it was about: ids of profiles, records or identifiers.
        detail: Words about it, none of them a value of a person.
        at: When, in UTC.
        entry_id: Random; an entry is taken in once.
    """

    actor: str
    action: str
    subject_ids: tuple[int, ...] = ()
    detail: Mapping[str, str] = field(default_factory=dict)
    at: datetime = field(kw_only=True)
    entry_id: str = field(default_factory=_new_entry_id, kw_only=True)


def check_entry(entry: AuditEntry) -> None:
    """Refuse an entry that could not be read later, or that says who somebody is.

    Raises:
        ValueError: Its action is no dotted word: a mistake of ours.
        InvalidInput: A word about it looks like an e-mail address or a phone number.
    """
    if not _ACTION.fullmatch(entry.action):
        raise ValueError(f"{entry.action!r} is no action: write dotted words, as profile.shown")
    if any(_PERSONAL.search(each) for each in entry.detail.values()):
        raise InvalidInput(
            _("The audit log takes no e-mail address and no phone number."),
            hint=_("Say why without naming the person; whom it is about is noted by itself."),
        )


def entry_row(entry: AuditEntry, number: int, subjects: list[str], previous: str) -> dict[str, Any]:
    """The row of an entry, chained to the one before."""
    row: dict[str, Any] = {
        "number": number,
        "entry_id": entry.entry_id,
        "happened_at": to_micros(entry.at),
        "actor": entry.actor,
        "action": entry.action,
        "subjects": _encode(subjects).decode(),
        "detail": _encode(dict(entry.detail)).decode(),
        "previous_hash": previous,
    }
    return row | {"hash": hash_entry(previous, row)}


def hash_entry(previous: str, row: Mapping[str, Any]) -> str:
    """The hash of an entry's row that follows the one with hash `previous`."""
    return chain_hash(previous, [row[name] for name in CHAINED])
