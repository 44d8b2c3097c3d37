"""The contract that both engines keep, and the choice between them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol

import pyarrow as pa

from passerelle.lake import LakeFiles

Input = pa.Table | LakeFiles
"""What a query may read: an Arrow table in memory or a table of the lake."""

Parameter = str | int | float | bool | date | datetime | None


class Engine(Protocol):
    """Runs one select over named inputs and answers an Arrow table."""

    def run(
        self,
        sql: str,
        inputs: Mapping[str, Input],
        parameters: Mapping[str, Parameter] | None = None,
    ) -> pa.Table:
        """Run a select in DuckDB's dialect; `$name` takes its value from `parameters`."""
        ...

    def build(
        self,
        stage: str,
        table: str,
        inputs: Mapping[str, Input],
        parameters: Mapping[str, Parameter] | None = None,
    ) -> pa.Table:
        """Run `<stage>/sql/<table>.sql`."""
        ...


def open_engine(engine_url: str, *, memory_limit: str, threads: int, spill: str) -> Engine:
    """The engine of the settings: Spark for `sc://…`, else DuckDB in this process.

    Args:
        engine_url: Spark Connect URL, or empty.
        memory_limit: Most memory for DuckDB, such as `2GB`.
        threads: Threads for DuckDB; 0 for one a processor.
        spill: Folder where DuckDB puts what does not fit.
    """
    if engine_url:
        from passerelle.engine.spark_engine import SparkEngine

        return SparkEngine(engine_url)
    from passerelle.engine.duckdb_engine import DuckDBEngine

    return DuckDBEngine(memory_limit=memory_limit, threads=threads, spill=spill)
