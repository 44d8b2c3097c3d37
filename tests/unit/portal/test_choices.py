"""What people decide on their page: it is in the ledger, and the gate obeys at once."""

from __future__ import annotations

from datetime import timedelta

from passerelle.consent import (
    Gate,
    UnsubscribeKey,
    Unsubscription,
    check_ledger,
    list_preferences,
    make_unsubscribe_token,
    unsubscribe_headers,
)
from tests.unit.portal.pages import FAMILY, MARIE, PHONE, Page, find_form


def token_for(page: Page, contact: str, purpose: str, channel: str) -> str:
    key = UnsubscribeKey.of(page.portal.parts.keys.secret)
    subject = Unsubscription("email", page.town.identifier(contact), channel, purpose)
    return make_unsubscribe_token(subject, key)


def test_a_yes_and_a_no_count_at_once_on_either_database(page_on_either: Page) -> None:
    page = page_on_either
    browser = page.visitor(MARIE)
    assert not page.may(MARIE, "news", "email")
    assert browser.press("give", "news", "email").status_code == 302
    assert page.may(MARIE, "news", "email")
    assert browser.press("withdraw", "news", "email").status_code == 302
    assert not page.may(MARIE, "news", "email")
    assert check_ledger(page.portal.parts.store, page.portal.parts.keys).is_whole


def test_a_yes_keeps_its_notice_its_way_and_a_hash_of_what_was_shown(page: Page) -> None:
    page.visitor(MARIE).press("give", "news", "email")
    (said,) = page.rows("select * from consent_events")
    assert (said["decision"], said["notice"], said["method"]) == ("granted", "account@1", "portal")
    assert (said["source"], said["scope"], len(said["evidence"])) == ("portal", "subject", 64)
    assert said["subject_id"] == page.town.identifier(MARIE)


def test_where_no_consent_is_asked_a_no_is_an_objection_and_a_yes_lifts_it(page: Page) -> None:
    browser = page.visitor(MARIE)
    browser.press("give", "similar_products", "email")
    assert page.may(MARIE, "similar_products", "email")
    browser.press("withdraw", "similar_products", "email")
    assert not page.may(MARIE, "similar_products", "email")
    browser.press("give", "similar_products", "email")
    assert page.may(MARIE, "similar_products", "email")
    decisions = [
        each["decision"]
        for each in page.rows("select decision from consent_events order by number")
    ]
    assert decisions == ["informed", "objected", "lifted", "informed"]


def test_a_yes_is_taken_for_what_was_signed_in_with_alone(page: Page) -> None:
    by_mail, by_phone = page.visitor(MARIE), page.visitor(PHONE)
    form = find_form(by_phone.get("/me/choices"), "give", "news", "sms")
    refused = by_mail.send("/me/choices", {**form, "action": "give"})
    assert refused.status_code == 422
    assert page.rows("select * from consent_events") == []
    assert by_phone.send("/me/choices", {**form, "action": "give"}).status_code == 302
    assert page.may(MARIE, "news", "sms")


def test_a_no_is_taken_for_all_that_is_the_person_s(page: Page) -> None:
    page.visitor(PHONE).press("give", "news", "sms")
    page.visitor(MARIE).press("withdraw", "news", "sms")
    assert not page.may(MARIE, "news", "sms")


def test_nobody_decides_for_others(page: Page) -> None:
    zoe = find_form(page.visitor("zoe@exemple.fr").get("/me/choices"), "give", "news", "email")
    refused = page.visitor(MARIE).send("/me/choices", {**zoe, "action": "give"})
    assert refused.status_code == 422
    assert page.rows("select * from consent_events") == []


def test_an_objection_to_everything_is_the_person_s_through_every_contact_point(page: Page) -> None:
    page.visitor(PHONE).press("give", "news", "sms")
    browser = page.visitor(MARIE)
    browser.press("give", "news", "email")
    browser.send("/me/choices", {"action": "object"})
    assert not page.may(MARIE, "news", "email")
    assert not page.may(MARIE, "news", "sms")
    assert page.may(MARIE, "recalls", "email")
    browser.send("/me/choices", {"action": "lift"})
    assert page.may(MARIE, "news", "email")


def test_of_a_shared_mailbox_an_unknown_reader_objects_for_the_mailbox_alone(page: Page) -> None:
    page.visitor(FAMILY).send("/me/choices", {"action": "object"})
    (said,) = page.rows("select scope, subject_id from consent_events")
    assert said == {"scope": "subject", "subject_id": page.town.identifier(FAMILY)}


def test_topics_and_frequency_are_kept_and_shown(page: Page) -> None:
    browser = page.visitor(MARIE)
    form = {"action": "prefer", "purpose": "news", "frequency": "monthly", "topic": ["sales"]}
    assert browser.send("/me/choices", form).status_code == 302
    marie = page.town.identifier(MARIE)
    with page.portal.parts.store.reading() as reading:
        (kept,) = list_preferences(reading, [marie])
    assert (kept.purpose, kept.frequency, kept.topics) == ("news", "monthly", ("sales",))
    assert 'value="monthly" checked' in browser.get("/me/choices")
    assert browser.send("/me/choices", {**form, "topic": ["guns"]}).status_code == 422


def test_profiling_asks_for_proof_of_age_which_the_birth_date_gives(page: Page) -> None:
    page.visitor(MARIE).press("give", "profiling", "profiling")
    page.visitor("zoe@exemple.fr").press("give", "profiling", "profiling")
    assert page.may(MARIE, "profiling", "profiling")
    assert not page.may("zoe@exemple.fr", "profiling", "profiling")


def test_one_click_unsubscribes_without_cookie_or_form_within_the_same_second(page: Page) -> None:
    page.visitor(MARIE).press("give", "news", "email")
    path = f"/u/{token_for(page, MARIE, 'news', 'email')}"
    machine = page.browser()
    before = page.clock.now
    answer = machine.client.post(path, {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert "session" not in answer.cookies
    assert not page.may(MARIE, "news", "email")
    assert page.clock.now - before < timedelta(seconds=1)
    (said,) = page.rows("select decision, method from consent_events where method = 'unsubscribe'")
    assert said["decision"] == "withdrawn"


def test_opening_the_link_to_unsubscribe_changes_nothing(page: Page) -> None:
    page.visitor(MARIE).press("give", "news", "email")
    path = f"/u/{token_for(page, MARIE, 'news', 'email')}"
    for method in ("get", "head"):
        assert getattr(page.browser().client, method)(path).status_code == 200
    assert page.browser().client.put(path).status_code == 405
    assert page.may(MARIE, "news", "email")


def test_an_old_link_still_unsubscribes_and_a_changed_one_never(page: Page) -> None:
    page.visitor(MARIE).press("give", "news", "email")
    token = token_for(page, MARIE, "news", "email")
    page.clock.turn(timedelta(days=800))
    forged = token[:-1] + ("A" if token[-1] != "A" else "B")
    assert page.browser().client.post(f"/u/{forged}").status_code == 404
    assert len(page.rows("select * from consent_events")) == 1
    assert page.browser().client.post(f"/u/{token}").status_code == 200
    assert not page.may(MARIE, "news", "email")


def test_a_link_of_one_purpose_leaves_the_others(page: Page) -> None:
    browser = page.visitor(MARIE)
    browser.press("give", "news", "email")
    browser.press("give", "similar_products", "email")
    page.browser().client.post(f"/u/{token_for(page, MARIE, 'similar_products', 'email')}")
    assert page.may(MARIE, "news", "email")
    assert not page.may(MARIE, "similar_products", "email")
    page.browser().client.post(f"/u/{token_for(page, MARIE, 'news', 'email')}", {"what": "all"})
    assert not page.may(MARIE, "news", "email")


def test_headers_of_a_mail_are_those_of_the_norm(page: Page) -> None:
    asked = Unsubscription("email", page.town.identifier(MARIE), "email", "news")
    key = UnsubscribeKey.of(page.portal.parts.keys.secret)
    headers = unsubscribe_headers(asked, key, portal_url="https://moi.exemple.fr/")
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    address = headers["List-Unsubscribe"]
    assert address.startswith("<https://moi.exemple.fr/u/") and address.endswith(">")
    assert (
        page.browser().open(address[1:-1].removeprefix("https://moi.exemple.fr")).status_code == 200
    )


def test_what_the_gate_would_say_gives_no_leave(page: Page) -> None:
    parts = page.portal.parts
    gate = Gate(parts.store, parts.keys, parts.clock)
    contact, marie = ("email", page.town.identifier(MARIE)), page.town.who(MARIE)
    with parts.store.reading() as reading:
        looked = gate.look_at(reading, [contact], at=parts.clock())
        (verdict,) = gate.judge(
            reading,
            marie,
            [("news", "email")],
            at=parts.clock(),
            known_at=parts.clock(),
        )
    assert [each.reason for each in looked["news", "email"]] == [verdict.reason]
    assert not hasattr(looked["recalls", "email"][0], "permits")
