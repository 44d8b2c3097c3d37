"""Purchases in shops and on the web: who bought, when, what, and what the receipt says of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerelle.simulate.catalogue import Catalogue
from passerelle.simulate.contacts import Society
from passerelle.simulate.new_habits import ShopHabits, shop_habits
from passerelle.simulate.population import People
from passerelle.simulate.randomness import Bools, Floats, Ints, choose, happens, random_stream
from passerelle.simulate.records import RecordFiles, Records, first_rows
from passerelle.simulate.spec import RetailerSpec
from passerelle.simulate.text_columns import DAY_MS

_YEAR = 365.25
_HOUR_MS = 3_600_000
# Sales by weekday (Monday first), by month and by UTC hour: the shape of French clothing retail
# (Saturday, December and the January and July sales); chosen.
_WEEKDAY = np.array([0.6, 0.9, 1.0, 0.9, 1.2, 1.9, 0.3])
_MONTH = np.array([1.3, 0.8, 0.9, 0.9, 1.0, 1.0, 1.3, 0.7, 0.9, 1.0, 1.1, 1.8])
_SHOP_HOURS = np.array([0] * 8 + [1, 3, 3, 2, 2, 3, 4, 5, 5, 3] + [0] * 6, dtype=np.float64)
WEB_HOURS = np.array(
    [1, 0.5, 0.3, 0.2, 0.2, 0.4, 1, 2, 3, 4, 4, 4, 4, 4, 3, 3, 4, 5, 6, 7, 7, 5, 3, 2]
)
_MONDAY = 4  # 1 January 1970 was a Thursday: day 4 is the first Monday


@dataclass(frozen=True)
class Receipts:
    """One entry per receipt, in the order of time; record columns are rows of the files or -1."""

    person: Ints
    occurred_ms: Ints
    is_web: Bools
    store: Ints
    loyalty_row: Ints
    crm_row: Ints
    webshop_row: Ints
    email: Ints
    lines: Ints
    first_line: Ints

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True)
class ReceiptLines:
    """One entry per line, in the order of the receipts; amounts in cents, returns negative."""

    receipt: Ints
    number: Ints
    product: Ints
    quantity: Ints
    amount_cents: Ints
    discount_cents: Ints

    def __len__(self) -> int:
        return len(self.receipt)


@dataclass(frozen=True)
class Trade:
    """What the retailer sells, to whom it has records, and every sale."""

    catalogue: Catalogue
    files: RecordFiles
    receipts: Receipts
    habits: ShopHabits
    lines: ReceiptLines
    totals_cents: Ints
    """What each receipt comes to."""


def make_trade(
    spec: RetailerSpec, catalogue: Catalogue, society: Society, files: RecordFiles, *, today: int
) -> Trade:
    """Draw two years of purchases for every adult, then what the till or the site wrote down."""
    rng = random_stream(spec.seed, "receipts")
    rates, people = spec.receipts, society.people
    web_row = first_rows(files.webshop, people)
    years = rates.history_days / _YEAR
    eager = rng.gamma(0.9, 1 / 0.9, len(people)) * people.is_adult
    shop_rate = np.where(
        people.is_customer, rates.shop_receipts_per_year, rates.stranger_receipts_per_year
    )
    web_rate = np.where(web_row >= 0, rates.web_receipts_per_year, 0.0)
    person, is_web = _purchases(rng, shop=shop_rate * eager * years, web=web_rate * eager * years)
    occurred = _instants(rng, is_web, today=today, days=rates.history_days)
    alive = occurred // DAY_MS < people.died_on[person]
    person, is_web, occurred = person[alive], is_web[alive], occurred[alive]
    order = np.argsort(occurred, kind="stable")
    person, is_web, occurred = person[order], is_web[order], occurred[order]
    named = _what_it_says(rng, spec, society, files, sale=(person, is_web, occurred // DAY_MS))
    lines = 1 + rng.poisson(rates.lines_beyond_first, len(person)).astype(np.int64)
    favourite = choose(rng, catalogue.store_weights, int(people.household[-1]) + 1)
    habits = shop_habits(spec, catalogue, society.households, favourite, today=today)
    home_shop = habits.at(people.household[person], occurred // DAY_MS)
    elsewhere = choose(rng, catalogue.store_weights, len(person))
    usual = happens(rng, 0.85, len(person))
    receipts = Receipts(
        person=person,
        occurred_ms=occurred,
        is_web=is_web,
        store=np.where(is_web, -1, np.where(usual, home_shop, elsewhere)),
        **named,
        lines=lines,
        first_line=np.cumsum(lines) - lines,
    )
    items = _lines(spec, catalogue, receipts)
    totals = np.bincount(items.receipt, weights=items.amount_cents, minlength=len(receipts))
    return Trade(
        catalogue=catalogue,
        files=files,
        receipts=receipts,
        habits=habits,
        lines=items,
        totals_cents=totals.astype(np.int64),
    )


def _purchases(rng: np.random.Generator, *, shop: Floats, web: Floats) -> tuple[Ints, Bools]:
    shop_counts, web_counts = rng.poisson(shop), rng.poisson(web)
    everyone = np.arange(len(shop))
    person = np.concatenate([np.repeat(everyone, shop_counts), np.repeat(everyone, web_counts)])
    return person, np.arange(len(person)) >= int(shop_counts.sum())


def _instants(rng: np.random.Generator, is_web: Bools, *, today: int, days: int) -> Ints:
    calendar = np.arange(today - days, today)
    month = calendar.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12
    weights = _WEEKDAY[(calendar - _MONDAY) % 7] * _MONTH[month]
    shop_day = choose(rng, weights, len(is_web))
    web_day = choose(rng, _MONTH[month], len(is_web))
    day = calendar[np.where(is_web, web_day, shop_day)]
    hour = np.where(
        is_web, choose(rng, WEB_HOURS, len(is_web)), choose(rng, _SHOP_HOURS, len(is_web))
    )
    within = rng.integers(0, _HOUR_MS // 1000, len(is_web)) * 1000
    instants: Ints = day * DAY_MS + hour * _HOUR_MS + within
    return instants


def _what_it_says(
    rng: np.random.Generator,
    spec: RetailerSpec,
    society: Society,
    files: RecordFiles,
    *,
    sale: tuple[Ints, Bools, Ints],
) -> dict[str, Ints]:
    """The card, number, login and e-mail on each receipt: what exists that day and was shown."""
    person, is_web, day = sale
    people, contacts = society.people, society.contacts
    rates, count = spec.receipts, len(person)
    shop = ~is_web
    bearer = _card_bearers(rng, spec, people, person)
    habit = rng.beta(rates.card_shown_alpha, rates.card_shown_beta, len(people))
    card = _issued(first_rows(files.loyalty, people)[bearer], files.loyalty, day)
    shown = shop & (rng.random(count) < habit[person])
    crm = _issued(first_rows(files.crm, people)[person], files.crm, day)
    told = shop & ~(shown & (card >= 0)) & happens(rng, rates.customer_number_share, count)
    account = _issued(first_rows(files.webshop, people)[person], files.webshop, day)
    account = np.where(is_web, account, -1)
    own_email = np.where(
        contacts.family_email[person] >= 0, contacts.family_email[person], contacts.email[person]
    )
    ticket = shop & happens(rng, rates.ticket_email_share, count) & people.is_customer[person]
    by_account = files.webshop.email[np.maximum(account, 0)] if len(files.webshop) else own_email
    email = np.where(account >= 0, by_account, own_email)
    return {
        "loyalty_row": np.where(shown, card, -1),
        "crm_row": np.where(told, crm, -1),
        "webshop_row": account,
        "email": np.where(is_web | ticket, email, -1),
    }


def _card_bearers(
    rng: np.random.Generator, spec: RetailerSpec, people: People, person: Ints
) -> Ints:
    """Whose card is shown: the buyer's, or now and then that of the household's first adult."""
    head = person - people.rank[person]
    relative = np.where(people.rank[person] == 0, person + 1, head)
    relative = np.minimum(relative, len(people) - 1)
    same_home = people.household[relative] == people.household[person]
    lends = happens(rng, spec.receipts.relative_card_share, len(person))
    return np.where(lends & same_home & people.is_adult[relative], relative, person)


def _issued(row: Ints, records: Records, day: Ints) -> Ints:
    """The record's row, or -1 if the person had none that day."""
    if len(records) == 0:
        return np.full_like(row, -1)
    known = (row >= 0) & (records.created_on[np.maximum(row, 0)] <= day)
    return np.where(known, row, -1)


def _lines(spec: RetailerSpec, catalogue: Catalogue, receipts: Receipts) -> ReceiptLines:
    rng = random_stream(spec.seed, "receipt lines")
    receipt = np.repeat(np.arange(len(receipts)), receipts.lines)
    count = len(receipt)
    product = choose(rng, catalogue.weights, count)
    quantity = 1 + (rng.random(count) < 0.12) + (rng.random(count) < 0.02)
    gross = catalogue.prices_cents[product] * quantity
    reduced = happens(rng, 0.25, count)
    discount = np.where(reduced, gross * rng.choice([10, 20, 30, 50], count) // 100, 0)
    returned = happens(rng, spec.receipts.returned_share, count)
    sign = np.where(returned, -1, 1)
    return ReceiptLines(
        receipt=receipt,
        number=np.arange(count) - receipts.first_line[receipt] + 1,
        product=product,
        quantity=quantity * sign,
        amount_cents=(gross - discount) * sign,
        discount_cents=discount * sign,
    )
