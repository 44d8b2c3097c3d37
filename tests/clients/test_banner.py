"""The banner in a real browser: easy to refuse, kept, read out, and told to the ledger."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize

from passerelle.consent import LedgerEntry, find_subject_id, list_said
from passerelle.kernel import IdentifierKeys
from passerelle.settings import Settings
from passerelle.store import open_store
from tests.clients.browsing import Shop, on_site
from tests.clients.collector import Collector, running_collector
from tests.journeys.command import environment, passerelle

CHOICE = "Segment Consent Preference Updated"
LONGEST_S = 60
QUIET_S = 0.8  # after which the tag would have sent, had it meant to
BUTTONS = {
    "en": ("Accept all", "Refuse all", "Choose", "Save choices", "Privacy choices"),
    "fr": ("Tout accepter", "Tout refuser", "Choisir", "Enregistrer", "Confidentialité"),
}
SCREENS = {
    "phone": ViewportSize(width=390, height=844),
    "desk": ViewportSize(width=1280, height=800),
}


@pytest.fixture(scope="module")
def collector(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Collector]:
    """A running collector that has a banner."""
    home = tmp_path_factory.mktemp("home")
    for words in (("policy", "apply"), ("banner",)):
        told = passerelle(home, "consent", *words)
        assert told.status == 0, told.err
    with running_collector(home, {"site": "browser"}) as running:
        yield running


def html(collector: Collector, language: str = "fr", *, body: str = "") -> str:
    """A page of the shop with banner and tag."""
    site, key = on_site(collector.url), collector.keys["site"]
    return (
        f'<!doctype html><html lang="{language}"><meta name="viewport" '
        'content="width=device-width"><title>Boutique</title>'
        f'<script async src="{site}/b.js"></script>'
        f'<script async src="{site}/t.js" data-key="{key}"></script>'
        f"<main><h1>Boutique</h1><p>Bienvenue.</p>{body}</main></html>"
    )


class Asked:
    """A visitor whom the banner asks."""

    def __init__(self, collector: Collector, shop: Shop, visitor: BrowserContext) -> None:
        self.collector, self.shop, self.visitor = collector, shop, visitor
        self.before = len(collector.sent("site"))
        self.requests: list[str] = []
        visitor.on("request", lambda request: self.requests.append(request.url))

    def open(self, language: str = "fr", *, body: str = "") -> Page:
        self.shop.pages["/"] = html(self.collector, language, body=body)
        page = self.visitor.new_page()
        page.goto(self.shop.url("/"), wait_until="networkidle")
        return page

    def wait(self, count: int) -> list[dict[str, Any]]:
        """The first so many answers that arrived."""
        deadline = time.monotonic() + LONGEST_S
        while len(found := self.answers()) < count:
            assert time.monotonic() < deadline, self.collector.sent("site")[self.before :]
            time.sleep(0.05)
        return found

    def answers(self) -> list[dict[str, Any]]:
        new = self.collector.sent("site")[self.before :]
        return [event for event in new if event.get("event") == CHOICE]

    def sent(self) -> list[str]:
        return [url for url in self.requests if url.endswith("/e")]


@pytest.fixture
def asked(collector: Collector, shop: Shop, visitor: BrowserContext) -> Asked:
    return Asked(collector, shop, visitor)


def kept(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        page.evaluate("localStorage.getItem('_passerelle.choice') || '{}'")
    )
    return found


def consent(event: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = event["context"]["consent"]
    return found


def test_who_accepts_is_told_of_with_the_notice(asked: Asked) -> None:
    page = asked.open()
    time.sleep(QUIET_S)
    assert asked.sent() == [] and asked.visitor.cookies() == [] and kept(page) == {}

    page.get_by_role("button", name="Tout accepter").click()
    (answer,) = asked.wait(1)

    said = consent(answer)
    assert (said["provider"], said["notice"]) == ("banner", "banner@1")
    assert {said["categoryPreferences"][key] for key in ("audience", "advertising")} == {True}
    assert kept(page)["allowed"] == ["audience", "advertising", "personal_site"]


def test_who_refuses_leaves_nothing_and_is_not_asked_again(asked: Asked) -> None:
    page = asked.open()
    page.get_by_role("button", name="Tout refuser").click()
    time.sleep(QUIET_S)
    assert asked.sent() == [] and asked.visitor.cookies() == []
    assert kept(page)["allowed"] == []

    page = asked.open()
    assert not page.get_by_role("dialog").is_visible()


def test_who_chooses_allows_that_alone_and_may_take_it_back(asked: Asked) -> None:
    page = asked.open("en")
    page.get_by_role("button", name="Choose").click()
    assert not any(box.is_checked() for box in page.get_by_role("checkbox").all())
    page.get_by_label("Measuring visits").check()
    page.get_by_role("button", name="Save choices").click()
    preferences = consent(asked.wait(1)[0])["categoryPreferences"]
    assert preferences["audience"] and not preferences["advertising"]

    page.get_by_role("button", name="Privacy choices").click()
    assert page.get_by_label("Measuring visits").is_checked()
    page.get_by_role("button", name="Refuse all").click()
    taken_back = consent(asked.wait(2)[1])
    assert not any(taken_back["categoryPreferences"].values())
    assert taken_back["notice"] == "banner@1"


def test_answers_become_entries_of_the_ledger(asked: Asked, collector: Collector) -> None:
    page = asked.open()
    page.get_by_role("button", name="Tout accepter").click()
    visitor = asked.wait(1)[0]["visitor"]
    with ThreadPoolExecutor(1) as beside:  # the browser's loop runs in this thread
        entries = beside.submit(_heard_of, collector.home, visitor).result()
    assert {(each.said.purpose, each.said.decision) for each in entries} == {
        ("audience", "granted"), ("advertising", "granted"), ("personal_site", "granted"),
    }  # fmt: skip
    assert {each.said.notice for each in entries} == {"banner@1"}


def _heard_of(home: Path, visitor: str) -> list[LedgerEntry]:
    """What the ledger holds of a browser, once the follower has been there."""
    told = passerelle(home, "collect", "follow", "--once")
    assert told.status == 0, told.err
    keys = IdentifierKeys(environment(home)["PASSERELLE_SECRET_KEY"].encode())
    subject = find_subject_id("cookie", visitor, keys)
    with open_store(Settings(home=home).store_url).reading() as reading:
        return list_said(reading, [subject])


@pytest.mark.parametrize(
    ("change", "is_asked"),
    [
        ({}, False),
        ({"notice": "banner@0"}, True),
        ({"at": (datetime.now(UTC) - timedelta(days=186)).isoformat()}, True),
        ({"at": (datetime.now(UTC) - timedelta(days=178)).isoformat()}, False),
    ],
    ids=["same", "other-notice", "after-six-months", "before-six-months"],
)
def test_an_answer_lasts_six_months_and_for_its_notice(
    asked: Asked, change: dict[str, str], *, is_asked: bool
) -> None:
    page = asked.open()
    page.get_by_role("button", name="Tout refuser").click()
    page.evaluate(
        "text => localStorage.setItem('_passerelle.choice', text)",
        json.dumps({**kept(page), **change}),
    )
    page = asked.open()
    assert page.get_by_role("dialog").is_visible() == is_asked


def test_escape_says_nothing(asked: Asked) -> None:
    page = asked.open()
    page.keyboard.press("Escape")
    time.sleep(QUIET_S)
    assert kept(page) == {} and asked.sent() == []
    assert asked.open().get_by_role("dialog").is_visible()


def test_the_keyboard_is_enough_and_stays_inside(asked: Asked) -> None:
    page = asked.open(body='<a href="/autre">Ailleurs</a>')
    focused = "document.querySelector('[lang]:not(html)').shadowRoot.activeElement?.textContent"
    seen = []
    for _press in range(6):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(focused))
        assert page.evaluate("document.activeElement.tagName") != "A"
    assert seen[:3] == ["Tout accepter", "Tout refuser", "Choisir"]
    while page.evaluate(focused) != "Tout refuser":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert kept(page)["allowed"] == []


def test_a_link_of_the_pages_own_opens_it_again(asked: Asked) -> None:
    page = asked.open(body='<a href="#consent">Mes cookies</a>')
    page.get_by_role("button", name="Tout refuser").click()
    assert not page.get_by_role("button", name="Confidentialité").is_visible()
    page.get_by_role("link", name="Mes cookies").click()
    assert page.get_by_role("dialog").is_visible()


def test_who_objects_on_every_site_is_not_asked(asked: Asked) -> None:
    asked.visitor.add_init_script(
        "Object.defineProperty(navigator, 'globalPrivacyControl', {value: true})"
    )
    page = asked.open()
    assert not page.get_by_role("dialog").is_visible()
    assert asked.sent() == []


@pytest.mark.parametrize("screen", SCREENS)
@pytest.mark.parametrize("language", BUTTONS)
def test_it_is_accessible_and_its_buttons_are_equal(
    collector: Collector,
    shop: Shop,
    browser: Browser,
    packages: Path,
    tmp_path: Path,
    language: str,
    screen: str,
) -> None:
    context = browser.new_context(viewport=SCREENS[screen])
    page = Asked(collector, shop, context).open(language)
    page.add_script_tag(path=packages / "axe-core/axe.min.js")
    accept, refuse, choose, save, again = BUTTONS[language]

    assert _violations(page) == []
    looks = [_look(page, name) for name in (accept, refuse, choose)]
    assert looks[0] == looks[1] == looks[2]
    page.screenshot(path=tmp_path / "asked.png")
    page.get_by_role("button", name=choose).click()
    assert _violations(page) == []
    page.screenshot(path=tmp_path / "choosing.png")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("button", name=save).click()
    assert _violations(page) == []
    page.screenshot(path=tmp_path / "after.png")
    assert page.get_by_role("button", name=again).is_visible()
    context.close()


def _violations(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        "axe.run().then(told => told.violations.map(each => "
        "`${each.id}: ${each.nodes.map(node => node.target)}`))"
    )
    return found


def _look(page: Page, name: str) -> tuple[object, ...]:
    """Size and colours of a button."""
    button = page.get_by_role("button", name=name, exact=True)
    box = button.bounding_box()
    assert box is not None
    colours = button.evaluate(
        "each => {const look = getComputedStyle(each);"
        "return [look.color, look.backgroundColor, look.fontSize, look.fontWeight]}"
    )
    return round(box["width"]), round(box["height"]), *colours
