"""A town on each database; what it needs is loaded by the tests that ask for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from passerelle.kernel import Clock, IdentifierKeys
from passerelle.kernel.language import use_language
from passerelle.store import Store

if TYPE_CHECKING:
    from tests.unit.town import Town


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Each test starts in English, whatever language a command before it spoke."""
    use_language("en")


@pytest.fixture
def in_french() -> Iterator[None]:
    """What is said in the test is said in French."""
    use_language("fr")
    yield
    use_language("en")


@pytest.fixture
def town(store: Store, keys: IdentifierKeys, clock: Clock, tmp_path: Path) -> Town:
    """Nobody yet, once on each database."""
    return _town(store, keys, clock, tmp_path)


@pytest.fixture
def small_town(sqlite_store: Store, keys: IdentifierKeys, clock: Clock, tmp_path: Path) -> Town:
    """Nobody yet, on SQLite: for what no database can change."""
    return _town(sqlite_store, keys, clock, tmp_path)


def _town(store: Store, keys: IdentifierKeys, clock: Clock, tmp_path: Path) -> Town:
    from passerelle.collect import Warehouse
    from passerelle.engine import open_engine
    from passerelle.lake import Lake
    from tests.unit.town import Town

    instants = _instants(clock())
    folder = tmp_path / "files"
    folder.mkdir()
    engine = open_engine("", memory_limit="256MB", threads=1, spill=str(tmp_path / "spill"))
    lake = Lake(str(tmp_path / "lake"))
    return Town(Warehouse(store, lake, keys, lambda: next(instants)), engine, folder)


def _instants(start: datetime) -> Iterator[datetime]:
    """Each look at the clock is a second after the one before."""
    return (start + timedelta(seconds=each) for each in count())
