"""Follow the event log: to identity in small steps, to the lake in larger ones, each event once.

A step is one transaction of the store: it decides which events are new, hears what they tell,
counts, sets bad ones aside, and says how far the logs are read and which events were accepted.
The lake gets the accepted events of some steps at once, under a number that the lake takes only
once and that the steps were written with: a follower that was killed reads those places of the
logs again and appends the same events under the same number. See docs/decisions/following.md.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import polars as pl

from passerelle.collect.event_facts import facts_of_events
from passerelle.collect.following.follower_store import (
    IDENTITY,
    LAKE,
    FollowerState,
    TakenStep,
    begin_state,
    load_offsets,
    load_state,
    load_taken,
    save_offsets,
    save_runs,
    save_state,
    save_step,
)
from passerelle.collect.following.lake_steps import LakeDone, LakeSteps
from passerelle.collect.following.log_reading import Piece, read_again, read_piece
from passerelle.collect.following.pace import Pace
from passerelle.collect.following.preparing import Declared, Prepared, prepare_piece
from passerelle.collect.following.seen_events import KEPT, RunChange, SeenEvents
from passerelle.collect.following.taking import (
    Hears,
    Listeners,
    TakesIn,
    count_step,
    ensure_sources,
    hear_nothing,
    keep_aside,
    telling_batches,
)
from passerelle.collect.schemas import EventSchemas
from passerelle.collect.warehouse import Warehouse
from passerelle.engine import Engine
from passerelle.ingest import Position
from passerelle.kernel import Retryable, SideThreads, side_threads
from passerelle.kernel.language import _
from passerelle.store import to_micros

_IDS_OF_LAKE = "select distinct event_id from events where received_at >= $since"


@dataclass(frozen=True)
class FollowerPlaces:
    """Where the follower finds logs and keeps its files, below the home folder."""

    home: Path

    @property
    def logs(self) -> Path:
        """The collectors' logs."""
        return self.home / "collector" / "log"

    @property
    def seen(self) -> Path:
        """Files of ids of events that were accepted."""
        return self.home / "collector" / "seen"

    @property
    def lock(self) -> Path:
        """What the one follower holds."""
        return self.home / "collector" / "follower.lock"

    @property
    def schemas(self) -> Path:
        """Schemas of events, for people to read and write."""
        return self.home / "schemas"


@dataclass(frozen=True)
class FollowedStep:
    """What a step came to, in events."""

    accepted: int = 0
    duplicate: int = 0
    quarantined: int = 0
    is_more_waiting: bool = False

    @property
    def events(self) -> int:
        """How many were done."""
        return self.accepted + self.duplicate + self.quarantined


class Follower:
    """The one follower of an installation, at work; made by `following`."""

    def __init__(
        self,
        places: FollowerPlaces,
        warehouse: Warehouse,
        engine: Engine,
        listeners: Listeners,
        beside: SideThreads,
        pace: Pace,
    ) -> None:
        self._places, self._warehouse, self._engine = places, warehouse, engine
        self._listeners, self._pace = listeners, pace
        self._seen = SeenEvents(places.seen)
        self._known_sources: set[str] = set()
        self._change = RunChange()
        self._done: LakeDone | None = None
        self._offsets = load_offsets(warehouse.store, IDENTITY)
        self._state = self._load_state()
        durable = warehouse.store.make_durable
        self._lake_steps = LakeSteps(warehouse.lake, self._state.writer, beside, durable, pace)
        taken = load_taken(warehouse.store)
        self._remember(taken)
        self._finish_lake(taken)

    @property
    def lake_waiting(self) -> int:
        """Accepted events that are not in the lake yet."""
        return self._lake_steps.waiting

    def step(self) -> FollowedStep:
        """Do what waits in the logs, or a bounded part of it; nothing if nothing is new.

        Raises:
            Retryable: The store or the lake cannot take anything now; nothing of the step was kept,
                or all of it: make another follower.
        """
        self._done = self._lake_steps.collect_done(wait=self._lake_steps.is_full) or self._done
        piece = read_piece(self._places.logs, self._offsets, self._pace)
        if piece.is_empty:
            self._begin_lake()
            self._save_done()
            self._lake_steps.compact_if_due()
            return FollowedStep()
        followed = self._take(prepare_piece(piece, self._warehouse, self._declared()))
        self._begin_lake()
        if self._seen.fresh_count >= self._pace.ids_in_memory:
            self.keep_ids()
        return replace(followed, is_more_waiting=piece.is_full)

    def finish(self) -> None:
        """Bring all that was accepted to the lake, and say so.

        Raises:
            Retryable: The lake or the store cannot take it now; the next follower does it.
        """
        self._begin_lake(at_once=True)
        self._done = self._lake_steps.collect_done(wait=True) or self._done
        self._save_done()

    def keep_ids(self) -> None:
        """Put the ids of accepted events that are in memory into a file."""
        if self._change.until_step is None:
            self._change = self._seen.write_run(self._state.step)

    def _take(self, prepared: Prepared) -> FollowedStep:
        is_new = self._seen.find_new(prepared.events["event_id"].to_numpy())
        new = prepared.events.filter(pl.Series(is_new))
        known = prepared.events.filter(~pl.Series(is_new))
        state = self._next_state()
        at = to_micros(self._warehouse.clock())
        taken = _taken(state, prepared.piece, new, at)
        batches = telling_batches(new, prepared, state.step)
        sources = {**prepared.sources, **{each.source.name: each.source for each in prepared.bad}}
        unknown = [each for name, each in sources.items() if name not in self._known_sources]
        with self._warehouse.store.bulk() as bulk:
            self._check_alone(bulk.fetch("select writer, step from follower_state").to_pylist())
            ensure_sources(bulk, unknown, at=at)
            if batches:
                self._listeners.take_in(bulk, batches)
            if new.height:
                self._listeners.hear(bulk, new, sources)
            quarantined = keep_aside(bulk, prepared.bad, at=at)
            count_step(bulk, new, known, quarantined)
            save_runs(bulk, self._change)
            if self._done is not None:
                save_offsets(bulk, LAKE, self._done.ends)
            save_step(bulk, state, taken)
        self._moved(state)
        self._known_sources |= sources.keys()
        self._offsets = {**self._offsets, **taken.ends}
        self._seen.add(taken.event_ids, received_until=taken.received_until)
        self._lake_steps.add(state.lake_step, new, taken.ends)
        return FollowedStep(new.height, known.height, len(prepared.bad))

    def _declared(self) -> Declared:
        return Declared(self._places.home, EventSchemas.load(self._places.schemas))

    def _next_state(self) -> FollowerState:
        state = self._settled_state()
        return replace(state, step=state.step + 1)

    def _settled_state(self) -> FollowerState:
        """The state with what the lake and the files of ids have come to since it was saved."""
        done = self._state.lake_done if self._done is None else self._done.lake_step
        kept = self._change.until_step
        return replace(
            self._state,
            lake_done=done,
            ids_kept=self._state.ids_kept if kept is None else kept,
        )

    def _moved(self, state: FollowerState) -> None:
        """The store knows all that is in a state."""
        self._state, self._done = state, None
        dropped, self._change = self._change.dropped, RunChange()
        if dropped:
            self._warehouse.store.make_durable()
            self._seen.forget_files(dropped)

    def _save_done(self) -> None:
        """Save what the lake has come to, when no step is there to save it with."""
        if self._done is None and self._change.until_step is None:
            return
        state = self._settled_state()
        with self._warehouse.store.bulk() as bulk:
            save_runs(bulk, self._change)
            if self._done is not None:
                save_offsets(bulk, LAKE, self._done.ends)
            save_state(bulk, state)
        self._moved(state)

    def _begin_lake(self, *, at_once: bool = False) -> None:
        if self._lake_steps.begin_if_due(at_once=at_once):
            # No later step may join a group that is being appended.
            self._state = replace(self._state, lake_step=self._state.lake_step + 1)

    def _check_alone(self, told: list[dict[str, object]]) -> None:
        if told != [{"writer": self._state.writer, "step": self._state.step}]:
            raise Retryable(
                _("Another follower works on the same store."),
                after=timedelta(seconds=10),
                hint=_("Run one follower for each installation."),
            )

    def _load_state(self) -> FollowerState:
        store = self._warehouse.store
        state = load_state(store)
        if state is None:
            # Named by the instant: a lake that outlived its store does not take it for the last.
            state = FollowerState(f"follower-{to_micros(self._warehouse.clock())}")
            with store.bulk() as bulk:
                begin_state(bulk, state)
        return state

    def _remember(self, taken: list[TakenStep]) -> None:
        """Know again which events were accepted."""
        runs = self._warehouse.store.rows("select name, first_at, last_at, events from seen_runs")
        if not all(self._seen.open_run(**run) for run in runs):
            self._find_ids_in_lake([run["name"] for run in runs])
        for step in taken:
            if step.step > self._state.ids_kept or step.lake_step > self._state.lake_done:
                self._seen.add(step.event_ids, received_until=step.received_until)
        self._seen.remove_strays()

    def _find_ids_in_lake(self, names: list[str]) -> None:
        """Make the files of ids anew: the home folder was moved or put back without them."""
        now = self._warehouse.clock()
        since = now - KEPT
        files = self._warehouse.lake.files("events")
        found = np.empty(0, dtype=np.int64)
        if files.files:
            table = self._engine.run(_IDS_OF_LAKE, {"events": files}, {"since": since})
            found = table["event_id"].to_numpy()
        run = self._seen.write_found(found, first_at=to_micros(since), last_at=to_micros(now))
        with self._warehouse.store.bulk() as bulk:
            for name in names:
                bulk.execute("delete from seen_runs where name = ?", (name,))
            save_runs(bulk, RunChange((run,)))

    def _finish_lake(self, taken: list[TakenStep]) -> None:
        """Append what steps had accepted and no follower said is in the lake."""
        groups: dict[int, list[TakenStep]] = {}
        for step in taken:
            if step.lake_step > self._state.lake_done:
                groups.setdefault(step.lake_step, []).append(step)
        for lake_step, steps in sorted(groups.items()):
            parts = [part for part in map(self._read_taken, steps) if part.height]
            if parts:
                facts = facts_of_events(pl.concat(parts))
                writer = self._state.writer
                self._warehouse.store.make_durable()
                self._warehouse.lake.append("events", facts, writer=writer, step=lake_step)
            self._done = LakeDone(lake_step, steps[-1].ends)
        newest = max(groups, default=self._state.lake_step - 1)
        self._state = replace(self._state, lake_step=max(self._state.lake_step, newest + 1))
        self._save_done()

    def _read_taken(self, step: TakenStep) -> pl.DataFrame:
        """The events that a step accepted, read again.

        Without schemas: those of today might refuse what was accepted.
        """
        piece = read_again(self._places.logs, step.begins, step.ends)
        prepared = prepare_piece(piece, self._warehouse, Declared(self._places.home))
        accepted = pl.Series(step.event_ids.copy(), dtype=pl.Int64)
        kept = prepared.events.filter(pl.col("event_id").is_in(accepted.implode()))
        return kept.unique("event_id", keep="first", maintain_order=True)


@contextmanager
def following(
    home: Path,
    warehouse: Warehouse,
    engine: Engine,
    take_in: TakesIn,
    *,
    hear: Hears = hear_nothing,
    pace: Pace | None = None,
) -> Iterator[Follower]:
    """Be the one follower of an installation.

    Args:
        home: The home folder, with the collectors' logs in it.
        warehouse: Where events go.
        engine: Finds events in the lake again, should files of the home folder be missing.
        take_in: Hears what events tell, in the transaction that accepts them.
        hear: Hears every new event, in the same transaction.
        pace: How much is done at once.

    Raises:
        Retryable: Another follower is at work, or the store or the lake cannot be written now.
    """
    places = FollowerPlaces(home)
    places.logs.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _alone(places.lock), side_threads() as beside, warehouse.store.kept_open():
        listeners = Listeners(take_in, hear)
        yield Follower(places, warehouse, engine, listeners, beside, pace or Pace())


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Retryable(
                _("A follower is already at work in this home folder."),
                after=timedelta(seconds=10),
                hint=_("See how far it is with: passerelle collect status"),
            ) from None
        yield
    finally:
        os.close(handle)


def _taken(state: FollowerState, piece: Piece, new: pl.DataFrame, at: int) -> TakenStep:
    begins = {log: place for log, place in piece.begins.items() if piece.ends[log] != place}
    ends: dict[str, Position] = {log: piece.ends[log] for log in begins}
    last = max((each.reception.received_at for each in piece.received), default=at)
    ids = new["event_id"].to_numpy()
    return TakenStep(state.step, state.lake_step, begins, ends, ids, last)
