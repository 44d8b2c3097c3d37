"""passerelle profiles: what people and programs read, in both languages."""

from __future__ import annotations

import pytest

from passerelle.kernel.language import LANGUAGES
from tests.unit.cli.conftest import Shell

FAMILY = "famille.durand@exemple.fr"
every_language = pytest.mark.parametrize("language", LANGUAGES)


def test_resolving_says_how_many_people_there_are(shop: Shell) -> None:
    told = shop.json("profiles", "resolve")

    assert (told["people"], told["households"], told["changed"]) == (3, 2, 0)
    assert "people" in shop.run("profiles", "resolve")


@every_language
def test_a_person_is_listed_with_name_city_and_address(shop: Shell, language: str) -> None:
    listed = shop.run("profiles", "find", "zoe@exemple.fr", language=language)

    assert all(word in listed for word in ("Zoé", "Martin", "Paris", "zoe@exemple.fr"))
    assert len(listed.splitlines()) == 3  # labels, a rule, one row


def test_a_program_reads_the_same_in_both_languages(shop: Shell) -> None:
    for words in (
        ("profiles", "find", FAMILY),
        ("profiles", "find", "Martin Zoé"),
        ("profiles", "resolve"),
    ):
        assert shop.json(*words, language="fr") == shop.json(*words, language="en")


@every_language
def test_a_shared_value_says_that_it_is_shared(shop: Shell, language: str) -> None:
    done = shop.invoke("profiles", "find", FAMILY, language=language)

    assert done.stdout.count("Durand") == 2
    assert done.stderr.strip()
    assert {each["objection"] for each in shop.json("profiles", "find", FAMILY)} == {
        "shared_mailbox"
    }


@every_language
def test_nobody_found_is_no_failure_and_says_what_to_do(shop: Shell, language: str) -> None:
    assert "passerelle profiles resolve" in shop.run(
        "profiles", "find", "x@y.fr", language=language
    )
    assert shop.json("profiles", "find", "x@y.fr", language=language) == []


def test_a_sheet_tells_where_each_value_comes_from_and_what_happened(shop: Shell) -> None:
    sheet = shop.json("profiles", "show", "zoe@exemple.fr")

    city = next(each for each in sheet["golden_record"] if each["attribute"] == "city")
    assert (city["value"], city["source"], city["record_key"]) == ("Paris", "crm", "3")
    assert {each["type"] for each in sheet["identifiers"]} >= {"record", "email", "cookie"}
    assert {each["evidence"] for each in sheet["edges"]} >= {"record", "click"}
    assert all(each["not_followed"] is None for each in sheet["edges"])
    bought = next(each for each in sheet["timeline"] if each["kind"] == "receipt")
    assert (bought["amount_cents"], bought["currency"]) == (107_390, "EUR")
    assert len(sheet["timeline"]) == 2


@pytest.mark.parametrize(
    ("language", "amount"), [("en", "1,073.90 EUR"), ("fr", "1\u202f073,90 EUR")]
)
def test_a_sheet_writes_amounts_as_the_reader_does(shop: Shell, language: str, amount: str) -> None:
    sheet = shop.run("profiles", "show", "zoe@exemple.fr", language=language)

    assert amount in sheet
    assert "12 rue de la Paix" in sheet


def test_a_sheet_of_a_value_that_several_share_asks_for_one(shop: Shell) -> None:
    complaint = shop.complaint("profiles", "show", FAMILY)

    assert "2 profiles" in complaint
    assert "hint:" in complaint


@every_language
def test_why_shows_the_chain_through_a_family_s_mailbox(shop: Shell, language: str) -> None:
    chain = shop.run("profiles", "why", "crm:1", "shop:9", language=language)
    told = shop.json("profiles", "why", "crm:1", "shop:9")

    assert chain.count(FAMILY) == 2
    assert told["is_same"] is True
    assert len(told["edges"]) == 2


def test_why_shows_what_did_not_join_two_people(shop: Shell) -> None:
    told = shop.json("profiles", "why", "crm:1", "crm:2")

    assert told["is_same"] is False
    assert all("family" in each["not_followed"] for each in told["edges"])
    assert FAMILY in shop.run("profiles", "why", "crm:1", "crm:2")


def test_keeping_apart_is_told_with_its_reason_and_can_be_taken_back(shop: Shell) -> None:
    before = shop.json("profiles", "show", "zoe@exemple.fr")

    shop.run("profiles", "keep-apart", "crm:3", "shop:10", "--reason", "mother and daughter")

    told = shop.json("profiles", "why", "crm:3", "shop:10")
    assert [each["reason"] for each in told["kept_apart"]] == ["mother and daughter"]
    assert "mother and daughter" in shop.run("profiles", "why", "crm:3", "shop:10")
    shop.run("profiles", "keep-apart", "crm:3", "shop:10", "--undo")
    assert shop.json("profiles", "show", "zoe@exemple.fr") == before


def test_a_split_and_its_undoing(shop: Shell) -> None:
    profile = shop.json("profiles", "find", "crm:3")[0]["profile_id"]

    shop.run("profiles", "split", profile, "shop:10", "--reason", "two sisters")
    assert shop.json("profiles", "find", "shop:10")[0]["profile_id"] != profile

    shop.run("profiles", "split", profile, "shop:10", "--undo")
    assert shop.json("profiles", "find", "shop:10")[0]["profile_id"] == profile


def test_evidence_withdrawn_by_the_id_that_the_sheet_shows_and_believed_again(shop: Shell) -> None:
    before = shop.json("profiles", "show", "crm:3")
    edge = next(
        each["edge_id"]
        for each in before["edges"]
        if {each["left"], each["right"]} == {"record shop:10", "email zoe@exemple.fr"}
    )

    shop.run("profiles", "unmerge", edge, "--reason", "typed for another")

    assert shop.json("profiles", "find", "shop:10") != shop.json("profiles", "find", "crm:3")
    assert "typed for another" in shop.run("profiles", "show", "crm:3")
    shop.run("profiles", "unmerge", edge, "--undo")
    assert shop.json("profiles", "show", "crm:3") == before


@pytest.mark.parametrize(
    "words",
    [
        ("show", "nobody@exemple.fr"),
        ("show", "p_0000000000000"),
        ("why", "crm:1", "crm:404"),
        ("unmerge", "zoe@exemple.fr"),
        ("unmerge", "e_0000000000000"),
        ("split", "crm:1", "crm:3"),
        ("keep-apart", "crm:1", "crm:1"),
    ],
)
@every_language
def test_a_wrong_value_is_explained_and_never_repeated(
    shop: Shell, words: tuple[str, ...], language: str
) -> None:
    complaint = shop.complaint("profiles", *words, language=language)

    first, *hint = complaint.strip().splitlines()
    assert first and hint
    assert "exemple.fr" not in complaint
