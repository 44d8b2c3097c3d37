"""The golden record: one value for each attribute, with where it comes from and why."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from passerelle.collect import DECLARED_KIND, Heard, RecordBatch, SourceRef, declare
from passerelle.engine import Engine, open_engine
from passerelle.identify import explain, take_in_records
from passerelle.store import BulkSession
from passerelle.unify import (
    DEFAULT_RULES,
    GoldenValue,
    Survivorship,
    build_golden_records,
    get_golden_record,
    get_golden_records,
    read_survivorship,
)
from tests.unit.town import Town

DEFAULTS = read_survivorship(Path("there is no such file.toml"))


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    spill = str(tmp_path_factory.mktemp("spill"))
    return open_engine("", memory_limit="256MB", threads=1, spill=spill)


def record(key: str, day: int, source: str = "crm", **said: str | None) -> dict[str, object]:
    return {
        "profile_id": 1,
        "source": source,
        "source_kind": source,
        "record_key": key,
        "observed_at": day,
        "normalized": json.dumps(said),
    }


def surviving(
    engine: Engine, records: Sequence[dict[str, object]], rules: Survivorship = DEFAULTS
) -> dict[str, str]:
    golden = build_golden_records(engine, pl.DataFrame(records), rules)
    return dict(golden.select("attribute", "value").iter_rows())


def under(**rules: str) -> Survivorship:
    return Survivorship({**DEFAULT_RULES, **rules}, DEFAULTS.trust)


def golden(town: Town, value: str) -> dict[str, GoldenValue]:
    found = get_golden_record(town.warehouse.store, town.engine, town.who(value), DEFAULTS)
    return {each.attribute: each for each in found}


def test_each_value_says_which_record_it_comes_from_and_by_which_rule(town: Town) -> None:
    told = {"customer_number": "C1", "first_name": "Marie"}
    town.hear("crm", "crm", [{**told, "record_key": "1", "last_name": "Dupont", "updated_at": "2026-01-05"}])  # fmt: skip
    town.hear("shop", "webshop", [{**told, "record_key": "9", "last_name": "Martin", "updated_at": "2025-01-05"}])  # fmt: skip
    town.resolve()

    found = golden(town, "C1")

    assert found["last_name"] == GoldenValue(
        attribute="last_name",
        value="Dupont",
        source="crm",
        record_key="1",
        observed_at=datetime(2026, 1, 5, tzinfo=UTC),
        rule="most_recent",
        candidates=2,
    )
    assert (found["first_name"].candidates, found["first_name"].rule) == (1, "most_frequent")


def test_an_address_survives_whole(engine: Engine, town: Town) -> None:
    town.hear("crm", "crm", [
        {"record_key": "1", "customer_number": "C1", "address_1": "12 rue de la Paix",
         "address_2": "Bât. B", "postcode": "75002", "city": "Paris", "updated_at": "2025-01-05"},
        {"record_key": "2", "customer_number": "C1", "address_1": "3 place Bellecour",
         "postcode": "69002", "city": "Lyon", "updated_at": "2026-01-05"},
    ])  # fmt: skip
    town.resolve()

    found = golden(town, "C1")

    assert {name: each.value for name, each in found.items()} == {
        "address_1": "3 place Bellecour",
        "postcode": "69002",
        "city": "Lyon",
    }
    assert {each.record_key for each in found.values()} == {"2"}


def test_an_address_may_hold_anything_that_people_write(town: Town) -> None:
    odd = 'Chez "Zoé", {,"city":null} \\ 3'
    town.hear("crm", "crm", [{"record_key": "1", "customer_number": "C1", "city": "Lyon",
                              "address_1": odd.replace('"', "'"), "postcode": "69002"}])  # fmt: skip
    town.resolve()

    assert golden(town, "C1")["address_1"].value == odd.replace('"', "'")


@pytest.mark.parametrize("text", ['{,"city":null}', '"', "\\", '","postcode":null', "{,", "é{"])
def test_a_line_of_an_address_is_kept_as_it_is(engine: Engine, text: str) -> None:
    told = surviving(engine, [record("1", 1, address_1=text, postcode=None, city="Lyon")])

    assert json.loads(told["address"]) == {"address_1": text, "city": "Lyon"}


@pytest.mark.parametrize("text", ["{,Marie", '"x":null', "Marie {,"])
def test_only_addresses_are_put_together(engine: Engine, text: str) -> None:
    assert surviving(engine, [record("1", 1, first_name=text)]) == {"first_name": text}


def test_a_city_alone_is_no_address(engine: Engine) -> None:
    assert surviving(engine, [record("1", 1, city="Lyon", country="FR")]) == {}


def test_a_second_e_mail_address_is_a_candidate_for_the_address(engine: Engine) -> None:
    told = [
        record("1", 1, email="a@exemple.fr", email_2="b@exemple.fr"),
        record("2", 2, email_2="b@exemple.fr"),
    ]

    assert surviving(engine, told, under(email="most_frequent")) == {"email": "b@exemple.fr"}


def test_an_address_that_a_record_gives_twice_is_one_vote(engine: Engine) -> None:
    told = [
        record("1", 1, email="a@exemple.fr", email_2="a@exemple.fr"),
        record("2", 2, email="b@exemple.fr"),
    ]

    assert surviving(engine, told, under(email="most_frequent")) == {"email": "b@exemple.fr"}


def test_two_spellings_are_two_values_and_the_most_usual_one_survives(engine: Engine) -> None:
    told = [
        record("1", 3, first_name="MARIE"),
        record("2", 1, first_name="Marie"),
        record("3", 2, first_name="Marie"),
    ]

    assert surviving(engine, told) == {"first_name": "Marie"}
    assert surviving(engine, told, under(first_name="most_recent")) == {"first_name": "MARIE"}


def test_when_all_is_equal_the_lowest_value_survives(engine: Engine) -> None:
    told = [record("1", 1, title="Mme"), record("2", 1, title="Mlle"), record("3", 1, title="mme")]

    assert surviving(engine, told, under(title="most_recent")) == {"title": "Mlle"}
    assert surviving(engine, told[::-1], under(title="most_recent")) == {"title": "Mlle"}


def test_a_trusted_source_wins_by_its_name_or_by_its_kind(engine: Engine) -> None:
    told = [
        record("1", 1, source="crm", email="crm@exemple.fr"),
        record("2", 2, source="till", email="till@exemple.fr"),
        record("3", 3, source="unheard_of", email="other@exemple.fr"),
    ]
    by_trust = under(email="most_trusted")
    odd = Survivorship(by_trust.rules, {**by_trust.trust, "unheard_of": 1.0})

    assert surviving(engine, told, by_trust) == {"email": "crm@exemple.fr"}
    assert surviving(engine, told, odd) == {"email": "other@exemple.fr"}


def test_what_a_record_does_not_say_is_no_candidate(engine: Engine) -> None:
    told = [record("1", 1, first_name="Marie", gender=None), record("2", 9)]

    assert surviving(engine, told) == {"first_name": "Marie"}
    assert surviving(engine, [record("1", 1)]) == {}


def test_a_profile_without_a_record_has_an_empty_golden_record(small_town: Town) -> None:
    town = small_town
    cookie = "5f0c6a1e-0000-4000-8000-000000000001"
    town.happen([{"type": "identify", "userId": "u-1", "anonymousId": cookie, "messageId": "i1",
                  "timestamp": "2026-02-27T10:00:00Z"}])  # fmt: skip
    town.resolve()

    assert golden(town, cookie) == {}


def test_golden_records_of_many_profiles_are_those_of_each(town: Town) -> None:
    town.hear("crm", "crm", [
        {"record_key": str(at), "first_name": "Marie", "last_name": "Martin" + "abcdefg"[at % 7],
         "birth_date": "1980-05-14", "city": "Lyon", "postcode": "69002"}
        for at in range(20)
    ])  # fmt: skip
    town.resolve()
    store, engine = town.warehouse.store, town.engine
    profiles = sorted(set(town.map().values()))

    together = get_golden_records(store, engine, profiles, DEFAULTS)

    assert len(profiles) == 7
    assert together == {each: get_golden_record(store, engine, each, DEFAULTS) for each in profiles}
    assert get_golden_records(store, engine, [], DEFAULTS) == {}


def test_nothing_is_overwritten_the_lake_keeps_what_was_said_before(town: Town) -> None:
    told = {"record_key": "1", "customer_number": "C1"}
    town.hear("crm", "crm", [{**told, "last_name": "Dupont"}])
    town.hear("crm", "crm", [{**told, "last_name": "Martin"}])
    town.resolve()

    assert golden(town, "C1")["last_name"].value == "Martin"
    kept = town.engine.run(
        "select original from records order by received_at",
        {"records": town.warehouse.lake.files("records")},
    )
    said = [json.loads(each.as_py())["last_name"] for each in kept["original"]]
    assert said == ["Dupont", "Martin"]
    assert explain(town.warehouse.store, town.who("C1"), town.who("C1")).is_same


def test_what_the_person_declared_comes_before_all_that_others_say(engine: Engine) -> None:
    declared = record("me", 1, "portal", email="new@exemple.fr", postcode="69001", city="LYON")
    declared["source_kind"] = "person"
    said = [
        record("c1", 9, email="old@exemple.fr", first_name="Marie", postcode="75011"),
        record("c2", 10, email="old@exemple.fr", first_name="Marie"),
    ]

    told = build_golden_records(
        engine, pl.DataFrame([*said, declared]), under(email="most_frequent")
    )

    rules = dict(told.select("attribute", "rule").iter_rows())
    values = dict(told.select("attribute", "value").iter_rows())
    assert rules == {"email": "declared", "address": "declared", "first_name": "most_frequent"}
    assert values["email"] == "new@exemple.fr"
    assert json.loads(values["address"]) == {"postcode": "69001", "city": "LYON"}


def test_a_stale_value_that_is_imported_again_undoes_no_declaration(town: Town) -> None:
    stale = {"record_key": "1", "last_name": "Durand", "email": "marie@exemple.fr",
             "address_1": "1 rue Haute", "postcode": "75011", "city": "Paris"}  # fmt: skip
    town.hear("crm", "crm", [stale])
    town.resolve()
    address = {"address_1": "3 RUE BASSE", "postcode": "69001", "city": "LYON"}

    def declared(batch: RecordBatch) -> Heard:
        def take_in(bulk: BulkSession) -> None:
            take_in_records(bulk, batch, keys=town.warehouse.keys, rules=town.rules)

        return take_in

    with town.warehouse.store.bulk() as bulk:
        declare(
            bulk,
            {"email": "marie@exemple.fr", **address},
            source=SourceRef("portal", DECLARED_KIND),
            record_key="a1",
            warehouse=town.warehouse,
            observe=declared,
        )
    town.hear("crm", "crm", [{**stale, "first_name": "Marie"}])

    found = golden(town, "marie@exemple.fr")
    assert {name: found[name].value for name in address} == address
    assert {found[name].source for name in address} == {"portal"}
    assert found["first_name"].source == "crm"
