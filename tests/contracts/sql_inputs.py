"""Small input tables for any SQL file, drawn from what its case says each column may hold.

A case is `sql_cases/<stage>/<table>.toml`:

    [parameters]           what `$name` stands for
    [rows]                 how many rows each table it reads gets, if not 14
    [unique]               columns of which a table holds each combination once
    [columns]              "table.column" = what it holds, where `columns.toml` does not say it
    whole = ["table"]      tables that hold every combination of their columns

What a column holds is a type and the values to draw from, `-` being null: "int 1 2 -". Lists are
written "ints 1 1+2" and "texts a+b a+~", `~` being null in them, and a lone `+` an empty list of ints.
"""

from __future__ import annotations

import random
import re
import shlex
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pyarrow as pa

from passerelle.engine import SqlFile

FOLDER = Path(__file__).parent / "sql_cases"
_USUAL_ROWS = 14
_TABLE = re.compile(r"([a-z_]+)\(([^)]*)\)")
_TYPES = {
    "int": (pa.int64(), int),
    "float": (pa.float64(), float),
    "text": (pa.string(), str),
    "bool": (pa.bool_(), "true".__eq__),
    "date": (pa.date32(), date.fromisoformat),
    "ints": (pa.list_(pa.int64()), lambda text: [int(each) for each in text.split("+") if each]),
    "texts": (
        pa.list_(pa.string()),
        lambda text: [None if each == "~" else each for each in text.split("+")],
    ),
    "time": (pa.timestamp("us", "UTC"), lambda text: datetime.fromisoformat(text).astimezone(UTC)),
}


@dataclass(frozen=True)
class SqlCase:
    """What one SQL file is given."""

    columns: Mapping[str, tuple[str, ...]]
    parameters: Mapping[str, Any]
    rows: Mapping[str, int]
    unique: Mapping[str, list[str]]
    whole: tuple[str, ...]
    holds: Mapping[str, str] = field(repr=False)

    def inputs(self, seed: int) -> dict[str, pa.Table]:
        """Tables of random rows, the same for the same seed; seed -1 gives empty ones."""
        draw = random.Random(seed)
        return {name: self._table(name, draw, is_empty=seed < 0) for name in self.columns}

    def _table(self, name: str, draw: random.Random, *, is_empty: bool) -> pa.Table:
        pools = {column: self._pool(name, column) for column in self.columns[name]}
        rows = self._rows(name, [values for _, values in pools.values()], draw)
        return pa.table(
            {
                column: pa.array([] if is_empty else [row[at] for row in rows], kind)
                for at, (column, (kind, _values)) in enumerate(pools.items())
            }
        )

    def _rows(
        self, name: str, pools: list[list[Any]], draw: random.Random
    ) -> list[tuple[Any, ...]]:
        if name in self.whole:
            return list(product(*pools))
        count = self.rows.get(name, _USUAL_ROWS)
        rows = [tuple(draw.choice(values) for values in pools) for _ in range(count)]
        if name not in self.unique:
            return rows
        at = [self.columns[name].index(column) for column in self.unique[name]]
        return list({tuple(row[place] for place in at): row for row in rows}.values())

    def _pool(self, table: str, column: str) -> tuple[pa.DataType, list[Any]]:
        told = self.holds.get(f"{table}.{column}") or self.holds.get(column)
        assert told, f"say in sql_cases what {table}.{column} holds"
        kind, *values = shlex.split(told)
        arrow, read = _TYPES[kind]
        return arrow, [None if value == "-" else read(value) for value in values]


def case_path(file: SqlFile) -> Path:
    """Where the case of an SQL file is."""
    return FOLDER / file.stage / f"{file.table}.toml"


def read_case(file: SqlFile) -> SqlCase:
    """The case of an SQL file, its columns being those of the file's contract."""
    told = tomllib.loads(case_path(file).read_text(encoding="utf-8"))
    shared = tomllib.loads((FOLDER / "columns.toml").read_text(encoding="utf-8"))
    return SqlCase(
        columns=contract_columns(file),
        parameters=told.get("parameters", {}),
        rows=told.get("rows", {}),
        unique=told.get("unique", {}),
        whole=tuple(told.get("whole", ())),
        holds={**shared, **told.get("columns", {})},
    )


def contract_columns(file: SqlFile) -> dict[str, tuple[str, ...]]:
    """The tables that a file's opening comment says it reads, with their columns."""
    comment = "\n".join(line for line in file.text.splitlines() if line.startswith("--"))
    reads = re.split(r"^-- (?:Rule|Grain)\b", comment.partition("-- Reads")[2], flags=re.M)[0]
    return {
        table: tuple(column.strip(" \n-") for column in columns.split(","))
        for table, columns in _TABLE.findall(reads)
    }
