"""Forget people's life changes, and what was decided about them."""

from __future__ import annotations

from collections.abc import Collection

import pyarrow as pa

from passerelle.store import BulkSession, Store

FORGOTTEN_TABLES = ("life_decisions", "life_changes")
"""Tables that `forget_changes` removes rows from."""

_THEIRS = (
    "select change_id from life_changes where identifier_id in (select id from forgotten_people) "
    "or other_id in (select id from forgotten_people)"
)


def forget_changes(bulk: BulkSession, ids: Collection[int]) -> int:
    """Remove the life changes of some identifiers; answers how many."""
    bulk.stage("forgotten_people", pa.table({"id": pa.array(sorted(ids), pa.int64())}))
    removed = int(bulk.fetch(_THEIRS).num_rows)
    bulk.execute(f"delete from life_decisions where change_id in ({_THEIRS})")  # noqa: S608
    bulk.execute(f"delete from life_changes where change_id in ({_THEIRS})")  # noqa: S608
    bulk.execute("drop table forgotten_people")
    return removed


def count_changes(store: Store, ids: Collection[int]) -> int:
    """How many life changes are known of some identifiers."""
    with store.bulk() as bulk:
        bulk.stage("forgotten_people", pa.table({"id": pa.array(sorted(ids), pa.int64())}))
        return int(bulk.fetch(_THEIRS).num_rows)
