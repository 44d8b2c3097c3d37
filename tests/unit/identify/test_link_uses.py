"""A personal link binds the first browser that follows it, and no other."""

from __future__ import annotations

from collections import abc
from datetime import timedelta

import pytest

from passerelle.ingest import LINK_EVENT, LINK_PROPERTY, LinkKey, PersonalLink, make_link_token
from passerelle.kernel import IdentifierKeys
from tests.unit.town import Town

FIRST, SECOND = "ab12cd34ef56ab12cd34ef56ab12cd34", "99ff88ee77dd66cc55bb44aa33221100"
MARIE = {"record_key": "C1", "customer_number": "C1", "first_name": "Marie", "last_name": "Dupont", "email": "marie@exemple.fr"}  # fmt: skip
HOSTS = ("www.enseigne.fr",)


def token_for(town: Town, value: str, *, link_id: int = 5, days: int = 30) -> str:
    link = PersonalLink(
        link_id=link_id,
        subject_id=town.identifier(value),
        channel="mail",
        expires_at=town.warehouse.clock() + timedelta(days=days),
        target="https://www.enseigne.fr/",
    )
    return make_link_token(link, LinkKey.of(town.warehouse.keys.secret), HOSTS)


def use(token: str, cookie: str, at: str, **more: object) -> abc.Mapping[str, object]:
    return {
        "type": "track", "event": LINK_EVENT, "anonymousId": cookie, "messageId": f"{cookie}{at}",
        "timestamp": f"2026-02-27T{at}:00Z", "properties": {LINK_PROPERTY: token}, **more,
    }  # fmt: skip


@pytest.fixture
def marie(town: Town) -> Town:
    town.hear("crm", "crm", [MARIE])
    return town


def test_following_a_personal_link_ties_a_browser_to_its_person(marie: Town) -> None:
    marie.happen([use(token_for(marie, "marie@exemple.fr"), FIRST, "10:00")])
    marie.resolve()

    assert marie.who(FIRST) == marie.who("C1")
    assert marie.kinds(FIRST, "marie@exemple.fr") == {"link"}


def test_a_link_may_be_made_for_a_record_that_has_no_address(marie: Town) -> None:
    token = token_for(marie, "C1")

    marie.happen([use(token, FIRST, "10:00")])
    marie.resolve()

    assert marie.who(FIRST) == marie.who("C1")


def test_a_mail_that_is_handed_on_binds_nobody_else(marie: Town) -> None:
    token = token_for(marie, "marie@exemple.fr")

    marie.happen([use(token, FIRST, "10:00"), use(token, SECOND, "10:05")])
    marie.happen([use(token, SECOND, "11:00")])
    marie.resolve()

    assert marie.kinds(SECOND, "marie@exemple.fr") == {"forward"}
    assert marie.map().get(marie.identifier(SECOND)) != marie.who("C1")


def test_the_same_browser_may_follow_its_link_again(marie: Town) -> None:
    token = token_for(marie, "marie@exemple.fr")

    marie.happen([use(token, FIRST, "10:00")])
    marie.happen([use(token, FIRST, "12:00")])

    assert marie.kinds(FIRST, "marie@exemple.fr") == {"link"}
    (edge,) = marie.warehouse.store.rows("select observations from edges where kind = 'link'")
    assert edge["observations"] == 2


def test_of_uses_heard_together_the_earliest_is_the_first(marie: Town) -> None:
    token = token_for(marie, "marie@exemple.fr")

    marie.happen([use(token, SECOND, "10:05"), use(token, FIRST, "10:00")])

    assert marie.kinds(FIRST, "marie@exemple.fr") == {"link"}
    assert marie.kinds(SECOND, "marie@exemple.fr") == {"forward"}


def test_two_links_of_one_person_bind_two_browsers(marie: Town) -> None:
    marie.happen([
        use(token_for(marie, "marie@exemple.fr", link_id=5), FIRST, "10:00"),
        use(token_for(marie, "marie@exemple.fr", link_id=6), SECOND, "10:05"),
    ])  # fmt: skip
    marie.resolve()

    assert marie.who(FIRST) == marie.who(SECOND) == marie.who("C1")


@pytest.mark.parametrize("agent", ["Googlebot/2.1", "GoogleImageProxy"])
def test_a_mail_gateway_does_not_use_a_link_up(marie: Town, agent: str) -> None:
    token = token_for(marie, "marie@exemple.fr")

    marie.happen([use(token, SECOND, "09:00", context={"userAgent": agent})])
    marie.happen([use(token, FIRST, "10:00")])

    assert marie.kinds(FIRST, "marie@exemple.fr") == {"link"}


def test_a_link_that_is_over_or_that_others_made_binds_nobody(marie: Town) -> None:
    over = token_for(marie, "marie@exemple.fr", days=-1)
    forged = token_for(marie, "marie@exemple.fr", link_id=7)[:-2] + "AA"

    marie.happen([use(token, FIRST, f"1{n}:00") for n, token in enumerate((over, forged, "x"))])

    assert marie.warehouse.store.rows("select * from link_uses") == []
    assert marie.warehouse.store.rows("select * from edges where kind <> 'record'") == []


def test_a_link_for_somebody_who_is_gone_binds_nobody(marie: Town) -> None:
    keys: IdentifierKeys = marie.warehouse.keys
    link = PersonalLink(
        8, keys.identifier_id("email", "gone@exemple.fr"), "mail",
        marie.warehouse.clock() + timedelta(days=1), "https://www.enseigne.fr/",
    )  # fmt: skip
    token = make_link_token(link, LinkKey.of(keys.secret), HOSTS)

    marie.happen([use(token, FIRST, "10:00")])

    assert marie.warehouse.store.rows("select * from edges where kind <> 'record'") == []


def test_a_binding_keeps_the_consent_it_was_told_under(marie: Town) -> None:
    token = token_for(marie, "marie@exemple.fr")
    denied = {"consent": {"categoryPreferences": {"Advertising": False}}}
    granted = {"consent": {"categoryPreferences": {"Advertising": True}}}

    marie.happen([use(token, FIRST, "10:00", context=granted)])
    marie.happen([use(token, FIRST, "09:00", context=denied)])

    (proof,) = marie.warehouse.store.rows("select * from consent_proofs")
    events = marie.engine.run(
        "select event_id, consent from events where consent is not null",
        {"events": marie.warehouse.lake.files("events")},
    ).to_pylist()
    assert "true" in proof["consent"]
    assert {"event_id": proof["event_id"], "consent": proof["consent"]} in events
