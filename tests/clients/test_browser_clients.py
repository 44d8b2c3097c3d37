"""Clients of browsers, as published, in a real Chromium tell a running collector of visits."""

from __future__ import annotations

import subprocess
import time
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.clients.browsing import Shop, on_site
from tests.clients.collector import Collector
from tests.clients.faults import TROUBLES, faulty_proxy
from tests.clients.visits import STEPS, assert_all_there_once

NPM = Path(__file__).parent / "npm"
LONGEST_S = 60

CLIENTS = (
    "segment",
    "segmentInBatches",
    "segmentSnippet",
    "segmentWithConsent",
    "rudder",
    "jitsu",
    "jitsuScript",
)
RETRYING = ("segment", "segmentInBatches", "rudder")
FROM_US = {
    "segmentSnippet": (
        "<script>window.analytics=window.analytics||[];analytics.invoked=true;"
        "analytics._cdn='{url}';analytics._writeKey='{key}'</script>"
        '<script src="{url}/analytics.js/v1/{key}/analytics.min.js"></script>'
    ),
    "jitsuScript": '<script src="{url}/p.js" data-write-key="{key}:secret"></script>',
}
"""What a page holds for a client whose file the collector serves."""


@pytest.fixture(scope="module")
def bundle(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The clients as one script, as a shop would build it."""
    built = tmp_path_factory.mktemp("bundle") / "clients.js"
    esbuild = str(packages / ".bin" / "esbuild")
    options = ("--bundle", "--format=iife", "--log-level=error")
    subprocess.run(
        [esbuild, str(NPM / "browser_clients.mjs"), *options, f"--outfile={built}"], check=True
    )
    return built.read_bytes()


def tell(page: Page, shop: Shop, client: str, url: str, key: str, user: str) -> None:
    """Have a client tell of a visit from a page of the shop."""
    head = FROM_US.get(client, "").format(url=url, key=key)
    shop.pages["/"] = f"<!doctype html><title>Shop</title>{head}<script src=/clients.js></script>"
    page.goto(shop.url("/"))
    page.evaluate("given => void visit(...given)", [client, url, key, user, STEPS])


def wait_for_all(collector: Collector, user: str) -> None:
    deadline = time.monotonic() + LONGEST_S
    while time.monotonic() < deadline:
        told = [event for event in collector.sent("site") if event.get("userId") == user]
        if len(told) >= STEPS + 2:
            return
        time.sleep(0.1)


@pytest.mark.parametrize("client", CLIENTS)
def test_everything_arrives_once(
    collector: Collector, shop: Shop, visitor: BrowserContext, bundle: bytes, client: str
) -> None:
    shop.files["/clients.js"] = bundle
    hosts = set()
    visitor.on("request", lambda request: hosts.add(request.url.split("/")[2].partition(":")[0]))

    page = visitor.new_page()
    tell(page, shop, client, on_site(collector.url), collector.keys["site"], client)

    wait_for_all(collector, client)
    assert_all_there_once(collector, "site", client)
    assert hosts == {"www.shop.example", "data.shop.example"}  # and nobody else hears of it


@pytest.mark.parametrize("client", RETRYING)
@pytest.mark.parametrize("trouble", TROUBLES)
def test_whatever_happens_on_the_way_everything_arrives_once(
    collector: Collector,
    shop: Shop,
    visitor: BrowserContext,
    bundle: bytes,
    client: str,
    trouble: str,
) -> None:
    shop.files["/clients.js"] = bundle
    user = f"{client} {trouble}"

    with faulty_proxy(collector.url, TROUBLES[trouble]) as proxy:
        page = visitor.new_page()
        tell(page, shop, client, on_site(proxy.url), collector.keys["site"], user)
        wait_for_all(collector, user)

    assert_all_there_once(collector, "site", user)
    assert set(proxy.answers) == {200}
