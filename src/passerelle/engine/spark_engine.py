"""A Spark Connect server: the same SQL, translated, over Parquet files it can reach."""

from __future__ import annotations

import atexit
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pyarrow as pa

from passerelle.engine.answers import same_types
from passerelle.engine.data_file import DataFile, is_csv_name
from passerelle.engine.engine import BatchFunction, Input, MappedRows
from passerelle.engine.parameters import Parameter, needed
from passerelle.engine.spark_dialect import spark_sql
from passerelle.engine.sql_files import read_sql_file
from passerelle.kernel import Misconfigured, Retryable
from passerelle.kernel.language import _
from passerelle.lake import LakeFiles

if TYPE_CHECKING:
    from pyspark.sql import DataFrame
    from pyspark.sql.connect.session import SparkSession
    from pyspark.sql.types import StructType

_GLOB = "*?[{"  # Spark would look for other files, and answer no rows if there are none
_PATIENCE_SECONDS = 20  # a server that is there answers a greeting in less


@dataclass(frozen=True)
class SparkEngine:
    """An engine for more data than one machine holds."""

    url: str = field(repr=False)  # it may hold a token
    _turn: Any = field(
        default_factory=RLock, repr=False, compare=False
    )  # a session has one view of a name

    def run(
        self,
        sql: str,
        inputs: Mapping[str, Input],
        parameters: Mapping[str, Parameter] | None = None,
    ) -> pa.Table:
        """Run a select over the inputs; see `Engine.run`."""
        named = needed(sql, parameters)
        with self._turn:
            session = self._session
            try:
                for name, given in inputs.items():
                    _frame(session, given).createOrReplaceTempView(name)
                return same_types(session.sql(spark_sql(sql), args=named).toArrow())
            except Exception as error:
                if "unavailable" in f"{type(error).__name__} {error}".lower():
                    raise Retryable(
                        _("The Spark server of PASSERELLE_ENGINE_URL went away."),
                        after=timedelta(minutes=1),
                        hint=_("Run the same command again once it is back."),
                    ) from None
                raise

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
        """Map a select's rows in Spark's Python workers; see `Engine.map_batches`.

        The server reads the select when the rows are asked for: until then its inputs have names
        that no other query takes.
        """
        session = self._session
        own = {name: f"{name}_{uuid4().hex}" for name in inputs}
        for name, given in inputs.items():
            _frame(session, given).createOrReplaceTempView(own[name])
        selected = session.sql(spark_sql(sql, own), args=needed(sql, parameters))
        # Read more than once, and dear to make again; a server may do so all the same.
        mapped = selected.mapInArrow(function, _spark_schema(schema)).persist()
        try:
            yield MappedRows(mapped)
        finally:
            mapped.unpersist()
            for name in own.values():
                session.catalog.dropTempView(name)

    @cached_property
    def _session(self) -> SparkSession:
        try:
            with _shown_as_program():
                from pyspark.sql.connect.session import SparkSession
        except ImportError:
            raise Misconfigured(
                _("PASSERELLE_ENGINE_URL names a Spark server but its client is not installed."),
                hint=_("Install it with: pip install 'passerelle[spark]'"),
            ) from None
        _greet(self.url)
        session: SparkSession = SparkSession.builder.remote(self.url).create()
        # Its own goodbye at the end of the process tries for minutes if the server is gone.
        atexit.register(session.client.close)
        session.conf.set("spark.sql.session.timeZone", "UTC")
        return session


@contextmanager
def _shown_as_program() -> Iterator[None]:
    """Let the client be imported in `python -c` and in worker processes.

    A process whose main module has neither file nor prompt is taken by pyspark for its own
    doctests, which look for a whole Spark beside them and fail without it.
    """
    main = sys.modules["__main__"]
    if main.__spec__ is not None or hasattr(main, "__file__"):
        yield
        return
    main.__file__ = sys.executable
    try:
        yield
    finally:
        del main.__file__


def _greet(url: str) -> None:
    """Fail soon and in plain words: the client itself tries for minutes."""
    import grpc  # type: ignore[import-untyped]  # it has no types
    from pyspark.sql.connect.client import DefaultChannelBuilder

    try:
        channel = DefaultChannelBuilder(url).toChannel()
        grpc.channel_ready_future(channel).result(timeout=_PATIENCE_SECONDS)
        channel.close()
    except Exception:
        raise Misconfigured(
            _("No Spark Connect server answers at PASSERELLE_ENGINE_URL."),
            hint=_("Start it, or unset PASSERELLE_ENGINE_URL to run on DuckDB in this process."),
        ) from None


def _frame(session: SparkSession, given: Input) -> DataFrame:
    if isinstance(given, DataFile):
        return _file_frame(session, given)
    if isinstance(given, MappedRows):
        return given.held  # type: ignore[no-any-return]  # a frame of this session
    if not isinstance(given, LakeFiles):
        return _arrow_frame(session, given)
    if not given.files:
        return _arrow_frame(session, given.schema.empty_table())
    if any(sign in file for file in given.files for sign in _GLOB):
        raise Misconfigured(
            _("Spark cannot read a lake whose path has one of {letters}").format(
                letters=" ".join(_GLOB)
            ),
            hint=_("Set PASSERELLE_HOME or PASSERELLE_LAKE_URL to a folder with a simpler name."),
        )
    # The schema is told, as a file from before a column was added does not have it.
    return session.read.schema(_spark_schema(given.schema)).parquet(*given.files)


def _arrow_frame(session: SparkSession, given: pa.Table) -> DataFrame:
    if given.num_rows:
        return session.createDataFrame(given)
    # The client reads the columns off the rows, and here there are none.
    return session.createDataFrame([], schema=_spark_schema(given.schema))


def _file_frame(session: SparkSession, given: DataFile) -> DataFrame:
    path = str(given.path)
    frame = (
        session.read.parquet(path)
        if given.is_parquet
        else session.read.csv(path, header=True, inferSchema=True)
    )
    chosen = [f"`{name}` as {called}" for called, name in given.columns.items()]
    return frame.selectExpr(*chosen) if chosen else frame


def _spark_schema(schema: pa.Schema) -> StructType:
    from pyspark.sql.pandas.types import from_arrow_schema

    return from_arrow_schema(schema)
