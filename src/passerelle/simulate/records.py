"""Which customers stand in which of the retailer's files, since when, and under what contact."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from passerelle.simulate.contacts import Contacts, Society
from passerelle.simulate.population import People
from passerelle.simulate.randomness import (
    Bools,
    Ints,
    choose,
    happens,
    random_stream,
    scatter_order,
)
from passerelle.simulate.spec import RetailerSpec
from passerelle.simulate.text_columns import from_letters, join_columns, number_letters

_IN_CRM = np.array([True, False, True, False, True, False, True])
_IN_LOYALTY = np.array([False, True, True, False, False, True, True])
_IN_WEBSHOP = np.array([False, False, False, True, True, True, True])
_OLDEST_RECORD_DAYS = 6 * 365
_RECENT_UPDATE_SHARE = 0.55  # records brought up to date at the customer's last visit; chosen
_CARD_PREFIX = 299  # in-store range 200-299 of GS1 article numbers
_ACCOUNT_BASE = 6_000_000_000_000
_ACCOUNT_SPAN = 2_000_000_000_000


@dataclass(frozen=True)
class Records:
    """The rows of one file: one array entry per record, in the file's order.

    `email`, `mobile` and `fixed_line` are what the person gave that day (negative: nothing).
    """

    source: str
    person: Ints
    keys: pl.Series
    created_on: Ints
    updated_on: Ints
    email: Ints
    mobile: Ints
    fixed_line: Ints
    address: Ints
    """0 the present address of the household, 1 the former one."""
    under_birth_name: Bools
    copy: Ints
    """0 for a person's first record in this file, 1 and more for duplicates."""

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True)
class RecordFiles:
    """The three customer files of the retailer."""

    crm: Records
    loyalty: Records
    webshop: Records

    def each(self) -> tuple[Records, Records, Records]:
        """The three, in the order in which a retailer would import them."""
        return self.crm, self.loyalty, self.webshop


def first_rows(records: Records, people: People) -> Ints:
    """For each person, the row of their first record in a file, or -1."""
    rows = np.full(len(people), -1, dtype=np.int64)
    first = np.flatnonzero(records.copy == 0)
    rows[records.person[first]] = first
    return rows


def make_records(spec: RetailerSpec, society: Society, *, today: int) -> RecordFiles:
    """Spread the customers over the files; each of them is in one at least."""
    rng = random_stream(spec.seed, "sources")
    customers = np.flatnonzero(society.people.is_customer)
    mix = choose(rng, spec.records.source_mix, len(customers))
    rates = spec.records
    crm = _copies(
        rng, customers[_IN_CRM[mix]], shares=(rates.crm_twice_share, rates.crm_thrice_share)
    )
    loyalty = _copies(rng, customers[_IN_LOYALTY[mix]], shares=(rates.second_card_share,))
    webshop = _copies(rng, customers[_IN_WEBSHOP[mix]], shares=(rates.second_account_share,))
    return RecordFiles(
        crm=_write_down(spec, "crm", society, *crm, today=today),
        loyalty=_write_down(spec, "loyalty", society, *loyalty, today=today),
        webshop=_accounts(
            _write_down(spec, "webshop", society, *webshop, today=today), society.contacts
        ),
    )


def _copies(
    rng: np.random.Generator, persons: Ints, *, shares: tuple[float, ...]
) -> tuple[Ints, Ints]:
    """Persons with their duplicates, shuffled: who each row is, and which copy of them."""
    rows, copies = [persons], [np.zeros(len(persons), dtype=np.int64)]
    for number, share in enumerate(shares, start=1):
        again = persons[happens(rng, share, len(persons))]
        rows.append(again)
        copies.append(np.full(len(again), number))
    person, copy = np.concatenate(rows), np.concatenate(copies)
    order = rng.permutation(len(person))
    return person[order], copy[order]


def _write_down(
    spec: RetailerSpec,
    source: str,
    society: Society,
    person: Ints,
    copy: Ints,
    *,
    today: int,
) -> Records:
    """What each record says: the person's state on the day it was last brought up to date."""
    households, people, contacts = society.households, society.people, society.contacts
    rng = random_stream(spec.seed, f"records {source}")
    count = len(person)
    adult_on = people.born_on[person] + 16 * 365
    oldest = np.minimum(np.maximum(today - _OLDEST_RECORD_DAYS, adult_on), today - 30)
    last = np.minimum(today - 1, people.died_on[person])
    oldest = np.minimum(oldest, last - 1)
    created_on = oldest + np.floor(rng.random(count) * (last - oldest)).astype(np.int64)
    fresh = happens(rng, _RECENT_UPDATE_SHARE, count)
    later = created_on + np.floor(rng.random(count) * (last - created_on)).astype(np.int64)
    updated_on = np.where(fresh, later, created_on)
    home = people.household[person]
    return Records(
        source=source,
        person=person,
        keys=_keys(spec, source, count),
        created_on=created_on,
        updated_on=updated_on,
        email=_emails_given(rng, contacts, person=person, copy=copy, updated_on=updated_on),
        mobile=np.where(
            updated_on < contacts.mobile_changed_on[person],
            _earlier(contacts.former_mobile[person], contacts.mobile[person]),
            contacts.mobile[person],
        ),
        fixed_line=contacts.fixed_line[person],
        address=(updated_on < households.moved_on[home]).astype(np.int64)
        * (households.moved_on[home] <= today),
        under_birth_name=updated_on < people.married_on[person],
        copy=copy,
    )


def _earlier(former: Ints, present: Ints) -> Ints:
    return np.where(former >= 0, former, present)


def _emails_given(
    rng: np.random.Generator, contacts: Contacts, *, person: Ints, copy: Ints, updated_on: Ints
) -> Ints:
    before = updated_on < contacts.email_changed_on[person]
    given = np.where(
        before,
        _earlier(contacts.former_email[person], contacts.email[person]),
        contacts.email[person],
    )
    family = contacts.family_email[person]
    given = np.where(family >= 0, family, given)
    second = contacts.second_email[person]
    other = happens(rng, 0.15, len(person)) | ((copy > 0) & happens(rng, 0.6, len(person)))
    return np.where(other & (second >= 0), second, given)


def _keys(spec: RetailerSpec, source: str, count: int) -> pl.Series:
    if source == "crm":
        order = scatter_order(count, 9_000_000, spec.seed)
        return join_columns("C", from_letters(number_letters(1_000_000 + order, 7)))
    if source == "loyalty":
        order = scatter_order(count, 900_000_000, spec.seed)
        return from_letters(_with_check_digit(_CARD_PREFIX * 10**9 + order))
    order = scatter_order(count, _ACCOUNT_SPAN, spec.seed)
    return from_letters(number_letters(_ACCOUNT_BASE + order, 13))


def _with_check_digit(numbers: Ints) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """Thirteen digits: the check digit makes threes times even places plus the odd ones end in 0.

    Source: GS1 General Specifications, EAN-13 check digit.
    """
    digits = number_letters(numbers, 12)
    weights = np.array([1, 3] * 6)
    total = ((digits - ord("0")).astype(np.int64) * weights).sum(axis=1)
    check = ((10 - total % 10) % 10 + ord("0")).astype(np.uint8)
    return np.column_stack([digits, check])


def _accounts(records: Records, contacts: Contacts) -> Records:
    """A web shop takes each address once: who comes second opens the account with their own."""
    email = records.email.copy()
    for own in (contacts.email, contacts.second_email):
        taken = _repeats(email)
        email[taken] = own[records.person[taken]]
    kept = np.flatnonzero(~_repeats(email) & (email >= 0))
    return Records(
        source=records.source,
        person=records.person[kept],
        keys=records.keys.gather(kept.astype(np.uint32)),
        created_on=records.created_on[kept],
        updated_on=records.updated_on[kept],
        email=email[kept],
        mobile=records.mobile[kept],
        fixed_line=records.fixed_line[kept],
        address=records.address[kept],
        under_birth_name=records.under_birth_name[kept],
        copy=records.copy[kept],
    )


def _repeats(values: Ints) -> Bools:
    """True from the second time a value appears."""
    first = np.unique(values, return_index=True)[1]
    repeated = np.ones(len(values), dtype=np.bool_)
    repeated[first] = False
    return repeated
