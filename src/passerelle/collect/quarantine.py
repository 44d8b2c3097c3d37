"""The quarantine: rows that could not be used, with what is wrong, to mend and replay.

A row waits until a person repairs it (its cells are changed; it is replayed) or drops it. The
same bad row of a source is one row here, however often its files bring it: what was settled
about it stays settled.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b

import pyarrow as pa

from passerelle.collect.import_plan import ImportPlan
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _
from passerelle.store import BulkSession, Store

WAITING, REPLAYED, DROPPED = "waiting", "replayed", "dropped"
STATES = (WAITING, REPLAYED, DROPPED)


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


@dataclass(frozen=True)
class QuarantinedRow:
    """A row of the quarantine; `repaired` is what a person made of the original, if anything.

    `quarantined_at` is in microseconds since 1970, UTC.
    """

    row_id: str
    import_id: str
    source: str
    kind: str
    row_number: int
    reason: str
    detail: str
    original: str
    repaired: str | None
    state: str
    quarantined_at: int

    @property
    def text(self) -> str:
        """What is replayed: the row as mended, else as the source said it."""
        return self.original if self.repaired is None else self.repaired


_COLUMNS = (
    "row_id, import_id, source, kind, row_number, reason, detail, original, state, repaired, "
    "quarantined_at"
)


def quarantine_rows(
    bulk: BulkSession, plan: ImportPlan, import_id: str, rows: Iterable[BadRow], *, at: int
) -> None:
    """Keep rows aside; a row that the source said before stays as it is."""
    listed = {_row_id(plan, row): row for row in reversed(list(rows))}
    if not listed:
        return
    count = len(listed)
    bulk.put(
        "quarantined_rows",
        pa.table(
            {
                "row_id": list(listed),
                "import_id": [import_id] * count,
                "source": [plan.source.name] * count,
                "kind": [plan.kind] * count,
                "row_number": pa.array([row.row_number for row in listed.values()], pa.int64()),
                "reason": [row.reason for row in listed.values()],
                "detail": [row.detail for row in listed.values()],
                "original": [_storable(row.original) for row in listed.values()],
                "state": [WAITING] * count,
                "quarantined_at": pa.array([at] * count, pa.int64()),
            }
        ),
        "(row_id) do nothing",
    )


def find_quarantined(bulk: BulkSession, plan: ImportPlan, rows: Sequence[BadRow]) -> set[str]:
    """The originals of those rows that the quarantine has already, in whatever state."""
    if not rows:
        return set()
    texts = {_row_id(plan, row): row.original for row in rows}
    _stage_ids(bulk, list(texts))
    found = bulk.fetch(
        "select row_id from quarantined_rows where row_id in (select row_id from staged_ids)"
    )
    bulk.execute("drop table staged_ids")
    return {texts[row_id] for row_id in found["row_id"].to_pylist()}


def count_quarantine(store: Store, *, state: str = WAITING) -> dict[tuple[str, str, str], int]:
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
    state: str = WAITING,
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


def get_waiting_row(store: Store, row_id: str) -> QuarantinedRow:
    """One row that waits to be mended, replayed or dropped.

    Raises:
        InvalidInput: There is no such row, or it was settled already.
    """
    row = get_quarantined_row(store, row_id)
    if row.state != WAITING:
        raise InvalidInput(
            _("Row {row_id!r} was settled already ({state}).").format(
                row_id=row_id, state=row.state
            ),
            hint=_("List the waiting ones with: passerelle quarantine list"),
        )
    return row


def drop_rows(bulk: BulkSession, row_ids: Sequence[str], *, at: int) -> None:
    """Give waiting rows up."""
    _stage_ids(bulk, row_ids)
    bulk.execute(
        "update quarantined_rows set state = ?, settled_at = ? "
        "where state = ? and row_id in (select row_id from staged_ids)",
        (DROPPED, at, WAITING),
    )
    bulk.execute("drop table staged_ids")


def refuse_again(
    bulk: BulkSession, replay_id: str, row_ids: Sequence[str], rows: Iterable[BadRow]
) -> None:
    """Say why a replay could not use some of its rows: they go on waiting.

    Args:
        bulk: The transaction of the replay's batch.
        replay_id: Id of the replay's import.
        row_ids: The quarantined rows that the replay is made of, by line.
        rows: Those of its lines that are bad.
    """
    for row in rows:
        bulk.execute(
            "update quarantined_rows set reason = ?, detail = ?, refused_by = ? where row_id = ?",
            (row.reason, row.detail, replay_id, row_ids[row.row_number - 1]),
        )


def settle_replayed(bulk: BulkSession, replay_id: str, row_ids: Sequence[str], *, at: int) -> None:
    """Say that a replay is done: the rows that it did not refuse need not wait any longer."""
    _stage_ids(bulk, row_ids)
    bulk.execute(
        "update quarantined_rows set state = ?, settled_at = ? "
        "where state = ? and coalesce(refused_by, '') <> ? "
        "and row_id in (select row_id from staged_ids)",
        (REPLAYED, at, WAITING, replay_id),
    )
    bulk.execute("drop table staged_ids")


def _stage_ids(bulk: BulkSession, row_ids: Sequence[str]) -> None:
    bulk.stage("staged_ids", pa.table({"row_id": pa.array(row_ids, pa.string())}))


def _row_id(plan: ImportPlan, row: BadRow) -> str:
    told = "\n".join((plan.source.name, plan.kind, row.original))
    return blake2b(told.encode(errors="replace"), digest_size=8).hexdigest()


def _storable(text: str) -> str:
    # PostgreSQL takes no NUL in a text.
    return text.replace("\0", "\N{SYMBOL FOR NULL}")
