"""Events as a table of codes: what happened, when, in which browser, about whom."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from passerelle.simulate.randomness import Codes, Ints, happens
from passerelle.simulate.spec import BrowserRates
from passerelle.simulate.text_columns import DAY_MS

PAGE, IDENTIFY, SIGNED_UP, ORDER, CLICK, OPEN, APP = range(7)
"""The kinds of events."""
ROBOT, GMAIL_PROXY, YAHOO_PROXY = 4, 5, 6
"""Agents after the four browsers: a crawler and two image proxies."""


@dataclass(frozen=True)
class Events:
    """One entry per event, in the order of arrival; negative codes mean "does not apply".

    `visitor` numbers who sends: first the cookies of customers, then strangers, then app
    installations, then one number for each e-mail opened or robot.
    """

    kind: Codes
    at_ms: Ints
    sent_ms: Ints
    visitor: Codes
    account: Codes
    email: Codes
    receipt: Codes
    product: Codes
    agent: Codes
    """Browser 0 to 3, `ROBOT` or an image proxy."""
    message: Codes
    """Events with the same number are one event delivered twice."""

    def __len__(self) -> int:
        return len(self.kind)


def list_events(kind: int, at_ms: Ints, visitor: Codes, agent: Codes, **columns: Codes) -> Events:
    """Events of one kind; columns that are not given do not apply."""
    none: Codes = np.full(len(at_ms), -1, dtype=np.int32)
    return Events(
        kind=np.full(len(at_ms), kind, dtype=np.int32),
        at_ms=at_ms,
        sent_ms=at_ms,
        visitor=visitor.astype(np.int32),
        account=columns.get("account", none).astype(np.int32),
        email=columns.get("email", none).astype(np.int32),
        receipt=columns.get("receipt", none).astype(np.int32),
        product=columns.get("product", none).astype(np.int32),
        agent=agent.astype(np.int32),
        message=none.astype(np.int32),
    )


def join_events(parts: list[Events]) -> Events:
    """All the parts in one table, each event with a message number of its own."""
    columns = {
        f.name: np.concatenate([getattr(part, f.name) for part in parts]) for f in fields(Events)
    }
    columns["message"] = np.arange(len(columns["kind"]), dtype=np.int32)
    return Events(**columns)


def choose_events(events: Events, rows: Ints | slice) -> Events:
    """Some of the events."""
    return Events(**{f.name: getattr(events, f.name)[rows] for f in fields(Events)})


def deliver(
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
    return replace(choose_events(events, rows[order]), sent_ms=sent_ms[order])
