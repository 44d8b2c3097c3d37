"""E-mail addresses."""

from __future__ import annotations

import hashlib
import random

import polars as pl
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import given, settings
from hypothesis import strategies as st

from passerelle.identifiers import (
    Parsed,
    get_identifier_type,
    id_texts,
    judge_identifier,
    normalize_column,
    parse_identifier,
    propose_email,
)


def canonical(raw: str) -> str | None:
    reading = parse_identifier("email", raw)
    return reading.value if isinstance(reading, Parsed) else None


def test_an_address_that_arrives_hashed_meets_the_clear_one() -> None:
    digest = hashlib.sha256(b"marie@exemple.fr").hexdigest()

    clear, hashed = canonical("Marie@Exemple.fr"), canonical(digest.upper())

    assert id_texts("email", [clear or "", hashed or ""]) == [digest, digest]


def test_a_hash_in_base_64_is_the_same_hash() -> None:
    assert canonical("FsGNM28LJQ8OLZB0Us65ZYp07NrovJSGTCMSKnLMJ6U=") == (
        "sha256:16c18d336f0b250f0e2d907452ceb9658a74ecdae8bc94864c23122a72cc27a5"
    )


@pytest.mark.parametrize("blocked", ["", "test@example.com", "toto@gmail.com"])
def test_the_hash_of_nothing_and_of_a_blocked_address_is_blocked(blocked: str) -> None:
    value = "sha256:" + hashlib.sha256(blocked.encode()).hexdigest()

    expected = "personal" if blocked == "test@example.com" else "blocked"

    assert judge_identifier("email", value).kind == expected


def test_the_first_address_of_a_cell_counts_and_the_others_are_reported() -> None:
    raws = pl.Series(["Marie <marie@exemple.fr>, luc@exemple.fr;anne@exemple.fr", "luc@exemple.fr"])

    column = normalize_column("email", raws)

    assert column.values.to_list() == ["marie@exemple.fr", "luc@exemple.fr"]
    assert column.others.to_list() == [["luc@exemple.fr", "anne@exemple.fr"], None]


def test_dots_and_tags_are_kept_also_at_gmail() -> None:
    assert canonical("Jean.Dupont+promo@gmail.com") == "jean.dupont+promo@gmail.com"


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("compta@exemple.fr", "role"),
        ("info+crm@exemple.fr", "role"),
        ("informatique.dupont@exemple.fr", "personal"),
        ("noreply@boutique.test", "role"),
        ("contact75@exemple.fr", "role"),
        ("mairie-annexe@exemple.fr", "role"),
        ("mairiedelyon@exemple.fr", "role"),
        ("contacteur@exemple.fr", "personal"),
        ("villedieu@exemple.fr", "personal"),
        ("toto@toto.fr", "blocked"),
        ("toto@orange.fr", "personal"),
        ("dupont@dupont.fr", "personal"),
        ("aaa@aaa.com", "blocked"),
        ("marie@mailinator.com", "disposable"),
        ("marie@moncourrier.fr.nf", "disposable"),
        ("marie@privaterelay.appleid.com", "personal"),
    ],
)
def test_an_address_is_judged(address: str, kind: str) -> None:
    assert judge_identifier("email", address).kind == kind
    assert normalize_column("email", pl.Series([address])).judgements.to_list() == [kind]


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("marie@gmial.com", "marie@gmail.com"),
        ("marie@orangr.fr", "marie@orange.fr"),
        ("marie@hotmial.fr", "marie@hotmail.fr"),
        ("marie@yahoo.cm", "marie@yahoo.com"),  # Cameroon exists
        ("marie@arnage.fr", None),  # a town of the Sarthe
        ("marie@mailo.com", None),
        ("marie@hotmail.gr", None),
        ("marie@orange.fr", None),
        ("marie@me.cm", None),
        ("marie", None),
    ],
)
def test_a_mistyped_provider_is_proposed_and_not_applied(address: str, meant: str | None) -> None:
    proposal = propose_email(address)

    assert (proposal and proposal.address) == meant
    assert proposal is None or not proposal.is_certain
    assert canonical(address) in {address, None}


@pytest.mark.parametrize(
    ("address", "meant"),
    [
        ("marie@gmail.con", "marie@gmail.com"),
        ("marie@gmail,com", "marie@gmail.com"),
        ("marie@GMAIL com", "marie@gmail.com"),
        ("marie@orangefr", "marie@orange.fr"),
        ("marie@hotmail.frr", "marie@hotmail.fr"),
        ("Marie <marie@wanadoo..fr>", "marie@wanadoo.fr"),
    ],
)
def test_a_provider_whose_domain_cannot_exist_is_mended(address: str, meant: str) -> None:
    proposal = propose_email(address.strip("Marie <>"))

    assert canonical(address) == meant
    assert normalize_column("email", pl.Series([address])).values.to_list() == [meant]
    assert proposal is None or proposal.is_certain


def test_a_domain_that_cannot_exist_and_resembles_none_is_left_alone() -> None:
    assert canonical("marie@boutique-dupont.con") == "marie@boutique-dupont.con"
    assert canonical("marie@exemple") is None


def test_a_proposal_does_not_show_whose_it_is() -> None:
    assert "marie" not in repr(propose_email("marie@gmial.com"))


@settings(max_examples=300, deadline=None)
@given(
    address=st.from_regex(
        r"\A[A-Za-z0-9!#$%&*+/=?^_~.-]{1,12}@[a-z0-9.-]{1,20}\.(fr|com|c0m|test)\Z"
    )
)
def test_plain_addresses_are_accepted_exactly_when_email_validator_accepts_them(
    address: str,
) -> None:
    try:
        expected = validate_email(address, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        assert canonical(address) is None
    else:
        assert canonical(address) == expected.normalized.lower()


def test_accented_local_parts_agree_with_email_validator() -> None:
    rng = random.Random(5)
    letters = [chr(c) for c in range(0xDF, 0x180) if c != 0xF7] + list("abc.-_'")
    for _ in range(300):
        local = "".join(rng.choices(letters, k=rng.randint(1, 12)))
        address = f"a{local}z@exemple.fr".replace("..", ".")
        try:
            expected = validate_email(address, check_deliverability=False).normalized.lower()
        except EmailNotValidError:
            expected = None
        assert canonical(address) == expected, address


def test_a_bulk_column_and_its_cells_agree_at_every_length() -> None:
    raws = [f"{'m' * n}@{'d' * k}.fr" for n in (1, 63, 64, 65) for k in (1, 62, 63, 64, 70)]

    column = normalize_column("email", pl.Series(raws))

    assert column.values.to_list() == [canonical(raw) for raw in raws]
    assert set(column.reasons.drop_nulls()) == {"too_long", "invalid_domain"}


def test_an_email_may_be_a_familys() -> None:
    assert get_identifier_type("email").is_shareable
