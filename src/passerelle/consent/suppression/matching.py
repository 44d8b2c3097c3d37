"""Which contact points are on a suppression list, said as the gate hears it.

It is one and the same way for one profile and for millions: of many, a sieve lets most through
before any key is made.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import polars as pl

from passerelle.consent.channels import EVERY
from passerelle.consent.ledger import LedgerEntry, Said
from passerelle.consent.suppression.normalisers import NORMALISERS, KeyText, Normaliser
from passerelle.consent.suppression.personal_values import PersonalValues, values_of_record
from passerelle.consent.suppression.sieving import SortedInts, passing_contacts
from passerelle.consent.suppression.suppression_keys import SIEVE_BITS, SuppressionKeys
from passerelle.consent.suppression.suppression_store import Suppression, find_entries
from passerelle.kernel import IdentifierKeys
from passerelle.store import Reading

_CONTACTS = ("email", "phone")
_AT_ONCE = 500  # databases limit how many values a statement takes
_HOMES = (
    "select h.record_id, h.address_id, r.normalized from residences h "
    "join records r on r.record_id = h.record_id where h.record_id in ({marks}) "
    "and h.observed_at = (select max(l.observed_at) from residences l "
    "where l.record_id = h.record_id) and h.address_id is not null order by h.record_id"
)
_ALL_HOMES = "select record_id, address_id from residences where address_id is not null"


class ContactPoint(NamedTuple):
    """What a channel reaches: type, id and canonical value of an identifier."""

    type: str
    identifier_id: int
    value: str


class _Asked(NamedTuple):
    contact: ContactPoint
    key: int


def list_suppressed(
    reading: Reading, contacts: Sequence[ContactPoint], keys: IdentifierKeys
) -> list[LedgerEntry]:
    """What suppression lists say of contact points: one entry for each channel that one closes.

    E-mails and phones are on a list by themselves; a record is by the home and the names that it
    gives, for letters. `event_id` is the id of the list's entry.
    """
    found = reading.fetch("select distinct version from suppressions order by version")
    makes = SuppressionKeys(keys)
    asked = [
        each
        for version in found["version"].to_pylist()
        for each in _asked(reading, contacts, version, makes)
    ]
    entries = find_entries(reading, [each.key for each in asked])
    said = [
        _said(each.contact, entry, channel)
        for each in asked
        for entry in entries.get(each.key, ())
        for channel in entry.channels
    ]
    return list(dict.fromkeys(said))


def list_suppressed_of_many(
    reading: Reading, contacts: pl.DataFrame, keys: IdentifierKeys
) -> list[LedgerEntry]:
    """`list_suppressed` of millions of contact points.

    Args:
        reading: The state of the store.
        contacts: identifier_id, type, value; one row each.
        keys: The installation's.
    """
    sieves = SortedInts.of(
        reading.fetch("select distinct sieve from suppression_keys")["sieve"].to_numpy()
    )
    if not len(sieves):
        return []
    direct = contacts.filter(pl.col("type").is_in(_CONTACTS))
    passing = direct.filter(passing_contacts(direct, sieves, SuppressionKeys(keys)))
    records = contacts.filter(pl.col("type") == "record")
    if records.height:
        homes = pl.DataFrame(reading.fetch(_ALL_HOMES), schema=["identifier_id", "address_id"])
        through = homes.filter(pl.Series(sieves.holds(homes["address_id"] & SIEVE_BITS)))
        records = records.join(through, on="identifier_id", how="semi")
    columns = ["type", "identifier_id", "value"]
    maybe = pl.concat([passing.select(columns), records.select(columns)])
    return list_suppressed(reading, [ContactPoint(*row) for row in maybe.iter_rows()], keys)


def _asked(
    reading: Reading,
    contacts: Sequence[ContactPoint],
    version: int,
    makes: SuppressionKeys,
) -> list[_Asked]:
    """The keys by which contact points are looked up, as one version of the normaliser has them."""
    normaliser = NORMALISERS[version]
    homes = _homes(reading, [each.identifier_id for each in contacts if each.type == "record"])
    texts = [
        (each, text)
        for each in contacts
        for text in (
            [normaliser.contact_text(each.type, each.value)]
            if each.type in _CONTACTS
            else _home_texts(normaliser, homes.get(each.identifier_id))
        )
    ]
    numbers = makes.keys_of(version, [text for _contact, text in texts])
    return [
        _Asked(contact, int(number))
        for (contact, _text), number in zip(texts, numbers, strict=True)
    ]


def _homes(reading: Reading, record_ids: Sequence[int]) -> Mapping[int, PersonalValues]:
    """What records say, of those that give an address; the address is the last one they gave."""
    found: dict[int, PersonalValues] = {}
    for start in range(0, len(record_ids), _AT_ONCE):
        some = list(record_ids[start : start + _AT_ONCE])
        rows = reading.fetch(_HOMES.format(marks=", ".join("?" * len(some))), some)
        for row in rows.to_pylist():
            found[row["record_id"]] = values_of_record(row["normalized"], row["address_id"])
    return found


def _home_texts(normaliser: Normaliser, values: PersonalValues | None) -> Iterator[KeyText]:
    """The texts of a home, of each household name there, and of the person there."""
    if values is None:
        return
    (address_id,) = values.address_ids
    yield normaliser.home_text(address_id)
    for name in values.last_names:
        household = normaliser.household_text(name, address_id)
        if household is not None:
            yield household
    yield from (text for text in normaliser.asked_texts(values) if text.sieve_type == "address")


def _said(contact: ContactPoint, entry: Suppression, channel: str) -> LedgerEntry:
    said = Said(
        subject_type=contact.type,
        subject_id=contact.identifier_id,
        purpose=EVERY,
        channel=channel,
        decision=entry.decision,
        method="list",
        source=entry.list_name,
        is_trusted=True,
        occurred_at=entry.listed_at,
        valid_until=entry.expires_at,
    )
    return LedgerEntry(0, entry.entry_id, entry.learned_at, said, is_sound=True)
