"""Append to, replace and list the files of the lake's tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
from deltalake import CommitProperties, DeltaTable, Transaction, WriterProperties, write_deltalake
from deltalake.exceptions import DeltaError, TableNotFoundError

from passerelle.kernel import InvalidInput, Misconfigured, Retryable
from passerelle.kernel.language import _
from passerelle.lake.tables import TABLES

_COMPRESSION = WriterProperties(compression="ZSTD", compression_level=1)


@dataclass(frozen=True)
class LakeFiles:
    """One version of a table as the engine reads it: Parquet files of one schema."""

    table: str
    files: tuple[str, ...]
    schema: pa.Schema


@dataclass(frozen=True)
class Lake:
    """The lake at one place: a folder or an object storage URL."""

    location: str

    def append(self, table: str, rows: pa.Table, *, writer: str, step: int) -> bool:
        """Add rows once: a second append by the same writer of the same step does nothing.

        Args:
            table: Name of a table of `TABLES`.
            rows: Rows; missing columns are null, their order does not matter.
            writer: Who appends, such as an import's id.
            step: Number of the batch, growing from 0.

        Returns:
            Whether the rows were added now.

        Raises:
            Retryable: The disk is full or the storage does not answer; nothing was added.
        """
        existing = self._open(table)
        if existing is not None and _done(existing, writer) >= step:
            return False
        commit = CommitProperties(app_transactions=[Transaction(writer, step)])
        self._write(table, rows, mode="append", commit=commit)
        return True

    def steps_done(self, table: str, writer: str) -> int:
        """The last step that this writer appended, or -1."""
        existing = self._open(table)
        return -1 if existing is None else _done(existing, writer)

    def replace(self, table: str, rows: pa.Table) -> None:
        """Put a new snapshot in the place of a derived table, in one commit."""
        self._write(table, rows, mode="overwrite", commit=None)

    def files(self, table: str) -> LakeFiles:
        """The files of the present version; none if nothing was ever added."""
        existing = self._open(table)
        uris = () if existing is None else tuple(existing.file_uris())
        return LakeFiles(table, uris, TABLES[table].schema)

    def row_count(self, table: str) -> int:
        """How many rows the table has."""
        existing = self._open(table)
        return 0 if existing is None else int(existing.count())

    def compact(self, table: str) -> int:
        """Join small files into large ones; answers how many were joined."""
        existing = self._open(table)
        if existing is None:
            return 0
        return int(existing.optimize.compact()["numFilesRemoved"])

    def _open(self, table: str) -> DeltaTable | None:
        try:
            return DeltaTable(self._uri(table))
        except TableNotFoundError:
            return None

    def _uri(self, table: str) -> str:
        if table not in TABLES:
            raise InvalidInput(
                _("The lake has no table {table!r}.").format(table=table),
                hint=_("Its tables: {tables}.").format(tables=", ".join(TABLES)),
            )
        base = self.location
        return f"{base.rstrip('/')}/{table}" if "://" in base else str(Path(base).absolute() / table)

    def _write(
        self, table: str, rows: pa.Table, *, mode: str, commit: CommitProperties | None
    ) -> None:
        schema = TABLES[table].schema
        try:
            write_deltalake(
                self._uri(table),
                _fitted(rows, schema),
                mode=mode,  # type: ignore[arg-type]  # a literal of the two above
                commit_properties=commit,
                writer_properties=_COMPRESSION,
            )
        except (DeltaError, OSError) as error:
            raise _explained(error, self.location) from None


def _done(table: DeltaTable, writer: str) -> int:
    version = table.transaction_version(writer)
    return -1 if version is None else int(version)


def _fitted(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    present = set(rows.column_names)
    unknown = present - set(schema.names)
    if unknown:
        raise ValueError(f"columns that the lake table does not have: {sorted(unknown)}")
    columns: Iterable[pa.Array] = (
        rows[each.name].cast(each.type)
        if each.name in present
        else pa.nulls(rows.num_rows, each.type)
        for each in schema
    )
    return pa.table(list(columns), schema=schema)


def _explained(error: Exception, location: str) -> Exception:
    from datetime import timedelta

    text = str(error).lower()
    if "no space left" in text or "os error 28" in text:
        return Retryable(
            _("The disk of the lake is full; nothing of this batch was kept."),
            after=timedelta(minutes=1),
            hint=_("Free some space at {place}, then run the same command again.").format(
                place=location
            ),
        )
    if "permission denied" in text or "read-only" in text:
        return Misconfigured(
            _("The lake at {place} cannot be written to.").format(place=location),
            hint=_("Set PASSERELLE_HOME or PASSERELLE_LAKE_URL to a place you may write to."),
        )
    return error
