"""All that the site, the newsletter tool and the app send, in the order of arrival."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from passerelle.simulate.browsers import Browsing
from passerelle.simulate.contacts import Society
from passerelle.simulate.events import Events, choose_events, deliver, join_events
from passerelle.simulate.other_events import (
    Apps,
    events_of_apps,
    events_of_opens,
    events_of_robots,
    events_of_strangers,
    make_apps,
)
from passerelle.simulate.randomness import Ints, choose, random_stream
from passerelle.simulate.receipts import Trade
from passerelle.simulate.records import first_rows
from passerelle.simulate.spec import RetailerSpec
from passerelle.simulate.text_columns import DAY_MS
from passerelle.simulate.visit_events import (
    bound_visits,
    events_of_visits,
    find_evidence,
    newsletter_addresses,
)


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
    spec: RetailerSpec, society: Society, trade: Trade, browsing: Browsing, *, today: int
) -> Traffic:
    """Turn visits into events, and add strangers, e-mail opens, the app, robots and accidents."""
    rng, rates = random_stream(spec.seed, "events"), spec.browsers
    people, visits, cookies = society.people, browsing.visits, len(browsing.cookies)
    readers = newsletter_addresses(spec, people, trade.files)
    evidence = find_evidence(spec, people, trade, visits, readers)
    strangers = choose(rng, rates.browser_mix, round(cookies * rates.strangers_per_cookie))
    apps = make_apps(rng, rates, people, trade.files, today=today)
    accounts = first_rows(trade.files.webshop, people)
    first_app = cookies + len(strangers)
    first_open = first_app + len(apps)
    parts = [
        *events_of_visits(rng, trade, browsing, evidence),
        events_of_strangers(rng, rates, trade.catalogue, strangers, cookies, today=today),
        events_of_apps(rng, rates, apps, accounts, first_app, today=today),
        events_of_opens(rng, rates, readers, first_open, today=today),
    ]
    robots = round(sum(len(part) for part in parts) * rates.robot_event_share)
    first_robot = first_open + len(parts[-1])
    parts.append(events_of_robots(rng, trade.catalogue, robots, first_robot, today=today))
    boundary = today * DAY_MS
    events = deliver(rng, rates, join_events(parts), boundary=boundary)
    known = int(np.searchsorted(events.sent_ms, boundary))
    bound = bound_visits(visits, evidence, before_ms=boundary)
    return Traffic(
        before=choose_events(events, slice(0, known)),
        after=choose_events(events, slice(known, len(events))),
        customer_cookies=cookies,
        stranger_browsers=strangers,
        apps=apps,
        bound_cookie=visits.cookie[bound],
        bound_person=visits.actor[bound],
    )
