"""What one event says about consent, in the words of the policy.

An event may say it in several ways at once. What one of them refuses is refused; what is granted
is granted by all that speak of it. A flaw costs an event its grants and never its refusals.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256

import msgspec

from passerelle.consent.channels import CHANNELS
from passerelle.consent.hearing.naming import CHOICE, DECLARED, UNSUBSCRIBED
from passerelle.consent.ledger import METHODS
from passerelle.consent.policy import Policy, Purpose
from passerelle.consent.signals import (
    CONSENT_MODE_TYPES,
    TcString,
    decode_tc,
    find_tc_in_gpp,
    read_states,
)
from passerelle.kernel import InvalidInput

_TC_KEYS = ("tcString", "tcfString", "tc_string", "tcf")
_PROSPECTING = ("consent", "legitimate_interest")
_LONGEST_NOTICE = 200
_decode = msgspec.json.Decoder().decode


@dataclass(frozen=True)
class Statement:
    """What an event says.

    Args:
        decisions: Decision of the ledger by purpose.
        method: How it was said, of the ledger's methods.
        is_of_device: Whether it was said of the browser or phone, and not of a contact point.
        channels: The channels that it is about; empty: all that a purpose has.
        notice: What was shown; empty if the event does not say.
        evidence: SHA-256 of what was said, as it came.
        flaws: Why grants in it are not believed.
    """

    decisions: Mapping[str, str]
    method: str
    is_of_device: bool
    channels: tuple[str, ...] = ()
    notice: str = ""
    evidence: str = ""
    flaws: tuple[str, ...] = ()


@dataclass
class _Votes:
    """What the several ways say of each purpose."""

    granted: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)

    def add(self, purpose: str, *, is_granted: bool) -> None:
        (self.granted if is_granted else self.refused).add(purpose)

    def decisions(self, *, may_grant: bool) -> dict[str, str]:
        granted = self.granted - self.refused if may_grant else set()
        return dict.fromkeys(sorted(self.refused), "refused") | dict.fromkeys(
            sorted(granted), "granted"
        )


def read_statement(
    speech: str | None, consent: str | None, properties: str | None, policy: Policy
) -> Statement | None:
    """What an event says; None if it says nothing that the policy knows of.

    Args:
        speech: The letters of its name, if the name says that it is about consent.
        consent: The consent that it states, as JSON.
        properties: Its properties, as JSON.
        policy: Says what banners, strings and states mean.
    """
    if speech is not None and speech in UNSUBSCRIBED:
        return _unsubscribed(*UNSUBSCRIBED[speech], properties, policy)
    if speech is not None and speech in DECLARED:
        return _declared(DECLARED[speech], properties, policy)
    # Only somebody's answer may grant; other events repeat what the client believes.
    return _chosen(consent, policy, may_grant=speech in CHOICE)


def _unsubscribed(channel: str, decision: str, text: str | None, policy: Policy) -> Statement:
    closed = {
        key: decision
        for key, purpose in policy.purposes.items()
        if channel in purpose.rules and purpose.legal_basis in _PROSPECTING
    }
    return Statement(
        closed, "unsubscribe", is_of_device=False, channels=(channel,), evidence=_digest(text)
    )


def _declared(decision: str, text: str | None, policy: Policy) -> Statement | None:
    said = _object(text)
    named = {*_names(said.get("purpose")), *_names(said.get("purposes"))}
    channels = {*_names(said.get("channel")), *_names(said.get("channels"))}
    is_denial = decision != "granted"
    known = [
        key
        for key, each in policy.purposes.items()
        if named & {key, *each.categories}
        or (is_denial and not named and each.legal_basis in _PROSPECTING)
    ]
    if not known or (not is_denial and not channels <= set(CHANNELS)):
        return None
    # A refusal on a channel that nobody knows is a refusal on every channel.
    about = tuple(sorted(channels)) if channels <= set(CHANNELS) else ()
    method = said.get("method")
    return Statement(
        dict.fromkeys(known, decision),
        str(method) if method in METHODS else "form",
        is_of_device=False,
        channels=about,
        notice=_notice(said),
        evidence=_digest(text),
    )


def _chosen(text: str | None, policy: Policy, *, may_grant: bool) -> Statement | None:
    said = _object(text)
    votes = _Votes()
    flaws: tuple[str, ...] = ()
    method = "banner"
    categories = _categories(said)
    if categories:
        _vote_categories(votes, categories, policy)
    states = read_states(_states(said))
    if states:
        method = "consent_mode"
        _vote_states(votes, states, policy)
    string = _tc_text(said)
    if string:
        method = "tcf"
        flaws = _vote_tcf(votes, string, policy)
    if _objects(said):
        method = "gpc"
        votes.refused |= {key for key, each in policy.purposes.items() if _is_online(each)}
    decisions = votes.decisions(may_grant=may_grant and not flaws)
    if not decisions and not flaws:
        return None
    return Statement(
        decisions,
        method,
        is_of_device=True,
        notice=_notice(said),
        evidence=_digest(text),
        flaws=flaws,
    )


def _vote_categories(votes: _Votes, said: Mapping[str, bool], policy: Policy) -> None:
    for key, purpose in policy.purposes.items():
        answers = [said[name] for name in {key, *purpose.categories} if name in said]
        if answers:
            votes.add(key, is_granted=all(answers))


def _vote_states(votes: _Votes, said: Mapping[str, bool], policy: Policy) -> None:
    for key, purpose in policy.purposes.items():
        answers = [said.get(name) for name in purpose.consent_mode]
        if False in answers:
            votes.add(key, is_granted=False)
        elif answers and None not in answers:
            votes.add(key, is_granted=True)


def _vote_tcf(votes: _Votes, text: str, policy: Policy) -> tuple[str, ...]:
    """Vote as a TC string says; answers why it must not be relied on."""
    try:
        read = decode_tc(text)
    except InvalidInput:
        return ("unreadable_tc_string",)
    consented = _tcf_consents(read, policy.signals.tcf_vendor)
    for key, purpose in policy.purposes.items():
        if purpose.tcf_purposes:
            votes.add(key, is_granted=set(purpose.tcf_purposes) <= consented)
    return read.flaws


def _tcf_consents(read: TcString, vendor: int) -> frozenset[int]:
    """The IAB's purposes that were consented to for us."""
    if not vendor:
        # What was said to the publisher itself counts before what was said in general.
        return read.publisher_consents or read.purpose_consents
    is_known = vendor in read.vendor_consents and vendor in (read.disclosed_vendors or ())
    if not is_known:
        return frozenset()
    forbidden = {
        each.purpose for each in read.restrictions if each.kind != 1 and vendor in each.vendors
    }
    return read.purpose_consents - forbidden


def _categories(said: Mapping[str, object]) -> dict[str, bool]:
    """Categories of a banner, as Segment, RudderStack and OneTrust write them."""
    found: dict[str, bool] = {}
    preferences = said.get("categoryPreferences")
    if isinstance(preferences, dict):
        found |= {name: value for name, value in preferences.items() if isinstance(value, bool)}
    for name in _names(said.get("allowedConsentIds")):
        found.setdefault(name, True)
    groups = said.get("groups") or said.get("OnetrustActiveGroups")
    for part in groups.split(",") if isinstance(groups, str) else ():
        name, _colon, state = part.strip().partition(":")
        if name:
            found[name] = state != "0"
    return found | dict.fromkeys(_names(said.get("deniedConsentIds")), False)


def _states(said: Mapping[str, object]) -> Mapping[str, object]:
    """Google's types, said on their own or within `consentMode`."""
    given = said.get("consentMode")
    own = given if isinstance(given, dict) else {}
    return {name: said[name] for name in (*CONSENT_MODE_TYPES, "ads_storage") if name in said} | own


def _tc_text(said: Mapping[str, object]) -> str:
    named = [said.get(name) for name in _TC_KEYS]
    given = [*named, said.get("proof") if said.get("provider") == "tcf" else None]
    found = next((each for each in given if isinstance(each, str) and each.strip()), "")
    gpp = said.get("gppString")
    if not found and isinstance(gpp, str) and gpp.strip():
        return _tc_in_gpp(gpp)
    return found.strip()


def _tc_in_gpp(text: str) -> str:
    """The TC string inside; what cannot be read stays, and is judged unreadable."""
    try:
        return find_tc_in_gpp(text) or ""
    except InvalidInput:
        return text


def _objects(said: Mapping[str, object]) -> bool:
    """Global Privacy Control: present it refuses, absent it says nothing."""
    return said.get("gpc") in (True, 1, "1", "true") or said.get("provider") == "gpc"


def _is_online(purpose: Purpose) -> bool:
    return purpose.legal_basis in _PROSPECTING and any(
        {"cookie", "mobile_id"} & set(CHANNELS[channel].subject_types) for channel in purpose.rules
    )


def _notice(said: Mapping[str, object]) -> str:
    given = said.get("notice")
    return given if isinstance(given, str) and len(given) <= _LONGEST_NOTICE else ""


def _names(given: object) -> Iterator[str]:
    if isinstance(given, str):
        yield from (part.strip() for part in given.split(",") if part.strip())
    elif isinstance(given, Iterable):
        yield from (str(each) for each in given if isinstance(each, str) and each)


def _object(text: str | None) -> dict[str, object]:
    try:
        read = _decode(text) if text else {}
    except msgspec.DecodeError:
        return {}
    return read if isinstance(read, dict) else {}


def _digest(text: str | None) -> str:
    return sha256((text or "").encode()).hexdigest()
