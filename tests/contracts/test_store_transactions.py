"""How every store keeps writers, readers and processes apart, whichever database is behind it."""

from __future__ import annotations

import signal
import threading
import time
from pathlib import Path

import pyarrow as pa
import pytest

from passerelle.kernel import PasserelleError
from passerelle.store import Store
from tests.contracts.store_helpers import OPEN_STORE, objects, put_sources, run_python, source_names

LATEST = 2**63 - 1  # the greatest time that a store keeps


class TestTransactions:
    def test_an_error_leaves_nothing_behind(self, store: Store) -> None:
        with pytest.raises(ZeroDivisionError), store.bulk() as bulk:
            bulk.execute("insert into refusals (edge_id, reason) values (1, 'cap')")
            raise ZeroDivisionError

        assert store.rows("select edge_id from refusals") == []

    def test_a_failed_statement_leaves_nothing_behind(self, store: Store) -> None:
        put_sources(store, "crm")
        with pytest.raises(Exception, match=r"(?i)unique|duplicate"), store.bulk() as bulk:
            bulk.execute("insert into refusals (edge_id, reason) values (1, 'cap')")
            bulk.execute(
                "insert into sources (name, kind, trusted, created_at) values ('crm', 'x', 1, 0)"
            )

        assert store.rows("select edge_id from refusals") == []
        put_sources(store, "the lock is free")

    def test_a_process_killed_in_the_middle_leaves_nothing_behind(self, store: Store) -> None:
        process = run_python(HOLD_A_CHANGE, store.url)
        assert process.stdout is not None
        assert process.stdout.readline() == "changed\n"

        process.send_signal(signal.SIGKILL)
        process.communicate()

        put_sources(store, "next")  # the lock is free
        assert source_names(store) == ["next"]
        assert store.rows("select edge_id from refusals") == []

    def test_writers_take_turns(self, store: Store) -> None:
        put_sources(store, "counter")
        count = 6
        writers = [run_python(COUNT_UP, store.url, str(count)) for _ in range(2)]

        endings = [(each.communicate()[1], each.returncode) for each in writers]

        assert endings == [("", 0)] * 2
        counted = store.rows("select created_at from sources where name = 'counter'")
        assert counted == [{"created_at": 2 * count}]

    def test_threads_of_one_process_take_turns_too(self, store: Store) -> None:
        put_sources(store, "counter")
        threads = [threading.Thread(target=count_up, args=(store, 5)) for _ in range(3)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()

        counted = store.rows("select created_at from sources where name = 'counter'")
        assert counted == [{"created_at": 15}]

    def test_a_reader_does_not_wait_for_a_writer(self, store: Store) -> None:
        put_sources(store, "before")
        process = run_python(HOLD_A_CHANGE, store.url)
        assert process.stdout is not None
        process.stdout.readline()
        started = time.monotonic()

        few = source_names(store)
        many = store.arrow("select name from sources")["name"].to_pylist()
        by_model = [each.name for each in objects("Source").all()]

        waited = time.monotonic() - started
        process.kill()
        process.communicate()
        assert few == many == by_model == ["before"]
        assert waited < 20  # a writer's turn is waited for 60 s

    def test_a_session_inside_a_session_is_refused_at_once(self, store: Store) -> None:
        with store.bulk(), pytest.raises(RuntimeError, match="inside another"):
            store.bulk().__enter__()

    def test_rows_inside_a_bulk_session_are_refused(self, store: Store) -> None:
        with store.bulk(), pytest.raises(RuntimeError, match="fetch"):
            store.rows("select name from sources")


class TestKeptOpen:
    def test_each_session_is_a_transaction_that_others_see(self, store: Store) -> None:
        with store.kept_open():
            for turn in range(3):
                with store.bulk() as bulk:
                    bulk.stage("given", pa.table({"value": [turn]}))
                    bulk.execute(
                        "insert into refusals (edge_id, reason) select value, 'cap' from given"
                    )
                counted = run_python(COUNT_ROWS, store.url, "refusals").communicate()
                assert counted == (f"{turn + 1}\n", "")

        assert len(store.rows("select edge_id from refusals")) == 3

    def test_a_session_that_fails_leaves_the_next_one_a_clean_start(self, store: Store) -> None:
        with store.kept_open():
            put_sources(store, "before")
            with pytest.raises(ZeroDivisionError), store.bulk() as bulk:
                bulk.stage("given", pa.table({"value": [1]}))
                bulk.execute("insert into refusals (edge_id, reason) values (1, 'cap')")
                raise ZeroDivisionError
            put_sources(store, "after")

        assert store.rows("select edge_id from refusals") == []
        assert source_names(store) == ["after", "before"]

    def test_models_come_in_between(self, store: Store) -> None:
        with store.kept_open():
            for turn in range(3):
                put_sources(store, f"bulk {turn}")
                objects("Source").create(name=f"model {turn}", kind="x", trusted=0, created_at=0)
                assert len(source_names(store)) == 2 * turn + 2

        counted = run_python(COUNT_ROWS, store.url, "sources").communicate()
        assert counted == ("6\n", "")

    def test_other_threads_come_in_between(self, store: Store) -> None:
        put_sources(store, "counter")
        with store.kept_open():
            threads = [threading.Thread(target=count_up, args=(store, 5)) for _ in range(2)]
            for each in threads:
                each.start()
            count_up(store, 5)
            for each in threads:
                each.join()

        counted = store.rows("select created_at from sources where name = 'counter'")
        assert counted == [{"created_at": 15}]

    def test_what_another_process_changed_is_seen(self, store: Store) -> None:
        put_sources(store, "counter")
        with store.kept_open():
            count_up(store, 1)
            assert run_python(COUNT_UP, store.url, "2").wait() == 0
            count_up(store, 1)

        counted = store.rows("select created_at from sources where name = 'counter'")
        assert counted == [{"created_at": 4}]

    def test_nothing_is_kept_once_the_last_has_ended(self, store: Store) -> None:
        with store.kept_open():
            put_sources(store, "one")
            with store.kept_open():
                put_sources(store, "two")
            put_sources(store, "three")

        if store.is_sqlite:  # who closes a file last moves the log into it
            assert not Path(f"{store.url.removeprefix('sqlite:///')}-wal").exists()
        assert source_names(store) == ["one", "three", "two"]


class TestModels:
    def test_models_see_what_bulk_wrote_and_the_other_way_round(self, store: Store) -> None:
        put_sources(store, "bulk")
        objects("Source").create(name="model", kind="shop", trusted=0, created_at=LATEST)
        with store.bulk() as bulk:
            seen = bulk.fetch("select name, created_at from sources order by name").to_pylist()
            bulk.execute("update sources set kind = 'both'")

        assert seen == [
            {"name": "bulk", "created_at": 0},
            {"name": "model", "created_at": LATEST},
        ]
        assert {each.kind for each in objects("Source").all()} == {"both"}

    def test_changes_by_models_and_by_bulk_in_turn_are_all_kept(self, store: Store) -> None:
        # Two copies of SQLite in one process would delete each other's log and lose changes.
        for turn in range(4):
            objects("Source").create(name=f"model {turn}", kind="x", trusted=0, created_at=0)
            put_sources(store, f"bulk {turn}")
            assert len(source_names(store)) == 2 * turn + 2

        counted = run_python(COUNT_ROWS, store.url, "sources").communicate()
        assert counted == ("8\n", "")


class TestTrouble:
    def test_a_database_that_went_away_is_retryable_or_reported(self, store: Store) -> None:
        if store.is_sqlite:
            Path(store.url.removeprefix("sqlite:///")).write_bytes(b"not a database" * 1000)
        else:
            cut_off_everybody(store)

        with pytest.raises(PasserelleError) as told, store.bulk() as bulk:
            if not store.is_sqlite:
                cut_off_everybody(store)
            bulk.fetch("select count(*) as n from sources")

        assert told.value.hint
        assert "only-for-tests" not in f"{told.value}{told.value.hint}"

    def test_an_error_of_ours_is_not_hidden(self, store: Store) -> None:
        with pytest.raises(Exception, match=r"(?i)no_such_table"), store.bulk() as bulk:
            bulk.fetch("select * from no_such_table")


def count_up(store: Store, times: int) -> None:
    for _ in range(times):
        with store.bulk() as bulk:
            seen = bulk.fetch("select created_at from sources where name = 'counter'")
            bulk.execute(
                "update sources set created_at = ? where name = 'counter'",
                (seen["created_at"][0].as_py() + 1,),
            )


def cut_off_everybody(store: Store) -> None:
    import psycopg

    with psycopg.connect(store.url, autocommit=True) as connection:
        connection.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where datname = current_database() and pid <> pg_backend_pid()"
        )


HOLD_A_CHANGE = (
    OPEN_STORE
    + """
import time, pyarrow as pa
with store.bulk() as bulk:
    bulk.stage("given", pa.table({"edge_id": range(50_000)}))
    bulk.execute("insert into refusals (edge_id, reason) select edge_id, 'half' from given")
    print("changed", flush=True)
    time.sleep(120)
"""
)

COUNT_UP = (
    OPEN_STORE
    + """
for _ in range(int(sys.argv[2])):
    with store.bulk() as bulk:
        seen = bulk.fetch("select created_at from sources where name = 'counter'")
        bulk.execute(
            "update sources set created_at = ? where name = 'counter'",
            (seen["created_at"][0].as_py() + 1,),
        )
"""
)

COUNT_ROWS = (
    OPEN_STORE
    + """
with store.reading() as reading:
    print(reading.fetch("select count(*) as n from " + sys.argv[2])["n"][0].as_py())
"""
)
