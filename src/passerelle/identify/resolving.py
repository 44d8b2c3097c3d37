"""Resolve profiles from the evidence in the store: all of them, or those around a change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from passerelle.identify.clusters import resolve
from passerelle.identify.conclusions import save_resolution
from passerelle.identify.graph import IdentityGraph, Resolution
from passerelle.identify.graph_loading import load_graph, load_neighbourhood
from passerelle.identify.households.judging import judge_households, save_households
from passerelle.identify.households.living_together import Households
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
    reasons = resolution.refusals["reason"].value_counts(sort=True)
    return ResolveSummary(
        identifiers=resolution.placements.height,
        profiles=resolution.placements["profile_id"].n_unique(),
        people=found.homes.height,
        households=found.homes["household_id"].n_unique(),
        changed=changed,
        refused=dict(reasons.iter_rows()),
    )


def _households(store: Store, graph: IdentityGraph, resolution: Resolution) -> Households:
    with store.reading() as reading:
        return judge_households(reading, graph.nodes, graph.edges, resolution.placements)


def resolve_around(bulk: BulkSession, touched: npt.NDArray[np.int64], rules: RuleSet) -> int:
    """Resolve again what some identifiers can matter to; the same result as resolving all.

    Returns:
        How many identifiers moved, appeared or left.
    """
    graph, decided = load_neighbourhood(bulk, touched, rules)
    resolution = resolve(graph, rules)
    changed = save_resolution(bulk, resolution, graph, decided)
    if changed:
        _judge_households_again(bulk)
    return changed


def _judge_households_again(bulk: BulkSession) -> None:
    """All of them: who moves in or out matters to whoever shares an address, a name or a line."""
    nodes = bulk.fetch("select identifier_id, type from identifiers")
    edges = bulk.fetch("select left_id, right_id, kind from edges where withdrawn_at is null")
    placements = bulk.fetch("select identifier_id, profile_id from placements")
    told = (pl.DataFrame(each) for each in (nodes, edges, placements))
    save_households(bulk, judge_households(bulk, *told))
