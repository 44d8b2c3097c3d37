"""What is known of somebody, as far as a suppression list can tell them by it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields, replace
from typing import Any

from passerelle.identifiers import id_texts, judge_identifier
from passerelle.kernel import IdentifierKeys
from passerelle.store import BulkSession, ReadSession

_FAMILY_EDGES = 12
"""Records that share an e-mail or a phone; with more it is no family's."""
_NOBODYS = ("blocked", "role", "toll_free", "premium", "platform")

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
        family_contacts: Type and value of e-mails and phones that others of a family use too.
    """

    first_names: tuple[str, ...] = ()
    last_names: tuple[str, ...] = ()
    birth_dates: tuple[str, ...] = ()
    emails: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    address_ids: tuple[int, ...] = ()
    postcodes: tuple[str, ...] = ()
    family_contacts: tuple[tuple[str, str], ...] = ()

    @property
    def contacts(self) -> Iterator[tuple[str, str]]:
        """Type and value of each e-mail and phone of their own."""
        yield from (("email", each) for each in self.emails)
        yield from (("phone", each) for each in self.phones)


def values_of_record(
    normalized: str, address_id: int | None = None, postcode: str | None = None
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
        emails=_telling("email", said, _EMAILS),
        phones=_telling("phone", said, _PHONES),
        address_ids=() if address_id is None else (address_id,),
        postcodes=_present([postcode]),
    )


def values_of_profile(
    reading: ReadSession | BulkSession, profile_id: int, keys: IdentifierKeys
) -> PersonalValues:
    """All that the records and contact points of a profile say.

    What a family shares counts with a first name only; what a shop's or nobody's is, not at all.
    """
    records = reading.fetch(_RECORDS, (profile_id,)).to_pylist()
    said = _together([values_of_record(each["normalized"]) for each in records])
    homes = reading.fetch(_HOMES, (profile_id,)).to_pylist()
    own = reading.fetch(_CONTACTS, (profile_id,)).to_pylist()
    placed = [(each["type"], each["value"]) for each in own]
    others = [each for each in said.contacts if each not in placed]
    return replace(
        said,
        emails=tuple(value for type_name, value in placed if type_name == "email"),
        phones=tuple(value for type_name, value in placed if type_name == "phone"),
        address_ids=tuple(
            dict.fromkeys(each["address_id"] for each in homes if each["address_id"] is not None)
        ),
        postcodes=_present(each["postcode"] for each in homes),
        family_contacts=tuple(each for each in others if _is_of_a_family(reading, keys, *each)),
    )


def _is_of_a_family(
    reading: ReadSession | BulkSession, keys: IdentifierKeys, type_name: str, value: str
) -> bool:
    if judge_identifier(type_name, value).kind in _NOBODYS:
        return False
    identifier_id = keys.identifier_id(type_name, id_texts(type_name, [value])[0])
    found = reading.fetch(
        "select edge_id from edge_ends where right_id = ? limit ?",
        (identifier_id, _FAMILY_EDGES + 1),
    )
    return int(found.num_rows) <= _FAMILY_EDGES


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


def _telling(type_name: str, said: dict[str, Any], names: tuple[str, ...]) -> tuple[str, ...]:
    values = _present(said.get(name) for name in names)
    return tuple(value for value in values if judge_identifier(type_name, value).kind != "blocked")


def _present(texts: Iterable[str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))
