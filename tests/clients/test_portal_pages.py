"""The customer's page in a real browser: everybody can use it, and its process is safe."""

from __future__ import annotations

import http.client
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.clients.portal import PortalProcess, running_portal
from tests.journeys.command import passerelle

CUSTOMERS = """customer_number;title;first_name;last_name;birth_date;email;phone_mobile;address_1;postcode;city
C001;Mme;Marie;Durand;12/03/1984;marie@exemple.fr;0687415236;12 rue Haute;69002;Lyon
C002;M;Paul;Martin;01/02/1979;famille@exemple.fr;;3 rue Basse;75011;Paris
C003;Mme;Julie;Petit;05/06/1981;famille@exemple.fr;;4 rue Basse;75011;Paris
"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SIGNED_IN = ("/me", "/me/history", "/me/details", "/me/choices", "/me/rights")


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PortalProcess]:
    """A page of three customers."""
    home = tmp_path_factory.mktemp("portal") / "home"
    file = home.parent / "customers.csv"
    file.write_text(CUSTOMERS)
    for words in (
        ("records", "import", str(file), "--source", "crm", "--kind", "crm"),
        ("profiles", "resolve"),
        ("consent", "policy", "apply"),
    ):
        assert passerelle(home, *words).status == 0
    with running_portal(home) as running:
        yield running


@pytest.fixture(scope="module")
def axe(packages: Path) -> str:
    """The script that looks for what some people cannot use."""
    return (packages / "axe-core/axe.min.js").read_text()


def problems(page: Page, axe: str) -> list[Any]:
    """What axe finds, and whether somebody must scroll sideways."""
    page.evaluate(axe)
    found = page.evaluate(
        "rules => axe.run(document, {runOnly: rules}).then(told => told.violations.map("
        "each => [each.id, each.nodes.map(node => node.html)]))",
        RULES,
    )
    is_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    return [*found, *(["wide"] if is_wide else [])]


def sign_in(page: Page, portal: PortalProcess, contact: str) -> None:
    known = len(portal.mails())
    page.goto(portal.url)
    page.fill("#contact", contact)
    page.click("button.main")
    page.goto(portal.next_link(known))
    page.click("button.main")


@pytest.mark.parametrize(
    ("language", "width"), [("fr", 390), ("en", 1280)], ids=["fr-phone", "en-desk"]
)
def test_everybody_can_use_every_page(
    portal: PortalProcess, browser: Browser, axe: str, language: str, width: int
) -> None:
    # axe is put into the page by hand, which the page's own rules forbid to everybody else.
    context = browser.new_context(
        locale=language, viewport={"width": width, "height": 800}, bypass_csp=True
    )
    page = context.new_page()
    found: dict[str, list[Any]] = {}

    def look(name: str) -> None:
        assert page.get_attribute("html", "lang") == language
        found[name] = problems(page, axe)

    page.goto(portal.url)
    look("way in")
    for path in ("/sent", "/s/over", "/nowhere", "/u/none"):
        page.goto(portal.url + path)
        look(path)
    sign_in(page, portal, "marie@exemple.fr")
    for path in SIGNED_IN:
        page.goto(portal.url + path)
        look(path)
    page.goto(f"{portal.url}/me/details")
    page.fill("#birth_date", "32/13/2020")
    page.click("main form button")
    look("wrong details")
    page.goto(f"{portal.url}/me/details")
    page.fill("#address_1", "3 av du gal leclerc")
    page.click("main form button")
    look("proposal")
    context.clear_cookies()
    sign_in(page, portal, "famille@exemple.fr")
    look("who")
    page.goto(f"{portal.url}/me/choices")
    look("choices of a mailbox")
    context.close()
    assert {name: each for name, each in found.items() if each} == {}
    assert len(found) >= 14


def test_what_looks_for_problems_finds_some(browser: Browser, axe: str) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 800})
    page.set_content("<html><body><img src=x><div style='width:900px'>a</div></body></html>")
    found = problems(page, axe)
    page.close()
    assert "wide" in found
    assert "image-alt" in [each[0] for each in found]


def test_somebody_decides_by_keyboard_alone_without_any_script(
    portal: PortalProcess, browser: Browser
) -> None:
    context = browser.new_context(locale="en", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, portal, "marie@exemple.fr")
    page.goto(f"{portal.url}/me/choices")
    button = page.get_by_role("button", name="Yes, please News and offers E-mail marie@exemple.fr")
    for _key in range(60):
        page.keyboard.press("Tab")
        if button.evaluate("each => each === document.activeElement"):
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/me/choices?kept=1")
    shown = passerelle(portal.home, "consent", "show", "marie@exemple.fr", "--json")
    assert shown.status == 0, shown.err
    assert [
        each["allowed"]
        for each in shown.json["verdicts"]
        if (each["purpose"], each["channel"]) == ("news", "email")
    ] == [True]
    context.close()


def test_the_language_is_changed_by_a_button_and_kept(
    portal: PortalProcess, browser: Browser
) -> None:
    context = browser.new_context(locale="fr", java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{portal.url}/sent")
    page.click("button[value=en]")
    assert page.url.endswith("/sent")
    assert page.get_attribute("html", "lang") == "en"
    page.goto(portal.url)
    assert page.get_attribute("html", "lang") == "en"
    context.close()


def test_a_page_runs_no_script_that_somebody_slips_in(
    portal: PortalProcess, browser: Browser
) -> None:
    page = browser.new_page()
    refused: list[str] = []
    page.on("console", lambda each: refused.append(each.text))
    page.goto(portal.url)
    page.evaluate(
        "() => { const each = document.createElement('script'); each.text = 'window.ran = 1';"
        "document.body.append(each); }"
    )
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in each for each in refused)
    page.close()


def raw_request(portal: PortalProcess, content: bytes) -> bytes:
    """The first answer to bytes as they are."""
    parts = urlsplit(portal.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as connection:
        connection.sendall(content)
        return connection.recv(4096)


def test_large_bodies_and_headers_are_refused(portal: PortalProcess) -> None:
    large = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n"
    assert b" 413 " in raw_request(portal, large)
    long = b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 40_000 + b"\r\n\r\n"
    assert b" 431 " in raw_request(portal, long)


def test_another_host_and_strange_methods_are_refused(portal: PortalProcess) -> None:
    connection = http.client.HTTPConnection(urlsplit(portal.url).netloc, timeout=30)
    connection.request("GET", "/", headers={"Host": "evil.example"})
    assert connection.getresponse().status == 400
    connection.close()
    connection.request("TRACE", "/")
    assert connection.getresponse().status == 405
    connection.close()


def test_its_log_holds_nothing_of_a_person_and_no_token(portal: PortalProcess) -> None:
    told = portal.log.read_text()
    assert not [each for each in ("Durand", "exemple.fr", "/s/", "0687415236") if each in told]
