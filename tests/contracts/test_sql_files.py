"""Every SQL file answers the same rows on both engines, whatever rows it is given.

What the product itself hands over is in `test_match_sql.py`; here are rows drawn at random, with
ties, nulls, extremes, instants around midnight, and no rows at all.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from passerelle.engine import Engine, SqlFile, list_sql_files
from passerelle.lake import TABLES, Lake
from tests.contracts.same_rows import assert_same_answers, is_ordered
from tests.contracts.sql_inputs import FOLDER, case_path, contract_columns, read_case

FILES = list_sql_files()
SEEDS = range(5)


@pytest.mark.parametrize("file", FILES, ids=lambda file: f"{file.stage}/{file.table}")
class TestSqlFile:
    def test_it_has_a_case(self, file: SqlFile) -> None:
        path = case_path(file)

        assert path.exists(), f"write {path.relative_to(Path.cwd())}; sql_inputs.py says how"
        assert set(contract_columns(file)) == set(file.reads)
        assert set(read_case(file).inputs(0)) == set(file.reads)

    def test_both_engines_answer_the_same(
        self, file: SqlFile, duckdb: Engine, spark: Engine
    ) -> None:
        case = read_case(file)
        answered = 0
        for seed in (-1, *SEEDS):
            inputs = case.inputs(seed)
            ours = duckdb.build(file.stage, file.table, inputs, case.parameters)
            theirs = spark.build(file.stage, file.table, inputs, case.parameters)

            assert_same_answers(ours, theirs, ordered=is_ordered(file.text))
            answered += ours.num_rows

        assert answered > 3, "the case gives rows that the file drops: draw from other values"

    def test_the_order_of_rows_changes_nothing(self, file: SqlFile, duckdb: Engine) -> None:
        case = read_case(file)
        inputs = case.inputs(0)
        reversed_inputs = {
            name: table.take(pa.array(range(table.num_rows - 1, -1, -1), pa.int64()))
            for name, table in inputs.items()
        }

        ours = duckdb.build(file.stage, file.table, inputs, case.parameters)
        again = duckdb.build(file.stage, file.table, reversed_inputs, case.parameters)

        assert_same_answers(ours, again, ordered=is_ordered(file.text))

    def test_files_of_the_lake_answer_as_tables_in_memory_do(
        self, file: SqlFile, duckdb: Engine, spark: Engine, tmp_path: Path
    ) -> None:
        case = read_case(file)
        inputs = case.inputs(1)
        lake = Lake(str(tmp_path / "lake of the été"))
        kept = {name for name in inputs if is_of_the_lake(name, inputs[name])}
        for name in kept:
            half = inputs[name].num_rows // 2
            lake.append(name, inputs[name].slice(0, half), writer="w", step=0)
            lake.append(name, inputs[name].slice(half), writer="w", step=1)
        in_lake = {name: lake.files(name) if name in kept else inputs[name] for name in inputs}

        ours = duckdb.build(file.stage, file.table, inputs, case.parameters)
        for engine in (duckdb, spark):
            theirs = engine.build(file.stage, file.table, in_lake, case.parameters)
            assert_same_answers(ours, theirs, ordered=is_ordered(file.text))


def is_of_the_lake(name: str, rows: pa.Table) -> bool:
    """Whether a table that a file reads is the lake's own of that name."""
    return name in TABLES and set(rows.column_names) <= set(TABLES[name].schema.names)


def test_every_case_is_of_a_file_that_there_is() -> None:
    known = {case_path(file) for file in FILES}

    assert set(FOLDER.rglob("*/*.toml")) <= known
