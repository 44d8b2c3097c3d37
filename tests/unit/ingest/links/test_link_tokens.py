"""Tokens of personal links: what they say, and what nobody can make them say."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.ingest.links import (
    CHANNELS,
    LinkKey,
    PersonalLink,
    make_link_token,
    read_link_token,
)
from passerelle.kernel import InvalidInput

KEY = LinkKey.of(b"a secret of this installation, long")
HOSTS = ("www.enseigne.fr", "localhost:8080")
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
LINK = PersonalLink(
    link_id=-5_000_000_000_123,
    subject_id=77,
    channel="mail",
    expires_at=NOW + timedelta(days=30),
    target="https://www.enseigne.fr/offres?c=noel",
)
IDS = st.integers(-(2**63), 2**63 - 1)


@given(IDS, IDS, st.sampled_from(CHANNELS), st.integers(1, 400))
def test_a_token_says_what_its_link_was_made_of(
    link_id: int, subject: int, channel: str, days: int
) -> None:
    link = replace(
        LINK,
        link_id=link_id,
        subject_id=subject,
        channel=channel,
        expires_at=NOW + timedelta(days=days),
    )

    reading = read_link_token(make_link_token(link, KEY, HOSTS), KEY, HOSTS, now=NOW)

    assert (reading.link, reading.refusal) == (link, None)


@given(st.data())
def test_no_changed_token_is_read(data: st.DataObject) -> None:
    token = make_link_token(LINK, KEY, HOSTS)
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from("ABCxyz059-_=+/ é"))
    changed = token[:place] + letter + token[place + 1 :]

    reading = read_link_token(changed, KEY, HOSTS, now=NOW)

    assert (reading.link is None) == (changed != token)


@given(st.text())
def test_any_text_is_read_without_a_crash(text: str) -> None:
    assert read_link_token(text, KEY, HOSTS, now=NOW).link is None


def test_another_installation_cannot_make_our_links() -> None:
    theirs = LinkKey.of(b"the secret of somebody else's house")

    reading = read_link_token(make_link_token(LINK, theirs, HOSTS), KEY, HOSTS, now=NOW)

    assert (reading.link, reading.refusal) == (None, "forged")


def test_a_link_that_is_over_still_leads_to_its_page() -> None:
    token = make_link_token(LINK, KEY, HOSTS)

    reading = read_link_token(token, KEY, HOSTS, now=LINK.expires_at)

    assert reading.refusal == "expired"
    assert reading.link == LINK


def test_a_host_that_is_no_longer_ours_is_not_led_to() -> None:
    token = make_link_token(LINK, KEY, HOSTS)

    reading = read_link_token(token, KEY, ("autre.fr",), now=NOW)

    assert (reading.link, reading.refusal) == (None, "foreign_host")


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "https://www.enseigne.fr.evil.example/",
        "https://www.enseigne.fr@evil.example/",
        "https://evil.example\\@www.enseigne.fr/",
        "http://www.enseigne.fr/",
        "//www.enseigne.fr/",
        "javascript:alert(1)//www.enseigne.fr/",
        "https://www.enseigne.fr:444/",
        "https://www.enseigne.fr/a\r\nSet-Cookie: a=b",
        "https://www.enseigne.fr/ a",
        "https://[www.enseigne.fr/",
        "https://www.enseigne.fr/" + "a" * 2000,
        "",
    ],
)
def test_a_link_leads_only_to_our_own_pages(target: str) -> None:
    with pytest.raises(InvalidInput):
        make_link_token(replace(LINK, target=target), KEY, HOSTS)


def test_a_page_on_the_same_machine_may_be_tried_without_https() -> None:
    link = replace(LINK, target="http://localhost:8080/essai")

    reading = read_link_token(make_link_token(link, KEY, HOSTS), KEY, HOSTS, now=NOW)

    assert reading.link == link


def test_two_links_of_one_person_have_nothing_in_common_that_names_them() -> None:
    one = base64.urlsafe_b64decode(make_link_token(LINK, KEY, HOSTS) + "===")
    other = base64.urlsafe_b64decode(make_link_token(replace(LINK, link_id=9), KEY, HOSTS) + "===")

    assert one[9:17] != other[9:17]
    assert LINK.subject_id.to_bytes(8, "big") not in (one[9:17], other[9:17])
    assert "77" not in repr(LINK)


def test_a_link_for_an_sms_is_short() -> None:
    link = replace(LINK, channel="sms", target="https://www.enseigne.fr/o")

    assert len(make_link_token(link, KEY, HOSTS)) <= 68
