"""Devices, visits to the site, and the cookies that tie the visits of one browser together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerelle.simulate.contacts import Society
from passerelle.simulate.new_habits import Replacements, browsers_of, replacements
from passerelle.simulate.population import People
from passerelle.simulate.randomness import Bools, Floats, Ints, choose, happens, random_stream
from passerelle.simulate.receipts import WEB_HOURS, Receipts, Trade
from passerelle.simulate.records import RecordFiles, first_rows
from passerelle.simulate.spec import BrowserRates, RetailerSpec
from passerelle.simulate.text_columns import DAY_MS

WINDOW_DAYS = 365
AFTER_DAYS = 30
VISIT_MS = 300_000
"""No visit lasts longer: a cookie lives to the end of its last visit."""
BROWSERS = ("ios_safari", "android_chrome", "desktop_chromium", "other")
_YEAR = 365.25
_HOUR_MS = 3_600_000
_WINDOW_MS = (WINDOW_DAYS + AFTER_DAYS) * DAY_MS


@dataclass(frozen=True)
class Devices:
    """One entry per browser of a customer, whether it ever comes to the site or not."""

    person: Ints
    browser: Ints
    reset_per_day: Floats
    is_shared: Bools
    is_consenting: Bools
    first_of_person: Ints
    """For each person of the population: their first device, or -1."""
    count_of_person: Ints
    replaced: Replacements

    def __len__(self) -> int:
        return len(self.person)


@dataclass(frozen=True)
class Visits:
    """One entry per visit, by device and time, a year before the as-of date and 30 days after."""

    device: Ints
    at_ms: Ints
    actor: Ints
    """Who sits in front of the screen; on a shared device not always its owner."""
    receipt: Ints
    """The web receipt this visit ends with, or -1."""
    account_opened: Ints
    """The shop account this visit opens, or -1."""
    cookie: Ints


@dataclass(frozen=True)
class Cookies:
    """One entry per site cookie of a customer's browser: its true life."""

    device: Ints
    born_ms: Ints
    died_ms: Ints

    def __len__(self) -> int:
        return len(self.device)


@dataclass(frozen=True)
class Browsing:
    """Devices, their visits to the site, and their cookies."""

    devices: Devices
    visits: Visits
    cookies: Cookies


def make_browsing(spec: RetailerSpec, society: Society, trade: Trade, *, today: int) -> Browsing:
    """Draw a year and a month of visits, then the cookie that each of them carries."""
    devices = _make_devices(spec, society.people, today=today)
    visits, cookies = _make_visits(spec, society, trade, devices, today=today)
    return Browsing(devices, visits, cookies)


def _make_devices(spec: RetailerSpec, people: People, *, today: int) -> Devices:
    rates, rng = spec.browsers, random_stream(spec.seed, "devices")
    customers = np.flatnonzero(people.is_customer)
    counts = 1 + rng.binomial(rates.device_extra, rates.device_extra_share, len(customers))
    person = np.repeat(customers, counts)
    kind = choose(rng, rates.reset_mix, len(person))
    first = np.full(len(people), -1, dtype=np.int64)
    first[customers] = np.cumsum(counts) - counts
    count_of_person = np.zeros(len(people), dtype=np.int64)
    count_of_person[customers] = counts
    replaced = replacements(spec, people, first, count_of_person, today=today)
    return Devices(
        person=person,
        browser=browsers_of(spec, replaced, choose(rng, rates.browser_mix, len(person))),
        reset_per_day=np.asarray(rates.reset_per_day)[kind],
        is_shared=happens(rng, rates.shared_device_share, len(person)),
        is_consenting=happens(rng, rates.device_consent_share, len(person)),
        first_of_person=first,
        count_of_person=count_of_person,
        replaced=replaced,
    )


def _make_visits(
    spec: RetailerSpec, society: Society, trade: Trade, devices: Devices, *, today: int
) -> tuple[Visits, Cookies]:
    people = society.people
    rng = random_stream(spec.seed, "visits")
    strolls = _strolls(rng, spec.browsers, people, devices, trade.files, today=today)
    orders = _orders(rng, spec.browsers, devices, trade.receipts, today=today)
    openings = _openings(rng, devices, trade.files, today=today)
    device, at_ms, receipt, account = (
        np.concatenate(columns) for columns in zip(strolls, orders, openings, strict=True)
    )
    device = devices.replaced.in_use(device, at_ms)
    forced = (receipt >= 0) | (account >= 0)
    actor = _actors(rng, spec.browsers, society, devices, device=device, forced=forced)
    alive = (at_ms // DAY_MS < people.died_on[devices.person[device]]) & (
        at_ms // DAY_MS < people.died_on[actor]
    )
    order = np.argsort(device * _WINDOW_MS + at_ms - (today - WINDOW_DAYS) * DAY_MS, kind="stable")
    order = order[alive[order]]
    device, at_ms = device[order], at_ms[order]
    cookie, cookies = _cookies(spec, devices, device=device, at_ms=at_ms)
    visits = Visits(
        device=device,
        at_ms=at_ms,
        actor=actor[order],
        receipt=receipt[order],
        account_opened=account[order],
        cookie=cookie,
    )
    return visits, cookies


Columns = tuple[Ints, Ints, Ints, Ints]
"""Device, instant, web receipt or -1, account opened or -1."""


def _strolls(
    rng: np.random.Generator,
    rates: BrowserRates,
    people: People,
    devices: Devices,
    files: RecordFiles,
    *,
    today: int,
) -> Columns:
    has_account = first_rows(files.webshop, people) >= 0
    active = happens(
        rng,
        np.where(has_account, rates.account_active_share, rates.no_account_active_share),
        len(people),
    )
    per_year = rng.gamma(
        rates.visits_shape, rates.visits_per_year / rates.visits_shape, len(people)
    )
    weight = rng.exponential(1.0, len(devices))
    total = np.bincount(devices.person, weights=weight, minlength=len(people))
    share = weight / total[devices.person]
    days = WINDOW_DAYS + AFTER_DAYS
    expected = (per_year * active)[devices.person] * share * days / _YEAR
    device = np.repeat(np.arange(len(devices)), rng.poisson(expected))
    day = today - WINDOW_DAYS + rng.integers(0, days, len(device))
    hour = choose(rng, WEB_HOURS, len(device))
    at_ms = day * DAY_MS + hour * _HOUR_MS + rng.integers(0, _HOUR_MS, len(device))
    none = np.full(len(device), -1, dtype=np.int64)
    return device, at_ms, none, none


def _orders(
    rng: np.random.Generator,
    rates: BrowserRates,
    devices: Devices,
    receipts: Receipts,
    *,
    today: int,
) -> Columns:
    recent = receipts.is_web & (receipts.occurred_ms >= (today - WINDOW_DAYS) * DAY_MS)
    seen = np.flatnonzero(recent & happens(rng, rates.tracked_order_share, len(receipts)))
    device = _usual_device(rng, devices, receipts.person[seen])
    return device, receipts.occurred_ms[seen], seen, np.full(len(seen), -1, dtype=np.int64)


def _openings(
    rng: np.random.Generator, devices: Devices, files: RecordFiles, *, today: int
) -> Columns:
    account = np.flatnonzero(files.webshop.created_on >= today - WINDOW_DAYS)
    device = _usual_device(rng, devices, files.webshop.person[account])
    at_ms = files.webshop.created_on[account] * DAY_MS + rng.integers(0, DAY_MS, len(account))
    return device, at_ms, np.full(len(account), -1, dtype=np.int64), account


def _usual_device(rng: np.random.Generator, devices: Devices, person: Ints) -> Ints:
    """The person's first device most of the time, else any of theirs."""
    count = devices.count_of_person[person]
    other = np.floor(rng.random(len(person)) * count).astype(np.int64)
    usual = happens(rng, 0.75, len(person))
    return devices.first_of_person[person] + np.where(usual, 0, other)


def _actors(
    rng: np.random.Generator,
    rates: BrowserRates,
    society: Society,
    devices: Devices,
    *,
    device: Ints,
    forced: Bools,
) -> Ints:
    households, people = society.households, society.people
    owner = devices.person[device]
    home = people.household[owner]
    adults = households.adults[home]
    step = 1 + np.floor(rng.random(len(device)) * (adults - 1)).astype(np.int64)
    other = households.first_person[home] + (people.rank[owner] + step) % np.maximum(adults, 1)
    wrong = devices.is_shared[device] & happens(rng, rates.wrong_member_share, len(device))
    return np.where(wrong & (adults > 1) & ~forced, other, owner)


def _cookies(
    spec: RetailerSpec, devices: Devices, *, device: Ints, at_ms: Ints
) -> tuple[Ints, Cookies]:
    """Follow each browser through its visits: a reset or the cap between two makes a new cookie.

    Resets come at a constant rate, so whether one fell between two visits depends on the time
    between them alone. The first cookie of a browser in the window may be older than the window.
    """
    rng = random_stream(spec.seed, "cookies")
    count = len(device)
    rate = devices.reset_per_day[device] / DAY_MS
    cap = spec.browsers.cookie_cap_days * DAY_MS
    starts = np.ones(count, dtype=np.bool_)
    starts[1:] = device[1:] != device[:-1]
    gap = np.where(starts, 0, np.diff(at_ms, prepend=0))
    first_of_device = starts.copy()
    starts |= rng.random(count) < -np.expm1(-rate * gap)
    age = np.where(first_of_device, _age_at_first_sight(rng, rate, cap), 0).astype(np.int64)
    cookie = np.cumsum(starts) - 1
    born = (at_ms - age)[starts]
    expired = at_ms - born[cookie] > cap
    previous = np.concatenate([[False], expired[:-1]]) if count else expired
    starts |= expired & ~(previous & ~starts)
    cookie = np.cumsum(starts) - 1
    first = np.flatnonzero(starts)
    age[expired] = 0
    born = at_ms[first] - age[first]
    died = _deaths(rng, first, (device, at_ms, rate), born=born, cap=cap, count=count)
    return cookie, Cookies(device=device[first], born_ms=born, died_ms=died)


def _age_at_first_sight(rng: np.random.Generator, rate: Floats, cap: int) -> Floats:
    """Half of the browsers come back with a cookie they already had; the others are new."""
    older = happens(rng, 0.5, len(rate))
    age = rng.exponential(1.0, len(rate)) / rate
    return np.where(older, np.minimum(age, cap * rng.random(len(rate))), 0.0)


def _deaths(
    rng: np.random.Generator,
    first: Ints,
    visits: tuple[Ints, Ints, Floats],
    *,
    born: Ints,
    cap: int,
    count: int,
) -> Ints:
    """The instant of each cookie's death: after its last visit, before its successor's first."""
    device, at_ms, rate = visits
    last = np.append(first, count)[1:] - 1
    seen, hazard = at_ms[last], rate[last]
    successor = np.minimum(last + 1, count - 1)
    replaced = (successor > last) & (device[successor] == device[last])
    room = np.where(replaced, at_ms[successor] - seen, np.inf)
    within = -np.log1p(rng.random(len(first)) * np.expm1(-hazard * room)) / hazard
    natural = seen + np.minimum(within, room)
    died = np.minimum(np.minimum(natural, 2.0**53), born + cap).astype(np.int64)
    ends: Ints = np.maximum(died, seen + VISIT_MS).astype(np.int64)
    return ends
