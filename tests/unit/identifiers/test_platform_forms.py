"""What each advertising platform hashes."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.identifiers import PLATFORMS, Parsed, parse_identifier
from passerelle.identifiers import platform_email as email
from passerelle.identifiers import platform_phone as phone
from passerelle.kernel import InvalidInput

GMAIL = "jean.dupont+promo@gmail.com"


@pytest.mark.parametrize(
    ("platform", "address", "expected"),
    [
        ("google", GMAIL, "jeandupont@gmail.com"),
        ("google", "jean.dupont@googlemail.com", "jeandupont@googlemail.com"),
        ("google", "jean.dupont+promo@orange.fr", "jean.dupont+promo@orange.fr"),
        ("uid2", "jane.saoirse@gmail.com", "janesaoirse@gmail.com"),
        ("uid2", "janesaoirse+work@example.com", "janesaoirse+work@example.com"),
        ("uid2", "jean.dupont@googlemail.com", "jean.dupont@googlemail.com"),
        ("trade_desk", GMAIL, "jeandupont@gmail.com"),
        ("meta", GMAIL, GMAIL),
        ("snap", GMAIL, GMAIL),
        ("pair", GMAIL, GMAIL),
        ("tiktok", "janedoe@gmail.com", "janedoe@gmail.com"),
    ],
)
def test_an_address_is_written_as_the_platform_hashes_it(
    platform: str, address: str, expected: str
) -> None:
    assert email(address, platform) == expected


@pytest.mark.parametrize(
    ("platform", "typed", "published"),
    [
        ("uid2", "JANE.SAOIRSE@gmail.com",
         "92ee26057ed9dea2535d6c8b141d48373932476599196e00352254896db5888f"),
        ("uid2", "JaneSaoirse+Work@example.com",
         "28aaee4815230cd3b4ebd88c515226550666e91ac019929e3adac3f66c288180"),
        ("snap", "Person@Example.com",
         "542d240129883c019e106e3b1b2d3f3cb3537c43c425364de8e951d5a3083345"),
        ("tiktok", "janedoe@gmail.com",
         "d6117306485ed0e50afab3ac871e98f81699151f30281527d63ff5f233656c69"),
        ("pair", "user@example.com",
         "b4c9a289323b21a01c3e940f150eb9b8c542587f1abfd8f0e1cc1ffc5e475514"),
    ],
)  # fmt: skip
def test_the_published_hash_is_met_from_what_was_typed(
    platform: str, typed: str, published: str
) -> None:
    read = parse_identifier("email", typed)

    assert isinstance(read, Parsed)
    assert sha256((email(read.value, platform) or "").encode()).hexdigest() == published


def test_a_number_is_written_with_or_without_its_plus() -> None:
    forms = {name: phone("+33623456781", name) for name in PLATFORMS}

    assert {name for name, form in forms.items() if form == "33623456781"} == {"meta", "snap", "x"}
    assert {name for name, form in forms.items() if form is None} == {"linkedin", "liveramp"}
    assert forms["google"] == forms["uid2"] == forms["tiktok"] == "+33623456781"


def test_an_address_that_arrived_hashed_is_sent_only_where_the_hash_is_the_platforms() -> None:
    hashed = "sha256:" + "0a" * 32

    assert email(hashed, "meta") == hashed
    assert email(hashed, "google") is None


@given(address=st.from_regex(r"\A[a-z.+]{1,12}@(gmail|googlemail|orange)\.com\Z"))
@pytest.mark.parametrize("platform", PLATFORMS)
def test_a_form_written_again_is_the_same(platform: str, address: str) -> None:
    once = email(address, platform) or ""

    assert email(once, platform) == once


@pytest.mark.parametrize(
    ("function", "value", "platform"),
    [(email, "a@b.fr", "myspace"), (email, "dupont", "meta"), (phone, "0623456781", "meta")],
)
def test_what_cannot_be_written_says_so_without_showing_it(
    function: object, value: str, platform: str
) -> None:
    assert callable(function)
    with pytest.raises(InvalidInput) as told:
        function(value, platform)

    assert value not in str(told.value)
