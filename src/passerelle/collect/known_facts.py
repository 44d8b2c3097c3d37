"""Which facts of a batch the lake has already."""

from __future__ import annotations

import polars as pl

from passerelle.engine import Engine
from passerelle.lake import Lake

# What this very batch appended before it was killed is not known already: it is being done again.
_KNOWN = (
    "select distinct {key} from {table} where {key} in (select {key} from batch) "
    "and not (import_id = $import_id and row_number between $first and $last)"
)


def drop_known(
    engine: Engine, lake: Lake, table: str, batch: pl.DataFrame, *, key: str, import_id: str
) -> pl.DataFrame:
    """The rows whose key no row of the lake's table has, but for rows of this batch itself.

    Args:
        engine: Runs the comparison.
        lake: Where to look.
        table: Table of the lake, with import_id and row_number.
        batch: Rows with `key` and `row_number`.
        key: Column of 64-bit integers to compare by.
        import_id: The import that the batch is part of.
    """
    if batch.is_empty() or not lake.files(table).files:
        return batch
    rows = batch["row_number"]
    known = engine.run(
        _KNOWN.format(table=table, key=key),
        {table: lake.files(table), "batch": batch.select(key).to_arrow()},
        {"import_id": import_id, "first": rows.min(), "last": rows.max()},  # type: ignore[dict-item]  # integers
    )
    return batch.join(pl.DataFrame(known), on=key, how="anti", maintain_order="left")
