"""The quarantine: rows that could not be used, with what is wrong, to mend and replay.

A row waits until a person repairs it (its cells are changed; it is replayed) or drops it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyarrow as pa

from passerelle.collect.import_plan import ImportPlan
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _
from passerelle.store import BulkSession, Store

STATES = ("waiting", "replayed", "dropped")


@dataclass(frozen=True)
class BadRow:
    """A row that cannot be used.

    reason: Stable code to count by. detail: What is wrong and how to mend it, as a sentence.
    original: What the source said: a JSON object, or the line as it came.
    """

    row_number: int
    reason: str
    detail: str
    original: str
    part: int = 0


@dataclass(frozen=True)
class QuarantinedRow:
    """A row of the quarantine."""

    row_id: str
    import_id: str
    source: str
    kind: str
    row_number: int
    reason: str
    detail: str
    original: str
    state: str


_COLUMNS = "row_id, import_id, source, kind, row_number, reason, detail, original, state"


def quarantine_rows(
    bulk: BulkSession, plan: ImportPlan, import_id: str, rows: Iterable[BadRow], *, at: int
) -> None:
    """Keep rows aside; a row that is there already stays as it is."""
    listed = list(rows)
    if not listed:
        return
    bulk.stage(
        "staged_bad_rows",
        pa.table(
            {
                "row_id": [f"{import_id}.{row.row_number}.{row.part}" for row in listed],
                "import_id": [import_id] * len(listed),
                "source": [plan.source.name] * len(listed),
                "kind": [plan.kind] * len(listed),
                "row_number": pa.array([row.row_number for row in listed], pa.int64()),
                "reason": [row.reason for row in listed],
                "detail": [row.detail for row in listed],
                "original": [row.original for row in listed],
                "state": ["waiting"] * len(listed),
                "quarantined_at": pa.array([at] * len(listed), pa.int64()),
            }
        ),
    )
    bulk.execute(
        f"insert into quarantined_rows ({_COLUMNS}, quarantined_at) "  # noqa: S608
        f"select {_COLUMNS}, quarantined_at from staged_bad_rows "
        "where true on conflict (row_id) do nothing"
    )
    bulk.execute("drop table staged_bad_rows")


def count_quarantine(store: Store, *, state: str = "waiting") -> dict[tuple[str, str, str], int]:
    """How many rows there are by (source, kind, reason)."""
    rows = store.rows(
        "select source, kind, reason, count(*) as n from quarantined_rows where state = ? "
        "group by source, kind, reason order by source, kind, reason",
        (state,),
    )
    return {(row["source"], row["kind"], row["reason"]): row["n"] for row in rows}


def list_quarantine(
    store: Store,
    *,
    source: str | None = None,
    reason: str | None = None,
    state: str = "waiting",
    limit: int = 100,
) -> list[QuarantinedRow]:
    """Rows of the quarantine, oldest import and first row first."""
    wanted = {"source": source, "reason": reason, "state": state}
    chosen = {name: value for name, value in wanted.items() if value}
    where = " and ".join(f"{name} = ?" for name in chosen)
    rows = store.rows(
        f"select {_COLUMNS} from quarantined_rows where {where} "  # noqa: S608
        "order by quarantined_at, import_id, row_number, row_id limit ?",
        (*chosen.values(), limit),
    )
    return [QuarantinedRow(**row) for row in rows]


def get_quarantined_row(store: Store, row_id: str) -> QuarantinedRow:
    """One row by its id.

    Raises:
        InvalidInput: There is no such row.
    """
    rows = store.rows(
        f"select {_COLUMNS} from quarantined_rows where row_id = ?",  # noqa: S608
        (row_id,),
    )
    if not rows:
        raise InvalidInput(
            _("There is no row {row_id!r} in quarantine.").format(row_id=row_id),
            hint=_("List them with: passerelle quarantine list"),
        )
    return QuarantinedRow(**rows[0])


def repair_row(store: Store, row_id: str, changes: Mapping[str, str]) -> QuarantinedRow:
    """Change cells of a waiting row; it is used at the next replay.

    A row that was kept as a line of text (its cells could not be told apart) takes its cells from
    `changes` alone.

    Raises:
        InvalidInput: There is no such row, or it was settled already.
    """
    row = get_quarantined_row(store, row_id)
    if row.state != "waiting":
        raise InvalidInput(
            _("Row {row_id!r} was settled already ({state}).").format(
                row_id=row_id, state=row.state
            ),
            hint=_("List the waiting ones with: passerelle quarantine list"),
        )
    cells = {**read_cells(row.original), **changes}
    original = json.dumps(cells, ensure_ascii=False)
    with store.bulk() as bulk:
        bulk.execute(
            "update quarantined_rows set original = ? where row_id = ?", (original, row_id)
        )
    return get_quarantined_row(store, row_id)


def settle_rows(bulk: BulkSession, row_ids: Iterable[str], *, state: str, at: int) -> None:
    """Say that rows are replayed or dropped."""
    for row_id in row_ids:
        bulk.execute(
            "update quarantined_rows set state = ?, settled_at = ? where row_id = ?",
            (state, at, row_id),
        )


def read_cells(original: str) -> dict[str, str]:
    """The cells of a row that was kept as a JSON object of texts; none if it is a bare line."""
    try:
        cells = json.loads(original)
    except ValueError:
        return {}
    if not isinstance(cells, dict):
        return {}
    return {str(k): v if isinstance(v, str) else json.dumps(v) for k, v in cells.items()}
