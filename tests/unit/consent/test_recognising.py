"""The profile API shows somebody only as long as the gate gives leave, and says by what right."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from passerelle.bootstrap import open_profile_gate
from passerelle.consent import (
    CHANNELS,
    Permit,
    Said,
    apply_policy,
    find_subject_id,
    parse_policy,
    read_default_policy,
    record,
    suppress_profile,
)
from passerelle.ingest import LOOKUP_KINDS, Recognised
from passerelle.ingest.recognition import (
    Caller,
    ProfileAnswer,
    ProfileQuery,
    Recogniser,
    open_recogniser,
)
from passerelle.kernel import format_id
from passerelle.store import to_micros
from tests.unit.town import Town

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EMAIL, CARD = "marie@exemple.fr", "2999123456789"
COOKIE = "5f0c6a1e-0000-4000-8000-000000000001"
TILL, SERVER = "till", "server"
LATER = timedelta(microseconds=1)
HIDDEN = ProfileAnswer("recognised")


@dataclass
class Desk:
    """A town, who looks people up there, and a clock that can be moved."""

    town: Town
    now: datetime = NOW

    def ask(self, type_name: str, value: str, kind: str) -> ProfileAnswer:
        with closing(self.recogniser()) as recogniser:
            return recogniser.recognise(ProfileQuery(type_name, value), Caller(kind))

    def recogniser(self) -> Recogniser:
        """One that is closed before anybody writes: a process has a store open in one way only.

        That one which stays open sees what others write is shown with a real collector.
        """
        url, keys = self.town.warehouse.store.url, self.town.warehouse.keys
        gate = open_profile_gate(url, keys, clock=lambda: self.now)
        return open_recogniser(url, keys, gate, clock=lambda: self.now)

    def say(self, type_name: str, value: str, purpose: str, channel: str, **what: Any) -> None:
        """Record what was said, a consent on a banner or an information unless told otherwise."""
        keys = self.town.warehouse.keys
        usual: dict[str, Any] = {
            "decision": "granted" if channel == "site" else "informed",
            "notice": "banner@1" if channel == "site" else "account@1",
            "method": "form",
            "source": "crm",
            "is_trusted": True,
            "occurred_at": self.now,
        }
        subject_id = find_subject_id(type_name, value, keys)
        said = Said(type_name, subject_id, purpose, channel, **{**usual, **what})
        with self.town.warehouse.store.bulk() as bulk:
            record(bulk, [said], keys=keys, at=self.now)

    def run(self, sql: str, *values: Any) -> None:
        with self.town.warehouse.store.bulk() as bulk:
            bulk.execute(sql, values)


@pytest.fixture
def bare(town: Town) -> Desk:
    """Marie with a mailbox, a card and a browser that logged in; no policy."""
    person = {"record_key": "1", "first_name": "Marie", "last_name": "Durand", "email": EMAIL,
              "loyalty_card": CARD, "birth_date": "1980-05-17"}  # fmt: skip
    town.hear("crm", "crm", [person])
    town.happen([
        {"type": "identify", "userId": "u1", "anonymousId": COOKIE, "messageId": "m1",
         "timestamp": "2026-02-27T10:00:00Z"},
        {"type": "identify", "userId": "u1", "messageId": "m2", "event": "Signed Up",
         "traits": {"email": EMAIL}, "timestamp": "2026-02-27T10:00:00Z"},
    ], kind="server")  # fmt: skip
    town.resolve()
    return Desk(town)


@pytest.fixture
def desk(bare: Desk) -> Desk:
    """The same under the policy that comes with passerelle."""
    apply_policy(
        bare.town.warehouse.store, lambda: NOW - timedelta(days=900), read_default_policy()
    )
    return bare


@pytest.fixture
def told(desk: Desk) -> Desk:
    """The same, once the holder of the card was told what it is used for."""
    desk.say("loyalty_card", CARD, "orders", "store")
    return desk


def test_a_card_whose_holder_was_told_shows_them_and_says_by_what_right(told: Desk) -> None:
    answer = told.ask("loyalty_card", CARD, TILL)

    (event,) = told.town.warehouse.store.rows("select event_id from consent_events")
    assert answer.status == "known"
    assert answer.profile_id == format_id(told.town.who(EMAIL), "p")
    assert answer.permission is not None
    assert answer.permission.purpose == "orders"
    assert answer.permission.channel == "store"
    assert answer.permission.proof == format_id(event["event_id"], "v")
    assert answer.permission.until == "2029-03-01T12:00:00+00:00"
    assert answer.permission.policy == "fr-retail-2026-11"


def test_a_permission_counts_until_it_says_and_no_longer(told: Desk) -> None:
    permission = told.ask("loyalty_card", CARD, TILL).permission
    assert permission is not None
    assert permission.until is not None

    told.now = datetime.fromisoformat(permission.until)
    assert told.ask("loyalty_card", CARD, TILL).status == "known"
    told.now += LATER
    assert told.ask("loyalty_card", CARD, TILL) == HIDDEN


def test_the_earlier_of_two_ends_is_told(desk: Desk) -> None:
    ends = NOW + timedelta(days=9)
    desk.say("cookie", COOKIE, "personal_site", "site", valid_until=ends)

    permission = desk.ask("cookie", COOKIE, SERVER).permission

    assert permission is not None
    assert permission.until == ends.isoformat()


def test_a_withdrawal_is_heard_by_the_very_next_call(desk: Desk) -> None:
    desk.say("cookie", COOKIE, "personal_site", "site")
    assert desk.ask("cookie", COOKIE, SERVER).status == "known"

    desk.now += timedelta(seconds=1)
    desk.say("cookie", COOKIE, "personal_site", "site", decision="withdrawn")

    assert desk.ask("cookie", COOKIE, SERVER) == HIDDEN


def test_a_permission_is_of_the_identifier_that_it_was_given_for(told: Desk) -> None:
    assert told.ask("email", EMAIL, TILL) == HIDDEN
    assert told.ask("cookie", COOKIE, TILL) == HIDDEN


def test_a_permission_serves_those_callers_that_the_policy_names(told: Desk) -> None:
    shown = {kind for kind in LOOKUP_KINDS if told.ask("loyalty_card", CARD, kind) != HIDDEN}

    assert shown == {"till", "crm", "loyalty"}


def test_without_a_policy_or_without_a_word_nobody_is_shown(bare: Desk) -> None:
    assert bare.ask("loyalty_card", CARD, TILL) == HIDDEN
    apply_policy(bare.town.warehouse.store, lambda: NOW, read_default_policy())
    assert bare.ask("loyalty_card", CARD, TILL) == HIDDEN


@pytest.mark.parametrize("lookups", ["", '[lookups.till]\npersonal_site = "site"\n'])
def test_a_policy_that_names_no_such_purpose_for_a_caller_shows_it_nobody(
    told: Desk, lookups: str
) -> None:
    usual = read_default_policy()
    start, end = usual.index("[lookups.till]"), usual.index("# --- How long things")
    other = usual[:start] + lookups + usual[end:]
    text = other.replace("fr-retail-2026-11", "other")
    told.now += LATER
    apply_policy(told.town.warehouse.store, lambda: told.now, text)

    assert told.ask("loyalty_card", CARD, TILL) == HIDDEN


@pytest.mark.parametrize(
    "spoil",
    [
        "update consent_events set decision = 'granted'",
        "update consent_events set occurred_at = occurred_at - 1",
        "update consent_heads set seal = 'x'",
        "update consent_policies set text = '= no policy'",
        "delete from consent_policies",
    ],
)
def test_a_broken_ledger_or_a_spoilt_policy_shows_nobody(told: Desk, spoil: str) -> None:
    assert told.ask("loyalty_card", CARD, TILL).status == "known"

    told.run(spoil)

    assert told.ask("loyalty_card", CARD, TILL) == HIDDEN


@pytest.mark.parametrize("stop", ["restricted", "suppressed", "deceased"])
def test_what_the_ledger_says_of_the_person_hides_them(told: Desk, stop: str) -> None:
    told.say("email", EMAIL, "*", "*", decision=stop, scope="person", notice="")

    assert told.ask("loyalty_card", CARD, TILL) == HIDDEN


def test_an_objection_hides_where_consent_is_asked_and_not_where_a_contract_is_served(
    told: Desk,
) -> None:
    told.say("cookie", COOKIE, "personal_site", "site")
    told.say("email", EMAIL, "*", "*", decision="objected", scope="person", notice="")

    assert told.ask("cookie", COOKIE, SERVER) == HIDDEN
    assert told.ask("loyalty_card", CARD, TILL).status == "known"


def test_the_dead_and_those_whose_time_is_over_are_not_shown(told: Desk) -> None:
    profile_id = told.town.who(EMAIL)
    told.run(
        "insert into retention_holds (thing, thing_id, rule, began_at, held_at) "
        "values ('profile', ?, 'customers', 0, ?)",
        profile_id,
        to_micros(NOW),
    )
    assert told.ask("loyalty_card", CARD, TILL) == HIDDEN
    told.run("delete from retention_holds")
    assert told.ask("loyalty_card", CARD, TILL).status == "known"
    told.run(
        "insert into life_changes (change_id, kind, identifier_id, source, happened_on, "
        "learned_at, probability, is_certain, details, evidence) "
        "values (1, 'death', ?, 'deaths', '2026-01-02', 0, 1.0, 1, '{}', '{}')",
        told.town.identifier("crm:1"),
    )
    assert told.ask("loyalty_card", CARD, TILL) == HIDDEN


def test_who_is_on_a_suppression_list_is_not_shown_by_what_is_on_it(desk: Desk) -> None:
    desk.say("email", EMAIL, "orders", "store")
    assert desk.ask("email", EMAIL, TILL).status == "known"
    keys, store = desk.town.warehouse.keys, desk.town.warehouse.store
    profile_id = desk.town.who(EMAIL)
    with store.bulk() as bulk:
        suppress_profile(bulk, profile_id, keys=keys, at=NOW)

    assert desk.ask("email", EMAIL, TILL) == HIDDEN


def test_what_shows_a_profile_is_a_permit_of_the_gate(told: Desk) -> None:
    keys, store = told.town.warehouse.keys, told.town.warehouse.store
    gate = open_profile_gate(store.url, keys, clock=lambda: NOW)
    card = find_subject_id("loyalty_card", CARD, keys)

    with closing(told.recogniser()) as recogniser, recogniser.reader.snapshot() as snapshot:
        leave = gate(snapshot, Recognised(told.town.who(EMAIL), card, TILL))

    assert leave is not None
    assert isinstance(leave.permit, Permit)


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ('[lookups.browser]\norders = "store"', "lookups.browser"),
        ('[lookups.till]\ngossip = "store"', "lookups.till.gossip"),
        ('[lookups.till]\norders = "push"', "lookups.till.orders"),
        ('[lookups.till]\norders = "smoke"', "lookups.till.orders"),
        ("[lookups.till]\norders = 3", "lookups.till.orders"),
    ],
)
def test_policy_check_says_what_is_wrong_with_lookups(written: str, place: str) -> None:
    usual = read_default_policy()
    start, end = usual.index("[lookups.till]"), usual.index("# --- How long things")

    read = parse_policy(f"{usual[:start]}{written}\n\n{usual[end:]}")

    assert [each.place for each in read.problems][:1] == [place]
    assert all(each.hint for each in read.problems)


def test_the_channel_of_those_who_serve_takes_what_people_show() -> None:
    assert "cookie" not in CHANNELS["store"].subject_types
    assert parse_policy(read_default_policy()).problems == ()
