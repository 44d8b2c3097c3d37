"""The suppression list in the store: entries, and the keys of each."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import polars as pl

from passerelle.consent.channels import EVERY
from passerelle.consent.ledger import Said, record
from passerelle.consent.suppression.normalisers import NORMALISERS, VERSION, KeyText
from passerelle.consent.suppression.personal_values import PersonalValues, values_of_profile
from passerelle.consent.suppression.suppression_keys import SuppressionKeys
from passerelle.kernel import IdentifierKeys
from passerelle.postal import address_keys
from passerelle.store import BulkSession, Reading, ReadSession, from_micros, to_micros

OWN = "own"
"""The retailer's own list: who must never be contacted again, whatever else is true."""
ERASED, ASKED = "erased", "asked"
"""Why: the person's data were erased; somebody asked for it."""

_ADDRESS = re.compile(r"(?P<street>.*?\w.*?)[\s,]+(?P<postcode>\d{5})(?:\s.*)?", re.DOTALL)
_AT_ONCE = 500  # databases limit how many values a statement takes


@dataclass(frozen=True)
class Suppression:
    """One entry of a list: a person, a contact point, or a whole file of a list.

    Args:
        list_name: `own`, or a list's name: `bloctel`, `robinson`.
        reason: Why, in a stable word.
        decision: What it means to the gate: `suppressed` stops all but what the law obliges to;
            `objected`, of lists on which people object to prospecting, leaves contracts alone.
        channels: Those it closes; `*` is every one.
        listed_at: Since when it counts.
        learned_at: When we learned of it.
        expires_at: The last instant at which it counts; None if it has no end.
        version: Of the normaliser that made its keys.
        keys: How many it has.
    """

    entry_id: int
    list_name: str
    reason: str
    decision: str
    channels: tuple[str, ...]
    listed_at: datetime
    learned_at: datetime
    expires_at: datetime | None
    version: int
    keys: int

    def counts_at(self, at: datetime) -> bool:
        """Whether it is in force at an instant."""
        return self.listed_at <= at and (self.expires_at is None or at <= self.expires_at)


@dataclass(frozen=True)
class NewEntry:
    """An entry to be made: what `Suppression` says of it, and what its keys are made of."""

    texts: Sequence[KeyText] = field(repr=False)
    reason: str
    listed_at: datetime
    list_name: str = OWN
    decision: str = "suppressed"
    channels: tuple[str, ...] = ("*",)
    expires_at: datetime | None = None


def suppress_profile(
    bulk: BulkSession, profile_id: int, *, keys: IdentifierKeys, reason: str = ERASED, at: datetime
) -> int:
    """Keep the keys of a person, so that whoever brings them back is noticed; before an erasure.

    Args:
        bulk: The open transaction.
        profile_id: The person, whose records and contact points are still there.
        keys: The installation's.
        reason: `erased` or `asked`.
        at: Now.

    Returns:
        How many keys were kept; 0 if nothing is known to tell the person by.
    """
    return suppress_person(
        bulk, values_of_profile(bulk, profile_id, keys), keys=keys, reason=reason, at=at
    )


def suppress_person(
    bulk: BulkSession,
    values: PersonalValues,
    *,
    keys: IdentifierKeys,
    reason: str = ERASED,
    at: datetime,
) -> int:
    """`suppress_profile` of values that somebody gives."""
    normaliser = NORMALISERS[VERSION]
    contacts = [text for contact in values.contacts for text in normaliser.contact_texts(*contact)]
    texts = [*contacts, *normaliser.person_texts(values)]
    if not texts:
        return 0
    add_entry(bulk, NewEntry(texts, reason, at), keys=keys, at=at)
    return len({(text.kind, text.text) for text in texts})


def suppress_contact(
    bulk: BulkSession,
    type_name: str,
    value: str,
    *,
    keys: IdentifierKeys,
    reason: str = ASKED,
    at: datetime,
) -> int:
    """Keep the keys of one e-mail or phone: nothing is sent to it any more.

    Args:
        bulk: The open transaction.
        type_name: `email` or `phone`.
        value: Its canonical value.
        keys: The installation's.
        reason: `erased` or `asked`.
        at: Now.

    Returns:
        The id of the entry.
    """
    texts = list(NORMALISERS[VERSION].contact_texts(type_name, value))
    return add_entry(bulk, NewEntry(texts, reason, at), keys=keys, at=at)


def suppress_home(
    bulk: BulkSession, address_id: int, *, keys: IdentifierKeys, reason: str = ASKED, at: datetime
) -> int:
    """Keep the key of an address: no letter goes there any more; answers the entry's id."""
    text = NORMALISERS[VERSION].home_text(address_id)
    entry = NewEntry([text], reason, at, channels=("post",))
    return add_entry(bulk, entry, keys=keys, at=at)


def close_profile(bulk: BulkSession, profile_id: int, *, keys: IdentifierKeys, at: datetime) -> int:
    """Have the ledger stop all contact with a person who is still known, until it is lifted."""
    said = Said(
        subject_type="record",
        subject_id=profile_id,  # a profile bears the id of its oldest record
        purpose=EVERY,
        channel=EVERY,
        decision="suppressed",
        method="list",
        source=OWN,
        is_trusted=True,
        occurred_at=at,
        scope="person",
    )
    return record(bulk, [said], keys=keys, at=at)


def find_address_id(text: str, keys: IdentifierKeys) -> int | None:
    """The keyed id of an address written in one line, its postcode last; None if there is none."""
    match = _ADDRESS.fullmatch(text.strip())
    if match is None:
        return None
    told = pl.DataFrame({"street": [match["street"]], "postcode": [match["postcode"]]})
    (key,) = told.select(address_keys(pl.col("street"), pl.col("postcode"))).to_series()
    return None if key is None else SuppressionKeys(keys).address_ids([key])[0]


def find_contact_entries(
    reading: ReadSession | BulkSession, type_name: str, value: str, keys: IdentifierKeys
) -> list[Suppression]:
    """The entries that one e-mail or phone is on."""
    makes = SuppressionKeys(keys)
    asked = [
        makes.key(version, text.kind, text.text)
        for version, normaliser in NORMALISERS.items()
        for text in [normaliser.contact_text(type_name, value)]
    ]
    return [each for entries in find_entries(reading, asked).values() for each in entries]


@dataclass(frozen=True)
class ListCount:
    """What a list holds. Grain: one row by list, reason, channels and end."""

    list_name: str
    reason: str
    channels: tuple[str, ...]
    expires_at: datetime | None
    entries: int
    keys: int


def count_suppressions(reading: ReadSession | BulkSession) -> list[ListCount]:
    """How many entries and keys the lists have."""
    rows = reading.fetch(
        "select list_name, reason, channels, expires_at, count(*) as entries, "
        "cast(sum(keys) as bigint) as keys from suppressions "
        "group by list_name, reason, channels, expires_at "
        "order by list_name, reason, channels, expires_at"
    ).to_pylist()
    return [
        ListCount(
            row["list_name"],
            row["reason"],
            tuple(json.loads(row["channels"])),
            None if row["expires_at"] is None else from_micros(row["expires_at"]),
            row["entries"],
            row["keys"],
        )
        for row in rows
    ]


def add_entry(bulk: BulkSession, new: NewEntry, *, keys: IdentifierKeys, at: datetime) -> int:
    """Add an entry with its keys; answers its id."""
    entry_id = next_entry_id(bulk)
    makes, texts = SuppressionKeys(keys), list(new.texts)
    frame = (
        pl.DataFrame(
            {
                "key": makes.keys_of(VERSION, texts),
                "entry_id": [entry_id] * len(texts),
                "kind": [text.kind for text in texts],
                "sieve": [makes.sieve(text.sieve_type, text.sieve_text) for text in texts],
            },
            schema=KEY_SCHEMA,
        )
        .unique("key")
        .sort("key")
    )
    bulk.put("suppression_keys", frame.to_arrow(), "(key, entry_id) do nothing")
    put_entry(bulk, entry_id, new, learned_at=at, keys=frame.height)
    return entry_id


KEY_SCHEMA = {"key": pl.Int64, "entry_id": pl.Int64, "kind": pl.String, "sieve": pl.Int64}


def put_entry(
    bulk: BulkSession, entry_id: int, new: NewEntry, *, learned_at: datetime, keys: int
) -> None:
    """Write an entry whose keys are there."""
    bulk.execute(
        "insert into suppressions (entry_id, list_name, reason, decision, channels, listed_at, "
        "learned_at, expires_at, version, keys) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        (
            entry_id,
            new.list_name,
            new.reason,
            new.decision,
            json.dumps(new.channels),
            to_micros(new.listed_at),
            to_micros(learned_at),
            None if new.expires_at is None else to_micros(new.expires_at),
            VERSION,
            keys,
        ),
    )


def next_entry_id(bulk: BulkSession) -> int:
    """An id that no entry has."""
    found = bulk.fetch("select coalesce(max(entry_id), 0) + 1 as entry_id from suppressions")
    return int(found["entry_id"][0].as_py())


def list_suppressions(
    reading: ReadSession | BulkSession, *, list_name: str | None = None
) -> list[Suppression]:
    """The entries, the oldest first."""
    where, values = ("", ()) if list_name is None else ("where list_name = ? ", (list_name,))
    rows = reading.fetch(
        f"select * from suppressions {where}order by entry_id",  # noqa: S608
        values,
    ).to_pylist()
    return [_suppression(row) for row in rows]


def find_entries(reading: Reading, keys: Iterable[int]) -> dict[int, list[Suppression]]:
    """The entries that have keys, by key."""
    wanted = sorted(set(keys))
    found: dict[int, list[Suppression]] = {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        marks = ", ".join("?" * len(some))
        rows = reading.fetch(
            "select k.key, s.* from suppression_keys k "  # noqa: S608
            f"join suppressions s on s.entry_id = k.entry_id where k.key in ({marks}) "
            "order by k.key, s.entry_id",
            some,
        ).to_pylist()
        for row in rows:
            found.setdefault(row.pop("key"), []).append(_suppression(row))
    return found


def remove_entries(bulk: BulkSession, entry_ids: Sequence[int]) -> int:
    """Take entries off the list, keys and all; answers how many there were."""
    removed = 0
    for entry_id in entry_ids:
        known = bulk.fetch("select 1 as n from suppressions where entry_id = ?", (entry_id,))
        removed += known.num_rows
        bulk.execute("delete from suppression_keys where entry_id = ?", (entry_id,))
        bulk.execute("delete from suppressions where entry_id = ?", (entry_id,))
    return removed


def _suppression(row: dict[str, object]) -> Suppression:
    expires = row["expires_at"]
    return Suppression(
        entry_id=int(str(row["entry_id"])),
        list_name=str(row["list_name"]),
        reason=str(row["reason"]),
        decision=str(row["decision"]),
        channels=tuple(json.loads(str(row["channels"]))),
        listed_at=from_micros(int(str(row["listed_at"]))),
        learned_at=from_micros(int(str(row["learned_at"]))),
        expires_at=None if expires is None else from_micros(int(str(expires))),
        version=int(str(row["version"])),
        keys=int(str(row["keys"])),
    )
