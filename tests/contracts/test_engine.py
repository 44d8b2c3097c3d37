"""DuckDB and Spark Connect mean the same by the same SQL, where we write that they do."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from passerelle.engine import Engine, open_engine
from passerelle.kernel import Misconfigured
from passerelle.lake import TABLES, Lake, LakeFiles
from tests.contracts.batch_functions import DOUBLED, double
from tests.contracts.same_rows import assert_same_answers, is_ordered

DIALECT = tomllib.loads((Path(__file__).parent / "sql_dialect.toml").read_text("utf-8"))
AGREES = [sql for area in DIALECT["area"] for sql in area["agrees"]]
DIFFERS = [each["sql"] for each in DIALECT["differs"]]


def rows() -> pa.Table:
    """Groups of one and two, nulls everywhere, the night the clocks change, a leap day, 1969."""
    return pa.table(
        {
            "g": ["a", "a", "b", "b", None, "c"],
            "n": pa.array([1, None, 3, -7, 5, 2**40], pa.int64()),
            "m": pa.array([2, 2, -2, 3, None, 0], pa.int64()),
            "x": [0.5, None, 2.5, -1.5, 1e10, 0.1],
            "s": ["É t", "", None, "abc", "a%b_c", "😀z"],
            "t": pa.array(
                [
                    datetime(2026, 3, 29, 0, 59, 59, 999999, UTC),
                    datetime(2026, 3, 29, 1, tzinfo=UTC),
                    None,
                    datetime(1969, 12, 31, 23, 59, 59, 5, UTC),
                    datetime(2024, 2, 29, 12, tzinfo=UTC),
                    datetime(2026, 10, 25, 1, 30, 0, 1, UTC),
                ],
                pa.timestamp("us", "UTC"),
            ),
            "f": [True, False, None, True, True, False],
            "d": pa.array(
                [
                    date(2026, 1, 31),
                    date(2024, 2, 29),
                    None,
                    date(1970, 1, 1),
                    None,
                    date(1999, 12, 31),
                ]
            ),
        }
    )


PARAMETERS = {
    "instant": datetime(2026, 3, 1, 5, tzinfo=timezone(timedelta(hours=2))),
    "day": date(2026, 3, 1),
    "count": 2,
    "large": 2**62,
    "share": 0.25,
    "text": "it's é?",
    "sure": True,
    "nothing": None,
}


def ask(engine: Engine, sql: str) -> pa.Table:
    whole = sql if sql.startswith(("select", "with")) else f"select g, n, s, {sql} as v from t"
    return engine.run(whole, {"t": rows(), "u": rows().slice(0, 3)}, PARAMETERS)


class TestDialect:
    @pytest.mark.parametrize("sql", AGREES)
    def test_both_engines_mean_the_same(self, sql: str, duckdb: Engine, spark: Engine) -> None:
        ordered = sql.startswith("select") and is_ordered(sql)

        assert_same_answers(ask(duckdb, sql), ask(spark, sql), ordered=ordered)

    @pytest.mark.parametrize("sql", DIFFERS)
    def test_what_is_not_to_be_used_does_differ(
        self, sql: str, duckdb: Engine, spark: Engine
    ) -> None:
        try:
            answers = ask(duckdb, sql), ask(spark, sql)
        except Exception:
            return  # one of them refuses it
        with pytest.raises(AssertionError):
            assert_same_answers(*answers)


@pytest.fixture(params=["duckdb", "spark"])
def engine(request: pytest.FixtureRequest) -> Engine:
    """One engine, then the other."""
    chosen: Engine = request.getfixturevalue(request.param)
    return chosen


class TestAnswers:
    def test_whole_numbers_have_64_bits_and_instants_are_in_utc(self, engine: Engine) -> None:
        answer = engine.run(
            "select sum(n) as total, count(*) as rows, 1 as one, length(max(s)) as letters, "
            "max(t) as last, avg(n) as mean, 0.5 as half, max(s) as text, bool_or(f) as any_f, "
            "max(d) as day from t",
            {"t": rows()},
        )

        assert answer.schema.types == [
            *([pa.int64()] * 4),
            pa.timestamp("us", tz="UTC"),
            *([pa.float64()] * 2),
            pa.string(),
            pa.bool_(),
            pa.date32(),
        ]

    def test_an_input_without_rows_keeps_its_columns(self, engine: Engine) -> None:
        empty = rows().slice(0, 0)

        answer = engine.run("select n, s, t, f, d, x from t where n > 0", {"t": empty})

        assert answer.num_rows == 0
        assert answer.schema == empty.select(["n", "s", "t", "f", "d", "x"]).schema

    def test_extremes_pass_unchanged(self, engine: Engine) -> None:
        extremes = [2**63 - 1, -(2**63), 0, None]

        answer = engine.run(
            "select n from t", {"t": pa.table({"n": pa.array(extremes, pa.int64())})}
        )

        assert sorted(answer["n"].to_pylist(), key=str) == sorted(extremes, key=str)

    def test_awkward_texts_pass_unchanged(self, engine: Engine) -> None:
        texts = ["", "É\u0301", "👩‍👩‍👧", "a'b\"c`d", "line\nbreak", "$text", ":text", "?", "\\"]

        answer = engine.run(
            "select s from t where s = $text or true",
            {"t": pa.table({"s": texts})},
            {"text": "'; --"},
        )

        assert sorted(answer["s"].to_pylist()) == sorted(texts)


class TestParameters:
    def test_a_name_that_begins_like_another_is_not_taken_for_it(self, engine: Engine) -> None:
        answer = engine.run("select $until as v", {}, {"un": 1, "until": 2, "until_now": 3})

        assert answer["v"].to_pylist() == [2]

    def test_names_in_comments_and_texts_are_none(self, engine: Engine) -> None:
        answer = engine.run("-- not $this\nselect '$that' as v, $one as w", {}, {"one": 1})

        assert answer.to_pylist() == [{"v": "$that", "w": 1}]

    def test_a_missing_value_is_named(self, engine: Engine) -> None:
        with pytest.raises(ValueError, match="until"):
            engine.run("select $until as v", {}, {"since": 1})

    def test_an_instant_without_a_zone_is_refused(self, engine: Engine) -> None:
        with pytest.raises(ValueError, match="time zone"):
            engine.run("select $at as v", {}, {"at": datetime(2026, 1, 1)})

    def test_a_value_is_never_read_as_sql(self, engine: Engine) -> None:
        evil = "' or 1=1 --"

        answer = engine.run("select s from t where s = $s", {"t": rows()}, {"s": evil})

        assert answer.num_rows == 0


class TestMapBatches:
    def test_a_function_changes_the_rows_of_a_select(self, engine: Engine) -> None:
        numbers = pa.table({"n": range(20_000)})

        with engine.map_batches(
            "select n from t where n < $most",
            {"t": numbers},
            double,
            schema=DOUBLED,
            parameters={"most": 15_000},
        ) as mapped:
            answer = engine.run(
                "select count(*) as rows, sum(doubled) as total from t", {"t": mapped}
            )
            texts = engine.run("select texts from t where n = 4", {"t": mapped})

        assert answer.to_pylist() == [{"rows": 7_500, "total": sum(range(0, 30_000, 4))}]
        assert texts["texts"].to_pylist() == [["4", None]]

    def test_of_no_rows_there_are_none_with_the_same_columns(self, engine: Engine) -> None:
        none = pa.table({"n": pa.array([], pa.int64())})

        with engine.map_batches("select n from t", {"t": none}, double, schema=DOUBLED) as mapped:
            answer = engine.run("select n, doubled from t", {"t": mapped})

        assert answer.num_rows == 0
        assert answer.schema.types == [pa.int64(), pa.int64()]

    def test_mapped_rows_are_mapped_again_under_names_that_others_use(self, engine: Engine) -> None:
        first, other = pa.table({"n": [1, 2, 4]}), pa.table({"n": [8]})

        with (
            engine.map_batches("select n from t", {"t": first}, double, schema=DOUBLED) as once,
            engine.map_batches(
                "select t.doubled as n from t", {"t": once}, double, schema=DOUBLED
            ) as twice,
        ):
            engine.run("select n from t", {"t": other})
            answer = engine.run("select doubled from t order by doubled", {"t": twice})

        assert answer["doubled"].to_pylist() == [8, 16]


class TestLake:
    def test_a_table_that_nothing_was_added_to_is_empty(
        self, engine: Engine, tmp_path: Path
    ) -> None:
        events = Lake(str(tmp_path / "lake")).files("events")

        answer = engine.run("select source, occurred_at, cookie_id from events", {"events": events})

        assert answer.num_rows == 0
        assert answer.schema.types == [pa.string(), pa.timestamp("us", tz="UTC"), pa.int64()]

    @pytest.mark.parametrize("folder", ["lake", "Données d'été"])
    def test_files_of_several_batches_are_read_as_one_table(
        self, engine: Engine, tmp_path: Path, folder: str
    ) -> None:
        lake = Lake(str(tmp_path / folder))
        for step in range(3):
            batch = pa.table(
                {"message_id": [f"m{step}", f"n{step}"], "occurred_at": [at(step), None]}
            )
            lake.append("events", batch, writer="w", step=step)

        answer = engine.run(
            "select count(*) as n, max(occurred_at) as last from events where message_id <> 'm0'",
            {"events": lake.files("events")},
        )

        assert answer.to_pylist() == [{"n": 5, "last": at(2)}]

    @pytest.mark.parametrize("is_known_to_some", [True, False])
    def test_a_column_added_later_is_null_in_files_from_before(
        self, engine: Engine, tmp_path: Path, is_known_to_some: bool
    ) -> None:
        pq.write_table(pa.table({"n": [1]}), tmp_path / "old.parquet")
        newer = {"s": ["x"], "n": [2]} if is_known_to_some else {"n": [2]}
        pq.write_table(pa.table(newer), tmp_path / "new.parquet")
        schema = pa.schema([("n", pa.int64()), ("s", pa.string()), ("x", pa.float64())])
        paths = tuple(str(tmp_path / name) for name in ("old.parquet", "new.parquet"))

        answer = engine.run(
            "select n, s, x from t where n > 0", {"t": LakeFiles("t", paths, schema)}
        )

        told = {(row["n"], row["s"], row["x"]) for row in answer.to_pylist()}
        assert told == {(1, None, None), (2, "x" if is_known_to_some else None, None)}

    def test_every_table_of_the_lake_is_read_with_its_types(
        self, engine: Engine, tmp_path: Path
    ) -> None:
        lake = Lake(str(tmp_path / "lake"))
        for name, table in TABLES.items():
            one: Any = {each.name: pa.nulls(1, each.type) for each in table.schema}
            lake.append(name, pa.table(one), writer="w", step=0)
            columns = ", ".join(table.schema.names)

            answer = engine.run(f"select {columns} from {name}", {name: lake.files(name)})

            assert answer.schema.types == table.schema.types
            assert answer.num_rows == 1


def at(day: int) -> datetime:
    return datetime(2026, 3, 28, 23, 59, 59, 999999, UTC) + timedelta(days=day)


class TestOneEngine:
    def test_duckdb_fetches_no_extension_for_instants(self, tmp_path: Path) -> None:
        # In a home of its own, so that no extension fetched before can help.
        code = """
from datetime import datetime, UTC
from passerelle.engine import open_engine
engine = open_engine("", memory_limit="1GB", threads=1, spill=".")
print(engine.run(
    "select date_trunc('month', $at - interval 7 day) as v, strftime($at, '%Y-%m') as w, "
    "cast($at as date) as d, cast(floor(epoch($at)) as bigint) as e, $at + 3 * interval 1 day as p",
    {}, {"at": datetime(2026, 3, 1, 10, tzinfo=UTC)},
).num_rows)
"""
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env={"HOME": str(tmp_path), "PATH": "", "no_proxy": "*"},
            capture_output=True,
            text=True,
            check=False,
        )

        assert (done.stdout, done.returncode) == ("1\n", 0), done.stderr
        assert not (tmp_path / ".duckdb").exists()

    def test_duckdb_runs_in_several_threads_at_once(self, duckdb: Engine) -> None:
        from concurrent.futures import ThreadPoolExecutor

        def total(number: int) -> int:
            given = pa.table({"n": [number] * 1000})
            return int(duckdb.run("select sum(n) as v from t", {"t": given})["v"][0].as_py())

        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(total, range(20))) == [1000 * n for n in range(20)]

    def test_spark_runs_for_several_threads_without_mixing_their_tables(
        self, spark: Engine
    ) -> None:
        from concurrent.futures import ThreadPoolExecutor

        def total(number: int) -> int:
            given = pa.table({"n": [number] * 10})
            return int(spark.run("select sum(n) as v from t", {"t": given})["v"][0].as_py())

        with ThreadPoolExecutor(4) as pool:
            assert list(pool.map(total, range(8))) == [10 * n for n in range(8)]

    def test_a_query_that_needs_more_memory_than_allowed_is_said(self, tmp_path: Path) -> None:
        engine = open_engine("", memory_limit="20MB", threads=1, spill=str(tmp_path / "spill"))
        texts = [f"{number:0100d}" for number in range(500_000)]

        with pytest.raises(Misconfigured, match="PASSERELLE_MEMORY_LIMIT"):
            engine.run("select list(s) as v from t", {"t": pa.table({"s": texts})})

    def test_duckdb_reads_a_lake_whose_folder_looks_like_a_pattern(
        self, duckdb: Engine, spark: Engine, tmp_path: Path
    ) -> None:
        lake = Lake(str(tmp_path / "star* and {brace}?"))
        lake.append("events", pa.table({"message_id": ["m"]}), writer="w", step=0)
        events = {"events": lake.files("events")}

        answer = duckdb.run("select message_id from events", events)

        assert answer["message_id"].to_pylist() == ["m"]
        with pytest.raises(Misconfigured, match="path has one of"):
            spark.run("select message_id from events", events)

    def test_a_spark_server_that_is_not_there_is_said_soon(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("passerelle.engine.spark_engine._PATIENCE_SECONDS", 1)
        engine = open_engine("sc://127.0.0.1:9", memory_limit="", threads=0, spill="")

        with pytest.raises(Misconfigured, match="PASSERELLE_ENGINE_URL") as told:
            engine.run("select 1 as v", {})

        assert "unset" in told.value.hint

    def test_a_token_in_the_url_is_not_printed(self) -> None:
        engine = open_engine("sc://host:15002/;token=s3cret", memory_limit="", threads=0, spill="")

        assert "s3cret" not in repr(engine)
