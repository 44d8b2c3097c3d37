"""The gate for many profiles at once: the same rules as `judging.py`, as one select."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import polars as pl
import pyarrow as pa

from passerelle.consent.channels import EVERY
from passerelle.consent.gate.gate_rule import CLOCK_MARGIN, GateRule, build_rules
from passerelle.consent.ledger import BLOCKS
from passerelle.consent.policy import Policy
from passerelle.engine import Engine, Input
from passerelle.store import to_micros

SAID_COLUMNS = (
    "event_id", "subject_id", "scope", "purpose", "channel", "decision", "lifts", "notice",
    "occurred_at", "recorded_at", "valid_until", "adult_from",
)  # fmt: skip
"""What the select reads of the ledger."""

Asked = Sequence[tuple[str, str]]
"""Purposes, each with a channel."""


def judge_many(
    engine: Engine,
    policy: Policy,
    asked: Asked,
    tables: Mapping[str, Input],
    *,
    at: datetime,
    known_at: datetime,
) -> pa.Table:
    """What the gate says of the contact points of many profiles.

    Args:
        engine: Where it runs.
        policy: The policy in force at `at`.
        asked: For what, on which channels.
        tables: contacts, members and said, as `sql/consent_verdicts.sql` reads them.
        at: The instant that is asked about.
        known_at: What counts is what we knew then.

    Returns:
        profile_id, subject_id, purpose, channel, is_allowed, reason, event_id: the proof.
    """
    rules = build_rules(policy, at)
    instants = {"at": to_micros(at), "known_at": to_micros(known_at), "margin": CLOCK_MARGIN}
    return engine.build(
        "consent", "consent_verdicts", {**tables, **_rule_tables(rules, asked)}, instants
    )


def _rule_tables(rules: Mapping[tuple[str, str], GateRule], asked: Asked) -> dict[str, pa.Table]:
    needed = _needed(rules, asked)
    numbers = {(rule.purpose, rule.channel): number for number, rule in enumerate(needed)}
    words = [
        (number, purpose, channel)
        for number, rule in enumerate(needed)
        for purpose in (rule.purpose, EVERY)
        for channel in (rule.channel, EVERY)
    ]
    notices = [(number, *notice) for number, rule in enumerate(needed) for notice in rule.notices]
    requires = [
        (number, numbers.get((other, rule.channel), _NO_RULE))
        for number, rule in enumerate(needed)
        for other in rule.requires
    ]
    subjects = [(number, each) for number, rule in enumerate(needed) for each in rule.subject_types]
    stopped = [
        (decision, basis, gravity)
        for gravity, (decision, bases) in enumerate(BLOCKS.items(), start=1)
        for basis in bases
    ]
    frames = {
        "rules": _rules_frame(needed, set(asked)),
        "rule_words": _frame(words, ("rule_id", "said_purpose", "said_channel")),
        "rule_subjects": _frame(subjects, ("rule_id", "subject_type")),
        "rule_notices": _frame(notices, ("rule_id", "notice", "effective_from", "effective_to")),
        "rule_requires": _frame(requires, ("rule_id", "required_id")),
        "stopped_bases": _frame(stopped, ("decision", "legal_basis", "gravity")),
    }
    return {name: frame.to_arrow() for name, frame in frames.items()}


_NO_RULE = -1
"""Of a purpose that is required on a channel which the policy does not open to it."""


def _needed(rules: Mapping[tuple[str, str], GateRule], asked: Asked) -> list[GateRule]:
    """The rules asked for, and those of purposes they require."""
    wanted = dict.fromkeys(pair for pair in asked if pair in rules)
    for purpose, channel in list(wanted):
        others = ((other, channel) for other in rules[purpose, channel].requires)
        wanted.update(dict.fromkeys(pair for pair in others if pair in rules))
    return [rules[pair] for pair in wanted]


def _rules_frame(needed: Sequence[GateRule], asked: set[tuple[str, str]]) -> pl.DataFrame:
    rows = [
        (
            number,
            rule.purpose,
            rule.channel,
            rule.legal_basis,
            "granted" if rule.legal_basis == "consent" else "informed",
            rule.oldest_at,
            rule.adults_only,
            (rule.purpose, rule.channel) in asked,
        )
        for number, rule in enumerate(needed)
    ]
    names = (
        "rule_id", "purpose", "channel", "legal_basis", "permission", "oldest_at", "adults_only",
        "is_asked",
    )  # fmt: skip
    return _frame(rows, names)


_TYPES: Mapping[str, type[pl.DataType]] = {
    "rule_id": pl.Int64,
    "required_id": pl.Int64,
    "oldest_at": pl.Int64,
    "effective_from": pl.Int64,
    "effective_to": pl.Int64,
    "gravity": pl.Int64,
    "adults_only": pl.Boolean,
    "is_asked": pl.Boolean,
}


def _frame(rows: Sequence[tuple[object, ...]], names: Sequence[str]) -> pl.DataFrame:
    schema = {name: _TYPES.get(name, pl.String) for name in names}
    return pl.DataFrame(rows, schema=schema, orient="row")
