"""All that counts about profiles beside the policy: the ledger, suppression lists, lives.

What a list or a life change says is said in the ledger's own words, so that the gate weighs it as
it weighs the rest: once for one profile, and once over sets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from passerelle.consent.gate.lives import Life, read_lives
from passerelle.consent.ledger import PERMISSIONS, LedgerEntry, list_said
from passerelle.consent.policy import Policy
from passerelle.consent.suppression import ContactPoint, list_suppressed
from passerelle.kernel import IdentifierKeys
from passerelle.store import Reading

_AT_ONCE = 500  # databases limit how many values a statement takes
_PLACED = (
    "select p.profile_id, i.type, i.identifier_id, i.value from placements p "
    "join identifiers i on i.identifier_id = p.identifier_id "
    "where p.profile_id in ({marks}) order by i.identifier_id"
)
_KNOWN = "select type, identifier_id, value from identifiers where identifier_id in ({marks})"


@dataclass(frozen=True)
class Gated:
    """What the gate reads from: one state of the store, under one policy."""

    reading: Reading
    keys: IdentifierKeys
    policy: Policy


@dataclass
class HeardOfProfile:
    """Of one profile: its identifiers by type and id, and what was said that may count."""

    subjects: list[tuple[str, int]] = field(default_factory=list)
    said: list[LedgerEntry] = field(default_factory=list)


def read_heard(
    gated: Gated, profile_ids: Sequence[int], *, at: datetime, known_at: datetime
) -> dict[int, HeardOfProfile]:
    """What was said about profiles, by profile, in one state of the store."""
    heard = {each: HeardOfProfile() for each in profile_ids}
    contacts: list[ContactPoint] = []
    whose: dict[int, int] = {}
    for row in _by_part(gated.reading, _PLACED, profile_ids):
        contact = ContactPoint(row["type"], row["identifier_id"], row["value"])
        whose[contact.identifier_id] = row["profile_id"]
        heard[row["profile_id"]].subjects.append((contact.type, contact.identifier_id))
        contacts.append(contact)
    lives = read_lives(
        gated.reading, profile_ids, gated.policy.majority_years,
        at=at, known_at=known_at,
    )  # fmt: skip
    told = list_said(gated.reading, list(whose))
    for entry in (*told, *list_suppressed(gated.reading, contacts, gated.keys)):
        profile_id = whose[entry.said.subject_id]
        heard[profile_id].said.append(with_age(entry, lives.get(profile_id)))
    for profile_id, life in lives.items():
        heard[profile_id].said += life.said
    return heard


def read_heard_of(gated: Gated, subjects: Sequence[tuple[str, int]]) -> list[LedgerEntry]:
    """What was said of some identifiers, by type and id, and what lists say of them."""
    ids = [each for _type, each in subjects]
    rows = _by_part(gated.reading, _KNOWN, ids)
    contacts = [ContactPoint(row["type"], row["identifier_id"], row["value"]) for row in rows]
    return [*list_said(gated.reading, ids), *list_suppressed(gated.reading, contacts, gated.keys)]


def with_age(entry: LedgerEntry, life: Life | None) -> LedgerEntry:
    """A permission that does not say how old its giver is, with what a record says of it."""
    said = entry.said
    if life is None or said.adult_from is not None or said.decision not in PERMISSIONS:
        return entry
    return replace(entry, said=replace(said, adult_from=life.adult_from))


def _by_part(reading: Reading, sql: str, ids: Sequence[int]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for start in range(0, len(ids), _AT_ONCE):
        some = list(ids[start : start + _AT_ONCE])
        found += reading.fetch(sql.format(marks=", ".join("?" * len(some))), some).to_pylist()
    return found
