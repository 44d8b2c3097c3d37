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
from passerelle.identify.graph_loading import frame_of, load_graph, load_neighbourhood
from passerelle.identify.households.judging import (
    judge_around,
    judge_households,
    save_households,
)
from passerelle.identify.households.living_together import Households
from passerelle.identify.ids_as_table import wanted_ids
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
    placed = resolution.placements
    held = _placements(bulk, decided)
    changed = save_resolution(bulk, resolution, graph, decided)
    moved = _differing(held, placed.filter(pl.Series(np.isin(placed["identifier_id"], decided))))
    now = _placements(bulk, touched)
    profiles = pl.concat([now, moved])["profile_id"].unique().to_numpy()
    judge_around(bulk, touched, profiles)
    return changed


def _placements(bulk: BulkSession, identifiers: npt.NDArray[np.int64]) -> pl.DataFrame:
    with wanted_ids(bulk, identifiers) as wanted:
        rows = bulk.fetch(
            f"{wanted.sql} select p.identifier_id, p.profile_id from f "  # noqa: S608
            "cross join placements p where p.identifier_id = f.identifier_id",
            wanted.parameters,
        )
    return frame_of(rows, _PLACED)


_PLACED = {"identifier_id": pl.Int64, "profile_id": pl.Int64}


def _differing(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """identifier_id, profile_id: what only one of two maps says."""
    key = ["identifier_id", "profile_id"]
    other = other.select(key)
    return pl.concat([one.join(other, on=key, how="anti"), other.join(one, on=key, how="anti")])
