"""What the store knows of the follower: moved in the transaction of what came of it."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec
import numpy as np
import pyarrow as pa

from passerelle.collect.following.seen_events import Ids, RunChange
from passerelle.ingest import Position
from passerelle.store import BulkSession, Store

IDENTITY, LAKE = "identity", "lake"
CONSUMERS = (IDENTITY, LAKE)

_decode_places = msgspec.json.Decoder(dict[str, Position]).decode


@dataclass
class FollowerState:
    """Where the follower stands, as the table `follower_state` has it."""

    writer: str
    step: int = 0
    lake_step: int = 0
    lake_done: int = -1
    ids_kept: int = 0


@dataclass(frozen=True)
class TakenStep:
    """A step that is not done with: its places in the logs and the events that were accepted."""

    step: int
    lake_step: int
    begins: dict[str, Position]
    ends: dict[str, Position]
    event_ids: Ids = field(repr=False)
    received_until: int = 0


def load_state(store: Store) -> FollowerState | None:
    """Where the follower stands; None if there never was one."""
    rows = store.rows("select writer, step, lake_step, lake_done, ids_kept from follower_state")
    return FollowerState(**rows[0]) if rows else None


def load_offsets(store: Store, consumer: str) -> dict[str, Position]:
    """How far a consumer has read each log."""
    rows = store.rows("select log, segment, byte from log_offsets where consumer = ?", (consumer,))
    return {row["log"]: Position(row["segment"], row["byte"]) for row in rows}


def load_taken(store: Store) -> list[TakenStep]:
    """The steps that are not done with, in their order."""
    rows = store.rows(
        "select step, lake_step, begins, ends, event_ids, received_until from taken_steps "
        "order by step"
    )
    return [
        TakenStep(
            row["step"],
            row["lake_step"],
            _decode_places(row["begins"]),
            _decode_places(row["ends"]),
            np.frombuffer(base64.b64decode(row["event_ids"]), dtype="<i8"),
            row["received_until"],
        )
        for row in rows
    ]


def begin_state(bulk: BulkSession, state: FollowerState) -> None:
    """Say that there is a follower from now on."""
    bulk.execute(
        "insert into follower_state (writer, step, lake_step, lake_done, ids_kept) "
        "values (?, ?, ?, ?, ?)",
        (state.writer, state.step, state.lake_step, state.lake_done, state.ids_kept),
    )


def save_step(bulk: BulkSession, state: FollowerState, taken: TakenStep) -> None:
    """Keep a step until its events are in the lake, and their ids in a file."""
    told = {
        "step": [taken.step],
        "lake_step": [taken.lake_step],
        "begins": [_text(taken.begins)],
        "ends": [_text(taken.ends)],
        "event_ids": [base64.b64encode(taken.event_ids.astype("<i8").tobytes()).decode()],
        "received_until": [taken.received_until],
    }
    bulk.put("taken_steps", pa.table(told), "(step) do nothing")
    save_offsets(bulk, IDENTITY, taken.ends)
    save_state(bulk, state)


def save_state(bulk: BulkSession, state: FollowerState) -> None:
    """Say where the follower stands; steps that are done with are forgotten."""
    bulk.execute(
        "update follower_state set step = ?, lake_step = ?, lake_done = ?, ids_kept = ? "
        "where writer = ?",
        (state.step, state.lake_step, state.lake_done, state.ids_kept, state.writer),
    )
    bulk.execute(
        "delete from taken_steps where lake_step <= ? and step <= ?",
        (state.lake_done, state.ids_kept),
    )


def save_offsets(bulk: BulkSession, consumer: str, places: Mapping[str, Position]) -> None:
    """Say how far a consumer has read."""
    for log, place in places.items():
        bulk.execute(
            "insert into log_offsets (log, consumer, segment, byte) values (?, ?, ?, ?) "
            "on conflict (log, consumer) do update set segment = excluded.segment, "
            "byte = excluded.byte",
            (log, consumer, place.segment, place.offset),
        )


def save_runs(bulk: BulkSession, change: RunChange) -> None:
    """Say which files hold ids from now on."""
    for run in change.dropped:
        bulk.execute("delete from seen_runs where name = ?", (run.name,))
    for run in change.added:
        bulk.execute(
            "insert into seen_runs (name, first_at, last_at, events) values (?, ?, ?, ?)",
            (run.name, run.first_at, run.last_at, len(run.ids)),
        )


def _text(places: Mapping[str, Position]) -> str:
    return msgspec.json.encode(places).decode()
