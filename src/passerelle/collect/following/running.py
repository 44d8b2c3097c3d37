"""Run the follower until it is told to stop, whatever becomes of the disk and the store."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from passerelle.collect.following.follower import FollowedStep, Follower, following
from passerelle.collect.following.follower_store import LAKE, load_offsets
from passerelle.collect.following.log_replays import log_ends
from passerelle.collect.following.pace import Pace
from passerelle.collect.following.retention import RETENTION_EVERY, remove_old_segments
from passerelle.collect.following.taking import TakesIn
from passerelle.collect.warehouse import Warehouse
from passerelle.engine import Engine
from passerelle.ingest import Position
from passerelle.kernel import Retryable
from passerelle.kernel.language import _
from passerelle.store import Store

_IDLE_SECONDS = 0.05
_LONGEST_PAUSE = 30.0
_TIDY_EVERY = 60.0
_PATIENCE_SECONDS = 60.0
_LOOK_SECONDS = 0.2

Followed = Callable[[FollowedStep], None]
"""Told what each step came to."""

Waits = Callable[[Retryable], None]
"""Told what trouble is being waited for."""


Tidies = Callable[[], None]
"""Asked now and then, between two steps, to do what may wait."""


def follow_until(  # noqa: PLR0913 - what a follower needs, and when it ends
    stop: threading.Event,
    home: Path,
    warehouse: Warehouse,
    engine: Engine,
    take_in: TakesIn,
    *,
    followed: Followed = lambda _step: None,
    waits: Waits = lambda _trouble: None,
    tidies: Tidies = lambda: None,
    log_days: int = 0,
) -> None:
    """Follow until told to stop; then what was accepted is brought to the lake.

    Trouble that passes is waited for: a full disk, a busy or absent database. Nothing is lost or
    done twice by it.

    Args:
        stop: Set by whoever wants it to end.
        home: The home folder.
        warehouse: Where events go.
        engine: Compares with the lake.
        take_in: Hears what events tell.
        followed: Told of each step that did something.
        waits: Told of each trouble.
        tidies: Asked once a minute.
        log_days: How long segments of the log that were read are kept; 0: for ever.
    """
    while not stop.is_set():
        try:
            with following(home, warehouse, engine, take_in) as follower:
                chores = _Chores(home, warehouse, tidies, log_days)
                _follow(stop, follower, followed, chores)
                follower.finish()
        except Retryable as trouble:
            waits(trouble)
            stop.wait(min(trouble.after.total_seconds(), _LONGEST_PAUSE))


def follow_once(
    home: Path,
    warehouse: Warehouse,
    engine: Engine,
    take_in: TakesIn,
    *,
    followed: Followed = lambda _step: None,
    pace: Pace | None = None,
) -> None:
    """Do all that waits in the logs now, to the lake, and end.

    Raises:
        Retryable: Another follower is at work, or a disk is full.
    """
    with following(home, warehouse, engine, take_in, pace=pace) as follower:
        while (step := follower.step()).events or step.is_more_waiting:
            followed(step)
        follower.finish()


def wait_until_followed(home: Path, store: Store, follow: Callable[[], None]) -> None:
    """Have all that is in the logs now brought to the lake, by us or by the follower at work.

    Args:
        home: The home folder.
        store: Knows how far the logs were read.
        follow: Does it here, if nobody else is.

    Raises:
        Retryable: The follower at work does not come so far within a minute.
    """
    ends = log_ends(home, None)
    until = time.monotonic() + _PATIENCE_SECONDS
    while True:
        try:
            follow()
        except Retryable:
            if time.monotonic() > until:
                raise
            time.sleep(_LOOK_SECONDS)
        reached = load_offsets(store, LAKE)
        if all(reached.get(log, Position()) >= end for log, end in ends.items()):
            return
        if time.monotonic() > until:
            raise Retryable(
                _("The follower is far behind the event log."),
                after=timedelta(minutes=1),
                hint=_("See how far it is with: passerelle collect status"),
            )


@dataclass
class _Chores:
    """What is done between two steps, now and then; never as soon as it begins."""

    home: Path
    warehouse: Warehouse
    tidies: Tidies
    log_days: int
    tidied: float = field(default_factory=time.monotonic)
    removed: float = 0.0

    def do_due(self) -> None:
        now = time.monotonic()
        if now - self.tidied > _TIDY_EVERY:
            self.tidied = now
            self.tidies()
        if self.log_days and now - self.removed > RETENTION_EVERY:
            self.removed = now
            remove_old_segments(
                self.home, self.warehouse.store, days=self.log_days, now=self.warehouse.clock()
            )


def _follow(stop: threading.Event, follower: Follower, followed: Followed, chores: _Chores) -> None:
    while not stop.is_set():
        step = follower.step()
        if step.events:
            followed(step)
        elif not step.is_more_waiting:
            stop.wait(_IDLE_SECONDS)
        chores.do_due()
