"""The contract that both engines keep."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import pyarrow as pa

from passerelle.engine.data_file import DataFile
from passerelle.engine.parameters import Parameter
from passerelle.lake import LakeFiles


@dataclass(frozen=True)
class MappedRows:
    """What a function made of a select's rows, where the engine holds it."""

    held: Any


Input: TypeAlias = pa.Table | LakeFiles | DataFile | MappedRows
"""What a query may read: an Arrow table in memory, a table of the lake, a file, or what
`Engine.map_batches` of the same engine gave."""

BatchFunction: TypeAlias = Callable[[Iterator[pa.RecordBatch]], Iterator[pa.RecordBatch]]
"""Batches of any number of rows, in any order, to batches; called for each part of the rows."""


class Engine(Protocol):
    """Runs one select over named inputs and answers an Arrow table."""

    def run(
        self,
        sql: str,
        inputs: Mapping[str, Input],
        parameters: Mapping[str, Parameter] | None = None,
    ) -> pa.Table:
        """Run a select in DuckDB's dialect; `$name` takes its value from `parameters`.

        Whole numbers of the answer have 64 bits, fractions are float64, instants are in UTC.
        """
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

    def copy(
        self,
        sql: str,
        inputs: Mapping[str, Input],
        parameters: Mapping[str, Parameter] | None = None,
        *,
        to: Path,
    ) -> int:
        """Run a select and write its rows to a file, without bringing them into Python.

        Args:
            sql: The select.
            inputs: What it reads.
            parameters: Values of its `$names`.
            to: CSV if it is called so, Parquet otherwise; replaced whole, or left as it was.

        Returns:
            How many rows were written.
        """
        ...

    def map_batches(
        self,
        sql: str,
        inputs: Mapping[str, Input],
        function: BatchFunction,
        *,
        schema: pa.Schema,
        parameters: Mapping[str, Parameter] | None = None,
    ) -> AbstractContextManager[MappedRows]:
        """What a Python function makes of a select's rows, where the engine runs; for its inputs.

        The rows are gone when the block is left.

        Args:
            sql: The select.
            inputs: What it reads.
            function: Importable under its name, or of a class that is, wherever the engine runs,
                which may be other machines; whole numbers and texts come to it in any Arrow type.
            schema: Of its batches.
            parameters: Values of `$names`.
        """
        ...
