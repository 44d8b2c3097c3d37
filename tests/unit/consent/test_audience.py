"""Files of people to reach: the selection over sets and the gate say the same of everybody."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from passerelle.consent import (
    Audience,
    Gate,
    ListFile,
    Said,
    apply_policy,
    close_profile,
    find_subject_id,
    import_list,
    list_permits,
    read_default_policy,
    record,
    select_audience,
    suppress_contact,
    write_audience,
)
from passerelle.files import open_table
from passerelle.kernel import InvalidInput
from tests.unit.town import Town

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAIRS = (("news", "email"), ("news", "sms"), ("news", "phone"), ("mailing", "post"),
         ("orders", "phone"), ("profiling", "profiling"), ("recalls", "email"))  # fmt: skip
PEOPLE = [f"p{number}@exemple.fr" for number in range(8)]


@pytest.fixture
def people(town: Town) -> Town:
    born = ["1980-02-29", "2010-05-01", "2008-02-29", "", "1970-01-02", "1990-12-12", "", ""]
    town.hear("crm", "crm", [
        {"record_key": str(number), "first_name": "Ana", "last_name": f"Nom{'abcdefgh'[number]}",
         "email": email, "phone_mobile": f"06874152{number}7", "birth_date": born[number],
         "address_1": f"{number + 1} rue des Lilas", "postcode": "75011"}
        for number, email in enumerate(PEOPLE)
    ])  # fmt: skip
    town.resolve()
    apply_policy(town.warehouse.store, lambda: NOW - timedelta(days=900), read_default_policy())
    for email in PEOPLE[:7]:
        say(town, "email", email)
        say(town, "email", email, purpose="profiling", channel="profiling")
        say(town, "phone", f"06874152{PEOPLE.index(email)}7", channel="phone")
        say(town, "phone", f"06874152{PEOPLE.index(email)}7", channel="sms")
        say(town, "phone", f"06874152{PEOPLE.index(email)}7", purpose="orders", channel="phone",
            decision="informed")  # fmt: skip
        say(town, "record", f"crm:{PEOPLE.index(email)}", purpose="mailing", channel="post",
            decision="informed")  # fmt: skip
    return town


def say(town: Town, type_name: str, value: str, *, at: datetime = NOW, **what: Any) -> None:
    usual: dict[str, Any] = {
        "purpose": "news", "channel": "email", "decision": "granted", "method": "form",
        "source": "crm", "is_trusted": True, "occurred_at": at, "notice": "account@1",
    }  # fmt: skip
    keys = town.warehouse.keys
    subject_id = find_subject_id(type_name, value, keys)
    said = Said(subject_type=type_name, subject_id=subject_id, **{**usual, **what})
    with town.warehouse.store.bulk() as bulk:
        record(bulk, [said], keys=keys, at=at)


def gate(town: Town, now: datetime = NOW) -> Gate:
    return Gate(town.warehouse.store, town.warehouse.keys, lambda: now)


def stop_some(town: Town) -> None:
    """One is on our list, one wants nothing more, one is on Bloctel, one objected by letter."""
    store, keys = town.warehouse.store, town.warehouse.keys
    one, other = town.who(PEOPLE[3]), town.who(PEOPLE[4])
    with store.bulk() as bulk:
        suppress_contact(bulk, "email", PEOPLE[4], keys=keys, at=NOW)
        close_profile(bulk, one, keys=keys, at=NOW)
    assert other != one
    for name, lines, channels in (
        ("bloctel", ["telephone", "06 87 41 52 57"], ("phone",)),
        ("robinson", ["last_name;address_1;postcode", "NOMG;7 r. des Lilas;75011"], ("post",)),
    ):
        path = town.folder / f"{name}.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        file = ListFile(open_table(path), name, channels, NOW)
        assert import_list(store, file, keys, NOW).keys == 1


@pytest.mark.parametrize(("purpose", "channel"), PAIRS)
def test_over_everybody_it_says_what_the_gate_says_of_each(
    people: Town, purpose: str, channel: str
) -> None:
    stop_some(people)
    asks = gate(people, NOW + timedelta(hours=1))
    alone = [
        profile_id
        for profile_id in sorted(people.who(email) for email in PEOPLE)
        if asks.may(profile_id, purpose, channel).is_allowed
    ]
    assert select_audience(asks, people.engine, purpose, channel) == alone
    assert 0 < len(alone) <= len(PEOPLE)


def test_lists_close_their_channels_and_nothing_else(people: Town) -> None:
    stop_some(people)
    asks = gate(people, NOW + timedelta(hours=1))
    why = {
        (purpose, channel, number): asks.may(people.who(PEOPLE[number]), purpose, channel).reason
        for purpose, channel in PAIRS
        for number in range(8)
    }
    assert why["news", "phone", 5] == "objected"  # Bloctel
    assert why["news", "sms", 5] == "permitted"
    assert why["orders", "phone", 5] == "permitted"  # a contract that is under way
    assert why["mailing", "post", 6] == "objected"  # Robinson
    assert why["news", "email", 4] == "suppressed"
    assert why["news", "sms", 4] == "permitted"
    assert why["mailing", "post", 3] == "suppressed"
    assert why["news", "email", 1] == "minor"
    assert why["recalls", "email", 1] == "legal_obligation"


def test_age_comes_from_birth_dates_and_none_fails_closed(people: Town) -> None:
    def why(number: int, at: datetime) -> str:
        return gate(people, at).may(people.who(PEOPLE[number]), "profiling", "profiling").reason

    eve = datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC)  # of 18 years after 29 February 2008
    say(people, "email", PEOPLE[2], at=eve - timedelta(days=1), purpose="profiling",
        channel="profiling")  # fmt: skip
    assert why(2, eve) == "minor"
    assert why(2, eve + timedelta(seconds=1)) == "permitted"
    assert why(0, NOW) == "permitted"
    assert why(6, NOW) == "age_unknown"


def test_who_withdraws_between_selection_and_writing_is_not_in_the_file(
    people: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asks = gate(people, NOW + timedelta(hours=1))
    selected = select_audience(asks, people.engine, "news", "email")
    say(people, "email", PEOPLE[0], at=NOW + timedelta(minutes=5), decision="withdrawn", notice="")
    permits = [each for part in list_permits(asks, selected, "news", "email") for each in part]
    assert {each.profile_id for each in permits} == set(selected) - {people.who(PEOPLE[0])}
    done = write_audience(asks, people.engine, Audience("news", "email"), tmp_path / "news.csv")
    with (tmp_path / "news.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert done.rows == len(rows) == len(selected) - 1
    assert all(row["proof"].startswith("v_") and row["policy"] for row in rows)
    assert PEOPLE[0] not in {row["value"] for row in rows}


def test_a_file_of_no_kind_is_refused_and_nothing_is_left(people: Town, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput):
        write_audience(
            gate(people), people.engine, Audience("news", "email"), tmp_path / "news.doc"
        )
    assert list(tmp_path.glob("*news*")) == []
