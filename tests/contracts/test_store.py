"""What every store keeps, whichever database is behind it."""

from __future__ import annotations

import polars as pl
import pyarrow as pa
import pytest

from passerelle.identify import (
    Evidence,
    add_evidence,
    get_edges,
    keep_apart,
    withdraw_edge,
)
from passerelle.kernel import PasserelleError
from passerelle.store import Store, open_store
from passerelle.store.django_settings import point_django_at
from tests.contracts.store_helpers import OPEN_STORE, objects, put_sources, run_python, source_names

LOWEST, HIGHEST = -(2**63), 2**63 - 1
AWKWARD_TEXTS = [
    "",
    " ",
    "É\u0301 ñ ß",
    "👩‍👩‍👧‍👦",
    "line\nbreak\ttab",
    "'; drop table edges; --",
    "?",
    "ﷺ",
    "a" * 70_000,
]


def index_names(store: Store) -> set[str]:
    catalogue = ("sqlite_master", "name") if store.is_sqlite else ("pg_indexes", "indexname")
    return {row[catalogue[1]] for row in store.rows(f"select {catalogue[1]} from {catalogue[0]}")}


class TestOpening:
    def test_opening_twice_changes_nothing(self, store: Store) -> None:
        put_sources(store, "crm")

        again = open_store(store.url)

        assert source_names(again) == ["crm"]

    def test_two_first_openings_at_once_agree(self, empty_database_url: str) -> None:
        code = "import sys; from passerelle.store import open_store; open_store(sys.argv[1])"
        both = [run_python(code, empty_database_url) for _ in range(3)]

        endings = [(each.communicate()[1], each.returncode) for each in both]

        assert endings == [("", 0)] * 3
        assert source_names(open_store(empty_database_url)) == []

    def test_tables_are_made_all_at_once_or_not_at_all(
        self, empty_database_url: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def cut(*_args: object) -> None:
            raise InterruptedError

        with monkeypatch.context() as patched:  # tables are there, and nobody has noted it yet
            patched.setattr("django.db.migrations.recorder.MigrationRecorder.record_applied", cut)
            with pytest.raises(InterruptedError):
                open_store(empty_database_url)

        assert source_names(open_store(empty_database_url)) == []

    def test_a_store_made_by_the_first_version_keeps_its_edges(
        self, empty_database_url: str
    ) -> None:
        from django.core.management import call_command
        from django.db import connection

        point_django_at(empty_database_url)
        call_command("migrate", "identify", "0001_first_tables", verbosity=0)
        with connection.cursor() as cursor:
            cursor.execute(
                "insert into edges (edge_id, left_id, right_id, kind, source, trusted, "
                "first_seen_at, last_seen_at, learned_at, observations) "
                "values (5, 1, 2, 'login', 'web', 1, 3, 3, 3, 1)"
            )
        connection.close()

        store = open_store(empty_database_url)

        assert [edge.edge_id for edge in get_edges(store, [2])] == [5]
        assert store.rows("select * from edge_ends") == [{"right_id": 2, "edge_id": 5}]
        with connection.cursor() as cursor:
            found = connection.introspection.get_constraints(cursor, "edges")
        assert [each["columns"] for each in found.values() if each["index"]] == []

    def test_a_store_made_by_a_newer_version_is_refused(self, store: Store) -> None:
        with store.bulk() as bulk:
            bulk.execute(
                "insert into django_migrations (app, name, applied) "
                "values ('identify', '9999_from_the_future', ?)",
                ("2030-01-01 00:00:00+00",),
            ) if store.is_sqlite else bulk.execute(
                "insert into django_migrations (app, name, applied) "
                "values ('identify', '9999_from_the_future', now())"
            )

        with pytest.raises(PasserelleError, match="newer version") as refused:
            open_store(store.url)

        assert "upgrade" in refused.value.hint

    def test_a_store_does_not_print_its_password(self, store: Store) -> None:
        assert "only-for-tests" not in repr(store)


class TestArrowTables:
    @pytest.mark.parametrize(
        ("values", "kind"),
        [
            ([LOWEST, -1, 0, 1, HIGHEST, None], pa.int64()),
            ([-(2**31), None, 2**31 - 1], pa.int32()),
            ([-5, 7], pa.int16()),
            ([0, 2**32 - 1], pa.uint32()),
            ([True, False, None], pa.bool_()),
            ([0.0, -1.5, 1e300, None], pa.float64()),
            ([*AWKWARD_TEXTS, None], pa.string()),
            ([*AWKWARD_TEXTS, None], pa.large_string()),
            ([*AWKWARD_TEXTS, None], pa.string_view()),
            (["crm", "shop", None, "crm"], pa.dictionary(pa.int32(), pa.string())),
        ],
        ids=str,
    )
    def test_every_type_comes_back_as_it_went_in(
        self, store: Store, values: list[object], kind: pa.DataType
    ) -> None:
        rows = pa.table({"place": range(len(values)), "value": pa.array(values).cast(kind)})

        with store.bulk() as bulk:
            bulk.stage("given", rows)
            back = bulk.fetch("select value from given order by place")

        assert back["value"].to_pylist() == values
        assert back["value"].type in (pa.int64(), pa.float64(), pa.string())

    @pytest.mark.parametrize("kind", [pa.int64(), pa.float64(), pa.string()], ids=str)
    def test_a_column_may_be_all_null_and_a_table_empty(
        self, store: Store, kind: pa.DataType
    ) -> None:
        with store.bulk() as bulk:
            bulk.stage("all_null", pa.table({"value": pa.nulls(3, kind)}))
            bulk.stage("empty", pa.table({"value": pa.nulls(0, kind)}))

            assert bulk.fetch("select value from all_null")["value"].to_pylist() == [None] * 3
            assert bulk.fetch("select value from empty").num_rows == 0

    @pytest.mark.parametrize(
        "column",
        [pa.nulls(2), pa.array([1, 2], pa.timestamp("us", "UTC")), pa.array([b"x", b"y"])],
        ids=lambda each: str(each.type),
    )
    def test_types_that_databases_keep_differently_are_refused(
        self, store: Store, column: pa.Array
    ) -> None:
        with store.bulk() as bulk, pytest.raises(TypeError, match="column 'odd'"):
            bulk.stage("given", pa.table({"odd": column}))

    def test_what_polars_hands_over_is_taken(self, store: Store) -> None:
        frame = pl.DataFrame(
            {"id": [1, 2], "name": ["Zoé", None], "sure": [True, None], "ratio": [0.5, None]},
            schema_overrides={"name": pl.Categorical},
        )

        with store.bulk() as bulk:
            bulk.stage("given", frame.to_arrow())
            back = bulk.fetch("select id, name, sure, ratio from given order by id")

        assert back.to_pylist() == [
            {"id": 1, "name": "Zoé", "sure": 1, "ratio": 0.5},
            {"id": 2, "name": None, "sure": None, "ratio": None},
        ]

    def test_a_text_after_thousands_of_nulls_is_still_a_text(self, store: Store) -> None:
        # SQLite's driver guesses a column's type from its first rows.
        values = [None] * 5_000 + ["1990-05-17"]
        with store.bulk() as bulk:
            bulk.stage("given", pa.table({"value": pa.array(values)}))
            back = bulk.fetch("select value from given")

        assert back["value"].null_count == 5_000
        assert back["value"].drop_null().to_pylist() == ["1990-05-17"]

    def test_an_empty_table_is_filled_and_keeps_its_indexes(self, store: Store) -> None:
        profiles = pa.array([7, LOWEST, 7, HIGHEST], pa.int64())
        identifiers = pa.array([LOWEST, -1, 7, HIGHEST], pa.int64())
        before = index_names(store)
        with store.bulk() as bulk:
            bulk.fill(
                "placements", pa.table({"identifier_id": identifiers, "profile_id": profiles})
            )

        found = store.rows("select identifier_id from placements where profile_id = ?", (7,))

        assert {row["identifier_id"] for row in found} == {LOWEST, 7}
        assert "placements_by_profile" in before
        assert index_names(store) == before

    def test_a_fill_that_fails_leaves_the_indexes(self, store: Store) -> None:
        twice = pa.array([1, 1], pa.int64())
        before = index_names(store)

        with pytest.raises(Exception, match=r"(?i)unique"), store.bulk() as bulk:
            bulk.fill("placements", pa.table({"identifier_id": twice, "profile_id": twice}))

        assert index_names(store) == before

    def test_staged_tables_end_with_the_transaction(self, store: Store) -> None:
        for _ in range(2):
            with store.bulk() as bulk:
                bulk.stage("given", pa.table({"value": [1]}))

        assert store.arrow("select count(*) as n from sources")["n"].to_pylist() == [0]

    def test_small_columns_of_tables_are_read_as_whole_numbers(self, store: Store) -> None:
        put_sources(store, "crm")

        row = store.arrow("select trusted, created_at, name from sources")

        assert row.schema.types == [pa.int64(), pa.int64(), pa.string()]


class TestStatements:
    def test_parameters_take_their_values_in_order(self, store: Store) -> None:
        put_sources(store, "what?", "it's")
        with store.bulk() as bulk:
            found = bulk.fetch(
                "select name, 'a ? b' as quoted from sources "
                "where name = ? and created_at >= ? and kind <> 'x?y'",
                ("what?", LOWEST),
            )

        assert found.to_pylist() == [{"name": "what?", "quoted": "a ? b"}]

    def test_a_parameter_may_be_null(self, store: Store) -> None:
        evidence_of_one_edge(store)
        with store.bulk() as bulk:
            bulk.execute("update edges set withdrawn_at = ?, withdrawn_reason = ?", (5, "typo"))
            bulk.execute("update edges set withdrawn_at = ?, withdrawn_reason = ?", (None, None))

        assert store.rows("select withdrawn_at, withdrawn_reason from edges") == [
            {"withdrawn_at": None, "withdrawn_reason": None}
        ]

    def test_rows_and_arrow_read_the_same(self, store: Store) -> None:
        put_sources(store, "100%", "50%_off")
        sql = "select name, trusted from sources where name like '%\\%%' escape '\\' and kind = ? order by name"

        assert store.rows(sql, ("crm",)) == store.arrow(sql, ("crm",)).to_pylist()
        assert len(store.rows(sql, ("crm",))) == 2

    def test_a_reading_session_sees_one_state(self, store: Store) -> None:
        put_sources(store, "before")
        with store.reading() as reading:
            first = reading.fetch("select name from sources")["name"].to_pylist()
            run_python(ADD_SOURCE, store.url, "meanwhile").communicate()
            second = reading.fetch("select name from sources")["name"].to_pylist()

        assert first == second == ["before"]
        assert source_names(store) == ["before", "meanwhile"]


class TestIdentityStatements:
    def test_evidence_seen_again_widens_its_times_and_adds_up(self, store: Store) -> None:
        evidence_of_one_edge(store, first=100, last=200)
        evidence_of_one_edge(store, first=50, last=150)

        edge = objects("Edge").get()

        assert (edge.first_seen_at, edge.last_seen_at, edge.observations) == (50, 200, 2)
        assert objects("Identifier").count() == 2

    def test_withdrawn_evidence_stays_withdrawn_when_it_is_repeated(self, store: Store) -> None:
        edge_id = evidence_of_one_edge(store)
        with store.bulk() as bulk:
            withdraw_edge(bulk, edge_id, reason="asked for", at=7)
        evidence_of_one_edge(store)

        assert objects("Edge").get().withdrawn_reason == "asked for"

    def test_keeping_two_apart_twice_is_keeping_them_apart_once(self, store: Store) -> None:
        with store.bulk() as bulk:
            keep_apart(bulk, [(LOWEST, HIGHEST), (HIGHEST, LOWEST)], reason="twins", at=3)

        pair = objects("KeptApart").get()
        assert (pair.left_id, pair.right_id) == (LOWEST, HIGHEST)


def evidence_of_one_edge(store: Store, *, first: int = 1, last: int = 2) -> int:
    identifiers = pl.DataFrame(
        {
            "identifier_id": [LOWEST, HIGHEST],
            "type": ["email", "cookie"],
            "value": ["zoé@exemple.fr", "c"],
            "judgement": ["personal", "personal"],
            "learned_at": [1, 1],
        }
    )
    edges = pl.DataFrame(
        {
            "left_id": [LOWEST],
            "right_id": [HIGHEST],
            "kind": ["login"],
            "source": ["site"],
            "trusted": [1],
            "first_seen_at": [first],
            "last_seen_at": [last],
            "learned_at": [first],
            "observations": [1],
        }
    )
    with store.bulk() as bulk:
        add_evidence(bulk, Evidence(identifiers=identifiers, edges=edges))
        return int(bulk.fetch("select edge_id from edges")["edge_id"][0].as_py())


ADD_SOURCE = (
    OPEN_STORE
    + """
with store.bulk() as bulk:
    bulk.execute(
        "insert into sources (name, kind, trusted, created_at) values (?, 'x', 1, 0)",
        (sys.argv[2],),
    )
"""
)
