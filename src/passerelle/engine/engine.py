"""The contract that both engines keep."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, TypeAlias

import pyarrow as pa

from passerelle.engine.data_file import DataFile
from passerelle.engine.parameters import Parameter
from passerelle.lake import LakeFiles

Input: TypeAlias = pa.Table | LakeFiles | DataFile
"""What a query may read: an Arrow table in memory, a table of the lake, or a file."""


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
