"""Who may look people up, what they learn, and that a browser's key learns nothing at all."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec
import pytest

from passerelle.identify import HOUSEHOLD_PREFIX, PROFILE_PREFIX
from passerelle.ingest.recognition import (
    WITHHELD,
    Caller,
    KnownIdentifier,
    Permission,
    ProfileAnswer,
    ProfileQuery,
    Recognised,
    Recogniser,
    Snapshot,
    open_recogniser,
    permit_nobody,
)
from passerelle.kernel import Clock, IdentifierKeys, InvalidInput, Retryable, format_id
from tests.unit.town import Town

COOKIE = "5f0c6a1e-0000-4000-8000-000000000001"
EMAIL = "marie@exemple.fr"
FAMILY = "famille@exemple.fr"
MARIE = {
    "record_key": "C1",
    "first_name": "Marie",
    "last_name": "Dupont",
    "email": EMAIL,
    "phone_mobile": "06 23 45 67 81",
    "loyalty_card": "2999123456789",
}
SERVER = Caller("server")
TILL = Caller("till", sees_values=True)


@dataclass(frozen=True)
class AnyPermit:
    """A leave for whoever was recognised: what the gate itself says is tested beside it."""

    profile_id: int
    purpose: str = "orders"
    channel: str = "store"
    proof: int | None = None
    policy_version: str = "test"
    until: datetime | None = None

    @property
    def permit(self) -> AnyPermit:
        return self


def permit_everybody(snapshot: Snapshot, recognised: Recognised) -> AnyPermit:
    assert snapshot.rows("select 1", ())
    return AnyPermit(recognised.profile_id)


@pytest.fixture
def known(town: Town, keys: IdentifierKeys, clock: Clock) -> Iterator[Recogniser]:
    """A town of Marie, whose browser logged in, and of a family that shares a mailbox."""
    paul, lea = (
        {"record_key": key, "first_name": name, "last_name": "Petit", "email": FAMILY}
        for key, name in (("C2", "Paul"), ("C3", "Léa"))
    )
    town.hear("crm", "crm", [MARIE, paul, lea])
    town.happen([
        {"type": "identify", "userId": "u1", "anonymousId": COOKIE, "messageId": "m1",
         "timestamp": "2026-02-27T10:00:00Z"},
        {"type": "identify", "userId": "u1", "messageId": "m2", "event": "Signed Up",
         "traits": {"email": EMAIL}, "timestamp": "2026-02-27T10:00:00Z"},
    ], kind="server")  # fmt: skip
    town.resolve()
    recogniser = open_recogniser(town.warehouse.store.url, keys, permit_everybody, clock=clock)
    yield recogniser
    recogniser.close()


def ask(recogniser: Recogniser, type_name: str, value: str, caller: Caller) -> ProfileAnswer:
    return recogniser.recognise(ProfileQuery(type_name, value), caller)


@pytest.mark.parametrize(
    ("type_name", "value"),
    [
        ("cookie", COOKIE),
        ("login", "u1"),
        ("loyalty_card", "2999 1234-56789"),
        ("email", " Marie@Exemple.fr "),
        ("email_sha256", hashlib.sha256(EMAIL.encode()).hexdigest()),
        ("phone", "+33 6 23 45 67 81"),
    ],
)
def test_a_person_is_recognised_by_whatever_names_her(
    known: Recogniser, town: Town, type_name: str, value: str
) -> None:
    answer = ask(known, type_name, value, TILL)

    assert answer.status == "known"
    assert answer.profile_id == format_id(town.who(EMAIL), PROFILE_PREFIX)
    assert KnownIdentifier("email", EMAIL) in answer.identifiers
    assert {each.type for each in answer.identifiers} == {
        "cookie", "email", "login", "loyalty_card", "phone",
    }  # fmt: skip
    assert answer.household_id is not None
    assert answer.household_id.startswith(f"{HOUSEHOLD_PREFIX}_")
    assert answer.last_seen_at == "2026-03-01T12:00:00+00:00"
    assert answer.is_deceased is False
    assert answer.permission == Permission("orders", "store", None, None, "test")


def test_a_key_without_that_scope_sees_identifiers_masked(known: Recogniser) -> None:
    answer = ask(known, "email", EMAIL, SERVER)

    shown = {each.type: each.value for each in answer.identifiers}
    assert shown["email"] == "m•••@e•••.fr"
    assert shown["phone"] == "•••81"
    assert shown["loyalty_card"] == "default:•••89"


def test_a_browser_s_key_learns_nothing_not_even_whether_somebody_is_known(
    known: Recogniser,
) -> None:
    browser = Caller("browser", sees_values=True)
    asked = [
        ("cookie", COOKIE), ("email", EMAIL), ("email", "nobody@exemple.fr"), ("email", FAMILY),
        ("email", "not an address"), ("no such type", "x"), ("phone", ""),
    ]  # fmt: skip

    answers = {msgspec.json.encode(ask(known, *each, browser)) for each in asked}

    assert answers == {msgspec.json.encode(WITHHELD)}


@pytest.mark.parametrize("kind", ["browser", "partner", "", "unheard of"])
def test_only_keys_that_the_company_holds_may_ask(known: Recogniser, kind: str) -> None:
    assert ask(known, "email", EMAIL, Caller(kind)) == WITHHELD


def test_without_leave_nothing_is_said_but_that_it_is_somebody_s(
    known: Recogniser, town: Town, keys: IdentifierKeys
) -> None:
    closed = open_recogniser(town.warehouse.store.url, keys, permit_nobody)

    assert ask(closed, "email", EMAIL, TILL) == ProfileAnswer("recognised")
    assert ask(closed, "email", FAMILY, TILL) == ProfileAnswer("shared")
    assert ask(closed, "email", EMAIL, Caller("browser")) == WITHHELD
    closed.close()


def test_a_family_s_mailbox_names_nobody(known: Recogniser) -> None:
    assert ask(known, "email", FAMILY, TILL) == ProfileAnswer("shared")


def test_a_stranger_is_unknown(known: Recogniser) -> None:
    assert ask(known, "email", "nobody@exemple.fr", TILL) == ProfileAnswer("unknown")


def test_what_joins_a_profile_leads_to_it_at_once(known: Recogniser, town: Town) -> None:
    before = ask(known, "email", EMAIL, TILL)
    other = {**MARIE, "record_key": "T1", "customer_number": "T1"}
    town.hear("till", "till", [other])
    town.resolve()

    after = ask(known, "customer_number", "T1", TILL)

    assert after.profile_id == before.profile_id


@pytest.mark.parametrize("verdict", ["confirmed", "refused", None])
def test_the_dead_are_said_to_be_dead_once_that_is_certain_or_confirmed(
    known: Recogniser, town: Town, verdict: str | None
) -> None:
    record = town.identifier("crm:C1")
    with town.warehouse.store.bulk() as bulk:
        bulk.execute(
            "insert into life_changes (change_id, kind, identifier_id, source, happened_on, "
            "learned_at, probability, is_certain, details, evidence) "
            "values (1, 'death', ?, 'deaths', '2026-01-02', 0, 0.7, 0, '{}', '{}')",
            (record,),
        )
        if verdict:
            bulk.execute(
                "insert into life_decisions (change_id, verdict, reason, decided_at) "
                "values (1, ?, 'told', 0)",
                (verdict,),
            )

    assert ask(known, "email", EMAIL, TILL).is_deceased is (verdict == "confirmed")


@pytest.mark.parametrize(
    ("type_name", "value"), [("email", "marie.exemple.fr"), ("phone", ""), ("name", "Dupont")]
)
def test_what_cannot_be_looked_up_is_refused_without_being_repeated(
    known: Recogniser, type_name: str, value: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    with pytest.raises(InvalidInput) as refused:
        ask(known, type_name, value, TILL)

    assert refused.value.hint
    assert not value or value not in f"{refused.value}{refused.value.hint}{caplog.text}"


def test_a_store_that_is_away_is_asked_again_later(keys: IdentifierKeys, tmp_path: Path) -> None:
    recogniser = open_recogniser(f"sqlite:///{tmp_path / 'none.sqlite3'}", keys, permit_everybody)

    with pytest.raises(Retryable):
        ask(recogniser, "email", EMAIL, TILL)

    assert list(tmp_path.iterdir()) == []


def test_nobody_is_shown_in_a_traceback(known: Recogniser) -> None:
    query = ProfileQuery("email", EMAIL)

    told = repr((query, known, ask(known, "email", EMAIL, TILL)))

    assert EMAIL not in told
    assert "u1" not in told
