"""Safety of the page: headers, forms, hosts, sizes, logs, and nobody who sees somebody else."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.core.management import call_command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from passerelle.kernel import InvalidInput, Misconfigured
from passerelle.portal import read_options
from passerelle.portal.options import PortalOptions
from passerelle.portal.signing_in.limits import Limit, TryCounter
from passerelle.portal.web.addresses import urlpatterns
from passerelle.portal.web.django_pages import page_settings, use_pages
from passerelle.settings import Settings
from passerelle.store import lend_django
from tests.unit.portal.conftest import NOW
from tests.unit.portal.pages import FAMILY, MARIE, Hands, Page, text_of

PATHS = [each.pattern._route.replace("<str:token>", "abc") for each in urlpatterns]
PERSONAL = (
    "Durand",
    "Secret",
    "Martin",
    "Petit",
    "exemple.fr",
    "0687415236",
    "33687415236",
    "1984",
)


def test_every_answer_tells_browsers_to_be_careful(page: Page) -> None:
    for path in PATHS:
        answer = page.browser().open(f"/{path}")
        policy = answer["Content-Security-Policy"]
        assert "unsafe" not in policy and "script-src" not in policy
        assert [each for each in POLICY if each not in policy] == []
        assert answer["X-Frame-Options"] == "DENY"
        assert answer["X-Content-Type-Options"] == "nosniff"
        assert answer["Referrer-Policy"] == "same-origin"
        assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer["Cache-Control"] == "no-store" or path == "page.css"


POLICY = ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'")


def test_no_page_holds_a_script_or_a_style_of_its_own(page: Page) -> None:
    browser = page.visitor(MARIE)
    texts = [text_of(browser.open(f"/{path}")) for path in (*PATHS, "nowhere")]
    found = [re.findall(r"<script|<style| style=| on\w+=|javascript:", text) for text in texts]
    assert found == [[]] * len(texts)


def test_a_form_without_its_token_does_nothing(page: Page) -> None:
    browser = page.visitor(MARIE)
    before = page.rows("select count(*) as n from audit_entries")
    for path in PATHS:
        answer = browser.client.post(f"/{path}", {"action": "object", "kind": "erase"})
        # Unsubscribing needs a token of its own; what takes no form says so.
        assert answer.status_code in ((404,) if path.startswith("u/") else (403, 405)), path
    assert page.rows("select count(*) as n from audit_entries") == before


def test_opening_an_address_never_changes_anything(page: Page) -> None:
    browser = page.visitor(MARIE)
    before = [page.rows(f"select * from {table}") for table in TABLES]
    for path in PATHS:
        for method in ("get", "head", "options"):
            getattr(browser.client, method)(f"/{path}")
    assert [page.rows(f"select * from {table}") for table in TABLES] == before


TABLES = (
    "consent_events", "portal_sessions", "portal_links", "records", "rights_requests",
    "contact_preferences",
)  # fmt: skip


def test_a_stranger_sees_nothing_of_anybody(page: Page) -> None:
    for path in PATHS:
        text = text_of(page.browser().open(f"/{path}")).replace("marie@exemple.fr o", "")
        assert [each for each in PERSONAL if each in text] == [], path


def test_requests_for_another_host_are_refused(page: Page) -> None:
    assert page.browser(host="evil.example").open("/").status_code == 400


def test_a_form_from_another_site_is_refused(page: Page) -> None:
    browser = page.visitor(MARIE)
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', browser.get("/me/choices"))
    assert token is not None
    form = {"csrfmiddlewaretoken": token[1], "action": "object"}
    for origin in ("https://evil.example", "null"):
        answer = browser.client.post("/me/choices", form, headers={"origin": origin})
        assert answer.status_code == 403
    assert page.rows("select * from consent_events") == []


def test_forms_have_bounds(page: Page) -> None:
    browser = page.visitor(MARIE)
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)"', browser.get("/me/choices"))
    assert token is not None
    many = {f"f{each}": "" for each in range(200)} | {"csrfmiddlewaretoken": token[1]}
    assert browser.client.post("/me/choices", many).status_code == 400
    long = {"csrfmiddlewaretoken": token[1], "action": "x" * 100_000}
    assert browser.client.post("/me/choices", long).status_code == 400


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(page: Page) -> None:
    browser = page.visitor(MARIE)
    session, form = browser.client.cookies["session"], browser.client.cookies["form"]
    assert session["httponly"] and session["samesite"] == "Lax" and session["path"] == "/"
    assert form["httponly"] and form["samesite"] == "Strict"
    assert MARIE not in session.value


def test_behind_https_cookies_are_bound_to_the_host_and_django_finds_nothing(page: Page) -> None:
    public = replace(page.portal, options=PortalOptions(base_url="https://moi.exemple.fr"))
    use_pages(public)
    try:
        call_command("check", deploy=True, fail_level="WARNING", databases=[])
        told = page_settings(public)
        assert told["CSRF_COOKIE_NAME"].startswith("__Host-")
        assert told["SESSION_COOKIE_NAME"].startswith("__Host-")
        assert told["SECURE_HSTS_SECONDS"] >= 31_536_000
        answer = page.browser(host="moi.exemple.fr").client.get("/", secure=True)
        assert "max-age=31536000" in answer["Strict-Transport-Security"]
        assert answer.cookies["__Host-form"]["secure"]
        plain = page.browser(host="moi.exemple.fr").client.get("/")
        assert plain["Location"] == "https://moi.exemple.fr/"
    finally:
        lend_django(page_settings(page.portal))


@pytest.mark.parametrize(
    ("given_settings", "options", "error"),
    [
        ({"portal_url": "http://moi.exemple.fr"}, {}, Misconfigured),
        ({}, {"host": "0.0.0.0"}, Misconfigured),
        ({}, {"trusted_proxy": "*"}, InvalidInput),
    ],
    ids=["plain-http", "public-without-address", "any-proxy"],
)
def test_a_page_is_public_by_https_alone(
    given_settings: dict[str, str], options: dict[str, str], error: type[Exception]
) -> None:
    asked = {"host": "127.0.0.1", "port": 0, "trusted_proxy": "", **options}
    with pytest.raises(error):
        read_options(Settings(**given_settings), **asked)  # type: ignore[arg-type]


def test_a_mistake_of_ours_is_noted_without_what_was_typed(
    page: Page, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(*_values: object) -> None:
        raise RuntimeError(f"no place for {MARIE}")

    browser = page.visitor(MARIE)
    monkeypatch.setattr("passerelle.portal.web.views.overview.read_known_data", fails)
    answer = browser.open("/me")
    assert answer.status_code == 500
    assert MARIE not in text_of(answer)
    told = capsys.readouterr().err
    assert '"portal.failed"' in told and "RuntimeError" in told
    assert MARIE not in told


def test_nothing_of_a_person_is_written_to_any_log(
    page: Page, capfd: pytest.CaptureFixture[str]
) -> None:
    browser = page.visitor(MARIE)
    for path in PATHS:
        browser.open(f"/{path}")
    browser.send("/s/wrong", {})
    browser.client.post("/me/choices", {"action": "object"})
    out, err = capfd.readouterr()
    assert not [each for each in PERSONAL if each in out + err]


def test_no_address_holds_anything_of_a_person(page: Page) -> None:
    browser = page.visitor(MARIE)
    texts = [
        browser.get(f"/{path}")
        for path in ("me", "me/details", "me/choices", "me/rights", "me/history")
    ]
    found = {each for text in texts for each in re.findall(r'(?:href|action)="([^"]+)"', text)}
    assert found
    assert not [each for each in found if any(value in each for value in PERSONAL)]


def test_going_back_after_choosing_a_language_leads_nowhere_else(page: Page) -> None:
    browser = page.browser()
    for here in (
        "https://evil.example/",
        "//evil.example",
        "/\\evil.example",
        "javascript:x",
        "me",
    ):
        answer = browser.send("/language", {"language": "fr", "here": here}, start="/")
        assert answer["Location"] == "/"
    assert (
        browser.send("/language", {"language": "fr", "here": "/sent"}, start="/")["Location"]
        == "/sent"
    )
    assert 'lang="fr"' in browser.get("/")


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_nobody_reads_or_changes_what_is_another_s(page: Page, data: st.DataObject) -> None:
    """Any address with any form, by two people at once: neither sees the other, nor touches them."""
    if not hasattr(page, "pair"):
        page.pair = (page.visitor(MARIE), page.visitor("zoe@exemple.fr"))  # type: ignore[attr-defined]
        marie, zoe = page.pair
        page.names = (
            re.findall(r"s_\w{13}", marie.get("/me/choices")),
            re.findall(r"s_\w{13}", zoe.get("/me/choices")),
        )  # type: ignore[attr-defined]
    marie, _zoe = page.pair  # type: ignore[attr-defined]
    of_zoe = page.names[1]  # type: ignore[attr-defined]
    zoes = {
        page.town.identifier("zoe@exemple.fr"),
        page.town.identifier("crm:4"),
        page.town.who("zoe@exemple.fr"),
    }
    path = "/" + data.draw(st.sampled_from([each for each in PATHS if each != "sign-out"]))
    form = {
        "action": data.draw(st.sampled_from(["give", "withdraw", "object", "lift", "prefer"])),
        "purpose": data.draw(st.sampled_from(["news", "mailing", "profiling", "*", "x"])),
        "channel": data.draw(st.sampled_from(["email", "post", "sms", "*"])),
        "subject": data.draw(st.sampled_from([*of_zoe, "s_0000000000000", "*", ""])),
        "kind": data.draw(st.sampled_from(["restrict", "rectify", "x"])),
        "birth_date": "", "number": data.draw(st.sampled_from(["", "2990000000024"])),
        "profile_id": str(page.town.who("zoe@exemple.fr")),
    }  # fmt: skip
    answer = marie.send(path, form, start="/me/choices")
    assert answer.status_code < 500
    assert not [each for each in ("Secret", "zoe@", "Nice") if each in text_of(answer)]
    ids = ", ".join(map(str, zoes))
    assert page.rows(f"select * from consent_events where subject_id in ({ids})") == []
    assert page.rows(f"select * from rights_requests where profile_id in ({ids})") == []
    assert page.rows(f"select * from contact_preferences where subject_id in ({ids})") == []


@given(
    steps=st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 20)), max_size=60),
    most=st.integers(1, 4),
    seconds=st.integers(1, 30),
)
def test_tries_are_counted_as_by_hand(
    steps: list[tuple[str, int]], most: int, seconds: int
) -> None:
    from datetime import timedelta

    clock = Hands(NOW)
    counter = TryCounter(Limit(most, timedelta(seconds=seconds)), lambda: clock.now)
    passed: list[tuple[str, float]] = []
    at = 0.0
    for key, wait in steps:
        clock.turn(timedelta(seconds=wait))
        at += wait
        within = [each for name, each in passed if name == key and at - each < seconds]
        assert counter.may_try(key) == (len(within) < most)
        if len(within) < most:
            passed.append((key, at))


def test_a_shared_mailbox_is_no_way_to_a_third_person(page: Page) -> None:
    browser = page.visitor(FAMILY)
    browser.send("/who", {"birth_date": "05/06/1981"})
    for path in ("/me", "/me/details", "/me/history", "/me/choices", "/me/rights"):
        text = browser.get(path)
        assert not [each for each in ("Durand", "Secret", "Martin") if each in text]
