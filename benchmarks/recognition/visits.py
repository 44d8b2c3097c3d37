"""What people do on a site while they are watched: mostly nothing that says who they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from benchmarks.recognition.base import TABLET, cookie_of, email_of, login_of
from benchmarks.recognition.told_events import Named, told_events
from passerelle.collect import EventsPrepared
from passerelle.kernel import IdentifierKeys

BATCH_EVENTS = 500
"""Events of a quarter of a second at 2,000 a second."""

# Of a hundred events that are evidence: 62 logins seen before, 20 in a new browser, 8 forms,
# 5 logins at a shop's tablet, 2 in somebody else's browser, the rest new addresses.
_SHARES = (0.62, 0.82, 0.90, 0.95, 0.97)


class Visits:
    """Batches of events of a base, each from other browsers than the run before."""

    def __init__(self, keys: IdentifierKeys, people: int, share: float) -> None:
        self.keys, self.people, self.share = keys, people, share
        self._random = np.random.default_rng()
        self._run = int(self._random.integers(1, 10_000))
        self._at = datetime.now(UTC)

    def next_batch(self, events: int = BATCH_EVENTS) -> EventsPrepared:
        """The events of the next moment; `share` of them are evidence."""
        self._at += timedelta(milliseconds=250)
        told, kinds = [], []
        for person in self._random.integers(0, self.people, events).tolist():
            named, kind = self._visit(person)
            told.append(named)
            kinds.append(kind)
        return told_events(self.keys, told, kinds=kinds, at=self._at)

    def _visit(self, person: int) -> tuple[Named, str | None]:
        if self._random.random() >= self.share:
            return (cookie_of(person), None, None), None
        dice = self._random.random()
        new = cookie_of(person, self._run)
        choices: tuple[tuple[Named, str], ...] = (
            ((cookie_of(person), login_of(person), None), "login"),
            ((new, login_of(person), None), "login"),
            ((new, None, email_of(person)), "form"),
            ((TABLET, login_of(person), None), "login"),
            ((cookie_of(person), login_of((person + 3) % self.people), None), "login"),
            ((new, None, f"new{person}.{self._run}@exemple.fr"), "form"),
        )
        return choices[int(np.searchsorted(_SHARES, dice, side="right"))]
