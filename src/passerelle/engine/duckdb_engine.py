"""DuckDB in this process, in memory over the lake's files, without extensions or state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from passerelle.engine.engine import Input, Parameter
from passerelle.engine.sql_files import read_sql_file
from passerelle.lake import LakeFiles


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
        with duckdb.connect(config=self._config()) as connection:
            connection.execute("set TimeZone = 'UTC'")
            for name, given in inputs.items():
                _give(connection, name, given)
            # DuckDB refuses parameters that the statement does not name.
            named = {k: v for k, v in (parameters or {}).items() if f"${k}" in sql}
            return connection.sql(sql, params=named or None).to_arrow_table()

    def build(
        self,
        stage: str,
        table: str,
        inputs: Mapping[str, Input],
        parameters: Mapping[str, Parameter] | None = None,
    ) -> pa.Table:
        """Run a stage's SQL file; see `Engine.build`."""
        return self.run(read_sql_file(stage, table).text, inputs, parameters)

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


def _give(connection: duckdb.DuckDBPyConnection, name: str, given: Input) -> None:
    if isinstance(given, LakeFiles) and given.files:
        connection.read_parquet(list(given.files)).create_view(name)
    else:
        rows = given.schema.empty_table() if isinstance(given, LakeFiles) else given
        connection.register(name, rows)
