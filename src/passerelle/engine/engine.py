"""The contract that both engines keep."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Protocol, TypeAlias

import pyarrow as pa

from passerelle.lake import LakeFiles

Input: TypeAlias = pa.Table | LakeFiles
"""What a query may read: an Arrow table in memory or a table of the lake."""

Parameter: TypeAlias = str | int | float | bool | date | datetime | None


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
