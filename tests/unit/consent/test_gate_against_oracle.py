"""The gate in process, the gate over sets, and an oracle that walks through time: one answer."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import polars as pl
import pytest

from passerelle.consent.gate import SAID_COLUMNS, judge_many
from passerelle.consent.gate.gate_rule import GateRule, build_rules
from passerelle.consent.gate.judging import Instants, judge_contacts
from passerelle.consent.gate.verdict import Judged
from passerelle.engine import open_engine
from passerelle.store import to_micros
from tests.unit.consent.consent_twin import (
    END,
    PAIRS,
    START,
    History,
    draw_history,
    draw_instant,
    oracle,
    policy_at,
)

HISTORIES = 1500


@lru_cache
def rules_at(at: datetime) -> dict[tuple[str, str], GateRule]:
    policy = policy_at(at)
    assert policy is not None
    return build_rules(policy, at)


def judged(
    history: History, purpose: str, channel: str, at: datetime, known_at: datetime
) -> tuple[Judged, ...]:
    rules = rules_at(at)
    when = Instants(to_micros(at), to_micros(known_at))
    return judge_contacts(rules[purpose, channel], rules, history.subjects, history.said, when)


@pytest.mark.parametrize("seed", range(4))
def test_in_process_it_says_what_the_oracle_says(seed: int) -> None:
    dice, yes = random.Random(seed), 0
    for _turn in range(HISTORIES):
        history = draw_history(dice)
        at = draw_instant(dice)
        known_at = dice.choice((at, END + timedelta(days=900)))
        for purpose, channel in PAIRS:
            said = judged(history, purpose, channel, at, known_at)
            allowed = {each.subject_id: each.event_id for each in said if each.is_allowed}
            assert allowed == oracle(history, purpose, channel, at, known_at)
            yes += len(allowed)
    assert yes > HISTORIES // 2


@pytest.mark.parametrize("seed", range(4))
def test_over_sets_it_says_the_same_of_every_row(seed: int) -> None:
    dice = random.Random(1000 + seed)
    at = START + timedelta(days=100 * dice.randint(3, 12))
    known_at = dice.choice((at, END + timedelta(days=900)))
    histories = [draw_history(dice, first_id=10 * number + 1) for number in range(HISTORIES)]
    policy = policy_at(at)
    assert policy is not None
    engine = open_engine("", memory_limit="1GB", threads=1, spill="")
    found = judge_many(engine, policy, PAIRS, tables_of(histories), at=at, known_at=known_at)
    theirs = {
        (row["subject_id"], row["purpose"], row["channel"]): (
            row["is_allowed"],
            row["reason"],
            row["event_id"] if row["is_allowed"] else None,
        )
        for row in found.to_pylist()
    }
    ours = {
        (each.subject_id, purpose, channel): (
            each.is_allowed,
            each.reason,
            each.event_id if each.is_allowed else None,
        )
        for history in histories
        for purpose, channel in PAIRS
        for each in judged(history, purpose, channel, at, known_at)
    }
    assert theirs == ours
    assert len({reason for _allowed, reason, _event in ours.values()}) > 10


def tables_of(histories: list[History]) -> dict[str, Any]:
    members = [
        {"profile_id": number, "identifier_id": subject_id, "type": type_name}
        for number, history in enumerate(histories)
        for type_name, subject_id in history.subjects
    ]
    said = [
        {
            **{name: getattr(each.said, name, None) for name in SAID_COLUMNS},
            "event_id": each.event_id,
            "recorded_at": to_micros(each.recorded_at),
            "occurred_at": to_micros(each.said.occurred_at),
            "valid_until": to_micros(each.said.valid_until) if each.said.valid_until else None,
            "adult_from": to_micros(each.said.adult_from) if each.said.adult_from else None,
        }
        for history in histories
        for each in history.said
    ]
    numbers = {"event_id", "subject_id", "occurred_at", "recorded_at", "valid_until", "adult_from"}
    frame = pl.DataFrame(members)
    return {
        "contacts": frame.rename(
            {"identifier_id": "subject_id", "type": "subject_type"}
        ).to_arrow(),
        "members": frame.drop("type").to_arrow(),
        "said": pl.DataFrame(
            said,
            schema={name: pl.Int64 if name in numbers else pl.String for name in SAID_COLUMNS},
        ).to_arrow(),
    }


def test_a_merge_permits_nothing_and_parting_restores_exactly() -> None:
    dice, at = random.Random(7), START + timedelta(days=900)
    lost = 0
    for number in range(HISTORIES):
        one, other = draw_history(dice), draw_history(dice, first_id=50)
        merged = History(one.subjects + other.subjects, one.said + other.said)
        for purpose, channel in PAIRS:
            apart = [judged(each, purpose, channel, at, END) for each in (one, other)]
            allowed = {each.subject_id for part in apart for each in part if each.is_allowed}
            together = {
                each.subject_id
                for each in judged(merged, purpose, channel, at, END)
                if each.is_allowed
            }
            assert together <= allowed, number
            lost += len(allowed - together)
            again = [judged(each, purpose, channel, at, END) for each in (one, other)]
            assert again == apart
    assert lost  # an objection follows the person


def test_the_order_in_which_things_are_learned_changes_nothing() -> None:
    dice, at = random.Random(8), START + timedelta(days=900)
    for _turn in range(HISTORIES):
        history = draw_history(dice)
        shuffled = History(history.subjects, dice.sample(history.said * 2, 2 * len(history.said)))
        for purpose, channel in PAIRS:
            assert judged(history, purpose, channel, at, END) == judged(
                shuffled, purpose, channel, at, END
            )
