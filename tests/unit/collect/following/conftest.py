"""Installations, on each database."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from passerelle.collect import Warehouse
from passerelle.engine import open_engine
from passerelle.kernel import IdentifierKeys
from passerelle.lake import Lake
from passerelle.store import Store
from tests.event_logs import START
from tests.unit.collect.following.base import Base


@pytest.fixture
def base(store: Store, keys: IdentifierKeys, home: Path) -> Base:
    """Nothing yet, once on each database."""
    return _base(store, keys, home)


@pytest.fixture
def small_base(sqlite_store: Store, keys: IdentifierKeys, home: Path) -> Base:
    """Nothing yet, on SQLite: for what no database can change."""
    return _base(sqlite_store, keys, home)


def _base(store: Store, keys: IdentifierKeys, home: Path) -> Base:
    engine = open_engine("", memory_limit="256MB", threads=1, spill=str(home / "spill"))
    lake = Lake(str(home / "lake"))
    warehouse = Warehouse(store, lake, keys, lambda: START + timedelta(seconds=1))
    return Base(home, warehouse, engine)
