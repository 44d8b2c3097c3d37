"""Take people's rows out of what collecting keeps: records, the quarantine, and the lake."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

import polars as pl

from passerelle.collect.traces import Traces
from passerelle.engine import Engine
from passerelle.lake import Having, Lake
from passerelle.store import BulkSession, ReadSession

EVENT_IDS = ("cookie_id", "mobile_id", "login_id", "email_id", "phone_id")
"""Columns of the lake's events that name somebody."""
RECEIPT_IDS = ("card_id", "customer_id", "email_id", "phone_id", "login_id")
"""Columns of the lake's receipts that name somebody."""

_NOTICES = "select notice_id, source, original, said from notices"
_QUARANTINE = (
    "select row_id, source, original, coalesce(repaired, '') as repaired from quarantined_rows "
    "where row_id > ? order by row_id limit 20000"
)


def lake_rows_of(table: str, ids: Collection[int]) -> Having:
    """What tells rows of the lake's records, events or receipts that are about some ids."""
    columns = {"records": ("record_id",), "events": EVENT_IDS, "receipts": RECEIPT_IDS}[table]
    return dict.fromkeys(columns, sorted(ids))


def count_in_lake(engine: Engine, lake: Lake, table: str, ids: Collection[int]) -> int:
    """How many rows of a table of the lake are about some ids."""
    files = lake.files(table)
    if not files.files or not ids:
        return 0
    wanted = pl.DataFrame({"id": sorted(ids)}, schema={"id": pl.Int64}).to_arrow()
    named = (f"{name} in (select id from wanted)" for name in lake_rows_of(table, ids))  # noqa: S608
    where = " or ".join(named)
    counted = engine.run(
        f"select cast(count(*) as bigint) as n from told where {where}",  # noqa: S608
        {"told": files, "wanted": wanted},
    )
    return int(counted["n"][0].as_py())


def find_notices_of(engine: Engine, lake: Lake, traces: Traces) -> list[int]:
    """The lake's notices of life changes that are about these people, by their words."""
    files = lake.files("notices")
    if not files.files:
        return []
    told = engine.run(_NOTICES, {"notices": files}).to_pydict()
    texts = [f"{one}\n{other}" for one, other in zip(told["original"], told["said"], strict=True)]
    numbers = [_mentions(text, traces.ids) for text in told["said"]]
    found = traces.find(texts, told["source"])
    return [
        notice
        for notice, is_told, is_numbered in zip(told["notice_id"], found, numbers, strict=True)
        if is_told or is_numbered
    ]


def find_quarantined_of(reading: ReadSession | BulkSession, traces: Traces) -> list[str]:
    """The rows of the quarantine that are about these people, by their words."""
    found: list[str] = []
    for rows in _quarantine(reading):
        texts = [f"{row['original']}\n{row['repaired']}" for row in rows]
        hits = traces.find(texts, [row["source"] for row in rows])
        found += [row["row_id"] for row, is_hit in zip(rows, hits, strict=True) if is_hit]
    return found


def forget_quarantined(bulk: BulkSession, row_ids: Collection[str]) -> None:
    """Remove rows of the quarantine."""
    if row_ids:
        ids = pl.DataFrame({"row_id": sorted(row_ids)}, schema={"row_id": pl.String})
        bulk.stage("forgotten_rows", ids.to_arrow())
        bulk.execute(
            "delete from quarantined_rows where row_id in (select row_id from forgotten_rows)"
        )


def forget_records(bulk: BulkSession, ids: Collection[int]) -> int:
    """Remove records as they now stand; answers how many there were."""
    staged = pl.DataFrame({"id": sorted(ids)}, schema={"id": pl.Int64})
    bulk.stage("forgotten_records", staged.to_arrow())
    where = "where record_id in (select id from forgotten_records)"
    there = bulk.fetch(f"select cast(count(*) as bigint) as n from records {where}")  # noqa: S608
    bulk.execute(f"delete from records {where}")  # noqa: S608
    bulk.execute("drop table forgotten_records")
    return int(there["n"][0].as_py())


def _quarantine(reading: ReadSession | BulkSession) -> Iterator[list[dict[str, Any]]]:
    last = ""
    while rows := reading.fetch(_QUARANTINE, (last,)).to_pylist():
        yield rows
        last = rows[-1]["row_id"]


def _mentions(said: str, ids: Collection[int]) -> bool:
    """Whether a notice names a customer by the id of the number."""
    return any(f":{each}," in said or f":{each}}}" in said for each in ids)
