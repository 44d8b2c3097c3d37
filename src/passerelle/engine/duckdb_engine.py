"""DuckDB in this process, in memory over the lake's files, without extensions or state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import duckdb
import pyarrow as pa

from passerelle.engine.answers import same_types
from passerelle.engine.data_file import DataFile, is_csv_name
from passerelle.engine.duckdb_inputs import give_input
from passerelle.engine.engine import BatchFunction, Input, MappedRows
from passerelle.engine.parameters import Parameter, needed
from passerelle.engine.remote_inputs import storage_explained
from passerelle.engine.sql_files import read_sql_file
from passerelle.kernel import InvalidInput, Misconfigured, Retryable
from passerelle.kernel.language import _
from passerelle.lake import LakeFiles

_BATCH_ROWS = 65_536  # that a function is given at once


@dataclass(frozen=True)
class DuckDBEngine:
    """The default engine: this process, this machine's processors."""

    memory_limit: str
    threads: int
    spill: str

    def run(
        self,
        sql: str,
        inputs: Mapping[str, Input],
        parameters: Mapping[str, Parameter] | None = None,
    ) -> pa.Table:
        """Run a select over the inputs; see `Engine.run`."""
        named = needed(sql, parameters)
        with self._open(inputs) as connection:
            return same_types(connection.sql(sql, params=named or None).to_arrow_table())

    def build(
        self,
        stage: str,
        table: str,
        inputs: Mapping[str, Input],
        parameters: Mapping[str, Parameter] | None = None,
    ) -> pa.Table:
        """Run a stage's SQL file; see `Engine.build`."""
        return self.run(read_sql_file(stage, table).text, inputs, parameters)

    def copy(
        self,
        sql: str,
        inputs: Mapping[str, Input],
        parameters: Mapping[str, Parameter] | None = None,
        *,
        to: Path,
    ) -> int:
        """Run a select and write its rows to a file; see `Engine.copy`."""
        part = to.with_name(f"{to.name}.part")
        name = str(part).replace("'", "''")
        form = "format csv, header" if is_csv_name(to) else "format parquet, compression zstd"
        named = needed(sql, parameters)
        try:
            with self._open(inputs) as connection:
                # The text is ours; only the file's name comes from a person.
                done = connection.execute(  # nosemgrep
                    f"copy ({sql}) to '{name}' ({form})", named or None
                )
                rows = done.fetchone()
            part.replace(to)
        finally:
            part.unlink(missing_ok=True)
        return int(rows[0]) if rows else 0

    @contextmanager
    def map_batches(
        self,
        sql: str,
        inputs: Mapping[str, Input],
        function: BatchFunction,
        *,
        schema: pa.Schema,
        parameters: Mapping[str, Parameter] | None = None,
    ) -> Iterator[MappedRows]:
        """Map a select's rows in this process; see `Engine.map_batches`."""
        named = needed(sql, parameters)
        with self._open(inputs) as connection:
            rows = connection.sql(sql, params=named or None).to_arrow_reader(_BATCH_ROWS)
            mapped = pa.Table.from_batches(function(rows), schema)
        yield MappedRows(mapped)

    @contextmanager
    def _open(self, inputs: Mapping[str, Input]) -> Iterator[duckdb.DuckDBPyConnection]:
        with (
            storage_explained(inputs),
            _explained(inputs),
            duckdb.connect(config=self._config()) as connection,
        ):
            connection.execute("set TimeZone = 'UTC'")
            # It would write to the same output as results do.
            connection.execute("set enable_progress_bar = false")
            for name, given in inputs.items():
                give_input(connection, name, given)
            yield connection

    def _config(self) -> dict[str, str | bool | int | float | list[str]]:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": self.memory_limit,
            "temp_directory": self.spill,
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "preserve_insertion_order": "false",
        }
        if self.threads:
            config["threads"] = self.threads
        return config


@contextmanager
def _explained(inputs: Mapping[str, Input]) -> Iterator[None]:
    """Say what a person can mend; DuckDB's own words quote the rows of a person's file."""
    files = [given.path.name for given in inputs.values() if isinstance(given, DataFile)]
    try:
        yield
    except duckdb.Error as error:
        text = str(error).lower()
        if "no space left" in text or "max_temp_directory_size" in text:
            raise Retryable(
                _("The disk is full; the query could not be ended."),
                after=timedelta(minutes=1),
                hint=_("Free some space, then run the same command again."),
            ) from None
        if isinstance(error, duckdb.OutOfMemoryException):
            raise Misconfigured(
                _("A query needs more memory than PASSERELLE_MEMORY_LIMIT lets it take."),
                hint=_("Set PASSERELLE_MEMORY_LIMIT higher, or PASSERELLE_THREADS lower."),
            ) from None
        tables = [given.table for given in inputs.values() if isinstance(given, LakeFiles)]
        if tables and isinstance(error, duckdb.IOException):
            raise Misconfigured(
                _("A file of the lake cannot be read: it is missing or damaged ({tables}).").format(
                    tables=", ".join(tables)
                ),
                hint=_("Put the lake back from a backup, then run: passerelle doctor"),
            ) from None
        if files:
            raise InvalidInput(
                _("{files} could not be read as Parquet or CSV.").format(files=", ".join(files)),
                hint=_("Look whether the file is whole, and its rows as long as its header."),
            ) from None
        raise
