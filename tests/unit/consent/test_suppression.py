"""The suppression list: what it keeps, whom it recognises, and that nothing can be read back."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from passerelle.consent.suppression import (
    suppress_profile,
)
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
