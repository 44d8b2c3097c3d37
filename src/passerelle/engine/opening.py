"""The choice between the two engines."""

from __future__ import annotations

from passerelle.engine.engine import Engine


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
