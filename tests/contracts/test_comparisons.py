"""What every comparison promises, held for each file of its folder."""

from __future__ import annotations

import random

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from passerelle.linkage import Field, list_comparisons
from passerelle.linkage.blocking import Rule, list_parts, rule_keys
from passerelle.linkage.patterns import compare_pairs, level_of
from passerelle.linkage.records import Records, read_records
from passerelle.linkage.texts.folding import applied
from tests.contracts.samples import docstring

KINDS = sorted(list_comparisons())
every_kind = pytest.mark.parametrize("kind", KINDS)

AWKWARD = [
    "", " ", "é", "É\u0301", "👩‍👩‍👧‍👦", "שלום", "李小龙", "a\0b", "x" * 1_000_000, "=cmd|'/c calc'!A1", "@", "a@b", "0",
    "31/02/1980", "1980-02-31", "19800101", "1980-01-01T00:00:00Z", "+33 6 12 34 56 78", "12 bis rue de la Paix", "-", "NULL",
]  # fmt: skip


def values(kind: str, count: int) -> list[str | None]:
    """Texts of many shapes, each near to another, and values that are missing."""
    chance = random.Random(f"{kind} {count}")
    seeds = [
        "marie",
        "MARIE-ÈVE",
        "1980-05-17",
        "17/05/1980",
        "zoe@exemple.fr",
        "06 12 34 56 78",
        "12 rue de la Paix",
        "75002",
    ]
    made: list[str | None] = list(AWKWARD)
    while len(made) < count:
        text = list(chance.choice(seeds))
        for _turn in range(chance.randrange(3)):
            at = chance.randrange(len(text))
            text[at] = chance.choice("abc0123456789 @.-")
        made.append(chance.choice([None, "".join(text)]))
    return made


def one_column(kind: str, texts: list[str | None]) -> Records:
    table = pa.table({"value": pa.array(texts, pa.large_string())})
    return read_records(table, [Field("value", kind)], np.zeros(len(texts), np.int16))


def levels(records: Records, left: list[int], right: list[int]) -> list[int]:
    sides = (np.array(side, np.int32) for side in (left, right))
    return level_of(compare_pairs(records, *sides), 0).tolist()


@every_kind
def test_a_comparison_says_what_it_is(kind: str) -> None:
    comparison = list_comparisons()[kind]
    assert comparison.label
    assert docstring("passerelle.linkage.comparisons", "comparisons", kind)
    assert comparison.level_count <= 16  # four bits of a pattern


@every_kind
def test_any_pair_reaches_a_level_that_has_a_name_and_the_same_both_ways(kind: str) -> None:
    texts = values(kind, 150)
    records = one_column(kind, texts)
    pairs = [(one, other) for one in range(len(texts)) for other in range(len(texts))]
    left, right = [pair[0] for pair in pairs], [pair[1] for pair in pairs]

    there, back = levels(records, left, right), levels(records, right, left)

    assert there == back
    assert max(there) < list_comparisons()[kind].level_count - len(list_comparisons()[kind].special)


@every_kind
def test_missing_is_level_0_and_equal_values_agree_exactly(kind: str) -> None:
    records = one_column(kind, values(kind, 150))
    comparison = list_comparisons()[kind]
    everybody = list(range(records.count))
    is_missing = records.codes[:, 0] < 0

    itself = np.array(levels(records, everybody, everybody))

    assert (itself[is_missing] == 0).all()
    assert np.isin(itself[~is_missing], list(comparison.exact_levels)).all()
    assert (~is_missing).any()


@every_kind
def test_normalised_values_stay_as_they_are(kind: str) -> None:
    comparison = list_comparisons()[kind]
    texts = pl.Series([text for text in values(kind, 150) if text], dtype=pl.String).unique()
    once = applied(comparison.normalize, texts).drop_nulls()

    assert applied(comparison.normalize, once).to_list() == once.to_list()


@every_kind
def test_parts_are_missing_only_where_they_say_so(kind: str) -> None:
    records = one_column(kind, values(kind, 150))
    for part in list_parts(records):
        keys = rule_keys(records, Rule((part,)))
        assert (keys[records.codes[:, 0] < 0] == 0).all()
        same_value = {}
        for value, key in zip(records.codes[:, 0].tolist(), keys.tolist(), strict=True):
            assert same_value.setdefault(value, key) == key
