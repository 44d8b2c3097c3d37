"""Rows of the store for many ids, whatever a statement takes at once."""

from __future__ import annotations

from typing import Any

from passerelle.store import Store

_IDS_AT_ONCE = 500  # databases limit how many values a statement takes


def rows_for_ids(store: Store, sql: str, ids: list[int]) -> list[dict[str, Any]]:
    """The rows of a select that reads the ids as table `f(identifier_id)`."""
    rows: list[dict[str, Any]] = []
    for start in range(0, len(ids), _IDS_AT_ONCE):
        some = ids[start : start + _IDS_AT_ONCE]
        marks = ", ".join(["(cast(? as bigint))"] * len(some))
        rows += store.rows(f"with f(identifier_id) as (values {marks}) {sql}", some)
    return rows


def rows_by_ids(store: Store, sql: str, ids: list[int]) -> list[dict[str, Any]]:
    """The rows of a select that names the ids as `({})`, in a condition."""
    rows: list[dict[str, Any]] = []
    for start in range(0, len(ids), _IDS_AT_ONCE):
        some = ids[start : start + _IDS_AT_ONCE]
        rows += store.rows(sql.format(", ".join("?" * len(some))), some)
    return rows
