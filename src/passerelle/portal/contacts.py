"""Contact points that people sign in with, and whose data they show."""

from __future__ import annotations

from dataclasses import dataclass, field

from passerelle.identifiers import Parsed, id_texts, parse_identifier
from passerelle.identify import list_bearers
from passerelle.kernel import IdentifierKeys
from passerelle.store import Store

CONTACT_TYPES = ("email", "phone")
"""Identifiers that a message reaches."""

_LONGEST = 254  # characters of an e-mail address (RFC 5321)


@dataclass(frozen=True)
class Contact:
    """A contact point that somebody proved to read."""

    type: str
    subject_id: int


@dataclass(frozen=True)
class TypedContact:
    """A contact point as somebody typed it, in its canonical form."""

    contact: Contact
    value: str = field(repr=False)


@dataclass(frozen=True)
class KnownContact:
    """A contact point with all profiles of people who are said to use it."""

    contact: Contact
    profile_ids: tuple[int, ...]

    @property
    def is_shared(self) -> bool:
        """Whether it is not enough to know who somebody is."""
        return len(self.profile_ids) > 1


def read_contact(text: str, keys: IdentifierKeys) -> TypedContact | None:
    """The contact point in a text; None if there is none."""
    text = text.strip()
    if len(text) > _LONGEST:
        return None
    type_name = "email" if "@" in text else "phone"
    read = parse_identifier(type_name, text)
    if not isinstance(read, Parsed):
        return None
    subject_id = keys.identifier_id(type_name, id_texts(type_name, [read.value])[0])
    return TypedContact(Contact(type_name, subject_id), read.value)


def know_contact(store: Store, contact: Contact) -> KnownContact | None:
    """Who is said to use a contact point; None if nothing at all is known of it."""
    profiles = list_bearers(store, contact.subject_id)
    if profiles or _has_consents(store, contact):
        return KnownContact(contact, tuple(profiles))
    return None


def _has_consents(store: Store, contact: Contact) -> bool:
    """Whether it said something of consent: a newsletter's reader may be known by nothing else."""
    return bool(
        store.rows(
            "select 1 as found from consent_events where subject_id = ? limit 1",
            (contact.subject_id,),
        )
    )
