"""Judge one profile's contact points from what was said: pure, in process.

`sql/consent_verdicts.sql` says the same of many profiles at once; they agree on every row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from passerelle.consent.channels import EVERY
from passerelle.consent.gate.gate_rule import CLOCK_MARGIN, GateRule
from passerelle.consent.gate.verdict import NEARNESS, Judged
from passerelle.consent.ledger import BLOCKS, DENIALS, LedgerEntry
from passerelle.store import to_micros

Rules = Mapping[tuple[str, str], GateRule]
Subject = tuple[str, int]
"""Type and id of an identifier."""


@dataclass(frozen=True)
class Instants:
    """As of when: `at` is the instant that is asked about, `known_at` that of what we knew.

    Both in microseconds.
    """

    at: int
    known_at: int


@dataclass(frozen=True)
class Heard:
    """One thing said, as the gate weighs it: a denial counts from when it was said or learned,
    whichever is earlier, and so does a permission, whose clock may run ahead a little.
    """

    entry: LedgerEntry
    since: int
    learned_at: int

    @property
    def is_ahead(self) -> bool:
        """Whether it is dated further in the future than a clock may be wrong."""
        return to_micros(self.entry.said.occurred_at) > self.learned_at + CLOCK_MARGIN


def judge_contacts(
    rule: GateRule,
    rules: Rules,
    subjects: Sequence[Subject],
    said: Iterable[LedgerEntry],
    when: Instants,
) -> tuple[Judged, ...]:
    """What the gate says of each of a profile's contact points that the channel can use.

    Args:
        rule: What the purpose asks on the channel.
        rules: All of the policy, for purposes that it requires.
        subjects: Every identifier of the profile.
        said: All that was said about any of them.
        when: As of when.
    """
    heard = _hear(said, when)
    contacts = [each for each in subjects if each[0] in rule.subject_types]
    return tuple(_judge(rule, rules, contact, heard, when) for contact in contacts)


def nearest(judged: Sequence[Judged]) -> Judged:
    """Of several contact points, the one furthest on the way to yes."""
    return max(judged, key=lambda each: NEARNESS.index(each.reason))


def _hear(said: Iterable[LedgerEntry], when: Instants) -> list[Heard]:
    heard = []
    for entry in said:
        occurred, learned = to_micros(entry.said.occurred_at), to_micros(entry.recorded_at)
        since = min(occurred, learned)
        if learned <= when.known_at and since <= when.at:
            heard.append(Heard(entry, since, learned))
    return heard


def _judge(
    rule: GateRule, rules: Rules, contact: Subject, heard: Sequence[Heard], when: Instants
) -> Judged:
    blocked = _find_block(rule, contact, heard, when)
    if blocked is not None:
        return _judged(contact, blocked.entry.said.decision, blocked)
    if rule.legal_basis == "legal_obligation":
        return Judged(*contact, is_allowed=True, reason="legal_obligation")
    found = _weigh(rule, contact, heard, when)
    if not found.is_allowed:
        return found
    for purpose in rule.requires:
        other = rules.get((purpose, rule.channel))
        if other is None or not _judge(other, rules, contact, heard, when).is_allowed:
            return Judged(*contact, is_allowed=False, reason="requires_other")
    return found


def _weigh(rule: GateRule, contact: Subject, heard: Sequence[Heard], when: Instants) -> Judged:
    about = [each for each in heard if _is_about(each, rule, contact)]
    denials = [each for each in about if each.entry.said.decision in DENIALS]
    last_denial = max(denials, key=_latest, default=None)
    wanted = "granted" if rule.legal_basis == "consent" else "informed"
    permissions = [each for each in about if each.entry.said.decision == wanted]
    if not permissions:
        return _judged(contact, "not_asked" if last_denial is None else "refused", last_denial)

    def reason(each: Heard) -> str:
        return _flaw(each, rule, last_denial, when) or "permitted"

    best = max(permissions, key=lambda each: (NEARNESS.index(reason(each)), *_latest(each)))
    why = reason(best)
    return _judged(contact, why, last_denial if why == "withdrawn" else best)


def _flaw(each: Heard, rule: GateRule, denial: Heard | None, when: Instants) -> str | None:
    """The first thing that is wrong with a permission; None if nothing is."""
    said = each.entry.said
    adult_from = None if said.adult_from is None else to_micros(said.adult_from)
    ends = None if said.valid_until is None else to_micros(said.valid_until)
    flaws: tuple[tuple[str, Callable[[], bool]], ...] = (
        ("future_dated", lambda: each.is_ahead),
        ("no_notice", lambda: not _is_told(said.notice, each.since, rule)),
        ("withdrawn", lambda: denial is not None and each.since <= denial.since),
        (
            "expired",
            lambda: (
                (rule.oldest_at is not None and each.since < rule.oldest_at)
                or (ends is not None and ends < when.at)
            ),
        ),
        ("age_unknown", lambda: rule.adults_only and adult_from is None),
        ("under_age", lambda: rule.adults_only and (adult_from or 0) > when.at),
    )
    return next((name for name, is_flawed in flaws if is_flawed()), None)


def _is_told(notice: str, since: int, rule: GateRule) -> bool:
    return any(
        name == notice and begins <= since and (ends is None or since < ends)
        for name, begins, ends in rule.notices
    )


def _find_block(
    rule: GateRule, contact: Subject, heard: Sequence[Heard], when: Instants
) -> Heard | None:
    """The gravest block in force on a contact point or on the person whose it is."""
    for kind, stopped in BLOCKS.items():
        if rule.legal_basis in stopped:
            blocks = [
                each
                for each in heard
                if each.entry.said.decision == kind
                and _is_said_of(each, rule)
                and (each.entry.said.scope == "person" or _is_of(each, contact))
                and not _has_ended(each, when)
                and not _is_lifted(each, heard)
            ]
            if blocks:
                return max(blocks, key=_latest)
    return None


def _has_ended(block: Heard, when: Instants) -> bool:
    said = block.entry.said
    if said.decision == "minor" and said.adult_from is not None:
        return to_micros(said.adult_from) <= when.at
    return said.valid_until is not None and to_micros(said.valid_until) < when.at


def _is_lifted(block: Heard, heard: Sequence[Heard]) -> bool:
    """Whether the same block, said of the same subject in the same words, was lifted later."""
    said = block.entry.said
    return any(
        each.entry.said.decision == "lifted"
        and each.entry.said.lifts == said.decision
        and _words(each) == _words(block)
        and not each.is_ahead
        and each.since > block.since
        for each in heard
    )


def _words(each: Heard) -> tuple[object, ...]:
    said = each.entry.said
    return said.subject_type, said.subject_id, said.scope, said.purpose, said.channel


def _is_about(each: Heard, rule: GateRule, contact: Subject) -> bool:
    return _is_of(each, contact) and _is_said_of(each, rule)


def _is_of(each: Heard, contact: Subject) -> bool:
    return (each.entry.said.subject_type, each.entry.said.subject_id) == contact


def _is_said_of(each: Heard, rule: GateRule) -> bool:
    said = each.entry.said
    return said.purpose in (rule.purpose, EVERY) and said.channel in (rule.channel, EVERY)


def _latest(each: Heard) -> tuple[int, int]:
    return each.since, each.entry.event_id


def _judged(contact: Subject, reason: str, decisive: Heard | None) -> Judged:
    event_id = None if decisive is None else decisive.entry.event_id
    return Judged(*contact, is_allowed=reason == "permitted", reason=reason, event_id=event_id)
