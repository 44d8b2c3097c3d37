"""Households out of the store and into it, after profiles were resolved."""

from __future__ import annotations

import polars as pl

from passerelle.identify.conclusions import replace_rows
from passerelle.identify.households.living_together import Households, find_households
from passerelle.identify.households.residences import read_residences
from passerelle.identify.households.shared_lines import find_lines
from passerelle.store import BulkSession

_KEY = ["profile_id", "household_id", "valid_from"]
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
    return find_households(read_residences(reading, placements), lines)


def save_households(bulk: BulkSession, found: Households) -> None:
    """Make these the households that are known; only what differs is written."""
    replace_rows(bulk, "households", found.homes, None)
    rows = bulk.fetch(
        "select profile_id, household_id, valid_from, valid_to from household_memberships"
    )
    before = (
        pl.DataFrame(rows, schema_overrides=_MEMBERSHIPS)
        if rows.num_rows
        else found.memberships.clear()
    )
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


def _only_in(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    return one.join(other, on=list(_MEMBERSHIPS), how="anti", nulls_equal=True)
