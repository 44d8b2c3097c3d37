"""E-mail addresses and phone numbers of customers: changed, shared and recycled now and then."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from passerelle.simulate.population import NEVER, Households, People, make_population
from passerelle.simulate.randomness import (
    Bools,
    Ints,
    choose,
    happens,
    random_stream,
    scatter_order,
)
from passerelle.simulate.reference import Reference
from passerelle.simulate.spec import RetailerSpec
from passerelle.simulate.text_columns import join_columns, pick
from passerelle.simulate.words import ascii_word

DOMAINS = {
    "gmail.com": 41, "orange.fr": 11, "hotmail.fr": 8, "yahoo.fr": 7, "free.fr": 6,
    "wanadoo.fr": 5, "laposte.net": 5, "hotmail.com": 4, "sfr.fr": 4, "outlook.fr": 3,
    "icloud.com": 2, "live.fr": 2, "bbox.fr": 1, "outlook.com": 1,
}  # fmt: skip
"""Webmail domains by weight, in the order of size that French lists commonly show; chosen."""

_FIRST, _INITIAL, _LAST, _FAMILY = range(4)
_DOT, _DASH = range(2)
_NONE, _YEAR, _NUMBER = -1, 0, 1
_FORMS = (
    (30, _FIRST, _DOT, _LAST, _NONE),
    (12, _FIRST, _NONE, _LAST, _NONE),
    (18, _FIRST, _DOT, _LAST, _YEAR),
    (8, _INITIAL, _DOT, _LAST, _NONE),
    (8, _INITIAL, _NONE, _LAST, _NUMBER),
    (10, _LAST, _DOT, _FIRST, _NONE),
    (8, _FIRST, _NONE, _NONE, _NUMBER),
    (6, _FIRST, _DASH, _LAST, _NONE),
    (0, _FAMILY, _DOT, _LAST, _NONE),
)
"""Forms of addresses: weight, then first part, sign, second part and number; chosen."""
_FAMILY_FORM = len(_FORMS) - 1
_LARGEST_NUMBER = 9_999
_NUMBER_WORDS = pl.Series(
    [*(f"{year:02d}" for year in range(100)), *(str(n + 1) for n in range(_LARGEST_NUMBER))]
)
"""Two-digit years, then the numbers from 1."""

_MOBILE_BLOCKS = np.array(
    [*range(600, 639), *range(640, 690), *range(730, 800)], dtype=np.int64
)  # metropolitan blocks that libphonenumber accepts whole; 0639, 069x, 0700-0729 are not
_OVERSEAS_MOBILE = {971: 690, 972: 696, 973: 694, 974: 692, 976: 639}
_OVERSEAS_FIXED = {971: 590, 972: 596, 973: 594, 974: 262, 976: 269}
_OVERSEAS_NUMBERS = 70_000  # 00 0000 to 06 9999 is allocated in each of these blocks
_FIXED_ZONES = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Contacts:
    """How each customer can be reached; arrays have one row per person, emails one per address.

    A negative code or number means none. Phone numbers are the national number without its
    leading zero, as an integer.
    """

    emails: pl.Series
    email: Ints
    """Personal address today."""
    former_email: Ints
    email_changed_on: Ints
    second_email: Ints
    family_email: Ints
    """The household's mailbox, for those who give it as theirs."""
    mobile: Ints
    former_mobile: Ints
    mobile_changed_on: Ints
    mobile_is_recycled: Bools
    """This number was another customer's before."""
    fixed_line: Ints


@dataclass(frozen=True)
class Society:
    """Everybody, where they live, and how they can be reached."""

    households: Households
    people: People
    contacts: Contacts


def make_society(spec: RetailerSpec, reference: Reference, *, today: int) -> Society:
    """Draw the people, then their addresses and numbers; nobody shares one except on purpose."""
    households, people = make_population(spec, reference)
    contacts = _make_contacts(spec, reference, households, people, today=today)
    return Society(households, people, contacts)


def _make_contacts(
    spec: RetailerSpec,
    reference: Reference,
    households: Households,
    people: People,
    *,
    today: int,
) -> Contacts:
    customers = np.flatnonzero(people.is_customer)
    mailbox = _mailboxes(spec, reference, people, customers, today=today)
    phone = _phones(spec, reference, households, people, customers=customers, today=today)
    return Contacts(**mailbox, **phone)  # type: ignore[arg-type]


def _mailboxes(
    spec: RetailerSpec, reference: Reference, people: People, customers: Ints, *, today: int
) -> dict[str, Ints | pl.Series]:
    rates, rng = spec.people, random_stream(spec.seed, "mailboxes")
    count = len(customers)
    changed = happens(rng, rates.changed_email_share, count)
    second = happens(rng, rates.second_email_share, count)
    family_owner, family_code_of = _family_mailboxes(spec, people, customers)
    owners = np.concatenate([customers, customers[changed], customers[second], family_owner])
    is_family = np.arange(len(owners)) >= len(owners) - len(family_owner)
    emails = _addresses(spec, reference, people, owners=owners, is_family=is_family)

    def spread(where: Bools, start: int) -> Ints:
        codes = np.full(len(people), -1, dtype=np.int64)
        codes[customers[where]] = start + np.arange(int(where.sum()))
        return codes

    everyone = np.ones(count, dtype=np.bool_)
    n_changed, n_second = int(changed.sum()), int(second.sum())
    changed_on = np.full(len(people), NEVER)
    changed_on[customers[changed]] = today - rng.integers(1, 3 * 365, n_changed)
    family_email = np.where(family_code_of >= 0, family_code_of + count + n_changed + n_second, -1)
    return {
        "emails": emails,
        "email": spread(everyone, 0),
        "former_email": spread(changed, count),
        "email_changed_on": changed_on,
        "second_email": spread(second, count + n_changed),
        "family_email": family_email,
    }


def _family_mailboxes(spec: RetailerSpec, people: People, customers: Ints) -> tuple[Ints, Ints]:
    """One owner per shared mailbox, and for each person the mailbox they use, or -1."""
    rates, rng = spec.people, random_stream(spec.seed, "family mailboxes")
    homes = int(people.household[-1]) + 1
    known = np.bincount(people.household[customers], minlength=homes)
    has_mailbox = happens(rng, rates.shared_mailbox_households, homes) & (known > 1)
    mailbox = np.where(has_mailbox, np.cumsum(has_mailbox) - 1, -1)
    uses = people.is_customer & happens(rng, rates.shared_mailbox_use, len(people))
    code_of = np.where(uses, mailbox[people.household], -1)
    first = customers[np.unique(people.household[customers], return_index=True)[1]]
    owner = first[has_mailbox[people.household[first]]]
    return owner, code_of


def _addresses(
    spec: RetailerSpec,
    reference: Reference,
    people: People,
    *,
    owners: Ints,
    is_family: Bools,
) -> pl.Series:
    """An address for each owner, in one of the forms that people choose."""
    rng, count = random_stream(spec.seed, "addresses"), len(owners)
    form = choose(rng, [weight for weight, *_ in _FORMS], count)
    form[is_family] = _FAMILY_FORM
    parts = np.array([codes for _, *codes in _FORMS])[form]
    first, last = people.first_name[owners], people.surname[owners]
    words = _name_parts(reference)
    firsts, lasts = reference.first_names.len(), reference.surnames.len()
    starts = (0, firsts, 2 * firsts, 2 * firsts + lasts)
    codes = np.stack([first, first + starts[1], last + starts[2], np.full(count, starts[3])])
    row = np.arange(count)
    left = codes[parts[:, 0], row]
    right = np.where(parts[:, 2] < 0, -1, codes[np.maximum(parts[:, 2], 0), row])
    year = (1970 + (people.born_on[owners] / 365.25).astype(np.int64)) % 100
    number = np.where(parts[:, 3] == _YEAR, year, 100 + rng.integers(0, _LARGEST_NUMBER, count))
    local = join_columns(
        pick(words, left),
        pick(pl.Series([".", "-"]), parts[:, 1]),
        pick(words, right),
        pick(_NUMBER_WORDS, np.where(parts[:, 3] < 0, -1, number)),
    )
    domain = choose(rng, list(DOMAINS.values()), count)
    return join_columns(_made_unique(local, domain), "@", pick(pl.Series(list(DOMAINS)), domain))


def _name_parts(reference: Reference) -> pl.Series:
    """First names, their initials, surnames, and the word of a family's mailbox."""
    firsts, lasts = ascii_word(reference.first_names), ascii_word(reference.surnames)
    return pl.concat([firsts, firsts.str.slice(0, 1), lasts, pl.Series(["famille"])])


def _made_unique(local: pl.Series, domain: Ints) -> pl.Series:
    """Number the homonyms, as a provider makes them do; dots don't distinguish (Gmail's rule)."""
    while True:
        plain = local.str.replace_all(".", "", literal=True)
        keys = plain.hash(seed=0).to_numpy() ^ (domain.astype(np.uint64) << np.uint64(56))
        rank = _rank_among_equals(keys)
        if not rank.any():
            return local
        suffix = pick(_NUMBER_WORDS, np.where(rank > 0, 100 + rank % _LARGEST_NUMBER, -1))
        local = join_columns(local, suffix)


def _rank_among_equals(keys: npt.NDArray[np.uint64]) -> Ints:
    """For each entry, how many equal ones stand before it."""
    order = np.argsort(keys, kind="stable")
    sorted_keys = keys[order]
    new = np.ones(len(keys), dtype=np.bool_)
    new[1:] = sorted_keys[1:] != sorted_keys[:-1]
    places = np.arange(len(keys))
    start = np.maximum.accumulate(np.where(new, places, 0))
    rank = np.empty(len(keys), dtype=np.int64)
    rank[order] = places - start
    return rank


def _phones(
    spec: RetailerSpec,
    reference: Reference,
    households: Households,
    people: People,
    *,
    customers: Ints,
    today: int,
) -> dict[str, Ints | Bools]:
    rates, rng = spec.people, random_stream(spec.seed, "phones")
    count = len(customers)
    department = reference.place_departments[households.place[people.household, 0]]
    mobile = np.full(len(people), -1, dtype=np.int64)
    former = mobile.copy()
    changed_on = np.full(len(people), NEVER)
    recycled = np.zeros(len(people), dtype=np.bool_)
    numbers = _mobile_numbers(spec, np.concatenate([department[customers]] * 2))
    mobile[customers] = numbers[:count]
    changed = customers[happens(rng, rates.changed_phone_share, count)]
    old_number = np.full(len(people), -1, dtype=np.int64)
    old_number[customers] = numbers[count:]
    former[changed] = old_number[changed]
    changed_on[changed] = today - rng.integers(1, 5 * 365, len(changed))
    given_up = changed[happens(rng, rates.recycled_phone_share, len(changed))]
    others = np.setdiff1d(customers, changed)
    takers = rng.permutation(others)[: len(given_up)]
    given_up = given_up[: len(takers)]
    former[takers] = mobile[takers]
    mobile[takers] = former[given_up]
    changed_on[takers] = changed_on[given_up] + 180
    recycled[takers] = True
    mobile[people.is_customer & happens(rng, 0.04, len(people))] = -1
    return {
        "mobile": mobile,
        "former_mobile": former,
        "mobile_changed_on": changed_on,
        "mobile_is_recycled": recycled,
        "fixed_line": _fixed_lines(spec, reference, households)[people.household],
    }


def _mobile_numbers(spec: RetailerSpec, department: Ints) -> Ints:
    span = len(_MOBILE_BLOCKS) * 1_000_000
    place = scatter_order(len(department), span, spec.seed)
    numbers = _MOBILE_BLOCKS[place // 1_000_000] * 1_000_000 + place % 1_000_000
    return _overseas(numbers, department, _OVERSEAS_MOBILE)


def _fixed_lines(spec: RetailerSpec, reference: Reference, households: Households) -> Ints:
    """The household's land line, or -1: about half have one that they give."""
    rng = random_stream(spec.seed, "fixed lines")
    count = len(households.adults)
    department = reference.place_departments[households.place[:, 0]]
    zone = np.asarray(_FIXED_ZONES)[department % len(_FIXED_ZONES)]
    order = scatter_order(count, 9_000_000, spec.seed)
    numbers = zone * 100_000_000 + 40_000_000 + order
    numbers = _overseas(numbers, department, _OVERSEAS_FIXED, offset=600_000)
    return np.where(happens(rng, 0.55, count), numbers, -1)


def _overseas(numbers: Ints, department: Ints, blocks: dict[int, int], *, offset: int = 0) -> Ints:
    for code, block in blocks.items():
        there = np.flatnonzero(department == code)
        within = np.arange(len(there)) * 7919 % (_OVERSEAS_NUMBERS if not offset else 40_000)
        numbers[there] = block * 1_000_000 + offset + within
    return numbers
