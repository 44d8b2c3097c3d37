"""Both engines, for the suites that compare them."""

from __future__ import annotations

import pytest

from passerelle.engine import Engine, open_engine


@pytest.fixture(scope="session")
def duckdb(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """DuckDB in this process."""
    spill = str(tmp_path_factory.mktemp("spill"))
    return open_engine("", memory_limit="1GB", threads=2, spill=spill)


@pytest.fixture(scope="session")
def spark(spark_url: str) -> Engine:
    """A Spark Connect server."""
    return open_engine(spark_url, memory_limit="", threads=0, spill="")
