"""Accepted events on their way to the lake, in larger steps, beside the steps of identity."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import timedelta

import polars as pl

from passerelle.collect.event_facts import facts_of_events
from passerelle.collect.following.pace import Pace
from passerelle.ingest import Position
from passerelle.kernel import SideThreads
from passerelle.lake import Lake

COMPACTED_EVERY = timedelta(hours=1)
_MOST_PENDING = 4  # appends that wait for the lake before identity waits too


@dataclass
class _Group:
    """Events of some steps that go to the lake at once."""

    lake_step: int
    ends: Mapping[str, Position]
    parts: list[pl.DataFrame] = field(default_factory=list, repr=False)
    events: int = 0
    began: float = field(default_factory=time.monotonic)


@dataclass(frozen=True)
class LakeDone:
    """How far the lake has come: the last append, and how far the logs are in it."""

    lake_step: int
    ends: Mapping[str, Position]


class LakeSteps:
    """Collects accepted events and appends them beside the caller, each group once.

    Args:
        lake: Where they go.
        writer: Names the follower in the lake, which takes a step of a writer only once.
        beside: Where appends are done, in turn.
        make_durable: Makes what the store knows survive a power cut: a group must not be in the
            lake while the store may forget which steps it was made of.
        pace: How large and how old a group may grow.
    """

    def __init__(
        self,
        lake: Lake,
        writer: str,
        beside: SideThreads,
        make_durable: Callable[[], None],
        pace: Pace,
    ) -> None:
        self._lake, self._writer, self._beside = lake, writer, beside
        self._make_durable, self._pace = make_durable, pace
        self._group: _Group | None = None
        self._pending: list[tuple[_Group, Future[None]]] = []
        self._compacted = time.monotonic()

    @property
    def is_full(self) -> bool:
        """Whether the lake is so far behind that nothing more should be accepted for now."""
        return len(self._pending) >= _MOST_PENDING

    @property
    def waiting(self) -> int:
        """Accepted events that are not in the lake yet."""
        pending = sum(group.events for group, _done in self._pending)
        return pending + (self._group.events if self._group else 0)

    def add(self, lake_step: int, events: pl.DataFrame, ends: Mapping[str, Position]) -> None:
        """Add the events of a step to the group of that number."""
        if self._group is None:
            self._group = _Group(lake_step, ends)
        self._group.parts.append(events)
        self._group.ends = ends
        self._group.events += events.height

    def begin_if_due(self, *, at_once: bool = False) -> bool:
        """Begin to append the group if it is large or old enough; the next is another group."""
        group = self._group
        if group is None:
            return False
        waited = timedelta(seconds=time.monotonic() - group.began)
        if not (
            at_once or group.events >= self._pace.lake_events or waited >= self._pace.lake_wait
        ):
            return False
        self._group = None
        self._pending.append((group, self._beside.start(lambda: self._append(group))))
        return True

    def collect_done(self, *, wait: bool = False) -> LakeDone | None:
        """How far the lake has come since the last call, if it has.

        Raises:
            Retryable: The lake cannot take events now.
        """
        done: LakeDone | None = None
        while self._pending and (wait or self._pending[0][1].done()):
            group, future = self._pending[0]
            future.result()
            self._pending.pop(0)
            done = LakeDone(group.lake_step, group.ends)
        return done

    def compact_if_due(self) -> None:
        """Have small files joined, once an hour."""
        waited = timedelta(seconds=time.monotonic() - self._compacted)
        if waited >= COMPACTED_EVERY and not self._pending:
            self._compacted = time.monotonic()
            self._beside.start(lambda: self._lake.compact("events"))

    def _append(self, group: _Group) -> None:
        if group.events:
            self._make_durable()
            facts = facts_of_events(pl.concat(group.parts))
            self._lake.append("events", facts, writer=self._writer, step=group.lake_step)
