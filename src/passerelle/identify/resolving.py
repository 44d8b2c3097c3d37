"""Resolve profiles from the evidence in the store: all of them, or those around a change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from passerelle.identify.clusters import resolve
from passerelle.identify.conclusions import Replaced, save_resolution
from passerelle.identify.graph import IdentityGraph, Resolution
from passerelle.identify.graph_loading import frame_of, load_graph
from passerelle.identify.households.judging import (
    judge_around,
    judge_households,
    save_households,
)
from passerelle.identify.households.living_together import Households
from passerelle.identify.households.waiting import forget_waiting, list_waiting
from passerelle.identify.ids_as_table import wanted_ids
from passerelle.identify.neighbourhood import Touched, load_neighbourhood
from passerelle.identify.rules import RuleSet
from passerelle.kernel import side_threads
from passerelle.store import BulkSession, Store


@dataclass(frozen=True)
class ResolveSummary:
    """What resolving came to.

    identifiers: placed in a profile. profiles: in all. people: profiles with a record.
    changed: identifiers that moved, appeared or left. refused: edges not followed, by reason.
    """

    identifiers: int
    profiles: int
    people: int
    households: int
    changed: int
    refused: Mapping[str, int]


def resolve_profiles(store: Store, rules: RuleSet) -> ResolveSummary:
    """Resolve every profile and household afresh, in one transaction."""
    with store.bulk() as bulk:
        graph = load_graph(store)
        resolution = resolve(graph, rules)
        # The rest is worked out while the database writes, which takes longer.
        with side_threads() as beside:
            coming = beside.start(lambda: _households(store, graph, resolution))
            changed = save_resolution(bulk, resolution, graph, None)
            found = coming.result()
        save_households(bulk, found)
        forget_waiting(bulk)
    reasons = resolution.refusals["reason"].value_counts(sort=True)
    return ResolveSummary(
        identifiers=resolution.placements.height,
        profiles=resolution.placements["profile_id"].n_unique(),
        people=found.homes.height,
        households=found.homes["household_id"].n_unique(),
        changed=len(changed.keys),
        refused=dict(reasons.iter_rows()),
    )


def _households(store: Store, graph: IdentityGraph, resolution: Resolution) -> Households:
    with store.reading() as reading:
        return judge_households(reading, graph.nodes, graph.edges, resolution.placements)


def resolve_around(
    bulk: BulkSession, touched: npt.NDArray[np.int64], rules: RuleSet, *, edges: Sequence[int] = ()
) -> int:
    """Resolve again what some identifiers can matter to; the same result as resolving all.

    Args:
        bulk: The transaction.
        touched: Identifiers at the ends of what changed.
        rules: What may be followed.
        edges: Evidence that counts from now on; it might hang between two hubs, whose other
            edges are not looked at.

    Returns:
        How many identifiers moved, appeared or left.
    """
    ids = np.unique(touched)
    # Whatever changed, it is between these: none gained or lost more neighbours than there are.
    changes = np.full(len(ids), len(ids), dtype=np.int64)
    changed = resolve_touched(bulk, Touched(ids, changes, np.array(edges, np.int64)), rules)
    profiles = pl.concat([_placements(bulk, ids), changed.before, changed.after])["profile_id"]
    judge_around(bulk, ids, profiles.unique().to_numpy())
    return len(changed.keys)


def resolve_touched(bulk: BulkSession, touched: Touched, rules: RuleSet) -> Replaced:
    """Resolve what a change can matter to, but for households; what became of who is who."""
    graph, decided = load_neighbourhood(bulk, touched, rules)
    return save_resolution(bulk, resolve(graph, rules), graph, decided)


def judge_waiting_households(store: Store, *, everybody: bool = True) -> int:
    """Judge the households that events and records taken in may have changed.

    Args:
        store: Where they wait.
        everybody: Whether all households are judged when many wait, which holds the store for
            seconds; if not, many go on waiting.

    Returns:
        For how many profiles it was done.
    """
    with store.bulk() as bulk:
        waiting = list_waiting(bulk)
        if len(waiting) > _FEW and not everybody:
            return 0
        if len(waiting) > _FEW:
            _judge_all(bulk)
        elif len(waiting):
            judge_around(bulk, waiting[:0], waiting)
        forget_waiting(bulk)
    return len(waiting)


_FEW = 1000
"""Of more profiles than this, what they share is soon shared with everybody."""


def _judge_all(bulk: BulkSession) -> None:
    nodes = bulk.fetch("select identifier_id, type from identifiers")
    edges = bulk.fetch("select left_id, right_id, kind from edges where withdrawn_at is null")
    placements = bulk.fetch("select identifier_id, profile_id from placements")
    told = (pl.DataFrame(each) for each in (nodes, edges, placements))
    save_households(bulk, judge_households(bulk, *told))


def _placements(bulk: BulkSession, identifiers: npt.NDArray[np.int64]) -> pl.DataFrame:
    with wanted_ids(bulk, identifiers) as wanted:
        rows = bulk.fetch(
            f"{wanted.sql} select p.identifier_id, p.profile_id from f "  # noqa: S608
            "cross join placements p where p.identifier_id = f.identifier_id",
            wanted.parameters,
        )
    return frame_of(rows, _PLACED)


_PLACED = {"identifier_id": pl.Int64, "profile_id": pl.Int64}
