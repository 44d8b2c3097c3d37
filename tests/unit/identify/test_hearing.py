"""What sources say becomes evidence: how strong, how far trusted, and about whom."""

from __future__ import annotations

import hashlib

import pytest

from passerelle.identify import explain
from tests.unit.town import Town

MARIE = {"record_key": "C1", "customer_number": "C1", "first_name": "Marie", "last_name": "Dupont", "email": "marie@exemple.fr"}  # fmt: skip
PAUL = {"record_key": "C2", "customer_number": "C2", "first_name": "Paul", "last_name": "Martin", "email": "paul@exemple.fr"}  # fmt: skip
COOKIE = "5f0c6a1e-0000-4000-8000-000000000001"


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def click(cookie: str, email: str, **more: object) -> dict[str, object]:
    return event("Email Link Clicked", cookie, properties={"email": email}, **more)


def event(name: str, cookie: str | None, **more: object) -> dict[str, object]:
    return {
        "type": "track",
        "event": name,
        "messageId": f"{name}-{cookie}-{sorted(more.items())}",
        "timestamp": "2026-02-27T10:00:00Z",
        **({"anonymousId": cookie} if cookie else {}),
        **more,
    }


def test_a_record_and_its_identifiers_are_one_person(town: Town) -> None:
    town.hear("crm", "crm", [MARIE])

    town.resolve()

    assert town.who("marie@exemple.fr") == town.who("C1") == town.who("crm:C1")


def test_records_with_one_name_and_birth_date_are_one_person(small_town: Town) -> None:
    told = {"first_name": "Marie", "last_name": "DUPONT", "birth_date": "1980-05-14"}

    small_town.hear("crm", "crm", [{"customer_number": "C1", **told}])
    small_town.hear("loyalty", "loyalty", [{"loyalty_card": "29012345", **told}])
    small_town.resolve()

    assert small_town.who("C1") == small_town.who("29012345")


def test_a_partner_s_rows_are_no_people_of_ours(town: Town) -> None:
    town.hear("partner", "partner", [{"email_sha256": sha256("luc@exemple.fr"), "cookie": COOKIE}])

    town.resolve()

    assert town.whoever("partner:luc") == set()
    assert town.who(COOKIE) == town.who("luc@exemple.fr")  # tied to each other, that is all
    assert town.warehouse.store.rows("select * from households") == []


def test_a_partner_s_hashed_e_mail_meets_the_clear_one_of_a_customer(town: Town) -> None:
    town.hear(
        "partner", "partner", [{"email_sha256": sha256("marie@exemple.fr"), "cookie": COOKIE}]
    )
    town.hear("crm", "crm", [MARIE])

    town.resolve()

    assert town.who(sha256("marie@exemple.fr")) == town.who("C1") == town.who(COOKIE)


@pytest.mark.parametrize("partner_first", [True, False])
def test_an_address_known_by_its_hash_is_shown_once_it_is_known(
    town: Town, partner_first: bool
) -> None:
    hashed = {"email_sha256": sha256("marie@exemple.fr"), "cookie": COOKIE}
    tell = [lambda: town.hear("crm", "crm", [MARIE]), lambda: town.hear("pp", "partner", [hashed])]

    for each in reversed(tell) if partner_first else tell:
        each()

    shown = town.warehouse.store.rows("select value from identifiers where type = 'email'")
    assert [row["value"] for row in shown] == ["marie@exemple.fr"]


def test_a_partner_never_joins_two_people_we_know(town: Town) -> None:
    town.hear("crm", "crm", [MARIE, PAUL])
    both = [{"email": each["email"], "cookie": COOKIE} for each in (MARIE, PAUL)]

    town.hear("partner", "partner", both)
    town.resolve()

    assert town.who("C1") != town.who("C2")


def test_a_browser_never_joins_two_people_we_know(town: Town) -> None:
    town.hear("crm", "crm", [MARIE, PAUL])

    town.happen([click(COOKIE, "marie@exemple.fr"), click(COOKIE, "paul@exemple.fr")])
    town.happen([{"type": "identify", "userId": "C1-web", "anonymousId": COOKIE, "messageId": "i",
                  "traits": {"email": "paul@exemple.fr"}, "timestamp": "2026-02-27T10:00:00Z"}])  # fmt: skip
    town.resolve()

    assert town.who("C1") != town.who("C2")


def test_a_click_ties_a_browser_to_its_reader(town: Town) -> None:
    town.hear("crm", "crm", [MARIE])

    town.happen([click(COOKIE, "marie@exemple.fr")])
    town.resolve()

    assert town.who(COOKIE) == town.who("C1")
    assert town.kinds(COOKIE, "marie@exemple.fr") == {"click"}


def test_a_login_ties_a_browser_to_an_account_and_the_account_to_its_address(town: Town) -> None:
    town.hear("crm", "crm", [MARIE])

    town.happen([{"type": "identify", "userId": "u-1", "anonymousId": COOKIE, "messageId": "i1",
                  "traits": {"email": "marie@exemple.fr"}, "timestamp": "2026-02-27T10:00:00Z"}])  # fmt: skip
    town.resolve()

    assert town.who("u-1") == town.who(COOKIE) == town.who("C1")
    assert town.kinds("u-1", COOKIE) == {"login"}
    assert town.kinds("u-1", "marie@exemple.fr") == {"account"}


def test_an_opened_e_mail_never_binds_whatever_else_its_event_says(town: Town) -> None:
    town.hear("crm", "crm", [MARIE])

    opened = {"userId": "u-1", "properties": {"email": "marie@exemple.fr"}}
    town.happen([event("Email Opened", COOKIE, **opened)])
    town.resolve()

    assert town.kinds(COOKIE, "u-1") == {"open"}
    assert town.kinds("u-1", "marie@exemple.fr") == {"open"}
    assert COOKIE not in {row["value"] for row in town.warehouse.store.rows(
        "select i.value from placements p join identifiers i on i.identifier_id = p.identifier_id"
    )}  # fmt: skip


def test_what_a_robot_does_is_not_heard(town: Town) -> None:
    town.hear("crm", "crm", [MARIE])
    robot = {"context": {"userAgent": "Mozilla/5.0 (compatible; Googlebot/2.1)"}}

    town.happen([event("Signed Up", COOKIE, userId="u-1", **robot)])

    assert town.warehouse.store.rows("select * from identifiers where type = 'cookie'") == []


def test_a_mailbox_of_a_role_is_mentioned_and_joins_nobody(town: Town) -> None:
    shop = "contact@exemple.fr"

    town.hear("crm", "crm", [{**MARIE, "email": shop}, {**PAUL, "email": shop}])
    town.happen([click(COOKIE, shop)])
    town.resolve()

    assert town.who("C1") != town.who("C2")
    assert town.kinds("crm:C1", shop) == {"mention"}
    assert town.kinds(COOKIE, shop) == {"mention"}
    assert town.whoever(shop) == {town.who("C1"), town.who("C2")}


def test_an_alias_ties_a_browser_to_the_account_it_became(small_town: Town) -> None:
    small_town.happen(
        [{"type": "alias", "previousId": COOKIE, "userId": "u-1", "messageId": "a1",
          "timestamp": "2026-02-27T10:00:00Z"}]
    )  # fmt: skip

    small_town.resolve()

    assert small_town.who(COOKIE) == small_town.who("u-1")
    assert small_town.kinds(COOKIE, "u-1") == {"alias"}


def test_what_is_told_twice_is_one_piece_of_evidence_seen_more_often(town: Town) -> None:
    town.hear("crm", "crm", [MARIE])
    first = click(COOKIE, "marie@exemple.fr")
    later = {**first, "messageId": "later", "timestamp": "2026-02-28T10:00:00Z"}

    town.happen([first])
    town.happen([first, later])
    town.resolve()

    (edge,) = explain(
        town.warehouse.store, town.identifier(COOKIE), town.identifier("marie@exemple.fr")
    ).edges
    assert edge.observations == 2
    assert edge.last_seen_at - edge.first_seen_at == 86_400_000_000


def test_a_record_that_comes_again_with_another_address_holds_both(small_town: Town) -> None:
    small_town.hear("crm", "crm", [MARIE])

    small_town.hear("crm", "crm", [{**MARIE, "email": "marie.dupont@exemple.fr"}])
    small_town.resolve()

    assert small_town.who("marie@exemple.fr") == small_town.who("marie.dupont@exemple.fr")
