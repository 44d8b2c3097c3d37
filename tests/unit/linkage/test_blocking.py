"""Candidates: held to a twin that looks at every pair."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pytest

from passerelle.linkage import Field
from passerelle.linkage.blocking import Part, Rule, find_groups
from passerelle.linkage.candidates import Block, Candidates
from passerelle.linkage.patterns import add_counts, count_patterns, index_patterns
from passerelle.linkage.records import Records, read_records

RULES = (Rule((Part(0),)), Rule((Part(1), Part(2))), Rule((Part(2, "beginning"),)))


@pytest.fixture
def records() -> Records:
    chance = np.random.default_rng(3)
    columns = {
        name: pa.array(
            [None if each < 2 else f"{name}{each}" for each in chance.integers(0, 30, 200)],
            pa.large_string(),
        )
        for name in ("first", "last", "town")
    }
    fields = [Field("first", "first_name"), Field("last", "last_name"), Field("town", "text")]
    return read_records(pa.table(columns), fields, chance.integers(0, 2, 200).astype(np.int16))


def agree(records: Records, rule: Rule, one: int, other: int) -> bool:
    for part in rule.parts:
        values = [records.codes[at, part.field] for at in (one, other)]
        if min(values) < 0:
            return False
        if part.name != "value":
            values = [records.columns[part.field].parts[part.name][value] for value in values]
        if values[0] != values[1] or values[0] < 0:
            return False
    return True


def blocks_of(candidates: Candidates, *, every: int = 1, size: int = 1_000) -> list[Block]:
    return [candidates.make(place) for place in candidates.places(every=every, size=size)]


def masks_of(block: Block) -> Iterator[tuple[tuple[int, int], int]]:
    ends = zip(block.pairs.left.tolist(), block.pairs.right.tolist(), strict=True)
    yield from zip(ends, block.masks.tolist(), strict=True)


@pytest.mark.parametrize(("within", "between"), [(True, True), (True, False), (False, True)])
def test_each_pair_that_some_rule_finds_comes_once(
    records: Records, within: bool, between: bool
) -> None:
    expected = {
        (one, other)
        for one in range(records.count)
        for other in range(one + 1, records.count)
        if any(agree(records, rule, one, other) for rule in RULES)
        and (within if records.sources[one] == records.sources[other] else between)
    }
    candidates = Candidates(records, RULES, largest=10_000, within=within, between=between)

    found = blocks_of(candidates, size=50)

    assert len(found) > 5
    masks = {pair: mask for block in found for pair, mask in masks_of(block)}
    assert len(masks) == sum(block.pairs.count for block in found)
    assert set(masks) == expected
    assert max(block.pairs.count for block in found) <= max(50, records.count)
    for (one, other), mask in masks.items():
        without = {
            field
            for field in range(3)
            if any(field not in rule.fields and agree(records, rule, one, other) for rule in RULES)
        }
        assert {field for field in range(3) if mask >> field & 1} == without


def test_a_key_of_too_many_records_is_left_to_other_rules(records: Records) -> None:
    whole = find_groups(records, RULES[0], largest=10_000)
    sizes = np.bincount(whole.of[whole.of >= 0])
    largest = int(np.median(sizes))

    capped = find_groups(records, RULES[0], largest=largest)

    assert capped.skipped == (sizes > largest).sum()
    kept = sizes[sizes <= largest]
    assert capped.pairs == (kept * (kept - 1) // 2).sum()
    # Another rule must not believe that a skipped group's pairs were made.
    both = Candidates(records, RULES[:2], largest=largest, within=True, between=True)
    found = {pair for block in blocks_of(both) for pair, _mask in masks_of(block)}
    second = find_groups(records, RULES[1], largest=largest)
    assert second.skipped == 0
    assert {
        (one, other)
        for one in range(records.count)
        for other in range(one + 1, records.count)
        if agree(records, RULES[1], one, other)
    } <= found


def test_rules_tell_what_they_find_and_what_they_alone_find(records: Records) -> None:
    candidates = Candidates(records, RULES, largest=10_000, within=True, between=True)
    finders = [
        {at for at, rule in enumerate(RULES) if agree(records, rule, one, other)}
        for one in range(records.count)
        for other in range(one + 1, records.count)
    ]

    told = candidates.tell(sum(block.finds for block in blocks_of(candidates, size=64)))

    for at, found in enumerate(told):
        assert found.pairs == sum(at in some for some in finders)
        assert found.only == sum(some == {at} for some in finders)
        assert found.skipped == 0


def test_a_share_of_the_candidates_stands_for_all(records: Records) -> None:
    candidates = Candidates(records, RULES, largest=10_000, within=True, between=True)
    whole = {pair for block in blocks_of(candidates) for pair, _mask in masks_of(block)}

    share = [pair for block in blocks_of(candidates, every=4) for pair, _mask in masks_of(block)]

    assert set(share) < whole
    assert len(share) * 4 == pytest.approx(len(whole), rel=0.25)


def test_a_hundred_thousand_records_of_one_value_make_no_pairs() -> None:
    table = pa.table({"mail": pa.array(["x@exemple.fr"] * 100_000, pa.large_string())})
    records = read_records(table, [Field("mail", "text")], np.zeros(100_000, np.int16))

    groups = find_groups(records, Rule((Part(0),)), largest=2_000)

    assert (groups.pairs, groups.skipped) == (0, 1)


def test_patterns_are_counted_as_a_dictionary_would() -> None:
    chance = np.random.default_rng(1)
    patterns = chance.integers(0, 9000, 50_000).astype(np.uint64) << np.uint64(40)
    masks = chance.integers(0, 3, 50_000).astype(np.uint16)
    expected: dict[tuple[int, int], int] = {}
    for pair in zip(patterns.tolist(), masks.tolist(), strict=True):
        expected[pair] = expected.get(pair, 0) + 1

    counted = count_patterns(patterns, masks)
    halves = [
        count_patterns(patterns[some], masks[some]) for some in (slice(20_000), slice(20_000, None))
    ]
    distinct, places = index_patterns(patterns)

    for told in (counted, add_counts(halves)):
        found = zip(told.patterns.tolist(), told.masks.tolist(), told.counts.tolist(), strict=True)
        assert {(pattern, mask): count for pattern, mask, count in found} == expected
    assert (distinct[places] == patterns).all()
    assert len(set(distinct.tolist())) == len(distinct)
