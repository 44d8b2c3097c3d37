"""What was concluded, into the store: only what differs from what it said before is written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from passerelle.identify.graph import IdentityGraph, Resolution
from passerelle.identify.ids_as_table import wanted_ids
from passerelle.store import BulkSession

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Replaced:
    """What became of the rows of a table: those that it says no more, and those that are new to it.

    Both have the table's two columns; a row whose value changed is in both.
    """

    before: pl.DataFrame
    after: pl.DataFrame

    @property
    def keys(self) -> Ints:
        """The keys of which something else is said than before, or nothing, or now at all."""
        both = (each.to_series(0) for each in (self.before, self.after))
        return pl.concat(both).unique().to_numpy()


def save_resolution(
    bulk: BulkSession, resolution: Resolution, graph: IdentityGraph, decided: Ints | None
) -> Replaced:
    """Make the identity map and the refusals say what was resolved.

    Args:
        bulk: The transaction.
        resolution: What was concluded from `graph`.
        graph: The evidence.
        decided: The identifiers to write about; None for all.

    Returns:
        The identifiers that are in another profile than before, or new, or in none any more, with
        their profiles.
    """
    heard = None if decided is None else graph.edges["edge_id"].to_numpy()
    replace_rows(bulk, "refusals", resolution.refusals, heard)
    return replace_rows(bulk, "placements", resolution.placements, decided)


def replace_rows(bulk: BulkSession, table: str, rows: pl.DataFrame, about: Ints | None) -> Replaced:
    """Make a table of two columns, a key and what is said of it, say these rows.

    Args:
        bulk: The transaction.
        table: The table.
        rows: What it shall say; what is about other keys than `about` is left out.
        about: The keys whose rows are replaced; None for all.
    """
    key, value = rows.columns
    if about is not None:
        rows = rows.filter(pl.Series(np.isin(rows[key].to_numpy(), about)))
    before = _rows_before(bulk, table, rows, about)
    differ = _differences(before, rows)
    gone = differ.filter(pl.col("now").is_null())[key]
    moved = differ.filter(pl.col("now").is_not_null()).select(key, pl.col("now").alias(value))
    if len(gone):
        with wanted_ids(bulk, gone.to_numpy()) as wanted:
            bulk.execute(
                f"{wanted.sql} delete from {table} where {key} in (select identifier_id from f)",  # noqa: S608
                wanted.parameters,
            )
    if about is None and before.is_empty():
        bulk.fill(table, moved.to_arrow())
    elif len(moved):
        bulk.put(table, moved.to_arrow(), f"({key}) do update set {value} = excluded.{value}")
    was = differ.filter(pl.col(value).is_not_null()).select(key, value)
    return Replaced(was, moved)


def _differences(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Keys of which two tables do not say the same, with what was said and what is said `now`."""
    key, value = now.columns
    said = now.lazy().rename({value: "now"})
    both = before.lazy().join(said, on=key, how="full", coalesce=True)
    return both.filter(pl.col(value).ne_missing(pl.col("now"))).sort(key).collect()


def _rows_before(
    bulk: BulkSession, table: str, rows: pl.DataFrame, about: Ints | None
) -> pl.DataFrame:
    key, value = rows.columns
    if about is None:
        found = bulk.fetch(f"select {key}, {value} from {table}")  # noqa: S608 # nosemgrep
    else:
        with wanted_ids(bulk, about) as wanted:
            found = bulk.fetch(
                f"{wanted.sql} select t.{key}, t.{value} from f cross join {table} t "  # noqa: S608
                f"where t.{key} = f.identifier_id",
                wanted.parameters,
            )
    return pl.DataFrame(found) if found.num_rows else rows.clear()
