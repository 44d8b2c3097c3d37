"""Households out of the store and into it, after profiles were resolved."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

from passerelle.identify.conclusions import replace_rows
from passerelle.identify.graph_loading import frame_of
from passerelle.identify.households.living_together import Households, Shared, find_households
from passerelle.identify.households.neighbourhood import load_around
from passerelle.identify.households.residences import read_residences
from passerelle.identify.households.shared_lines import find_lines
from passerelle.identify.ids_as_table import wanted_ids
from passerelle.store import BulkSession

Ints = npt.NDArray[np.int64]

_KEY = ["profile_id", "household_id", "valid_from"]
_COLUMNS = "m.profile_id, m.household_id, m.valid_from, m.valid_to"
_MEMBERSHIPS = dict.fromkeys((*_KEY, "valid_to"), pl.Int64)


def judge_households(
    reading: BulkSession, nodes: pl.DataFrame, edges: pl.DataFrame, placements: pl.DataFrame
) -> Households:
    """Who lives with whom.

    Args:
        reading: Reads what records say of where people live.
        nodes: identifier_id, type: of all identifiers.
        edges: left_id, right_id, kind: all evidence that is not withdrawn.
        placements: identifier_id, profile_id: all profiles.
    """
    lines = find_lines(nodes, edges, placements)
    residences = read_residences(reading, placements)
    return find_households(residences, Shared.of(residences, lines))


def judge_around(bulk: BulkSession, touched: Ints, profiles: Ints) -> None:
    """Judge again, and save, who may live with whom after a change; as judging all would.

    Args:
        bulk: The transaction in which it happened.
        touched: Identifiers about which evidence changed.
        profiles: What is or was made of these, and of all identifiers that moved.
    """
    around = load_around(bulk, touched, profiles)
    save_households(bulk, find_households(around.residences, around.shared), around.profiles)


def save_households(bulk: BulkSession, found: Households, about: Ints | None = None) -> None:
    """Make these the households that are known; only what differs is written.

    Args:
        bulk: The transaction.
        found: The households.
        about: The profiles that were judged; None for all.
    """
    replace_rows(bulk, "households", found.homes, about)
    before = _memberships(bulk, about)
    gone = _only_in(before, found.memberships)
    new = _only_in(found.memberships, before).sort(_KEY)
    if gone.height:
        bulk.stage("memberships_gone", gone.select(_KEY).to_arrow())
        bulk.execute(
            "delete from household_memberships where (profile_id, household_id, valid_from) in "
            "(select profile_id, household_id, valid_from from memberships_gone)"
        )
        bulk.execute("drop table memberships_gone")
    if new.height:
        ends = "(profile_id, household_id, valid_from) do update set valid_to = excluded.valid_to"
        bulk.put("household_memberships", new.to_arrow(), ends)


def _memberships(bulk: BulkSession, about: Ints | None) -> pl.DataFrame:
    if about is None:
        return frame_of(bulk.fetch(f"select {_COLUMNS} from household_memberships m"), _MEMBERSHIPS)  # noqa: S608
    with wanted_ids(bulk, about) as wanted:
        rows = bulk.fetch(
            f"{wanted.sql} select {_COLUMNS} from f cross join household_memberships m "  # noqa: S608
            "where m.profile_id = f.identifier_id",
            wanted.parameters,
        )
    return frame_of(rows, _MEMBERSHIPS)


def _only_in(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    return one.join(other, on=list(_MEMBERSHIPS), how="anti", nulls_equal=True)
