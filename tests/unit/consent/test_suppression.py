"""The suppression list: what it keeps, whom it recognises, and that nothing can be read back."""

from __future__ import annotations

import hmac
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from passerelle.consent.suppression import (
    PersonalValues,
    Screen,
    suppress_profile,
)
from passerelle.consent.suppression.normalisers import FirstNormaliser
from passerelle.consent.suppression.suppression_keys import SuppressionKeys
from passerelle.kernel import IdentifierKeys
from tests.unit.town import Town

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEYS = IdentifierKeys(b"s" * 32)


@given(st.text(max_size=80), st.sampled_from(["email", "phone", "person"]))
def test_keys_are_those_of_the_librarys_hmac(text: str, kind: str) -> None:
    pepper = hmac.digest(KEYS.secret, b"passerelle suppression list", "sha256")
    told = text.encode("utf-8", "ignore").decode()
    whole = hmac.digest(pepper, f"1|{kind}|{told}".encode(), "sha256")
    expected = int.from_bytes(whole[:8], "little", signed=True)
    assert SuppressionKeys(KEYS).key(1, kind, told) == expected


def test_a_profile_is_kept_as_keys_alone(town: Town) -> None:
    town.hear("crm", "crm", [
        {"record_key": "1", "last_name": "Dupont", "first_name": "Marie-Hélène",
         "email": "marie.dupont@gmail.com", "phone_mobile": "0687415236",
         "birth_date": "1980-02-29", "address_1": "12 rue des Lilas", "postcode": "75011"},
    ])  # fmt: skip
    town.resolve()
    store, keys = town.warehouse.store, town.warehouse.keys
    profile_id = town.who("0687415236")
    with store.bulk() as bulk:
        count = suppress_profile(bulk, profile_id, keys=keys, at=NOW)
    assert count > 10
    rows = store.rows("select * from suppression_keys")
    assert len(rows) == count
    assert {row["kind"] for row in rows} == {"email", "phone", "person"}
    assert "arie" not in str(rows) + str(store.rows("select * from suppressions"))


BACK = {
    "as it was": {"first_name": "Marie-Hélène", "last_name": "Dupont", "birth_date": "1980-02-29"},
    "capitals": {"first_name": "MARIE HELENE", "last_name": "DUPONT", "birth_date": "1980-02-29"},
    "swapped": {"first_name": "Dupont", "last_name": "Marie-Hélène", "birth_date": "1980-02-29"},
    "half": {"first_name": "Marie", "last_name": "Dupont", "birth_date": "1980-02-29"},
    "new name": {"first_name": "Marie-Hélène", "last_name": "Roy", "phone_mobile": "0033 687415236"},
    "initials": {"first_name": "M.-H.", "last_name": "Dupont", "email": "marie.dupont@gmail.com"},
    "tag": {"last_name": "Dupont", "email": "mariedupont+x@googlemail.com"},
    "hash": {"email_sha256": sha256(b"marie.dupont@gmail.com").hexdigest()},
    "home": {"first_name": "marie helene", "last_name": "dupont",
             "address_1": "12, r. des lilas", "postcode": "75 011"},
}  # fmt: skip
OTHERS = {
    "her husband": {"first_name": "Jean", "last_name": "Dupont", "birth_date": "1979-01-02",
                    "email": "marie.dupont@gmail.com", "address_1": "12 rue des Lilas",
                    "postcode": "75011"},
    "a namesake": {"first_name": "Marie-Hélène", "last_name": "Dupont", "birth_date": "1981-02-28"},
    "a neighbour": {"first_name": "Luc", "last_name": "Roy", "address_1": "12 rue des Lilas",
                    "postcode": "75011"},
}  # fmt: skip


def erase_marie(town: Town) -> None:
    town.hear("crm", "crm", [
        {"record_key": "1", "last_name": "Dupont", "first_name": "Marie-Hélène",
         "email": "marie.dupont@gmail.com", "phone_mobile": "0687415236",
         "birth_date": "1980-02-29", "address_1": "12 rue des Lilas", "postcode": "75011"},
    ])  # fmt: skip
    town.resolve()
    store, keys = town.warehouse.store, town.warehouse.keys
    profile_id = town.who("0687415236")
    with store.bulk() as bulk:
        suppress_profile(bulk, profile_id, keys=keys, at=NOW)
    town.warehouse = replace(town.warehouse, screen=Screen(store, keys))


def test_who_was_erased_is_noticed_in_any_spelling_and_nobody_else_is(town: Town) -> None:
    erase_marie(town)
    for number, row in enumerate([*BACK.values(), *OTHERS.values()]):
        town.hear(f"shop{number}", "crm", [{"record_key": "9", **row}])
    caught = {each["source"] for each in town.warehouse.store.rows(
        "select source from quarantined_rows where reason = 'erased_person'")}  # fmt: skip
    assert caught == {f"shop{number}" for number in range(len(BACK))}


def test_the_first_normaliser_makes_what_it_always_made() -> None:
    values = PersonalValues(("Élo",), ("Le Gall",), ("1990-01-02",), ("e.l+a@gmail.com",))
    assert [each.text for each in FirstNormaliser().asked_texts(values)] == [
        "birth|ELO|LEGALL|1990-01-02",
        "email|ELO|el@gmail.com",
        "email|LEGALL|el@gmail.com",
    ]
