"""What is known of somebody, as far as a suppression list can tell them by it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from typing import Any

from passerelle.store import BulkSession, ReadSession

_EMAILS = ("email", "email_2", "email_sha256")
_PHONES = ("phone_mobile", "phone_home")
_LAST_NAMES = ("last_name", "birth_name")

_RECORDS = (
    "select r.record_id, r.normalized from placements p "
    "join records r on r.record_id = p.identifier_id where p.profile_id = ? order by r.record_id"
)
_HOMES = (
    "select distinct h.address_id, h.postcode from placements p "
    "join residences h on h.record_id = p.identifier_id where p.profile_id = ? "
    "order by h.address_id, h.postcode"
)
_CONTACTS = (
    "select i.type, i.value from placements p "
    "join identifiers i on i.identifier_id = p.identifier_id "
    "where p.profile_id = ? and i.type in ('email', 'phone') order by i.type, i.value"
)


@dataclass(frozen=True, repr=False)
class PersonalValues:
    """Names and contact points of one person, or of one record of a person.

    Args:
        first_names: As they are written.
        last_names: As they are written, the name at birth among them.
        birth_dates: ISO 8601.
        emails: Canonical values of identifiers.
        phones: Canonical values of identifiers.
        address_ids: Keyed ids of addresses, as `residences` has them.
        postcodes: Without blanks.
    """

    first_names: tuple[str, ...] = ()
    last_names: tuple[str, ...] = ()
    birth_dates: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    address_ids: tuple[int, ...] = ()
    postcodes: tuple[str, ...] = ()

    @property
    def contacts(self) -> Iterator[tuple[str, str]]:
        """Type and value of each e-mail and phone."""
        yield from (("email", each) for each in self.emails)
        yield from (("phone", each) for each in self.phones)


def values_of_record(
    normalized: str, *, address_id: int | None = None, postcode: str | None = None
) -> PersonalValues:
    """What one record says.

    Args:
        normalized: Its values in canonical fields, as the store keeps them (JSON).
        address_id: Where it says that its person lives.
        postcode: The postcode there.
    """
    said: dict[str, Any] = json.loads(normalized)
    return PersonalValues(
        first_names=_present([said.get("first_name")]),
        last_names=_present(said.get(name) for name in _LAST_NAMES),
        birth_dates=_present([said.get("birth_date")]),
        emails=_present(said.get(name) for name in _EMAILS),
        phones=_present(said.get(name) for name in _PHONES),
        address_ids=() if address_id is None else (address_id,),
        postcodes=_present([postcode]),
    )


def values_of_profile(reading: ReadSession | BulkSession, profile_id: int) -> PersonalValues:
    """All that the records and contact points of a profile say."""
    records = reading.fetch(_RECORDS, (profile_id,)).to_pylist()
    homes = reading.fetch(_HOMES, (profile_id,)).to_pylist()
    contacts = reading.fetch(_CONTACTS, (profile_id,)).to_pylist()
    known = PersonalValues(
        emails=tuple(each["value"] for each in contacts if each["type"] == "email"),
        phones=tuple(each["value"] for each in contacts if each["type"] == "phone"),
        address_ids=tuple(
            dict.fromkeys(each["address_id"] for each in homes if each["address_id"] is not None)
        ),
        postcodes=_present(each["postcode"] for each in homes),
    )
    return _together([*(values_of_record(each["normalized"]) for each in records), known])


def _together(parts: Iterable[PersonalValues]) -> PersonalValues:
    parts = list(parts)
    return PersonalValues(
        **{
            field.name: tuple(
                dict.fromkeys(value for part in parts for value in getattr(part, field.name))
            )
            for field in fields(PersonalValues)
        }
    )


def _present(texts: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))
