"""What one event says about consent, in every form that clients are known to write."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.consent import parse_policy, read_default_policy
from passerelle.consent.hearing import Statement, read_statement
from passerelle.consent.policy import Signals
from passerelle.consent.signals import (
    CONSENT_MODE_TYPES,
    PublisherRestriction,
    TcString,
    encode_tc,
    read_states,
)

POLICY = parse_policy(read_default_policy()).policy
OF_VENDOR_9 = replace(POLICY, signals=Signals(notice="banner@1", tcf_vendor=9))
CHOICE = "segmentconsentpreferenceupdated"
DAY = datetime(2026, 3, 1, tzinfo=UTC)
ALL = frozenset(range(1, 12))


def chosen(speech: str | None = CHOICE, **consent: object) -> Statement | None:
    return read_statement(speech, json.dumps(consent), None, POLICY)


def decisions(said: Statement | None) -> dict[str, str]:
    return {} if said is None else dict(said.decisions)


def a_string(**changes: object) -> TcString:
    said = TcString(
        created=DAY,
        last_updated=DAY,
        cmp_id=300,
        cmp_version=1,
        consent_screen=1,
        language="FR",
        vendor_list_version=120,
        policy_version=5,
        is_service_specific=True,
        uses_non_standard_texts=False,
        special_features=frozenset(),
        purpose_consents=ALL,
        purpose_interests=frozenset(),
        purpose_one_treatment=False,
        publisher_country="FR",
        vendor_consents=frozenset({9}),
        vendor_interests=frozenset(),
        disclosed_vendors=frozenset({9}),
    )
    return replace(said, **changes)  # type: ignore[arg-type]


def of_string(said: TcString, policy: object = POLICY) -> dict[str, str]:
    text = json.dumps({"tcString": encode_tc(said)})
    return decisions(read_statement(CHOICE, text, None, policy))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "consent",
    [
        {"categoryPreferences": {"analytics": True, "Advertising": False}},  # Segment
        {"allowedConsentIds": ["analytics"], "deniedConsentIds": ["Advertising"]},  # RudderStack
        {"groups": "analytics:1,Advertising:0"},  # OneTrust
        {"consentMode": {"analytics_storage": "granted", "ad_storage": "denied"}},  # Google
        {"analytics_storage": "GRANTED", "ad_user_data": "DENIED"},
        {"analytics_storage": "Yes", "ads_storage": "No"},  # GA4's export
    ],
    ids=["segment", "rudder", "onetrust", "gtag", "measurement-protocol", "ga4-export"],
)
def test_every_form_is_read_alike(consent: dict[str, object]) -> None:
    assert decisions(chosen(**consent)) == {"audience": "granted", "advertising": "refused"}


def test_only_an_answer_grants() -> None:
    consent = {"categoryPreferences": {"analytics": True, "Advertising": False}}
    assert decisions(chosen(None, **consent)) == {"advertising": "refused"}


def test_what_one_way_of_saying_refuses_is_refused() -> None:
    said = chosen(
        categoryPreferences={"analytics": True}, consentMode={"analytics_storage": "denied"}
    )
    assert decisions(said) == {"audience": "refused"}


def test_the_browsers_objection_refuses_and_its_absence_says_nothing() -> None:
    said = chosen(categoryPreferences={"analytics": True}, gpc=True)
    assert said is not None and said.method == "gpc"
    assert set(decisions(said).values()) == {"refused"}
    assert {"audience", "advertising", "personal_site"} <= set(decisions(said))
    assert "orders" not in decisions(said)
    assert chosen(gpc=False) is None and chosen() is None


@pytest.mark.parametrize("states", list(product(("granted", "denied", None), repeat=3)))
def test_every_state_of_consent_mode(states: tuple[str | None, ...]) -> None:
    types = ("ad_storage", "ad_user_data", "ad_personalization")
    given_ = {name: state for name, state in zip(types, states, strict=True) if state}
    expected = {}
    if "denied" in states:
        expected = {"advertising": "refused"}
    elif None not in states:
        expected = {"advertising": "granted"}
    assert decisions(chosen(consentMode=given_)) == expected


@pytest.mark.parametrize("name", CONSENT_MODE_TYPES)
def test_every_type_of_consent_mode_is_read(name: str) -> None:
    assert read_states({name: "granted"}) == {name: True}
    assert read_states({name: "denied"}) == {name: False}
    assert read_states({name: "Unset"}) == {}


def test_a_string_speaks_for_each_purpose_that_the_policy_maps() -> None:
    assert of_string(a_string()) == dict.fromkeys(
        ["advertising", "audience", "personal_site"], "granted"
    )
    assert of_string(a_string(purpose_consents=frozenset({1, 8}))) == {
        "audience": "granted", "advertising": "refused", "personal_site": "refused",
    }  # fmt: skip


def test_what_the_publisher_was_told_counts_first() -> None:
    said = a_string(publisher_consents=frozenset({1, 8}))
    assert of_string(said)["advertising"] == "refused"
    assert of_string(a_string(publisher_consents=frozenset()))["advertising"] == "granted"


@pytest.mark.parametrize(
    "changes",
    [
        {"vendor_consents": frozenset({8})},
        {"disclosed_vendors": frozenset({8})},
        {"restrictions": (PublisherRestriction(1, 0, frozenset({9})),)},
        {"restrictions": (PublisherRestriction(1, 2, frozenset({8, 9})),)},
    ],
    ids=["no-consent", "not-shown", "forbidden", "interest-only"],
)
def test_our_vendor_needs_a_consent_of_its_own(changes: dict[str, object]) -> None:
    assert set(of_string(a_string(), OF_VENDOR_9).values()) == {"granted"}
    assert set(of_string(a_string(**changes), OF_VENDOR_9).values()) == {"refused"}


@pytest.mark.parametrize(
    ("changes", "flaw"),
    [
        ({"is_service_specific": False}, "not_service_specific"),
        ({"policy_version": 3}, "old_policy"),
        ({"disclosed_vendors": None}, "no_disclosed_vendors"),
        ({"purpose_interests": frozenset({3})}, "interest_not_allowed"),
    ],
    ids=["global", "old", "undisclosed", "interest"],
)
def test_a_flawed_string_grants_nothing_and_still_refuses(
    changes: dict[str, object], flaw: str
) -> None:
    string = a_string(purpose_consents=frozenset({1, 8}), **changes)
    said = chosen(tcString=encode_tc(string))
    assert said is not None and said.flaws == (flaw,)
    assert decisions(said) == {"advertising": "refused", "personal_site": "refused"}


def test_a_string_that_cannot_be_read_spoils_the_grants_beside_it() -> None:
    said = chosen(
        provider="tcf", proof="CQ!", categoryPreferences={"analytics": True, "Advertising": False}
    )
    assert said is not None and said.flaws == ("unreadable_tc_string",)
    assert decisions(said) == {"advertising": "refused"}


def test_a_gpp_string_holds_a_tc_string() -> None:
    said = chosen(gppString="DBABMA~" + encode_tc(a_string()))
    assert decisions(said)["audience"] == "granted"


@pytest.mark.parametrize(
    ("speech", "channel", "decision"),
    [
        ("unsubscribed", "email", "withdrawn"),
        ("emailmarkedasspam", "email", "objected"),
        ("smsstop", "sms", "withdrawn"),
    ],
)
def test_who_unsubscribes_closes_prospecting_and_no_service(
    speech: str, channel: str, decision: str
) -> None:
    said = read_statement(speech, None, '{"list_id": "7"}', POLICY)
    assert said is not None and said.channels == (channel,)
    assert {"news", "similar_products"} <= set(said.decisions)
    assert not {"orders", "recalls"} & set(said.decisions)
    assert set(said.decisions.values()) == {decision}


def test_a_form_names_purposes_and_channels() -> None:
    text = '{"purposes": ["news"], "channels": "email, sms", "notice": "account@1"}'
    said = read_statement("consentgiven", None, text, POLICY)
    assert said is not None and decisions(said) == {"news": "granted"}
    assert (said.channels, said.notice) == (("email", "sms"), "account@1")
    assert read_statement("consentgiven", None, '{"purpose": "new"}', POLICY) is None
    assert (
        read_statement("consentgiven", None, '{"purpose": "news", "channel": "e"}', POLICY) is None
    )


def test_a_refusal_that_is_vague_is_taken_widely() -> None:
    said = read_statement("consentwithdrawn", None, "{}", POLICY)
    assert {"news", "advertising", "mailing"} <= set(decisions(said))
    assert "orders" not in decisions(said)
    said = read_statement("consentwithdrawn", None, '{"purpose": "news", "channel": "e"}', POLICY)
    assert said is not None and said.channels == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
KEYS = st.sampled_from(
    ["categoryPreferences", "allowedConsentIds", "deniedConsentIds", "groups", "consentMode",
     "tcString", "provider", "proof", "gpc", "gppString", "notice", "purpose", "channels"]
)  # fmt: skip


@given(
    st.sampled_from([CHOICE, None, "unsubscribed", "consentgiven", "consentwithdrawn"]),
    st.dictionaries(KEYS, JSON) | JSON,
)
def test_no_text_breaks_the_reader(speech: str | None, value: object) -> None:
    text = json.dumps(value)
    said = read_statement(speech, text, text, POLICY)
    assert said is None or set(said.decisions) <= set(POLICY.purposes)
