"""The one gate: nothing is sent, shown or exported without its leave."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from passerelle.consent.gate.gate_rule import build_rules
from passerelle.consent.gate.judging import Instants, judge_contacts, nearest
from passerelle.consent.gate.verdict import Judged, Verdict
from passerelle.consent.ledger import LedgerEntry, is_end_sealed, list_said
from passerelle.consent.policy import get_policy
from passerelle.kernel import Clock, IdentifierKeys
from passerelle.store import ReadSession, Store, to_micros


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
            said = list_said(reading, [each for _type, each in _subjects(reading, profile_id)])
        return verdicts, [
            each for each in said if each.recorded_at <= known_at and each.occurred_at <= at
        ]

    def look_at(
        self, reading: ReadSession, subjects: Sequence[tuple[str, int]], *, at: datetime
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
        said = list_said(reading, [each for _type, each in subjects])
        is_whole = all(each.is_sound for each in said) and is_end_sealed(reading, self.keys)
        if policy is None or not is_whole:
            return {}
        rules = build_rules(policy, at)
        when = Instants(to_micros(at), to_micros(at))
        return {
            pair: judge_contacts(rule, rules, subjects, said, when) for pair, rule in rules.items()
        }

    def judge(
        self,
        reading: ReadSession,
        profile_id: int,
        asked: Sequence[tuple[str, str]],
        *,
        at: datetime,
        known_at: datetime,
    ) -> list[Verdict]:
        """`may` for several purposes and channels, of one state of the store."""
        policy = get_policy(reading, at=at, known_at=known_at)
        asking = _Asking(profile_id, at, "" if policy is None else policy.version)
        if policy is None:
            return [asking.refusal(pair, "no_policy") for pair in asked]
        subjects = _subjects(reading, profile_id)
        said = list_said(reading, [each for _type, each in subjects])
        if not all(each.is_sound for each in said) or not is_end_sealed(reading, self.keys):
            return [asking.refusal(pair, "broken_ledger") for pair in asked]
        rules = build_rules(policy, at)
        when = Instants(to_micros(at), to_micros(known_at))

        def verdict(pair: tuple[str, str]) -> Verdict:
            rule = rules.get(pair)
            if rule is None:
                is_known = pair[0] in policy.purposes
                return asking.refusal(pair, "channel_closed" if is_known else "no_purpose")
            return asking.verdict(pair, judge_contacts(rule, rules, subjects, said, when))

        return [verdict(pair) for pair in asked]


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


def _subjects(reading: ReadSession, profile_id: int) -> list[tuple[str, int]]:
    rows = reading.fetch(
        "select i.type, i.identifier_id from placements p "
        "join identifiers i on i.identifier_id = p.identifier_id "
        "where p.profile_id = ? order by i.identifier_id",
        (profile_id,),
    ).to_pylist()
    return [(row["type"], row["identifier_id"]) for row in rows]
