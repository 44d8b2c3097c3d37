"""What somebody says of themselves on the page: kept as a record of theirs, which wins."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from passerelle.collect import (
    DECLARED_KIND,
    Heard,
    RecordBatch,
    SourceRef,
    declare,
)
from passerelle.identifiers import Parsed, parse_identifier
from passerelle.identify import take_in_records, tie_declared
from passerelle.kernel import InvalidInput, format_id
from passerelle.kernel.language import _
from passerelle.portal.contacts import Contact
from passerelle.portal.portal import SOURCE, Portal
from passerelle.portal.signing_in.entering import Visitor
from passerelle.store import BulkSession, to_micros
from passerelle.unify import ADDRESS_FIELDS

if TYPE_CHECKING:
    from passerelle.bootstrap import Passerelle
    from passerelle.postal import PostalAddress

NAME_FIELDS = ("title", "first_name", "last_name", "birth_date")
OWN_FIELDS = (*NAME_FIELDS, *ADDRESS_FIELDS)
"""What may be declared. A new e-mail address or phone number is not taken on somebody's word."""

_LONGEST = 100
_TITLES = ("", "M", "MME")


def own_record_key(contact: Contact) -> str:
    """What the page calls whoever declares something through a contact point."""
    return format_id(contact.subject_id, "c")


def own_record_id(parts: Passerelle, contact: Contact) -> int:
    """The id of the record of what somebody declared, made or not."""
    return parts.keys.identifier_id("record", f"{SOURCE}:{own_record_key(contact)}")


def read_declared(parts: Passerelle, contact: Contact) -> dict[str, str]:
    """What was declared through a contact point before."""
    rows = parts.store.rows(
        "select normalized from records where record_id = ?", (own_record_id(parts, contact),)
    )
    said = json.loads(rows[0]["normalized"]) if rows else {}
    return {name: value for name, value in said.items() if name in OWN_FIELDS and value}


def check_details(fields: Mapping[str, str], today: date) -> dict[str, str]:
    """What is wrong with what somebody typed, by field; empty if nothing is."""
    wrong = {
        name: _("This is longer than {most} characters.").format(most=_LONGEST)
        for name, value in fields.items()
        if len(value) > _LONGEST
    }
    if fields.get("title", "") not in _TITLES:
        wrong["title"] = _("Choose one of the list.")
    birth = fields.get("birth_date", "")
    if birth and not isinstance(parse_identifier("birth_date", birth, today=today), Parsed):
        wrong["birth_date"] = _("Write the day you were born, such as 31/12/1980.")
    return wrong


def propose_address(portal: Portal, fields: Mapping[str, str]) -> PostalAddress:
    """An address as somebody typed it, in the form that the post wants."""
    from passerelle.postal import AddressFields, standardize_address

    given = AddressFields(
        lines=tuple(fields.get(name, "") for name in ADDRESS_FIELDS[:3]),
        postcode=fields.get("postcode", ""),
        city=fields.get("city", ""),
        country=fields.get("country", ""),
    )
    return standardize_address(given, gazetteer=portal.gazetteer, style="display")


def as_fields(address: PostalAddress) -> dict[str, str]:
    """A standardized address in the fields of a record."""
    street = " ".join(filter(None, (address.house_number, address.street, address.special)))
    lines = [each for each in (street, address.complement, address.locality) if each]
    lines += [""] * (3 - len(lines))
    parts = (*lines, address.postcode, " ".join(filter(None, (address.city, address.cedex))))
    named = dict(zip(ADDRESS_FIELDS, (*parts, address.country), strict=True))
    return {name: value for name, value in named.items() if value}


def declare_details(
    portal: Portal, visitor: Visitor, changed: Mapping[str, str], *, has_address: bool
) -> None:
    """Keep what somebody changed of themselves, beside what they declared before.

    Args:
        portal: The page.
        visitor: Who says it; it must be known who.
        changed: New values by field.
        has_address: Whether the address is among them, which is then whole.

    Raises:
        InvalidInput: It is not known who says it.
    """
    if visitor.profile_id is None:
        raise InvalidInput(
            _("It is not known whose details these are."),
            hint=_("Say who you are first, by birth date or card number."),
        )
    parts = portal.parts
    before = read_declared(parts, visitor.contact)
    if has_address:
        before = {name: value for name, value in before.items() if name not in ADDRESS_FIELDS}
    declared = {**before, **{name: value for name, value in changed.items() if value}}

    def take_in(batch: RecordBatch) -> Heard:
        def heard(bulk: BulkSession) -> None:
            take_in_records(bulk, batch, keys=parts.keys, rules=parts.rules)

        return heard

    with parts.store.bulk() as bulk:
        record_id = declare(
            bulk,
            {**_contact_field(bulk, visitor.contact), **declared},
            source=SourceRef(SOURCE, DECLARED_KIND),
            record_key=own_record_key(visitor.contact),
            warehouse=parts.warehouse,
            observe=take_in,
        )
        tie_declared(
            bulk,
            record_id,
            visitor.profile_id,
            source=SOURCE,
            at=to_micros(parts.clock()),
            rules=parts.rules,
        )
        detail = {"fields": ", ".join(sorted(changed))}
        portal.note(bulk, "portal.details_declared", (visitor.profile_id,), detail)


def find_majority(
    parts: Passerelle, profile_id: int | None, majority_years: int
) -> datetime | None:
    """When somebody comes of age, by the birth date that is used; None if none is known."""
    from passerelle.portal.known_data import read_known_data

    if profile_id is None:
        return None
    born = read_known_data(parts, profile_id).golden.get("birth_date", "")
    try:
        born_on = date.fromisoformat(born)
    except ValueError:
        return None
    year = born_on.year + majority_years
    try:
        return datetime(year, born_on.month, born_on.day, tzinfo=UTC)
    except ValueError:  # born on 29 February: of age with the month
        return datetime(year, 3, 1, tzinfo=UTC)


def _contact_field(bulk: BulkSession, contact: Contact) -> dict[str, str]:
    """The contact point that was signed in with: it ties the record to whom it is about."""
    found = bulk.fetch(
        "select value from identifiers where identifier_id = ?", (contact.subject_id,)
    )
    name = "email" if contact.type == "email" else "phone_mobile"
    return {name: found["value"][0].as_py()} if found.num_rows else {}
