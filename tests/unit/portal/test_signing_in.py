"""The way in: links, sessions, shared mailboxes, and what strangers learn, which is nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from passerelle.portal.secrets_of_links import hash_token
from tests.unit.portal.pages import FAMILY, MARIE, PHONE, Page, text_of

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def test_a_link_signs_its_reader_in_on_either_database(page_on_either: Page) -> None:
    text = page_on_either.visitor(MARIE).get("/me")
    assert "Bonjour Marie" in text or "Hello Marie" in text
    assert "Secret" not in text


def test_a_text_message_signs_in_too(page: Page) -> None:
    assert "Durand" in page.visitor(PHONE).get("/me")


def test_opening_a_link_uses_nothing_up(page: Page) -> None:
    token, scanner, browser = page.link(MARIE), page.browser(), page.browser()
    for _time in range(3):
        assert scanner.open(f"/s/{token}").status_code == 200
    assert scanner.open("/me").status_code == 302
    assert browser.send(f"/s/{token}", {}).status_code == 302
    assert "Durand" in browser.get("/me")


def test_a_link_is_good_for_one_use(page: Page) -> None:
    token = page.link(MARIE)
    assert page.browser().send(f"/s/{token}", {}).status_code == 302
    late = page.browser()
    assert late.send(f"/s/{token}", {}).status_code == 410
    assert late.open("/me").status_code == 302


def test_a_link_ends_after_a_quarter_of_an_hour(page: Page) -> None:
    token = page.link(MARIE)
    page.clock.turn(15 * MINUTE)
    assert page.browser().send(f"/s/{token}", {}).status_code == 410


def test_links_and_sessions_are_kept_as_hashes_alone(page: Page) -> None:
    token = page.link(MARIE)
    browser = page.browser()
    browser.send(f"/s/{token}", {})
    session = browser.client.cookies["session"].value.split(".")[0]
    links, sessions = (
        page.rows("select * from portal_links"),
        page.rows("select * from portal_sessions"),
    )
    assert [each["token_hash"] for each in links] == [hash_token(token)]
    assert [each["session_hash"] for each in sessions] == [hash_token(session)]
    assert token not in str(links) and session not in str(sessions)


@pytest.mark.parametrize("contact", [MARIE, "nobody@exemple.fr", "no address at all", ""], ids=repr)
def test_nobody_learns_whether_a_contact_point_is_known(page: Page, contact: str) -> None:
    known = page.browser().send("/sign-in", {"contact": MARIE}, start="/")
    asked = page.browser().send("/sign-in", {"contact": contact}, start="/")
    assert (asked.status_code, asked["Location"], asked.content) == (302, "/sent", known.content)
    assert set(asked.cookies) == set(known.cookies)


def test_whoever_asks_for_a_link_waits_for_nothing_that_depends_on_who_it_is(page: Page) -> None:
    waiting: list[object] = []
    page.portal.postman.take = lambda errand: waiting.append(errand) or True  # type: ignore[method-assign]
    page.browser().send("/sign-in", {"contact": MARIE}, start="/")
    page.browser().send("/sign-in", {"contact": "nobody@exemple.fr"}, start="/")
    assert len(waiting) == 2
    assert page.rows("select * from portal_links") == []


def test_a_stranger_is_sent_nothing(page: Page) -> None:
    page.browser().send("/sign-in", {"contact": "nobody@exemple.fr"}, start="/")
    page.portal.postman.wait()
    assert page.sent == []


def test_a_contact_point_is_sent_three_links_in_a_quarter_of_an_hour_at_most(page: Page) -> None:
    for _time in range(5):
        assert page.browser().send("/sign-in", {"contact": MARIE}, start="/").status_code == 302
    page.portal.postman.wait()
    assert len(page.sent) == 3
    page.clock.turn(16 * MINUTE)
    page.link(MARIE)


def test_a_network_asks_twenty_times_in_a_quarter_of_an_hour_at_most(page: Page) -> None:
    answers = [
        page.browser().send("/sign-in", {"contact": f"a{each}@exemple.fr"}, start="/")
        for each in range(21)
    ]
    assert [each.status_code for each in answers] == [302] * 20 + [429]
    assert answers[-1]["Retry-After"] == "900"


def test_a_session_ends_when_idle_and_lives_on_when_used(page: Page) -> None:
    browser = page.visitor(MARIE)
    for _time in range(3):
        page.clock.turn(20 * MINUTE)
        assert browser.open("/me/choices").status_code == 200
    page.clock.turn(31 * MINUTE)
    assert browser.open("/me/choices").status_code == 302


def test_a_session_ends_after_half_a_day_however_much_it_is_used(page: Page) -> None:
    browser = page.visitor(MARIE)
    for _time in range(35):
        page.clock.turn(20 * MINUTE)
        assert browser.open("/me/choices").status_code == 200
    page.clock.turn(20 * MINUTE)
    assert browser.open("/me/choices").status_code == 302


def test_signing_out_ends_the_session_and_not_its_cookie_alone(page: Page) -> None:
    browser = page.visitor(MARIE)
    cookie = browser.client.cookies["session"].value
    browser.send("/sign-out", {"where": "here"}, start="/me/choices")
    thief = page.browser()
    thief.client.cookies["session"] = cookie
    assert thief.open("/me").status_code == 302


def test_signing_out_everywhere_ends_every_session_of_the_person(page: Page) -> None:
    one, other, stranger = page.visitor(MARIE), page.visitor(PHONE), page.visitor("zoe@exemple.fr")
    one.send("/sign-out", {"where": "everywhere"}, start="/me/choices")
    assert other.open("/me").status_code == 302
    assert other.open("/me")["Location"] == "/"
    assert stranger.open("/me").status_code == 200


def test_a_session_that_somebody_changed_is_none(page: Page) -> None:
    browser = page.visitor(MARIE)
    cookie = browser.client.cookies["session"].value
    for at in range(0, len(cookie), 7):
        changed = cookie[:at] + ("A" if cookie[at] != "A" else "B") + cookie[at + 1 :]
        browser.client.cookies["session"] = changed
        assert browser.open("/me").status_code == 302
    browser.client.cookies["session"] = cookie
    assert browser.open("/me").status_code == 200


def test_a_new_session_has_a_new_key_for_forms(page: Page) -> None:
    browser = page.browser()
    token = page.link(MARIE)
    browser.open("/")
    before = browser.client.cookies["form"].value
    browser.send(f"/s/{token}", {})
    assert browser.client.cookies["form"].value != before


def test_a_shared_mailbox_shows_nobody_before_they_say_who_they_are(page: Page) -> None:
    browser = page.visitor(FAMILY)
    for path in ("/me", "/me/details", "/me/history", "/me/rights"):
        assert browser.open(path)["Location"] == "/who"
    shown = browser.get("/who") + browser.get("/me/choices")
    assert not [name for name in ("Martin", "Petit", "Paul", "Julie", "Brest") if name in shown]


@pytest.mark.parametrize(
    ("answer", "own", "other"),
    [
        ({"birth_date": "05/06/1981"}, "Petit", "Martin"),
        ({"number": "2990000000024"}, "Martin", "Petit"),
    ],
    ids=["birth-date", "card"],
)
def test_a_shared_mailbox_shows_each_their_own(
    page: Page, answer: dict[str, str], own: str, other: str
) -> None:
    browser = page.visitor(FAMILY)
    assert browser.send("/who", answer).status_code == 302
    text = browser.get("/me")
    assert own in text
    assert other not in text


def test_guessing_who_one_is_ends_the_session(page: Page) -> None:
    browser = page.visitor(FAMILY)
    guesses = [f"0{day}/01/1990" for day in range(1, 6)]
    answers = [browser.send("/who", {"birth_date": each}).status_code for each in guesses]
    assert answers == [422] * 4 + [302]
    assert browser.open("/me/choices").status_code == 302
    assert page.rows("select * from portal_sessions") == []


def test_a_stranger_s_birth_date_opens_nothing(page: Page) -> None:
    browser = page.visitor(FAMILY)
    assert browser.send("/who", {"birth_date": "12/03/1984"}).status_code == 422
    assert browser.send("/who", {"number": "2990000000017"}).status_code == 422


def test_who_was_taken_apart_is_shown_no_more_of_the_other(page: Page) -> None:
    browser = page.visitor(MARIE)
    profile = page.town.who(MARIE)
    # As if the mailbox were found to be another person's: evidence and place move.
    zoe, contact = page.town.who("zoe@exemple.fr"), page.town.identifier(MARIE)
    with page.portal.parts.store.bulk() as bulk:
        bulk.execute(
            "update edges set withdrawn_at = 1 where left_id = ? or right_id = ?",
            (contact, contact),
        )
        bulk.execute("update placements set profile_id = ? where identifier_id = ?", (zoe, contact))
    assert profile != zoe
    assert browser.open("/me")["Location"] == "/who"


def test_a_link_on_paper_asks_who_holds_it(page: Page) -> None:
    from dataclasses import replace

    from passerelle.portal import make_paper_link

    parts = replace(
        page.portal.parts,
        settings=replace(page.portal.parts.settings, portal_url="https://moi.exemple.fr"),
    )
    made = make_paper_link(parts, MARIE, days=30, is_single_use=False)
    assert made.url.startswith("https://moi.exemple.fr/s/")
    path = made.url.removeprefix("https://moi.exemple.fr")
    page.clock.turn(timedelta(days=29))
    for _time in range(2):
        browser = page.browser()
        assert browser.send(path, {}).status_code == 302
        assert browser.open("/me")["Location"] == "/who"
        assert browser.send("/who", {"birth_date": "12/03/1984"}).status_code == 302
        assert "Durand" in browser.get("/me")


def test_the_message_is_in_the_language_of_whoever_asked(page: Page) -> None:
    page.link(MARIE, **{"accept-language": "en-GB"})
    assert "works once" in page.sent[-1].text
    assert MARIE not in page.sent[-1].text


def test_everything_that_signs_in_or_out_is_in_the_audit_log(page: Page) -> None:
    browser = page.visitor(MARIE)
    browser.send("/sign-out", {"where": "here"}, start="/me/choices")
    actions = [
        each["action"] for each in page.rows("select action from audit_entries order by number")
    ]
    assert actions == [
        "portal.link_sent", "portal.link_used", "portal.signed_in", "portal.signed_out"
    ]  # fmt: skip
    assert MARIE not in str(page.rows("select * from audit_entries"))


def test_the_page_says_what_to_do_when_a_link_is_over(page: Page) -> None:
    answer = page.browser().send("/s/nothing", {})
    assert answer.status_code == 410
    assert 'href="/"' in text_of(answer)
