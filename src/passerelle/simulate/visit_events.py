"""What each visit to the site leaves: a page, and the evidence of who the visitor is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerelle.simulate.browsers import Browsing, Visits
from passerelle.simulate.events import CLICK, IDENTIFY, ORDER, PAGE, SIGNED_UP, Events, list_events
from passerelle.simulate.population import People
from passerelle.simulate.randomness import Bools, Ints, choose, happens, random_stream
from passerelle.simulate.receipts import Trade
from passerelle.simulate.records import RecordFiles, first_rows
from passerelle.simulate.spec import BrowserRates, RetailerSpec
from passerelle.simulate.text_columns import DAY_MS

_CLICK_DELAY_MS = 400
_SIGN_UP_DELAY_MS = 60_000
_LOGIN_DELAY_MS = 61_500
_ORDER_DELAY_MS = 240_000


@dataclass(frozen=True)
class Evidence:
    """One entry per visit: the account logged into and the newsletter address clicked, or -1."""

    account: Ints
    clicked: Ints


def find_evidence(
    spec: RetailerSpec, people: People, trade: Trade, visits: Visits, readers: Ints
) -> Evidence:
    """Decide in which visits people log in or come from their newsletter."""
    rng = random_stream(spec.seed, "evidence")
    accounts = first_rows(trade.files.webshop, people)
    login = _logins(rng, spec.browsers, people, trade.files, accounts, visits)
    by_order = trade.receipts.webshop_row[visits.receipt] if len(trade.receipts) else login
    return Evidence(
        account=np.where(visits.receipt >= 0, by_order, login),
        clicked=_clicks(rng, spec.browsers, people, readers, visits),
    )


def bound_visits(visits: Visits, evidence: Evidence, *, before_ms: int) -> Bools:
    """Which visits told, before an instant, who the visitor is."""
    return (
        ((evidence.account >= 0) & (visits.at_ms + _LOGIN_DELAY_MS < before_ms))
        | ((evidence.clicked >= 0) & (visits.at_ms + _CLICK_DELAY_MS < before_ms))
        | ((visits.receipt >= 0) & (visits.at_ms + _ORDER_DELAY_MS < before_ms))
    )


def events_of_visits(
    rng: np.random.Generator, trade: Trade, browsing: Browsing, evidence: Evidence
) -> list[Events]:
    """Each visit's page, and its click, sign-up, login and order where there are any."""
    logged_in, clicked = evidence.account, evidence.clicked
    visits, receipts = browsing.visits, trade.receipts
    browser = browsing.devices.browser[visits.device]
    count = len(visits.device)
    product = choose(rng, trade.catalogue.weights, count)
    product[happens(rng, 0.35, count)] = -1
    parts = [
        list_events(PAGE, visits.at_ms, visits.cookie, browser, product=product, email=clicked)
    ]

    def some(kind: int, where: Bools, delay_ms: int, **columns: Ints) -> Events:
        chosen = {name: values[where] for name, values in columns.items()}
        at_ms = visits.at_ms[where] + delay_ms
        return list_events(kind, at_ms, visits.cookie[where], browser[where], **chosen)

    bought = visits.receipt >= 0
    opened = visits.account_opened >= 0
    by_account = _email_of(trade.files, logged_in)
    email = np.where(bought, receipts.email[visits.receipt], by_account)
    parts.append(some(CLICK, clicked >= 0, _CLICK_DELAY_MS, email=clicked))
    parts.append(some(SIGNED_UP, opened, _SIGN_UP_DELAY_MS, account=logged_in, email=by_account))
    parts.append(
        some(IDENTIFY, logged_in >= 0, _LOGIN_DELAY_MS, account=logged_in, email=by_account)
    )
    parts.append(
        some(ORDER, bought, _ORDER_DELAY_MS, account=logged_in, email=email, receipt=visits.receipt)
    )
    return parts


def newsletter_addresses(spec: RetailerSpec, people: People, files: RecordFiles) -> Ints:
    """For each person, the address the newsletter goes to, or -1 for those who get none."""
    accounts = first_rows(files.webshop, people)
    crm = first_rows(files.crm, people)
    address = np.full(len(people), -1, dtype=np.int64)
    has_crm = crm >= 0
    address[has_crm] = files.crm.email[crm[has_crm]]
    has_account = accounts >= 0
    address[has_account] = files.webshop.email[accounts[has_account]]
    reads = newsletter_readers(spec, people)
    return np.where(reads, address, -1)


def newsletter_readers(spec: RetailerSpec, people: People) -> Bools:
    """Who agreed to receive the newsletter."""
    rng = random_stream(spec.seed, "newsletter")
    return happens(rng, spec.records.newsletter_share, len(people)) & people.is_customer


def _logins(
    rng: np.random.Generator,
    rates: BrowserRates,
    people: People,
    files: RecordFiles,
    accounts: Ints,
    visits: Visits,
) -> Ints:
    """The account logged into during each visit, or -1."""
    habit = rng.beta(rates.login_alpha, rates.login_beta, len(people))
    account = accounts[visits.actor]
    if len(files.webshop) == 0:
        return account
    exists = (account >= 0) & (
        files.webshop.created_on[np.maximum(account, 0)] < visits.at_ms // DAY_MS
    )
    wants = rng.random(len(account)) < habit[visits.actor]
    login = np.where(exists & wants, account, -1)
    return np.where(visits.account_opened >= 0, visits.account_opened, login)


def _clicks(
    rng: np.random.Generator, rates: BrowserRates, people: People, readers: Ints, visits: Visits
) -> Ints:
    """The newsletter address whose link began each visit, or -1; some were forwarded at home."""
    count = len(visits.actor)
    own = readers[visits.actor]
    head = visits.actor - people.rank[visits.actor]
    forwarded = happens(rng, rates.forwarded_share, count)
    address = np.where(forwarded & (readers[head] >= 0), readers[head], own)
    plain = (visits.receipt < 0) & (visits.account_opened < 0)
    return np.where(plain & happens(rng, rates.click_share, count), address, -1)


def _email_of(files: RecordFiles, account: Ints) -> Ints:
    if len(files.webshop) == 0:
        return np.full_like(account, -1)
    return np.where(account >= 0, files.webshop.email[np.maximum(account, 0)], -1)
