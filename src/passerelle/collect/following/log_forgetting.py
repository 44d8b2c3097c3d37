"""Take people's events out of the event log, where they lie."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from passerelle.collect.dialects import Unreadable, split_body
from passerelle.collect.following.follower import FollowerPlaces
from passerelle.collect.following.log_reading import Piece, Received, find_logs, read_piece
from passerelle.collect.following.pace import Pace
from passerelle.collect.following.preparing import Declared, prepare_piece
from passerelle.collect.forgetting import EVENT_IDS
from passerelle.collect.traces import Traces
from passerelle.collect.warehouse import Warehouse
from passerelle.ingest import (
    Position,
    Reception,
    blank_events,
    finish_overwriting,
    overwrite_blocks,
)

_PACE = Pace(step_events=50_000)
_NAMING = (*EVENT_IDS, "previous_cookie_id")


def forget_in_log(home: Path, warehouse: Warehouse, traces: Traces) -> int:
    """Blank people's events in every segment; blocks keep their places and lengths.

    Collectors may go on writing. Of a batch only their events go, where the words of the traces
    tell which; where only ids are known, the whole request goes.

    Args:
        home: The home folder with the logs.
        warehouse: Whose keys make the ids of what is read.
        traces: Who is to be forgotten.

    Returns:
        How many events were blanked.
    """
    folders = find_logs(FollowerPlaces(home).logs)
    for folder in folders.values():
        finish_overwriting(folder)
    blanked = 0
    for found in _found(home, warehouse, traces):
        blocks: dict[tuple[str, int], dict[int, Reception]] = defaultdict(dict)
        for each in found:
            gone = _events_of(each.reception, home, traces)
            place = each.position
            blocks[each.log, place.segment][place.offset] = blank_events(each.reception, gone)
            blanked += len(gone)
        for (log, segment), receptions in blocks.items():
            overwrite_blocks(folders[log], segment, receptions)
    return blanked


def count_in_log(home: Path, warehouse: Warehouse, traces: Traces) -> int:
    """How many requests of the log still tell of people."""
    return sum(map(len, _found(home, warehouse, traces)))


def _found(home: Path, warehouse: Warehouse, traces: Traces) -> Iterator[list[Received]]:
    """The receptions that tell of them, piece by piece of the log."""
    logs = FollowerPlaces(home).logs
    places: dict[str, Position] = {}
    while not (piece := read_piece(logs, places, _PACE)).is_empty:
        places = {**places, **piece.ends}
        found = _told_by_id(piece, home, warehouse, traces)
        texts = [_text(each.reception) for each in piece.received]
        hits = traces.find(texts)
        yield [
            each
            for each, is_hit in zip(piece.received, hits, strict=True)
            if is_hit or _key(each.reception) in found
        ]


def _told_by_id(
    piece: Piece, home: Path, warehouse: Warehouse, traces: Traces
) -> set[tuple[str, int]]:
    """Source and instant of receptions with an event that names one of the ids."""
    events = prepare_piece(piece, warehouse, Declared(home)).events
    ids = pl.Series(sorted(traces.ids), dtype=pl.Int64).implode()
    named = events.filter(pl.any_horizontal(pl.col(name).is_in(ids) for name in _NAMING))
    told = named.select("source", pl.col("received_at").dt.timestamp("us"))
    return {(source, at) for source, at in told.unique().iter_rows()}


def _events_of(reception: Reception, home: Path, traces: Traces) -> list[int]:
    """Places in the body of the events that tell of them; all if that cannot be told apart."""
    everything = list(range(max(reception.events, 1)))
    facts = " ".join(reception.facts.values())
    try:
        lines = split_body(reception, home).lines
    except Unreadable:
        return everything
    if len(lines) != reception.events or traces.find([facts])[0]:
        return everything
    hits = traces.find([line.decode(errors="replace") for line in lines])
    gone = [place for place, is_hit in enumerate(hits) if is_hit]
    if not gone:
        return everything
    left = blank_events(reception, gone)
    return everything if traces.find([_text(left)])[0] else gone


def _text(reception: Reception) -> str:
    facts = "\n".join(reception.facts.values())
    return f"{reception.body.decode(errors='replace')}\n{facts}"


def _key(reception: Reception) -> tuple[str, int]:
    return reception.source, reception.received_at
