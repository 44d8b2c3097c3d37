"""What tests may ask for by name: a home folder, stores on both databases, an S3 and a Spark server."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from passerelle.kernel import Clock, IdentifierKeys
from passerelle.settings import Settings
from passerelle.store import Store, open_store
from tests.servers.databases import Databases
from tests.servers.object_storage import ObjectStorage, running_storage
from tests.servers.postgresql import start_server
from tests.servers.spark_connect import running_server

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
_SESSION = "PASSERELLE_TEST_SESSION"
_LONGEST = ("integration", "clients", "journeys", "contracts")


def pytest_configure(config: pytest.Config) -> None:
    """Give the run a name that its worker processes inherit: they share one PostgreSQL server."""
    if not hasattr(config, "workerinput"):
        os.environ[_SESSION] = str(os.getpid())


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing on a server that is not ours, nor on the disk."""
    if hasattr(config, "workerinput"):
        return
    folder = _session_folder()
    given = os.environ.get("PASSERELLE_TEST_POSTGRES")
    if given and folder.exists():
        databases = Databases(given, os.environ[_SESSION], folder)
        databases.drop(databases.template)
    shutil.rmtree(folder, ignore_errors=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the folders first whose files take longest: a process that draws one last ends alone."""
    tests = Path(__file__).parent

    def rank(item: pytest.Item) -> int:
        folder = item.path.parent.relative_to(tests).parts[:1] if tests in item.path.parents else ()
        return _LONGEST.index(folder[0]) if folder and folder[0] in _LONGEST else len(_LONGEST)

    items.sort(key=rank)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder that exists and is empty."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def settings(home: Path) -> Settings:
    """The settings of the embedded default in `home`."""
    return Settings(home=home)


@pytest.fixture
def clock() -> Clock:
    """A clock that stands still, on 1 March 2026 at noon UTC."""
    return lambda: NOW


@pytest.fixture
def keys() -> IdentifierKeys:
    """Keys of a secret that everybody knows."""
    return IdentifierKeys(b"a secret of the tests, 32 bytes.")


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    """An empty store with its tables, once on each database."""
    opened: Store = request.getfixturevalue(f"{request.param}_store")
    return opened


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database that has no table yet, once on each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'new.sqlite3'}"
        return
    databases: Databases = request.getfixturevalue("databases")
    name = _new_name()
    yield databases.create(name, is_migrated=False)
    _close_connections()
    databases.drop(name)


@pytest.fixture
def sqlite_store(home: Path, _sqlite_template: Path) -> Iterator[Store]:
    """An empty store with its tables, on SQLite in `home`."""
    file = home / "store.sqlite3"
    shutil.copyfile(_sqlite_template, file)
    yield open_store(f"sqlite:///{file}")
    _close_connections()


@pytest.fixture
def postgresql_store(postgres_url: str) -> Store:
    """An empty store with its tables, on PostgreSQL."""
    return open_store(postgres_url)


@pytest.fixture
def postgres_url(databases: Databases) -> Iterator[str]:
    """The URL of a database of its own on PostgreSQL, with the tables of this version."""
    name = _new_name()
    yield databases.create(name, is_migrated=True)
    _close_connections()
    databases.drop(name)


@pytest.fixture(scope="session")
def databases() -> Databases:
    """The PostgreSQL server of PASSERELLE_TEST_POSTGRES, else one started for this run."""
    session = os.environ[_SESSION]
    folder = _session_folder()
    folder.mkdir(parents=True, exist_ok=True)
    given = os.environ.get("PASSERELLE_TEST_POSTGRES")
    if given:
        return Databases(given, session, folder)
    # What is noted beside the server goes with it, even when the run is killed.
    url = start_server(folder / "server", owner=int(session))
    return Databases(url, session, folder / "server")


@pytest.fixture(scope="session")
def spark_url() -> Iterator[str]:
    """The URL of a Spark Connect server."""
    with running_server() as url:
        yield url


@pytest.fixture(scope="session")
def object_storage() -> Iterator[ObjectStorage]:
    """An object storage that speaks S3, with an empty bucket."""
    with running_storage() as storage:
        yield storage


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("template") / "store.sqlite3"
    open_store(f"sqlite:///{file}")
    _close_connections()  # the last one out moves the write-ahead log into the file
    return file


def _new_name() -> str:
    return f"passerelle_{uuid.uuid4().hex[:12]}"


def _close_connections() -> None:
    from django.db import connections

    connections.close_all()


def _session_folder() -> Path:
    # In the system's own temporary folder: PostgreSQL's user must be able to walk to it.
    return Path(tempfile.gettempdir()) / f"passerelle-tests-{os.environ[_SESSION]}"
