"""Every SQL file of the match report answers the same rows on DuckDB and on Spark.

The inputs are those that the report itself hands over, on bases small enough to count by hand.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from passerelle.engine import Engine, Input, list_sql_files, open_engine
from passerelle.measure import build_match_report
from tests.unit.measure.match_world import (
    AS_OF,
    MADE_AT,
    crowd,
    emptied,
    lake_table,
    little_engine,
    little_world,
    seen,
)
from tests.unit.measure.test_truth_report import truth_of

TABLES = [file.table for file in list_sql_files() if file.stage == "measure"]


@dataclass
class Recorder:
    """DuckDB, which remembers what each file was given."""

    engine: Engine = field(default_factory=little_engine)
    cases: dict[str, list[tuple[Mapping[str, Input], Any]]] = field(default_factory=dict)

    def run(self, sql: str, inputs: Mapping[str, Input], parameters: Any = None) -> pa.Table:
        return self.engine.run(sql, inputs, parameters)

    def build(
        self, stage: str, table: str, inputs: Mapping[str, Input], parameters: Any = None
    ) -> pa.Table:
        self.cases.setdefault(table, []).append((inputs, parameters))
        return self.engine.build(stage, table, inputs, parameters)

    def copy(
        self, sql: str, inputs: Mapping[str, Input], parameters: Any = None, *, to: Path
    ) -> int:
        return self.engine.copy(sql, inputs, parameters, to=to)


@pytest.fixture(scope="module")
def recorder() -> Recorder:
    """What the report gives its files for a little base, a crowd, and a base without anything."""
    recorder = Recorder()
    said = lake_table("events", [seen(1001, "10-20", consent='{"advertising":true}')])
    many = crowd(people=50, returning=20)
    with_consent = pa.concat_tables([many.events, said])  # type: ignore[list-item]  # a table
    bases = (little_world(), replace_events(many, with_consent), emptied(little_world()))
    for base in bases:
        build_match_report(recorder, base, made_at=MADE_AT, as_of=AS_OF, truth=truth_of())
    emails = pa.table({"value": ["aa", "BB", "bb", None]})
    sightings = pa.table(
        {
            "value": ["AA", "bb", "bb", "cc"],
            "cookie": ["c1", "c2", "c2", "c3"],
            "seen_at": [datetime(2026, 10, day, tzinfo=UTC) for day in (1, 2, 3, 4)],
        }
    )
    matches = recorder.run(
        "select lower(value) as value, cookie from sightings", {"sightings": sightings}
    )
    both = {"emails": emails, "sightings": sightings}
    recorder.cases["hashed_matches"] = [(both, None)]
    recorder.cases["hashed_match_counts"] = [(both | {"matches": matches}, None)]
    return recorder


@pytest.fixture(scope="module")
def spark(spark_url: str) -> Engine:
    return open_engine(spark_url, memory_limit="", threads=0, spill="")


def replace_events(inputs: Any, events: pa.Table) -> Any:
    from dataclasses import replace

    return replace(inputs, events=events)


@pytest.mark.parametrize("table", TABLES)
def test_both_engines_answer_the_same_rows(table: str, recorder: Recorder, spark: Engine) -> None:
    cases = recorder.cases[table]
    answers = [recorder.engine.build("measure", table, *case) for case in cases]
    assert any(answer.num_rows for answer in answers)
    for case, ours in zip(cases, answers, strict=True):
        theirs = spark.build("measure", table, *case)
        assert theirs.column_names == ours.column_names
        assert rows(theirs) == rows(ours)


def rows(answer: pa.Table) -> list[tuple[str, ...]]:
    return sorted(tuple(map(_plain, row.values())) for row in answer.to_pylist())


def _plain(value: object) -> str:
    if isinstance(value, float) and math.isfinite(value):
        return f"{value:.9g}"  # the last digits of a sum depend on its order
    return str(value)
