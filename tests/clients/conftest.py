"""A collector for each module of tests, Node's packages, and a browser."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext

from tests.clients.browsing import Shop, running_browser, running_shop
from tests.clients.collector import Collector, running_collector
from tools.node import node_packages
from tools.tests import find_browser

SOURCES = {
    "site": "browser",
    "segment": "server",
    "rudder": "server",
    "jitsu": "server",
}


@pytest.fixture(scope="module")
def collector(tmp_path_factory: pytest.TempPathFactory, sdk_files: Path) -> Iterator[Collector]:
    """A running collector with a source for each client."""
    home = tmp_path_factory.mktemp("home")
    shutil.copytree(sdk_files, home / "sdk")
    with running_collector(home, SOURCES) as running:
        yield running


@pytest.fixture(scope="session")
def packages() -> Path:
    """The folder `node_modules`."""
    return node_packages()


@pytest.fixture(scope="session")
def sdk_files(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of SDKs, as an operator puts them into the collector's folder."""
    folder = tmp_path_factory.mktemp("sdk") / "sdk"
    folder.mkdir()
    for path in (packages / "@segment/analytics-next/dist/umd").glob("*.js"):
        shutil.copy(path, folder)
    shutil.copy(packages / "@jitsu/js/dist/web/p.js.txt", folder)
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """Where Chromium is."""
    found = find_browser()
    assert found, "Chromium is missing: apt-get install chromium"
    return found


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """A real Chromium."""
    with running_browser(chromium) as running:
        yield running


@pytest.fixture
def shop() -> Iterator[Shop]:
    """A shop without pages yet."""
    with running_shop() as running:
        yield running


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """A browser that was never here before."""
    context = browser.new_context()
    yield context
    context.close()
