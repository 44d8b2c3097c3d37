"""What a partner with a large audience would hand over: hashed e-mails and its own cookies."""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import numpy as np
import polars as pl

from passerelle.simulate.browsers import Devices
from passerelle.simulate.contacts import Contacts
from passerelle.simulate.population import People
from passerelle.simulate.randomness import Bools, Ints, happens, random_stream
from passerelle.simulate.spec import RetailerSpec
from passerelle.simulate.text_columns import (
    DAY_MS,
    date_words,
    from_letters,
    join_columns,
    number_letters,
    pick,
    put,
    sha256_words,
    uuid_letters,
)

_SALT = crc32(b"partner cookie")
_KEEPS_THIRD_PARTY = (1, 2)  # Android Chrome and desktop Chromium


@dataclass(frozen=True)
class PartnerCookies:
    """One entry per third-party cookie that the partner still holds, alive or not."""

    person: Ints
    device: Ints
    """Of a customer; -1 for people whom the retailer does not know."""
    knows_email: Bools
    born_ms: Ints
    seen_on: Ints
    died_ms: Ints

    def __len__(self) -> int:
        return len(self.person)


def make_partner(
    spec: RetailerSpec, people: People, devices: Devices, *, today: int
) -> PartnerCookies:
    """Draw the partner's share of everybody: customers, and as many others as live with them."""
    rng = random_stream(spec.seed, "partner")
    rates = spec.partner
    known = happens(rng, rates.knows_share, len(people))
    same = happens(rng, rates.same_email_share, len(people))
    kept = np.isin(devices.browser, _KEEPS_THIRD_PARTY) & known[devices.person]
    ours = np.flatnonzero(kept)
    others = np.flatnonzero(known & people.is_adult & ~people.is_customer)
    device = np.concatenate([ours, np.full(len(others), -1)])
    person = np.concatenate([devices.person[ours], others])
    rate = np.concatenate([devices.reset_per_day[ours], np.full(len(others), 1 / 420)])
    count = len(person)
    cap = spec.browsers.cookie_cap_days
    seen_on = today - 1 - rng.integers(0, rates.seen_within_days, count)
    age = np.minimum(rng.exponential(1.0, count) / rate, cap * rng.random(count))
    life = np.minimum(rng.exponential(1.0, count) / rate, cap - age)
    order = rng.permutation(count)
    seen_ms = seen_on * DAY_MS + DAY_MS // 2
    return PartnerCookies(
        person=person[order],
        device=device[order],
        knows_email=(same[person] & people.is_customer[person])[order],
        born_ms=(seen_ms - age * DAY_MS).astype(np.int64)[order],
        seen_on=seen_on[order],
        died_ms=(seen_ms + life * DAY_MS).astype(np.int64)[order],
    )


def partner_cookie_words(cookies: PartnerCookies, rows: slice) -> pl.Series:
    """The partner's name for each browser."""
    numbers = np.arange(rows.start, min(rows.stop, len(cookies)))
    return from_letters(uuid_letters(numbers, _SALT))


def partner_frame(
    cookies: PartnerCookies, contacts: Contacts, _chunk: int, rows: slice
) -> pl.DataFrame:
    """Rows of the partner's file; where it knows another address, its hash means nothing to us."""
    person = cookies.person[rows]
    code = np.where(cookies.knows_email[rows], contacts.email[person], -1)
    foreign = join_columns("p", from_letters(number_letters(person, 9)), "@partner.example")
    email = put(pick(contacts.emails, code), code < 0, foreign)
    return pl.DataFrame(
        {
            "email_sha256": sha256_words(email),
            "partner_cookie": partner_cookie_words(cookies, rows),
            "last_seen": date_words(cookies.seen_on[rows], "%Y-%m-%d"),
        }
    )
