"""Events besides customers' visits: strangers, the app, e-mails opened, robots."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerelle.simulate.browsers import AFTER_DAYS, WINDOW_DAYS
from passerelle.simulate.catalogue import Catalogue
from passerelle.simulate.events import (
    APP,
    GMAIL_PROXY,
    OPEN,
    PAGE,
    ROBOT,
    YAHOO_PROXY,
    Events,
    list_events,
)
from passerelle.simulate.population import People
from passerelle.simulate.randomness import Bools, Ints, choose, happens
from passerelle.simulate.records import RecordFiles, first_rows
from passerelle.simulate.spec import BrowserRates
from passerelle.simulate.text_columns import DAY_MS


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


def make_apps(
    rng: np.random.Generator,
    rates: BrowserRates,
    people: People,
    files: RecordFiles,
    *,
    today: int,
) -> Apps:
    """Give the app to some account holders, installed between their sign-up and today."""
    accounts = first_rows(files.webshop, people)
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


def events_of_strangers(
    rng: np.random.Generator,
    rates: BrowserRates,
    catalogue: Catalogue,
    strangers: Ints,
    first: int,
    *,
    today: int,
) -> Events:
    """Pages seen by people whom no file knows, one visit each."""
    pages: Ints = 1 + rng.poisson(rates.stranger_extra_pages, len(strangers))
    stranger = np.repeat(np.arange(len(strangers)), pages)
    came = _window(rng, len(strangers), today=today)
    later: Ints = np.arange(len(stranger)) - (np.cumsum(pages) - pages)[stranger]
    pause: Ints = rng.integers(20_000, 200_000, len(stranger), dtype=np.int64)
    at_ms = came[stranger] + later * pause
    product = choose(rng, catalogue.weights, len(stranger))
    return list_events(PAGE, at_ms, first + stranger, strangers[stranger], product=product)


def events_of_apps(
    rng: np.random.Generator,
    rates: BrowserRates,
    apps: Apps,
    accounts: Ints,
    first: int,
    *,
    today: int,
) -> Events:
    """The app opened, mostly by people logged in."""
    days = WINDOW_DAYS + AFTER_DAYS
    app = np.repeat(
        np.arange(len(apps)), rng.poisson(rates.app_opens_per_year * days / 365.25, len(apps))
    )
    at_ms = _window(rng, len(app), today=today)
    there = (at_ms >= apps.installed_ms[app]) & (at_ms < apps.removed_ms[app])
    app, at_ms = app[there], at_ms[there]
    account = np.where(happens(rng, 0.8, len(app)), accounts[apps.person[app]], -1)
    return list_events(APP, at_ms, first + app, apps.browser[app], account=account)


def events_of_opens(
    rng: np.random.Generator, rates: BrowserRates, readers: Ints, first: int, *, today: int
) -> Events:
    """E-mail opens, seen through the provider's image proxy: each under an id of its own."""
    addresses = readers[readers >= 0]
    email = np.repeat(addresses, rng.poisson(rates.opens_per_reader, len(addresses)))
    at_ms = _window(rng, len(email), today=today)
    agent = np.where(happens(rng, 0.4, len(email)), YAHOO_PROXY, GMAIL_PROXY)
    visitor = first + np.arange(len(email))
    return list_events(OPEN, at_ms, visitor, agent, email=email)


def events_of_robots(
    rng: np.random.Generator, catalogue: Catalogue, count: int, first: int, *, today: int
) -> Events:
    """Pages fetched by a crawler that keeps no cookie."""
    agent = np.full(count, ROBOT, dtype=np.int64)
    product = choose(rng, catalogue.weights, count)
    at_ms = _window(rng, count, today=today)
    return list_events(PAGE, at_ms, first + np.arange(count), agent, product=product)


def _window(rng: np.random.Generator, count: int, *, today: int) -> Ints:
    span = (WINDOW_DAYS + AFTER_DAYS) * DAY_MS
    return (today - WINDOW_DAYS) * DAY_MS + rng.integers(0, span, count)
