"""The gate on a million random histories beside an oracle, and on ten million profiles at once."""

from __future__ import annotations

import argparse
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache

import numpy as np
import pyarrow as pa

from passerelle.consent import SAID_COLUMNS, judge_many, parse_policy, read_default_policy
from passerelle.consent.gate.gate_rule import GateRule, build_rules
from passerelle.consent.gate.judging import Instants, judge_contacts
from passerelle.engine import Engine, open_engine
from passerelle.store import to_micros
from tests.unit.consent.consent_twin import (
    END,
    PAIRS,
    History,
    draw_history,
    draw_instant,
    oracle,
    policy_at,
)
from tests.unit.consent.test_gate_against_oracle import tables_of

MOST_SECONDS = 10.0
_AT_ONCE = 20_000
_DAY = 86_400_000_000
_PURPOSES = (
    ("news", "email"), ("news", "sms"), ("similar_products", "email"), ("advertising", "ads"),
    ("orders", "email"),
)  # fmt: skip


def run(argv: list[str]) -> int:
    """Compare the three on random histories, then time the gate over sets; 1 if a promise fails."""
    parser = argparse.ArgumentParser(prog="./dev bench consent", description=__doc__)
    parser.add_argument("--histories", type=int, default=1_000_000)
    parser.add_argument("--profiles", type=int, default=10_000_000)
    parser.add_argument("--memory", default="10GB")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="consent-") as spill:
        engine = open_engine("", memory_limit=options.memory, threads=0, spill=spill)
        differing = _compare(engine, options.histories, options.seed) if options.histories else 0
        seconds = _time_sets(engine, options.profiles) if options.profiles else 0.0
    is_slow = seconds > MOST_SECONDS and options.profiles >= 10_000_000
    return int(differing > 0 or is_slow)


def _compare(engine: Engine, count: int, seed: int) -> int:
    dice = random.Random(seed)
    started = time.process_time()
    asked = allowed = differing = 0
    for chunk in _chunks(count):
        at = draw_instant(dice)
        known_at = dice.choice((at, END + timedelta(days=900)))
        histories = [draw_history(dice, first_id=10 * number + 1) for number in range(chunk)]
        over_sets = _over_sets(engine, histories, at, known_at)
        for history in histories:
            pair = dice.choice(PAIRS)
            ours = _in_process(history, pair, at, known_at)
            sets = {key: over_sets[(key, *pair)] for key in ours}
            yes = {key: said[2] for key, said in ours.items() if said[0]}
            theirs = oracle(history, *pair, at, known_at)
            asked += len(ours)
            allowed += len(yes)
            differing += ours != sets or yes != theirs
    print(
        f"{count:,} random histories, {asked:,} answers of which {allowed:,} permit: {differing:,} "
        f"histories of which gate, gate over sets and oracle do not agree; "
        f"{time.process_time() - started:.0f} s of processor"
    )
    return differing


def _chunks(count: int) -> Iterator[int]:
    for begun in range(0, count, _AT_ONCE):
        yield min(_AT_ONCE, count - begun)


def _over_sets(
    engine: Engine, histories: list[History], at: datetime, known_at: datetime
) -> dict[tuple[int, str, str], tuple[bool, str, int | None]]:
    policy = policy_at(at)
    assert policy is not None
    found = judge_many(engine, policy, PAIRS, tables_of(histories), at=at, known_at=known_at)
    columns = [found[name].to_pylist() for name in found.column_names]
    rows = (dict(zip(found.column_names, row, strict=True)) for row in zip(*columns, strict=True))
    return {
        (row["subject_id"], row["purpose"], row["channel"]): (
            row["is_allowed"],
            row["reason"],
            row["event_id"] if row["is_allowed"] else None,
        )
        for row in rows
    }


def _in_process(
    history: History, pair: tuple[str, str], at: datetime, known_at: datetime
) -> dict[int, tuple[bool, str, int | None]]:
    rules = _rules(at)
    when = Instants(to_micros(at), to_micros(known_at))
    found = judge_contacts(rules[pair], rules, history.subjects, history.said, when)
    return {
        each.subject_id: (each.is_allowed, each.reason, each.event_id if each.is_allowed else None)
        for each in found
    }


@lru_cache
def _rules(at: datetime) -> dict[tuple[str, str], GateRule]:
    policy = policy_at(at)
    assert policy is not None
    return build_rules(policy, at)


def _time_sets(engine: Engine, profiles: int) -> float:
    """Ten million profiles, each with an e-mail address and eight in ten with a phone."""
    at = datetime(2026, 11, 1, tzinfo=UTC)
    tables = _ledger(profiles, to_micros(at))
    policy = parse_policy(read_default_policy()).policy
    started = time.perf_counter()
    found = judge_many(engine, policy, _PURPOSES, tables, at=at, known_at=at)
    seconds = time.perf_counter() - started
    yes = int(np.count_nonzero(found["is_allowed"].to_numpy()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    print(
        f"{profiles:,} profiles, {tables['said'].num_rows:,} things said, "
        f"{len(_PURPOSES)} purposes: "
        f"{found.num_rows:,} answers of which {yes:,} permit, {seconds:.1f} s "
        f"(at most {MOST_SECONDS:.0f}), peak {peak:.1f} GB"
    )
    return seconds


def _ledger(profiles: int, at: int) -> dict[str, pa.Table]:
    dice = np.random.default_rng(7)
    people = np.arange(profiles, dtype=np.int64)
    called = people[dice.random(profiles) < 0.8]
    subjects = np.concatenate([people, called + profiles])
    types = _words(np.repeat([0, 1], [profiles, len(called)]), ("email", "phone"))
    members = np.concatenate([people, called])
    contacts = pa.table({"profile_id": members, "subject_id": subjects, "subject_type": types})
    said = [
        _said(dice, subjects[:profiles], 0.7, "news", "email", "granted"),
        _said(dice, subjects[profiles:], 0.5, "news", "sms", "granted"),
        _said(dice, subjects[:profiles], 0.5, "similar_products", "email", "informed"),
        _said(dice, subjects[:profiles], 0.3, "orders", "email", "informed"),
        _said(dice, subjects, 0.1, "news", "*", "withdrawn"),
        _said(dice, subjects, 0.01, "*", "*", "objected"),
    ]
    rows = pa.concat_tables(said)
    when = at - dice.integers(0, 1500 * _DAY, rows.num_rows)
    numbered = {
        "event_id": np.arange(rows.num_rows, dtype=np.int64),
        "occurred_at": when,
        "recorded_at": when,
    }
    for name, values in numbered.items():
        rows = rows.append_column(name, pa.array(values, pa.int64()))
    return {
        "contacts": contacts,
        "members": pa.table({"profile_id": members, "identifier_id": subjects}),
        "said": rows.select(SAID_COLUMNS),
    }


def _said(
    dice: np.random.Generator,
    subjects: np.ndarray,
    share: float,
    purpose: str,
    channel: str,
    decision: str,
) -> pa.Table:
    some = subjects[dice.random(len(subjects)) < share]
    count = len(some)
    scope = "person" if decision == "objected" else "subject"
    notice = "account@1" if decision in ("granted", "informed") else ""
    words = {
        "scope": scope, "purpose": purpose, "channel": channel, "decision": decision, "lifts": "",
        "notice": notice,
    }  # fmt: skip
    return pa.table(
        {
            "subject_id": some,
            **{
                name: pa.array([word]).take(pa.array(np.zeros(count, np.int8)))
                for name, word in words.items()
            },
            "valid_until": pa.nulls(count, pa.int64()),
            "adult_from": pa.nulls(count, pa.int64()),
        }
    )


def _words(codes: np.ndarray, words: tuple[str, ...]) -> pa.Array:
    return pa.array(words).take(pa.array(codes))
