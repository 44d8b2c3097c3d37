"""A town whose people have a page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from passerelle.collect import Warehouse
from passerelle.consent import apply_policy, read_default_policy
from passerelle.engine import open_engine
from passerelle.kernel import IdentifierKeys
from passerelle.lake import Lake
from passerelle.settings import Settings
from passerelle.store import Store
from tests.unit.portal.pages import PEOPLE, Hands, Page, open_page
from tests.unit.town import Town

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def page(
    sqlite_store: Store, tmp_path: Path, keys: IdentifierKeys, settings: Settings
) -> Iterator[Page]:
    """The page of a town, on SQLite."""
    yield from _opened(sqlite_store, tmp_path, keys, settings)


@pytest.fixture
def page_on_either(
    store: Store, tmp_path: Path, keys: IdentifierKeys, settings: Settings
) -> Iterator[Page]:
    """The page of a town, once on each database."""
    yield from _opened(store, tmp_path, keys, settings)


def _opened(
    store: Store, tmp_path: Path, keys: IdentifierKeys, settings: Settings
) -> Iterator[Page]:
    clock = Hands(NOW)
    folder = tmp_path / "files"
    folder.mkdir()
    engine = open_engine("", memory_limit="256MB", threads=1, spill=str(tmp_path / "spill"))
    town = Town(Warehouse(store, Lake(str(tmp_path / "lake")), keys, clock), engine, folder)
    town.hear("crm", "crm", PEOPLE)
    town.resolve()
    apply_policy(store, lambda: NOW - timedelta(days=900), read_default_policy())
    opened = open_page(town, settings, clock, base_url="http://localhost")
    yield opened
    opened.portal.postman.stop()
