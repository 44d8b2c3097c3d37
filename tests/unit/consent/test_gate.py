"""The gate on a real store: profiles, what was said, policies, and what it takes to say yes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from passerelle.consent import (
    REASONS,
    Gate,
    Permit,
    Said,
    apply_policy,
    find_subject_id,
    read_default_policy,
    record,
)
from passerelle.kernel import InvalidInput
from tests.unit.town import Town

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EMAIL, OTHER = "marie@exemple.fr", "m.durand@exemple.fr"


@pytest.fixture
def people(town: Town) -> Town:
    town.hear("crm", "crm", [
        {"record_key": "1", "last_name": "Durand", "email": EMAIL, "phone_mobile": "0687415236"},
        {"record_key": "2", "last_name": "Durand", "email": OTHER},
    ])  # fmt: skip
    town.resolve()
    apply_policy(town.warehouse.store, lambda: NOW - timedelta(days=900), read_default_policy())
    return town


def gate(town: Town, now: datetime = NOW) -> Gate:
    return Gate(town.warehouse.store, town.warehouse.keys, lambda: now)


def say(town: Town, value: str = EMAIL, *, at: datetime = NOW, **what: Any) -> None:
    usual: dict[str, Any] = {
        "subject_type": "email",
        "purpose": "news",
        "channel": "email",
        "decision": "granted",
        "method": "form",
        "source": "crm",
        "is_trusted": True,
        "occurred_at": at,
        "notice": "account@1",
    }
    said = {**usual, **what}
    subject_id = find_subject_id(said["subject_type"], value, town.warehouse.keys)
    with town.warehouse.store.bulk() as bulk:
        record(bulk, [Said(subject_id=subject_id, **said)], keys=town.warehouse.keys, at=at)


def why(town: Town, purpose: str = "news", channel: str = "email", **when: datetime) -> str:
    verdict = gate(town).may(town.who(EMAIL), purpose, channel, **when)
    assert verdict.is_allowed == bool(verdict.permits)
    assert verdict.reason in REASONS
    return verdict.reason


def test_without_a_word_nothing_is_permitted(people: Town) -> None:
    assert why(people) == "not_asked"
    assert why(people, "mailing", "post") == "not_asked"
    assert why(people, "news", "push") == "no_contact"
    assert why(people, "news", "ads") == "channel_closed"
    assert why(people, "gossip", "email") == "no_purpose"
    assert why(people, "recalls", "email") == "legal_obligation"


def test_without_a_policy_nothing_is_permitted(town: Town) -> None:
    town.hear("crm", "crm", [{"record_key": "1", "email": EMAIL}])
    town.resolve()
    say(town)
    assert why(town) == "no_policy"


def test_consent_permits_and_its_proof_is_carried(people: Town) -> None:
    say(people)
    verdict = gate(people).may(people.who(EMAIL), "news", "email")
    (permit,) = verdict.permits
    assert (verdict.reason, permit.purpose, permit.channel) == ("permitted", "news", "email")
    assert permit.proof is not None
    assert permit.policy_version == "fr-retail-2026-11"
    assert permit.subject_id == find_subject_id("email", EMAIL, people.warehouse.keys)


def test_only_the_gate_makes_a_permit() -> None:
    with pytest.raises(TypeError, match="only the gate"):
        Permit(1, "email", 2, "news", "email", NOW, None, "v")


def test_consent_is_the_contact_points_and_an_objection_the_persons(people: Town) -> None:
    say(people)
    people.hear("crm", "crm", [
        {"record_key": "3", "last_name": "Durand", "email": EMAIL, "loyalty_card": "29012345"},
        {"record_key": "4", "last_name": "Durand", "email": OTHER, "loyalty_card": "29012345"},
    ])  # fmt: skip
    people.resolve()
    assert people.who(EMAIL) == people.who(OTHER)
    verdict = gate(people).may(people.who(EMAIL), "news", "email")
    assert len(verdict.contacts) == 2
    assert len(verdict.permits) == 1
    say(people, OTHER, decision="objected", scope="person", purpose="*", channel="*", notice="")
    assert why(people) == "objected"
    assert why(people, "recalls", "email") == "legal_obligation"


def test_a_withdrawal_counts_from_when_it_was_said(people: Town) -> None:
    say(people, at=NOW - timedelta(days=10))
    say(people, at=NOW - timedelta(days=4), decision="withdrawn", method="unsubscribe", notice="")
    assert why(people) == "withdrawn"
    assert why(people, at=NOW - timedelta(days=5)) == "permitted"
    say(people, at=NOW - timedelta(days=1))
    assert why(people) == "permitted"


def test_what_we_learned_later_did_not_count_then(people: Town) -> None:
    said_on = NOW - timedelta(days=20)
    subject = find_subject_id("email", EMAIL, people.warehouse.keys)
    late = Said(
        "email", subject, "news", "email", "granted", "paper", "crm", True, said_on,
        notice="account@1",
    )  # fmt: skip
    with people.warehouse.store.bulk() as bulk:
        record(bulk, [late], keys=people.warehouse.keys, at=NOW - timedelta(days=2))
    then = NOW - timedelta(days=10)
    assert why(people, at=then) == "permitted"
    assert why(people, at=then, known_at=then) == "not_asked"


def test_a_call_needs_a_consent_of_at_most_a_year(people: Town) -> None:
    given = NOW - timedelta(days=365)
    say(people, "0687415236", at=given, subject_type="phone", channel="phone")
    assert why(people, "news", "phone") == "permitted"
    assert why(people, "news", "phone", at=NOW + timedelta(microseconds=1)) == "expired"


def test_what_needs_adults_needs_a_proof_of_age(people: Town) -> None:
    say(people, purpose="profiling", channel="profiling")
    assert why(people, "profiling", "profiling") == "age_unknown"
    say(people, purpose="profiling", channel="profiling", adult_from=NOW + timedelta(days=1))
    assert why(people, "profiling", "profiling") == "under_age"
    say(people, purpose="profiling", channel="profiling", adult_from=NOW - timedelta(days=1))
    assert why(people, "profiling", "profiling") == "permitted"


def test_a_purpose_that_builds_on_another_needs_it_too(people: Town) -> None:
    say(people, purpose="open_tracking")
    assert why(people, "open_tracking") == "requires_other"
    say(people)
    assert why(people, "open_tracking") == "permitted"


def test_a_ledger_that_was_touched_permits_nothing(people: Town) -> None:
    say(people, decision="refused", notice="")
    say(people, at=NOW)
    with people.warehouse.store.bulk() as bulk:
        bulk.execute("update consent_events set decision = 'informed' where decision = 'refused'")
    assert why(people) == "broken_ledger"


def test_a_policy_in_force_cannot_be_rewritten(people: Town) -> None:
    text = read_default_policy()
    assert apply_policy(people.warehouse.store, lambda: NOW, text).version == "fr-retail-2026-11"
    with pytest.raises(InvalidInput, match="said something else"):
        apply_policy(people.warehouse.store, lambda: NOW, text.replace("365 days", "700 days"))


def test_a_new_policy_counts_from_its_day(people: Town) -> None:
    stricter = (
        read_default_policy()
        .replace("fr-retail-2026-11", "stricter")
        .replace("effective_from = 2015-01-01  #", "effective_from = 2026-02-01  #")
        .replace('email = { max_age = "3 years"', 'email = { max_age = "1 month"')
    )
    apply_policy(people.warehouse.store, lambda: NOW, stricter)
    say(people, at=NOW - timedelta(days=40))
    assert why(people) == "expired"
    assert why(people, at=datetime(2026, 1, 31, tzinfo=UTC)) == "permitted"


def test_explaining_tells_every_purpose_and_all_that_was_said(people: Town) -> None:
    say(people)
    verdicts, said = gate(people).explain(people.who(EMAIL))
    assert {(each.purpose, each.channel) for each in verdicts if each.is_allowed} == {
        ("news", "email"), ("recalls", "email"), ("recalls", "sms"), ("recalls", "phone"),
        ("recalls", "post"),
    }  # fmt: skip
    assert [each.said.decision for each in said] == ["granted"]
