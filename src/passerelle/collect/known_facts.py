"""Batches of facts, and which of them the lake has already."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from passerelle.collect.quarantine import BadRow
from passerelle.engine import Engine
from passerelle.lake import Lake

_KNOWN = """
select distinct {key}
from {table}
where {key} in (select {key} from batch)
    and not (import_id = $import_id and row_number between $first and $last)
"""
_PRESENT = """
select {key}, content_hash
from (
    select
        {key},
        content_hash,
        row_number() over (partition by {key} order by received_at desc, content_hash) as place
    from {table}
    where {key} in (select {key} from batch)
        and not (import_id = $import_id and row_number between $first and $last)
) versions
where place = 1
"""


@dataclass(frozen=True)
class FactBatch:
    """A batch of a file, ready to be written; rows: those read, the bad ones among them."""

    number: int
    rows: int
    facts: pl.DataFrame = field(repr=False)
    bad_rows: tuple[BadRow, ...] = field(repr=False)


@dataclass(frozen=True)
class KnownFacts:
    """What a table of the lake holds, as an import under way may see it.

    What a batch itself appended before it was killed is not known: it is being done again. The
    table has import_id, row_number and received_at; keys are 64-bit integers, and batches have
    them with their row_number.
    """

    engine: Engine
    lake: Lake
    table: str
    import_id: str

    def drop_known(self, batch: pl.DataFrame, *, key: str) -> pl.DataFrame:
        """The rows whose key no row of the table has."""
        known = self._compare(_KNOWN, batch, key)
        return batch.join(known, on=key, how="anti", maintain_order="left")

    def find_present(self, batch: pl.DataFrame, *, key: str) -> pl.DataFrame:
        """The content_hash of the version received last, for each known key of the batch."""
        return self._compare(_PRESENT, batch, key)

    def append(self, facts: pl.DataFrame, *, step: int) -> None:
        """Add facts to the table, once however often the batch of that number is done."""
        if facts.height:
            told = facts.with_columns(pl.lit(self.import_id).alias("import_id"))
            self.lake.append(self.table, told.to_arrow(), writer=self.import_id, step=step)

    def _compare(self, sql: str, batch: pl.DataFrame, key: str) -> pl.DataFrame:
        files = self.lake.files(self.table)
        if batch.is_empty() or not files.files:
            return pl.DataFrame(schema={key: pl.Int64, "content_hash": pl.Int64})
        rows = batch["row_number"]
        found = self.engine.run(
            sql.format(table=self.table, key=key),
            {self.table: files, "batch": batch.select(key).to_arrow()},
            {"import_id": self.import_id, "first": rows.min(), "last": rows.max()},  # type: ignore[dict-item]  # integers
        )
        return pl.DataFrame(found)
