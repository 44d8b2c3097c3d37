"""What a person is told when the store cannot go on, and what is left of the work."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from passerelle.kernel import Misconfigured, PasserelleError, Retryable
from passerelle.store import Store, open_store
from tests.servers.postgresql import PASSWORD

PROJECT = Path(__file__).parent.parent.parent


def run_python(code: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_full_disk_is_said_and_the_same_command_works_once_there_is_room(tmp_path: Path) -> None:
    told = run_python(
        """
import sys
from pathlib import Path
import pyarrow as pa
from passerelle.kernel import Retryable
from passerelle.store import open_store
from tests.servers.small_disk import enter_small_disk
folder = Path(sys.argv[1])
make_room = enter_small_disk(folder, size_kib=2048)
store = open_store(f"sqlite:///{folder / 'store.sqlite3'}")
rows = pa.table({"edge_id": range(200_000), "reason": ["a protection objected"] * 200_000})

def add():
    with store.bulk() as bulk:
        bulk.stage("given", rows)
        bulk.execute("insert into refusals (edge_id, reason) select edge_id, reason from given")

try:
    add()
except Retryable as error:
    print(error, "|", error.hint)
print(store.rows("select count(*) as n from refusals"))
make_room()
add()
print(store.rows("select count(*) as n from refusals"))
print(store.rows("pragma integrity_check"))
""",
        str(tmp_path / "disk"),
    )

    assert told.splitlines() == [
        "The disk of the store is full; nothing of this batch was kept. | "
        "Free some space, then run the same command again.",
        "[{'n': 0}]",
        "[{'n': 200000}]",
        "[{'integrity_check': 'ok'}]",
    ]


def test_a_disk_too_full_to_begin_is_said(tmp_path: Path) -> None:
    told = run_python(
        """
import sys
from pathlib import Path
from passerelle.kernel import Retryable
from passerelle.store import open_store
from tests.servers.small_disk import enter_small_disk
folder = Path(sys.argv[1])
enter_small_disk(folder, size_kib=16)
try:
    open_store(f"sqlite:///{folder / 'store.sqlite3'}")
except Retryable as error:
    print(error)
""",
        str(tmp_path / "disk"),
    )

    assert told.startswith("The disk of the store is full")


def test_a_folder_that_may_only_be_read_is_said(tmp_path: Path) -> None:
    told = run_python(
        """
import sys
from pathlib import Path
from passerelle.kernel import Misconfigured
from passerelle.store import open_store
from tests.servers.permissions import obey_permissions
folder = Path(sys.argv[1])
folder.mkdir()
folder.chmod(0o555)
obey_permissions()
try:
    open_store(f"sqlite:///{folder / 'store.sqlite3'}")
except Misconfigured as error:
    print(error, "|", error.hint)
""",
        str(tmp_path / "folder"),
    )

    assert "folder/store.sqlite3 cannot be opened" in told
    assert "passerelle doctor" in told


def test_a_store_that_may_only_be_read_is_said_when_written_to(tmp_path: Path) -> None:
    file = tmp_path / "store.sqlite3"
    open_store(f"sqlite:///{file}")

    told = run_python(
        """
import sys
from pathlib import Path
from passerelle.kernel import Misconfigured
from passerelle.store import Store
from tests.servers.permissions import obey_permissions
file = Path(sys.argv[1])
for each in file.parent.iterdir():
    each.chmod(0o444)
file.parent.chmod(0o555)
obey_permissions()
try:
    with Store(f"sqlite:///{file}").bulk() as bulk:
        bulk.execute("delete from sources")
except Misconfigured as error:
    print(error, "|", error.hint)
""",
        str(file),
    )

    assert "store.sqlite3 cannot be" in told
    assert "PASSERELLE_HOME" in told


@pytest.mark.parametrize(
    "content", [b"not a database" * 1000, b"SQLite format 3\0" + b"\xff" * 9000]
)
def test_a_damaged_file_is_said(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "store.sqlite3"
    file.write_bytes(content)

    with pytest.raises(Misconfigured, match="damaged, or is not a database") as told:
        open_store(f"sqlite:///{file}")

    assert "backup" in told.value.hint
    assert file.read_bytes() == content


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot be opened"):
        open_store(f"sqlite:///{tmp_path / 'nowhere' / 'store.sqlite3'}")


def test_a_folder_in_the_place_of_the_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="cannot be opened"):
        open_store(f"sqlite:///{tmp_path}")


def test_a_path_with_spaces_and_accents_works(tmp_path: Path) -> None:
    folder = tmp_path / "Données de l'été 100% #1?"
    folder.mkdir()

    store = open_store(f"sqlite:///{folder / 'base.sqlite3'}")
    with store.bulk() as bulk:
        bulk.execute("insert into refusals (edge_id, reason) values (1, 'cap')")

    assert store.rows("select edge_id from refusals") == [{"edge_id": 1}]
    assert (folder / "base.sqlite3").exists()


def test_a_server_that_does_not_answer_is_said_without_the_password() -> None:
    with socket.socket() as taken:  # bound but not listening: nobody else can take the port
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        url = f"postgresql://marie:s%40cret@127.0.0.1:{port}/base"

        with pytest.raises(Misconfigured) as told:
            open_store(url)

    assert f"No database answers at postgresql://127.0.0.1:{port}/base." in str(told.value)
    assert "cret" not in f"{told.value}{told.value.hint}"
    assert told.value.__cause__ is None


def test_a_wrong_password_is_said_and_never_printed(postgres_url: str) -> None:
    wrong = postgres_url.replace(PASSWORD, "wr0ng-Secret")

    with pytest.raises(Misconfigured, match="refuses this user or password") as told:
        open_store(wrong)

    assert "wr0ng" not in f"{told.value}{told.value.hint}"


def test_a_database_that_is_not_there_is_said(postgres_url: str) -> None:
    elsewhere = urlsplit(postgres_url)._replace(path="/nobody_made_me").geturl()

    with pytest.raises(Misconfigured, match=r"nobody_made_me cannot be opened"):
        open_store(elsewhere)


@pytest.mark.parametrize("url", ["postgresql://host:port/base", "postgresql://[half/base"])
def test_a_url_that_is_none_is_said(url: str) -> None:
    with pytest.raises(Misconfigured, match="PASSERELLE_DATABASE_URL"):
        open_store(url)


def test_options_of_the_url_reach_both_ways_in(postgres_url: str) -> None:
    store = open_store(f"{postgres_url}?application_name=till&sslmode=prefer")

    asked = "select current_setting('application_name') as name"
    assert store.rows(asked) == store.arrow(asked).to_pylist() == [{"name": "till"}]


def test_a_server_that_stops_in_the_middle_is_retryable(postgresql_store: Store) -> None:
    import psycopg

    with pytest.raises(Retryable, match="went away") as told, postgresql_store.bulk() as bulk:
        bulk.execute("insert into refusals (edge_id, reason) values (1, 'cap')")
        with psycopg.connect(postgresql_store.url, autocommit=True) as other:
            other.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity "
                "where datname = current_database() and pid <> pg_backend_pid()"
            )
        bulk.execute("insert into refusals (edge_id, reason) values (2, 'cap')")

    assert PASSWORD not in str(told.value)


def test_models_held_by_another_thread_make_a_bulk_session_wait(sqlite_store: Store) -> None:
    import threading

    from django.apps import apps
    from django.db import connection, transaction

    source = apps.get_model("collect", "Source")
    is_inside, may_end = threading.Event(), threading.Event()

    def change_by_model() -> None:
        with transaction.atomic():
            source.objects.create(name="model", kind="x", trusted=0, created_at=0)
            is_inside.set()
            may_end.wait(30)
        connection.close()

    thread = threading.Thread(target=change_by_model)
    thread.start()
    is_inside.wait(30)
    threading.Timer(0.3, may_end.set).start()
    with sqlite_store.bulk() as bulk:
        seen = bulk.fetch("select name from sources")["name"].to_pylist()
    thread.join()

    assert seen == ["model"]


def test_models_and_bulk_cannot_be_mixed_in_one_transaction(sqlite_store: Store) -> None:
    from django.apps import apps
    from django.db import transaction

    source = apps.get_model("collect", "Source")

    with pytest.raises(RuntimeError), sqlite_store.bulk():
        source.objects.count()
    with pytest.raises(RuntimeError), transaction.atomic():
        source.objects.count()
        sqlite_store.bulk().__enter__()

    with sqlite_store.bulk() as bulk:  # and nothing stays locked
        bulk.fetch("select name from sources")


def test_every_message_has_a_hint(tmp_path: Path) -> None:
    (tmp_path / "store.sqlite3").write_bytes(b"x" * 5000)
    for url in (f"sqlite:///{tmp_path}/store.sqlite3", f"sqlite:///{tmp_path}/no/store.sqlite3"):
        with pytest.raises(PasserelleError) as told:
            open_store(url)
        assert told.value.hint
