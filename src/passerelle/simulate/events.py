"""What the site, the newsletter tool and the app send: events, with who is really behind them."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np

from passerelle.simulate.browsers import (
    AFTER_DAYS,
    WINDOW_DAYS,
    Cookies,
    Devices,
    Visits,
)
from passerelle.simulate.catalogue import Catalogue
from passerelle.simulate.contacts import Contacts
from passerelle.simulate.population import People
from passerelle.simulate.randomness import Bools, Ints, choose, happens, random_stream
from passerelle.simulate.receipts import Receipts, first_rows
from passerelle.simulate.records import RecordFiles
from passerelle.simulate.spec import BrowserRates, RetailerSpec
from passerelle.simulate.text_columns import DAY_MS

PAGE, IDENTIFY, SIGNED_UP, ORDER, CLICK, OPEN, APP = range(7)
ROBOT, GMAIL_PROXY, YAHOO_PROXY = 4, 5, 6
"""Agents after the four browsers: a crawler and two image proxies."""
_CLICK_DELAY_MS = 400
_SIGN_UP_DELAY_MS = 60_000
_LOGIN_DELAY_MS = 61_500
_ORDER_DELAY_MS = 240_000


@dataclass(frozen=True)
class Events:
    """One entry per event, in the order of arrival; negative codes mean "does not apply".

    `visitor` numbers who sends: first the cookies of customers, then strangers, then app
    installations, then one number for each e-mail opened or robot.
    """

    kind: Ints
    at_ms: Ints
    sent_ms: Ints
    visitor: Ints
    account: Ints
    email: Ints
    receipt: Ints
    product: Ints
    agent: Ints
    """Browser 0 to 3, `ROBOT` or an image proxy."""
    message: Ints
    """Events with the same number are one event delivered twice."""

    def __len__(self) -> int:
        return len(self.kind)


@dataclass(frozen=True)
class Apps:
    """One entry per installation of the app."""

    person: Ints
    browser: Ints
    """0 on iOS, 1 on Android."""
    has_advertising_id: Bools
    installed_ms: Ints
    removed_ms: Ints

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True)
class Traffic:
    """All events, and how many visitors of each kind their numbers stand for."""

    before: Events
    after: Events
    customer_cookies: int
    stranger_browsers: Ints
    apps: Apps
    bound_cookie: Ints
    bound_person: Ints
    """Pairs: this cookie gave evidence (login, order, click) of this person before the as-of."""

    @property
    def first_app(self) -> int:
        """The number of the first app installation among the visitors."""
        return self.customer_cookies + len(self.stranger_browsers)

    @property
    def visitors(self) -> int:
        """How many numbers are taken by cookies, strangers and apps."""
        return self.first_app + len(self.apps)


def make_traffic(
    spec: RetailerSpec,
    catalogue: Catalogue,
    people: People,
    contacts: Contacts,
    files: RecordFiles,
    receipts: Receipts,
    browsing: tuple[Devices, Visits, Cookies],
    *,
    today: int,
) -> Traffic:
    """Turn visits into events, and add strangers, e-mail opens, the app, robots and accidents."""
    rng = random_stream(spec.seed, "events")
    devices, visits, cookies = browsing
    rates = spec.browsers
    accounts = first_rows(files.webshop, people)
    logged_in = _logins(rng, rates, people, files, accounts, visits)
    logged_in = np.where(visits.receipt >= 0, receipts.webshop_row[visits.receipt], logged_in)
    readers = _newsletter_addresses(spec, people, contacts, files, accounts)
    clicked = _clicks(rng, rates, people, readers, visits)
    strangers = choose(rng, rates.browser_mix, round(len(cookies) * rates.strangers_per_cookie))
    apps = _apps(rng, rates, people, files, accounts, today=today)
    first_app = len(cookies) + len(strangers)
    parts = [
        *_of_visits(rng, catalogue, devices, visits, (logged_in, clicked, receipts, files)),
        _of_strangers(rng, rates, catalogue, strangers, len(cookies), today=today),
        _of_apps(rng, rates, apps, accounts, first_app, today=today),
    ]
    opened = _opens(rng, rates, readers, first_app + len(apps), today=today)
    parts.append(opened)
    real = sum(len(part) for part in parts)
    first_robot = first_app + len(apps) + len(opened)
    parts.append(
        _robots(rng, catalogue, round(real * rates.robot_event_share), first_robot, today=today)
    )
    boundary = today * DAY_MS
    events = _delivered(rng, rates, _joined(parts), boundary=boundary)
    bound = (
        ((logged_in >= 0) & (visits.at_ms + _LOGIN_DELAY_MS < boundary))
        | ((clicked >= 0) & (visits.at_ms + _CLICK_DELAY_MS < boundary))
        | ((visits.receipt >= 0) & (visits.at_ms + _ORDER_DELAY_MS < boundary))
    )
    return Traffic(
        before=_chosen(events, events.at_ms < boundary),
        after=_chosen(events, events.at_ms >= boundary),
        customer_cookies=len(cookies),
        stranger_browsers=strangers,
        apps=apps,
        bound_cookie=visits.cookie[bound],
        bound_person=visits.actor[bound],
    )


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


def _newsletter_addresses(
    spec: RetailerSpec, people: People, contacts: Contacts, files: RecordFiles, accounts: Ints
) -> Ints:
    """For each person, the address the newsletter goes to, or -1 for those who get none."""
    rng = random_stream(spec.seed, "newsletter")
    crm = first_rows(files.crm, people)
    address = np.full(len(people), -1, dtype=np.int64)
    has_crm = crm >= 0
    address[has_crm] = files.crm.email[crm[has_crm]]
    has_account = accounts >= 0
    address[has_account] = files.webshop.email[accounts[has_account]]
    reads = happens(rng, spec.records.newsletter_share, len(people)) & people.is_customer
    return np.where(reads, address, -1)


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


def _apps(
    rng: np.random.Generator,
    rates: BrowserRates,
    people: People,
    files: RecordFiles,
    accounts: Ints,
    *,
    today: int,
) -> Apps:
    owners = np.flatnonzero((accounts >= 0) & happens(rng, rates.app_share, len(people)))
    browser = (rng.random(len(owners)) < 0.6).astype(np.int64)
    created = files.webshop.created_on[accounts[owners]] * DAY_MS if len(owners) else owners
    installed = created + np.floor(rng.random(len(owners)) * (today * DAY_MS - created)).astype(
        np.int64
    )
    kept_days = rng.exponential(500, len(owners))
    removed = installed + (kept_days * DAY_MS).astype(np.int64)
    return Apps(
        person=owners,
        browser=browser,
        has_advertising_id=rng.random(len(owners))
        < np.asarray(rates.advertising_id_share)[browser],
        installed_ms=installed,
        removed_ms=np.minimum(removed, people.died_on[owners] * DAY_MS),
    )


def _of_visits(
    rng: np.random.Generator,
    catalogue: Catalogue,
    devices: Devices,
    visits: Visits,
    evidence: tuple[Ints, Ints, Receipts, RecordFiles],
) -> list[Events]:
    logged_in, clicked, receipts, files = evidence
    browser = devices.browser[visits.device]
    count = len(visits.device)
    product = choose(rng, catalogue.weights, count)
    product[happens(rng, 0.35, count)] = -1
    parts = [_events(PAGE, visits.at_ms, visits.cookie, browser, product=product, email=clicked)]

    def some(kind: int, where: Bools, delay_ms: int, **columns: Ints) -> Events:
        chosen = {name: values[where] for name, values in columns.items()}
        at_ms = visits.at_ms[where] + delay_ms
        return _events(kind, at_ms, visits.cookie[where], browser[where], **chosen)

    bought = visits.receipt >= 0
    opened = visits.account_opened >= 0
    by_account = _email_of(files, logged_in)
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


def _email_of(files: RecordFiles, account: Ints) -> Ints:
    if len(files.webshop) == 0:
        return np.full_like(account, -1)
    return np.where(account >= 0, files.webshop.email[np.maximum(account, 0)], -1)


def _of_strangers(
    rng: np.random.Generator,
    rates: BrowserRates,
    catalogue: Catalogue,
    strangers: Ints,
    first: int,
    *,
    today: int,
) -> Events:
    pages = 1 + rng.poisson(rates.stranger_extra_pages, len(strangers))
    stranger = np.repeat(np.arange(len(strangers)), pages)
    came = _window(rng, len(strangers), today=today)
    later = np.arange(len(stranger)) - (np.cumsum(pages) - pages)[stranger]
    at_ms = came[stranger] + later * rng.integers(20_000, 200_000, len(stranger))
    product = choose(rng, catalogue.weights, len(stranger))
    return _events(PAGE, at_ms, first + stranger, strangers[stranger], product=product)


def _of_apps(
    rng: np.random.Generator,
    rates: BrowserRates,
    apps: Apps,
    accounts: Ints,
    first: int,
    *,
    today: int,
) -> Events:
    days = WINDOW_DAYS + AFTER_DAYS
    app = np.repeat(
        np.arange(len(apps)), rng.poisson(rates.app_opens_per_year * days / 365.25, len(apps))
    )
    at_ms = _window(rng, len(app), today=today)
    there = (at_ms >= apps.installed_ms[app]) & (at_ms < apps.removed_ms[app])
    app, at_ms = app[there], at_ms[there]
    account = np.where(happens(rng, 0.8, len(app)), accounts[apps.person[app]], -1)
    return _events(APP, at_ms, first + app, apps.browser[app], account=account)


def _opens(
    rng: np.random.Generator, rates: BrowserRates, readers: Ints, first: int, *, today: int
) -> Events:
    """E-mail opens, seen through the provider's image proxy: each under an id of its own."""
    addresses = readers[readers >= 0]
    email = np.repeat(addresses, rng.poisson(rates.opens_per_reader, len(addresses)))
    at_ms = _window(rng, len(email), today=today)
    agent = np.where(happens(rng, 0.4, len(email)), YAHOO_PROXY, GMAIL_PROXY)
    visitor = first + np.arange(len(email))
    return _events(OPEN, at_ms, visitor, agent, email=email)


def _robots(
    rng: np.random.Generator, catalogue: Catalogue, count: int, first: int, *, today: int
) -> Events:
    agent = np.full(count, ROBOT, dtype=np.int64)
    product = choose(rng, catalogue.weights, count)
    at_ms = _window(rng, count, today=today)
    return _events(PAGE, at_ms, first + np.arange(count), agent, product=product)


def _window(rng: np.random.Generator, count: int, *, today: int) -> Ints:
    span = (WINDOW_DAYS + AFTER_DAYS) * DAY_MS
    return (today - WINDOW_DAYS) * DAY_MS + rng.integers(0, span, count)


def _events(kind: int, at_ms: Ints, visitor: Ints, agent: Ints, **columns: Ints) -> Events:
    none = np.full(len(at_ms), -1, dtype=np.int64)
    return Events(
        kind=np.full(len(at_ms), kind, dtype=np.int64),
        at_ms=at_ms,
        sent_ms=at_ms,
        visitor=visitor,
        account=columns.get("account", none),
        email=columns.get("email", none),
        receipt=columns.get("receipt", none),
        product=columns.get("product", none),
        agent=agent,
        message=none,
    )


def _joined(parts: list[Events]) -> Events:
    columns = {
        f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Events)
    }
    columns["message"] = np.arange(len(columns["kind"]))
    return Events(**columns)


def _chosen(events: Events, rows: Ints | Bools) -> Events:
    return Events(**{f.name: getattr(events, f.name)[rows] for f in fields(Events)})


def _delivered(
    rng: np.random.Generator, rates: BrowserRates, events: Events, *, boundary: int
) -> Events:
    """Sent within seconds, some days later, some twice; in the order in which they arrive.

    What happened before the as-of date has arrived by then.
    """
    count = len(events)
    delay = rng.integers(40, 4_000, count)
    late = happens(rng, rates.late_event_share, count)
    delay[late] = rng.integers(3_600_000, 6 * DAY_MS, int(late.sum()))
    sent_ms = events.at_ms + delay
    again = np.flatnonzero(happens(rng, rates.repeated_event_share, count))
    rows = np.concatenate([np.arange(count), again])
    sent_ms = np.concatenate([sent_ms, sent_ms[again] + rng.integers(500, 60_000, len(again))])
    sent_ms = np.where(events.at_ms[rows] < boundary, np.minimum(sent_ms, boundary - 1), sent_ms)
    order = np.argsort(sent_ms, kind="stable")
    delivered = _chosen(events, rows[order])
    return Events(
        **{f.name: getattr(delivered, f.name) for f in fields(Events) if f.name != "sent_ms"},
        sent_ms=sent_ms[order],
    )
