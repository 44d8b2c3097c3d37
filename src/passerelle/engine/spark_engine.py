"""A Spark Connect server: the same SQL, translated, over Parquet files it can reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import sqlglot

from passerelle.engine.data_file import DataFile, is_csv_name
from passerelle.engine.engine import Input, Parameter
from passerelle.engine.sql_files import read_sql_file
from passerelle.kernel import Misconfigured
from passerelle.lake import LakeFiles

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from pyspark.sql.connect.session import SparkSession


@dataclass(frozen=True)
class SparkEngine:
    """An engine for more data than one machine holds."""

    url: str

    def run(
        self,
        sql: str,
        inputs: Mapping[str, Input],
        parameters: Mapping[str, Parameter] | None = None,
    ) -> pa.Table:
        """Run a select over the inputs; see `Engine.run`."""
        for name, given in inputs.items():
            self._give(name, given)
        named = {k: v for k, v in (parameters or {}).items() if f"${k}" in sql}
        answer = self._session.sql(spark_sql(sql), args=named)
        return answer.toArrow()

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
        """Run a select and write its rows here, as the server sends them; see `Engine.copy`."""
        import pyarrow.parquet as pq
        from pyarrow import csv

        rows = self.run(sql, inputs, parameters)
        part = to.with_name(f"{to.name}.part")
        try:
            if is_csv_name(to):
                csv.write_csv(rows, part)
            else:
                pq.write_table(rows, part, compression="zstd")
            part.replace(to)
        finally:
            part.unlink(missing_ok=True)
        return int(rows.num_rows)

    @cached_property
    def _session(self) -> SparkSession:
        try:
            from pyspark.sql.connect.session import SparkSession
        except ImportError:
            raise Misconfigured(
                "PASSERELLE_ENGINE_URL names a Spark server but its client is not installed.",
                hint="Install it with: pip install 'passerelle[spark]'",
            ) from None
        session: SparkSession = SparkSession.builder.remote(self.url).getOrCreate()
        session.conf.set("spark.sql.session.timeZone", "UTC")
        return session

    def _give(self, name: str, given: Input) -> None:
        frame: DataFrame
        if isinstance(given, DataFile):
            path = str(given.path)
            frame = (
                self._session.read.parquet(path)
                if given.is_parquet
                else self._session.read.csv(path, header=True, inferSchema=True)
            )
            chosen = [f"`{name}` as {called}" for called, name in given.columns.items()]
            frame = frame.selectExpr(*chosen) if chosen else frame
        elif isinstance(given, LakeFiles) and given.files:
            frame = self._session.read.parquet(*given.files)
        else:
            rows = given.schema.empty_table() if isinstance(given, LakeFiles) else given
            frame = self._session.createDataFrame(rows)
        frame.createOrReplaceTempView(name)


def spark_sql(sql: str) -> str:
    """A select of DuckDB's dialect in Spark's; `$name` becomes `:name`."""
    return sqlglot.transpile(sql, read="duckdb", write="spark")[0]
