"""Whom new records meet, by any keys in any batches."""

from __future__ import annotations

from collections import Counter
from itertools import combinations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from passerelle.linkage.adding.key_index import KeyIndex

RULES = 2
ROWS = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 40)), max_size=30)


@settings(max_examples=150, deadline=None)
@given(known=ROWS, batches=st.lists(ROWS, max_size=5), largest=st.integers(1, 6))
def test_new_records_meet_who_shares_a_key_that_few_have(
    known: list[tuple[int, int]], batches: list[list[tuple[int, int]]], largest: int
) -> None:
    rows = list(known)
    index = KeyIndex(as_keys(known), largest=largest)
    for batch in batches:
        before = len(rows)
        rows += batch

        met = index.add(as_keys(batch))

        pairs = list(zip(met.met.tolist(), met.new.tolist(), strict=True))
        assert sorted(pairs) == [pair for pair in meeting(rows, largest) if pair[1] >= before]
        outgrown = {tuple(each.tolist()) for each in met.outgrown}
        assert outgrown == large_groups(rows, before, largest)
        either = list(combinations(range(len(rows)), 2))
        left, right = (as_keys([rows[pair[side]] for pair in either]) for side in range(2))
        shares = index.share_a_key(left, right)
        assert [pair for pair, shared in zip(either, shares, strict=True) if shared] == meeting(
            rows, largest
        )


def test_thousands_of_later_keys_are_sorted_again() -> None:
    keys = np.arange(1, 3_001, dtype=np.uint64)[:, None] * np.uint64(0x9E3779B97F4A7C15)
    index = KeyIndex(keys[:10], largest=50)
    for start in range(10, 3_000, 230):
        index.add(keys[start : start + 230])

    met = index.add(keys)

    assert met.met.tolist() == list(range(3_000))
    assert met.new.tolist() == list(range(3_000, 6_000))


def as_keys(rows: list[tuple[int, int]]) -> np.ndarray:
    """Spread as hashes are; 0 stays none."""
    keys = np.array(rows, np.uint64).reshape(len(rows), RULES)
    return keys * np.uint64(0x9E3779B97F4A7C15)


def sizes(rows: list[tuple[int, int]]) -> Counter[tuple[int, int]]:
    """Records of each key of each rule."""
    return Counter((rule, row[rule]) for row in rows for rule in range(RULES) if row[rule])


def meeting(rows: list[tuple[int, int]], largest: int) -> list[tuple[int, int]]:
    """Every two records that share a key of few."""
    held = sizes(rows)
    return [
        (one, other)
        for one, other in combinations(range(len(rows)), 2)
        if any(
            rows[one][rule]
            and rows[one][rule] == rows[other][rule]
            and held[rule, rows[one][rule]] <= largest
            for rule in range(RULES)
        )
    ]


def large_groups(rows: list[tuple[int, int]], before: int, largest: int) -> set[tuple[int, ...]]:
    """The records that were there, of each key that a batch made too large."""
    was, now = sizes(rows[:before]), sizes(rows)
    return {
        tuple(at for at, row in enumerate(rows[:before]) if row[rule] == key)
        for rule, key in now
        if 1 < was[rule, key] <= largest < now[rule, key]
    }
