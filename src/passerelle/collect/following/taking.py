"""Write a step of the follower to the store: evidence, counts, quarantine and how far it came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol

import polars as pl

from passerelle.collect.event_counts import (
    count_events,
    tally_accepted,
    tally_duplicates,
    tally_quarantined,
)
from passerelle.collect.event_imports import EventsPrepared
from passerelle.collect.following.preparing import BadEvent, Prepared, collector_import_id
from passerelle.collect.import_plan import ImportPlan
from passerelle.collect.quarantine import find_quarantined, quarantine_rows
from passerelle.collect.sources import SourceRef, ensure_source
from passerelle.store import BulkSession


class TakesIn(Protocol):
    """What identity makes of new events, in the transaction that accepts them."""

    def __call__(self, bulk: BulkSession, batches: Sequence[EventsPrepared]) -> None:
        """Take in some events of each source; only those that tell who is who."""
        ...


class Hears(Protocol):
    """What others make of new events, in the transaction that accepts them."""

    def __call__(
        self, bulk: BulkSession, events: pl.DataFrame, sources: Mapping[str, SourceRef]
    ) -> None:
        """Take in all new events of a step, with who sent them by name."""
        ...


def hear_nothing(bulk: BulkSession, events: pl.DataFrame, sources: Mapping[str, SourceRef]) -> None:
    """Nobody else wants to know."""


@dataclass(frozen=True)
class Listeners:
    """Who is told of new events: identity of those that tell who is who, others of all."""

    take_in: TakesIn
    hear: Hears = hear_nothing


def telling_batches(new: pl.DataFrame, prepared: Prepared, step: int) -> list[EventsPrepared]:
    """The new events that are evidence, by source."""
    telling = new.filter(pl.col("evidence_kind").is_not_null())
    return [
        EventsPrepared(prepared.sources[str(name)], step, part.height, part, ())
        for (name,), part in telling.group_by("source", maintain_order=True)
    ]


def count_step(
    bulk: BulkSession, new: pl.DataFrame, known: pl.DataFrame, bad: Sequence[BadEvent]
) -> None:
    """Count what became of a step's events; `bad` are those newly in quarantine."""
    tallies = []
    if new.height:
        tallies.append(tally_accepted(new))
    if known.height:
        tallies.append(tally_duplicates(known))
    if bad:
        rows = [(each.source.name, each.row.reason, each.received_at) for each in bad]
        tallies.append(tally_quarantined(rows))
    if tallies:
        count_events(bulk, pl.concat(tallies))


def keep_aside(bulk: BulkSession, bad: Sequence[BadEvent], *, at: int) -> list[BadEvent]:
    """Put bad events into quarantine; answers those that were not there yet."""
    added: list[BadEvent] = []
    for plan, group in _by_plan(bad):
        events = list(group)
        known = find_quarantined(bulk, plan, [each.row for each in events])
        texts: set[str] = set()
        for each in events:
            if each.row.original not in texts and each.row.original not in known:
                texts.add(each.row.original)
                added.append(each)
        rows = [each.row for each in events]
        quarantine_rows(bulk, plan, collector_import_id(plan.source.name), rows, at=at)
    return added


def ensure_sources(bulk: BulkSession, sources: Iterable[SourceRef], *, at: int) -> None:
    """Make sources known, each with the import that stands for what it says through the collector.

    A source that is known as another kind stays so; its events are trusted as their key says.
    """
    for source in sources:
        known = bulk.fetch("select kind from sources where name = ?", (source.name,))
        if not known.num_rows:
            ensure_source(bulk, source, at=at)
        plan = _plan(source)
        bulk.execute(
            "insert into imports (import_id, source, kind, file_name, content_id, plan, "
            "batch_rows, batches_done, is_complete, is_replay, counts, started_at) "
            "values (?, ?, ?, ?, ?, ?, 0, 0, 1, 1, '{}', ?) on conflict (import_id) do nothing",
            (
                collector_import_id(source.name),
                source.name,
                plan.kind,
                plan.file_name,
                plan.content_id,
                plan.details,
                at,
            ),
        )


def _by_plan(bad: Sequence[BadEvent]) -> Iterable[tuple[ImportPlan, Iterable[BadEvent]]]:
    def name(each: BadEvent) -> str:
        return each.source.name

    for _name, group in groupby(sorted(bad, key=name), key=name):
        events = list(group)
        yield _plan(events[0].source), events


def _plan(source: SourceRef) -> ImportPlan:
    return ImportPlan(source, "events", "event log", "", "segment", 0)
