"""Signing in with an account, at a real provider on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import oidc_provider_mock
import pytest
import requests

from tests.unit.portal.pages import MARIE, Browser, Page


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setenv("AUTHLIB_INSECURE_TRANSPORT", "1")  # plain HTTP, on this machine
    with oidc_provider_mock.run_server_in_thread(require_nonce=True) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def accounts(page: Page, issuer: str) -> Page:
    """The page, where accounts of the provider may sign in."""
    settings = replace(
        page.portal.parts.settings,
        oidc_issuer=issuer,
        oidc_client="page",
        oidc_secret="a secret of the tests",
    )
    page.portal = replace(page.portal, parts=replace(page.portal.parts, settings=settings))
    return page


def go_to_provider(browser: Browser, issuer: str, **claims: object) -> str:
    """Begin on the page, sign in at the provider; where it sends the browser back."""
    requests.put(f"{issuer}/users/marie", json=claims, timeout=10).raise_for_status()
    begun = browser.send("/account", {}, start="/")
    asked = parse_qs(urlsplit(begun["Location"]).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    back = requests.post(
        begun["Location"], data={"sub": "marie"}, allow_redirects=False, timeout=10
    )
    where = urlsplit(back.headers["Location"])
    return f"{where.path}?{where.query}"


def test_an_account_with_a_verified_address_signs_in(accounts: Page, issuer: str) -> None:
    browser = accounts.browser()
    back = go_to_provider(browser, issuer, email=MARIE, email_verified=True)
    assert browser.open(back)["Location"] == "/me"
    assert "Durand" in browser.get("/me")
    (session,) = accounts.rows("select method from portal_sessions")
    assert session["method"] == "oidc"


@pytest.mark.parametrize(
    "claims",
    [{"email": MARIE, "email_verified": False}, {"email": MARIE}, {}],
    ids=["unverified", "unsaid", "none"],
)
def test_an_address_that_nobody_verified_opens_nothing(
    accounts: Page, issuer: str, claims: dict[str, object]
) -> None:
    browser = accounts.browser()
    assert browser.open(go_to_provider(browser, issuer, **claims)).status_code == 422
    assert browser.open("/me").status_code == 302


def test_an_answer_belongs_to_the_browser_that_asked(accounts: Page, issuer: str) -> None:
    victim, thief = accounts.browser(), accounts.browser()
    back = go_to_provider(victim, issuer, email=MARIE, email_verified=True)
    go_to_provider(thief, issuer, email=MARIE, email_verified=True)
    assert thief.open(back).status_code == 422
    assert accounts.browser().open(back).status_code == 422
    assert accounts.rows("select * from portal_sessions") == []


def test_an_answer_with_another_issuer_or_code_is_refused(accounts: Page, issuer: str) -> None:
    browser = accounts.browser()
    back = go_to_provider(browser, issuer, email=MARIE, email_verified=True)
    assert browser.open(f"{back}&iss=https://evil.example").status_code == 422
    state = parse_qs(urlsplit(back).query)["state"][0]
    assert browser.open(f"/account/back?state={state}&code=other").status_code == 422


def test_without_a_provider_there_is_no_such_way_in(page: Page) -> None:
    assert "/account" not in page.browser().get("/")
    assert page.browser().send("/account", {}, start="/").status_code == 404
