"""The identity graph out of the store: all of it; and how its rows are read."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

from passerelle.identify.evidence import EVIDENCE_KINDS
from passerelle.identify.graph import IdentityGraph
from passerelle.kernel import side_threads
from passerelle.store import Store

Ints = npt.NDArray[np.int64]

_KINDS = tuple(EVIDENCE_KINDS)

# A kind comes as its number: millions of texts would take longer than all the numbers beside them.
_KIND = " ".join(f"when '{name}' then {code}" for code, name in enumerate(_KINDS))
EDGE_COLUMNS = (
    f"e.edge_id, e.left_id, e.right_id, case e.kind {_KIND} end as kind, e.trusted, "
    "e.first_seen_at, e.last_seen_at, e.learned_at, e.observations"
)
NODE_COLUMNS = "i.identifier_id, i.type, i.learned_at"
PERSON_COLUMNS = "r.record_id as identifier_id, r.first_name_key, r.birth_date"

NODES = {
    "identifier_id": pl.Int64,
    "type": pl.String,
    "learned_at": pl.Int64,
}
PEOPLE = {"identifier_id": pl.Int64, "first_name_key": pl.String, "birth_date": pl.String}
PAIRS = {"left_id": pl.Int64, "right_id": pl.Int64}
EDGES = {
    "edge_id": pl.Int64,
    "left_id": pl.Int64,
    "right_id": pl.Int64,
    "kind": pl.UInt8,
    "trusted": pl.Boolean,
    "first_seen_at": pl.Int64,
    "last_seen_at": pl.Int64,
    "learned_at": pl.Int64,
    "observations": pl.Int64,
}


def load_graph(store: Store) -> IdentityGraph:
    """All the evidence that was committed and not withdrawn.

    Who writes what follows from it holds a bulk session meanwhile, so that nothing is added.
    """
    selects = (
        f"select {EDGE_COLUMNS} from edges e where e.withdrawn_at is null",  # noqa: S608
        f"select {NODE_COLUMNS} from identifiers i",  # noqa: S608
        f"select {PERSON_COLUMNS} from records r",  # noqa: S608
        "select k.left_id, k.right_id from kept_apart k",
    )
    # The database reads edges for as long as all the rest: two at once take half the time.
    with side_threads(2) as beside:
        coming = [beside.start(partial(store.arrow, select)) for select in selects]
        edges, nodes, people, pairs = (each.result() for each in coming)
    return IdentityGraph(
        frame_of(nodes, NODES), edges_of(edges), frame_of(people, PEOPLE), frame_of(pairs, PAIRS)
    )


def frame_of(rows: pa.Table | None, schema: Mapping[str, type[pl.DataType]]) -> pl.DataFrame:
    """Rows of the store with the columns and types that they ought to have."""
    if rows is None or rows.num_rows == 0:
        return pl.DataFrame(schema=dict(schema))
    frame = pl.DataFrame(rows)
    # An all-null column comes from SQLite without its type.
    other = {name: dtype for name, dtype in schema.items() if frame.schema[name] != dtype}
    return frame.cast(other) if other else frame  # type: ignore[arg-type]  # names to types


def edges_of(rows: pa.Table | None) -> pl.DataFrame:
    """Rows of `EDGE_COLUMNS` as edges of the graph."""
    return frame_of(rows, EDGES).with_columns(pl.col("kind").cat.to(pl.Enum(_KINDS)))
