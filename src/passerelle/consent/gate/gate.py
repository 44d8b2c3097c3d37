"""The one gate: nothing is sent, shown or exported without its leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from passerelle.consent.gate.gate_rule import GateRule, build_rules
from passerelle.consent.gate.hearing import Gated, HeardOfProfile, read_heard, read_heard_of
from passerelle.consent.gate.judging import Instants, judge_contacts, nearest
from passerelle.consent.gate.verdict import Judged, Verdict
from passerelle.consent.ledger import LedgerEntry, is_end_sealed
from passerelle.consent.policy import Policy, get_policy
from passerelle.kernel import Clock, IdentifierKeys
from passerelle.store import Reading, Store, to_micros

Pair = tuple[str, str]
"""A purpose and a channel."""


@dataclass(frozen=True)
class Gate:
    """What the gate asks: the store with the ledger, the keys that seal it, and the time."""

    store: Store
    keys: IdentifierKeys
    clock: Clock

    def may(
        self,
        profile_id: int,
        purpose: str,
        channel: str,
        *,
        at: datetime | None = None,
        known_at: datetime | None = None,
    ) -> Verdict:
        """Whether a profile may be reached or known for a purpose on a channel, and why.

        Args:
            profile_id: The profile.
            purpose: A purpose's key in the policy.
            channel: A channel.
            at: The instant that is asked about; now unless given.
            known_at: What counts is what we knew then; now unless given.
        """
        now = self.clock()
        with self.store.reading() as reading:
            (verdict,) = self.judge(
                reading, profile_id, [(purpose, channel)], at=at or now, known_at=known_at or now
            )
        return verdict

    def explain(
        self, profile_id: int, *, at: datetime | None = None, known_at: datetime | None = None
    ) -> tuple[list[Verdict], list[LedgerEntry]]:
        """Every verdict of the policy on a profile, and all that was said and counted."""
        now = self.clock()
        at, known_at = at or now, known_at or now
        with self.store.reading() as reading:
            policy = get_policy(reading, at=at, known_at=known_at)
            asked = [] if policy is None else list(build_rules(policy, at))
            verdicts = self.judge(reading, profile_id, asked, at=at, known_at=known_at)
            said = [] if policy is None else self._said(reading, profile_id, policy, at, known_at)
        return verdicts, [
            each for each in said if each.recorded_at <= known_at and each.occurred_at <= at
        ]

    def _said(
        self,
        reading: Reading,
        profile_id: int,
        policy: Policy,
        at: datetime,
        known_at: datetime,
    ) -> list[LedgerEntry]:
        gated = Gated(reading, self.keys, policy)
        return read_heard(gated, [profile_id], at=at, known_at=known_at)[profile_id].said

    def look_at(
        self, reading: Reading, subjects: Sequence[tuple[str, int]], *, at: datetime
    ) -> dict[tuple[str, str], tuple[Judged, ...]]:
        """What the gate says of some identifiers of one person, to be shown: it gives no leave.

        Args:
            reading: One state of the store.
            subjects: Type and id of each identifier.
            at: The instant that is asked about, with what was known then.

        Returns:
            For each purpose and channel of the policy, each contact point that the channel can
            use; nothing as long as there is no policy, or the ledger is not whole.
        """
        policy = get_policy(reading, at=at, known_at=at)
        if policy is None or not is_end_sealed(reading, self.keys):
            return {}
        said = read_heard_of(Gated(reading, self.keys, policy), subjects)
        if not all(each.is_sound for each in said):
            return {}
        rules = build_rules(policy, at)
        when = Instants(to_micros(at), to_micros(at))
        return {
            pair: judge_contacts(rule, rules, subjects, said, when) for pair, rule in rules.items()
        }

    def judge(
        self,
        reading: Reading,
        profile_id: int,
        asked: Sequence[Pair],
        *,
        at: datetime,
        known_at: datetime,
    ) -> list[Verdict]:
        """`may` for several purposes and channels, of one state of the store."""
        return self.judge_each(reading, [profile_id], asked, at=at, known_at=known_at)[profile_id]

    def judge_each(
        self,
        reading: Reading,
        profile_ids: Sequence[int],
        asked: Sequence[Pair],
        *,
        at: datetime,
        known_at: datetime,
    ) -> dict[int, list[Verdict]]:
        """`judge` for a few thousand profiles, by profile."""
        policy = get_policy(reading, at=at, known_at=known_at)
        version = "" if policy is None else policy.version
        asking = {each: _Asking(each, at, version) for each in profile_ids}
        if policy is None:
            return {
                each: [asking[each].refusal(pair, "no_policy") for pair in asked]
                for each in profile_ids
            }
        judging = _Judging(policy, at, known_at, is_end_sealed(reading, self.keys))
        gated = Gated(reading, self.keys, policy)
        heard = read_heard(gated, profile_ids, at=at, known_at=known_at)
        return {
            each: [judging.verdict(asking[each], pair, heard[each]) for pair in asked]
            for each in profile_ids
        }


@dataclass(frozen=True)
class _Judging:
    """A policy at an instant, and whether the ledger's end is whole."""

    policy: Policy
    at: datetime
    known_at: datetime
    is_sealed: bool

    def verdict(self, asking: _Asking, pair: Pair, heard: HeardOfProfile) -> Verdict:
        if not self.is_sealed or not all(each.is_sound for each in heard.said):
            return asking.refusal(pair, "broken_ledger")
        rule = self.rules.get(pair)
        if rule is None:
            is_known = pair[0] in self.policy.purposes
            return asking.refusal(pair, "channel_closed" if is_known else "no_purpose")
        when = Instants(to_micros(self.at), to_micros(self.known_at))
        contacts = judge_contacts(rule, self.rules, heard.subjects, heard.said, when)
        return asking.verdict(pair, contacts)

    @cached_property
    def rules(self) -> dict[Pair, GateRule]:
        return build_rules(self.policy, self.at)


@dataclass(frozen=True)
class _Asking:
    """What all verdicts of one question share."""

    profile_id: int
    at: datetime
    policy_version: str

    def refusal(self, pair: tuple[str, str], reason: str) -> Verdict:
        return Verdict(
            self.profile_id,
            *pair,
            at=self.at,
            is_allowed=False,
            reason=reason,
            policy_version=self.policy_version,
        )

    def verdict(self, pair: tuple[str, str], contacts: tuple[Judged, ...]) -> Verdict:
        if not contacts:
            return self.refusal(pair, "no_contact")
        best = nearest(contacts)
        return replace(
            self.refusal(pair, best.reason), is_allowed=best.is_allowed, contacts=contacts
        )
