"""What people declare of themselves, a copy of everything, and what they ask for by right."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from passerelle.unify import get_golden_record, read_survivorship
from tests.unit.portal.pages import FAMILY, MARIE, PEOPLE, Page

DETAILS = {
    "title": "MME", "first_name": "Marie", "last_name": "Lefèvre", "birth_date": "12/03/1984",
    "address_1": "12 rue Haute", "address_2": "", "address_3": "", "postcode": "69002",
    "city": "Lyon", "country": "", "address_is": "new",
}  # fmt: skip


def golden(page: Page, contact: str) -> dict[str, tuple[str, str]]:
    rules = read_survivorship(Path("there is no such file.toml"))
    store, who = page.portal.parts.store, page.town.who(contact)
    return {
        each.attribute: (each.value, each.source)
        for each in get_golden_record(store, page.town.engine, who, rules)
    }


def test_a_declared_name_wins_and_survives_the_same_old_file(page_on_either: Page) -> None:
    page = page_on_either
    assert page.visitor(MARIE).send("/me/details", DETAILS).status_code == 302
    page.town.hear("crm", "crm", [{**each, "title": "Mme"} for each in PEOPLE])
    page.town.resolve()
    assert golden(page, MARIE)["last_name"] == ("Lefèvre", "portal")
    assert golden(page, MARIE)["city"] == ("Lyon", "crm")


def test_another_spelling_of_an_address_is_proposed_and_the_person_decides(page: Page) -> None:
    browser = page.visitor(MARIE)
    typed = {
        **DETAILS,
        "last_name": "Durand",
        "address_1": "3 av du gal leclerc",
        "postcode": "75014",
        "city": "paris",
    }
    asked = browser.send("/me/details", typed)
    assert asked.status_code == 200
    assert "AVENUE DU GÉNÉRAL LECLERC" in asked.content.decode().upper()
    assert "portal" not in dict(golden(page, MARIE).values()).values()
    browser.send("/me/details", {**typed, "address_is": "checked"})
    assert golden(page, MARIE)["address_1"] == ("3 av du gal leclerc", "portal")
    assert golden(page, MARIE)["last_name"] == ("Durand", "crm")


def test_a_later_declaration_keeps_what_was_declared_before(page: Page) -> None:
    browser = page.visitor(MARIE)
    browser.send("/me/details", DETAILS)
    browser.send("/me/details", {**DETAILS, "first_name": "Marie-Anne"})
    assert golden(page, MARIE)["last_name"] == ("Lefèvre", "portal")
    assert golden(page, MARIE)["first_name"] == ("Marie-Anne", "portal")


def test_of_a_shared_mailbox_a_new_name_stays_with_whoever_said_it(page: Page) -> None:
    browser = page.visitor(FAMILY)
    browser.send("/who", {"birth_date": "05/06/1981"})
    browser.send(
        "/me/details",
        {
            **DETAILS,
            "first_name": "Julie",
            "last_name": "Nouveau",
            "birth_date": "05/06/1981",
            "address_is": "checked",
        },
    )
    julie = page.town.who("crm:3")
    assert julie == page.town.who(f"portal:{page.rows(_OWN)[0]['record_key']}")
    assert julie != page.town.who("crm:2")
    assert "Nouveau" in browser.get("/me")


_OWN = "select record_key from records where source = 'portal'"


@pytest.mark.parametrize(
    "wrong",
    [{"birth_date": "32/13/2020"}, {"last_name": "x" * 150}, {"title": "King"}],
    ids=["birth-date", "too-long", "title"],
)
def test_what_cannot_be_is_said_beside_its_field_and_nothing_is_kept(
    page: Page, wrong: dict[str, str]
) -> None:
    answer = page.visitor(MARIE).send("/me/details", {**DETAILS, **wrong})
    assert answer.status_code == 422
    (name,) = wrong
    assert f'id="{name}-wrong"' in answer.content.decode() or name == "title"
    assert page.rows(_OWN) == []


def test_a_copy_of_everything_is_of_the_person_alone(page: Page) -> None:
    browser = page.visitor(MARIE)
    answer = browser.send("/me/copy", {}, start="/me/rights")
    assert answer["Content-Disposition"].startswith("attachment")
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    text = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "Durand" in text
    assert not [name for name in ("Secret", "Martin", "Petit") if name in text]


def test_an_asked_erasure_waits_for_the_house_with_its_proof_and_date(page: Page) -> None:
    browser = page.visitor(MARIE)
    assert browser.send("/me/rights", {"kind": "erase"}).status_code == 302
    (asked,) = page.rows("select kind, state, proof from rights_requests")
    assert asked == {"kind": "erase", "state": "proved", "proof": "signed_link"}
    assert "2026" in browser.get("/me/rights")
    assert browser.send("/me/rights", {"kind": "erase"}).status_code == 422
    assert browser.send("/me/rights", {"kind": "sell"}).status_code == 422


def test_restriction_is_done_at_once(page: Page) -> None:
    browser = page.visitor(MARIE)
    browser.press("give", "news", "email")
    browser.send("/me/rights", {"kind": "restrict"})
    assert not page.may(MARIE, "news", "email")
    assert [each["state"] for each in page.rows("select state from rights_requests")] == ["done"]
