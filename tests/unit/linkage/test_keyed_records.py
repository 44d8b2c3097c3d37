"""A record becomes the same in any batch: its values, its keys, and what its pairs say."""

from __future__ import annotations

import random

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from passerelle.linkage import Linkage
from passerelle.linkage.blocking import rule_keys
from passerelle.linkage.on_engine.keyed_records import KEYED, KeyRecords
from passerelle.linkage.on_engine.scored_candidates import LINKS, ScoreCandidates
from tests.unit.linkage.linked_town import linked_town


@pytest.fixture(scope="module")
def town() -> Linkage:
    return linked_town()


@pytest.fixture(scope="module")
def keyed(town: Linkage) -> pa.Table:
    return pa.Table.from_batches(keying(town)(iter([whole_batch(town)])), KEYED)


def keying(town: Linkage) -> KeyRecords:
    known = [each.known for each in town.records.columns]
    return KeyRecords.of(town.fields, town.rules, known)


def scoring(town: Linkage) -> ScoreCandidates:
    known = tuple(each.known for each in town.records.columns)
    return ScoreCandidates(town.fields, known, town.repeats, town.model)


def whole_batch(town: Linkage) -> pa.RecordBatch:
    records = pl.DataFrame(town.table).with_columns(
        pl.Series("record_id", np.arange(town.records.count)),
        pl.Series("source", town.records.sources),
    )
    return records.to_arrow().combine_chunks().to_batches()[0]


def cut(rows: pa.RecordBatch, seed: int) -> list[pa.RecordBatch]:
    """In pieces of any size, some of them empty."""
    chance = random.Random(seed)
    edges = sorted(chance.choices(range(rows.num_rows + 1), k=9))
    return [
        rows.slice(start, end - start)
        for start, end in zip([0, *edges], [*edges, rows.num_rows], strict=True)
    ]


def test_values_are_those_that_are_compared_on_one_machine(town: Linkage, keyed: pa.Table) -> None:
    for at, column in enumerate(town.records.columns):
        values = column.dictionary.values.to_pylist()
        expected = [None if code < 0 else values[code] for code in column.dictionary.codes]

        assert pa.compute.list_element(keyed["field_values"], at).to_pylist() == expected


def test_records_share_a_number_where_they_share_the_key_of_a_rule(
    town: Linkage, keyed: pa.Table
) -> None:
    ours = [rule_keys(town.records, rule) for rule in town.rules]
    theirs = [set(each) for each in keyed["rule_keys"].to_pylist()]

    for record, keys in enumerate(theirs):
        assert len(keys) == sum(bool(of_rule[record]) for of_rule in ours)
    for one in range(0, town.records.count, 7):
        for other in range(one + 1, town.records.count, 5):
            shared = sum(bool(each[one]) and each[one] == each[other] for each in ours)
            assert len(theirs[one] & theirs[other]) == shared


@pytest.mark.parametrize("seed", range(3))
def test_batches_of_any_size_give_the_same_records(
    town: Linkage, keyed: pa.Table, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("passerelle.linkage.on_engine.keyed_records._ROWS", 100)
    pieces = keying(town)(iter(cut(whole_batch(town), seed)))

    assert pa.Table.from_batches(pieces, KEYED).equals(keyed)


@pytest.mark.parametrize("seed", range(3))
def test_pairs_in_batches_of_any_size_say_what_they_say_on_one_machine(
    town: Linkage, keyed: pa.Table, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("passerelle.linkage.on_engine.keyed_records._ROWS", 100)
    values = keyed["field_values"].combine_chunks()
    pairs = pa.record_batch(
        {
            "left_id": town.pairs.left,
            "right_id": town.pairs.right,
            "left_values": values.take(pa.array(town.pairs.left)),
            "right_values": values.take(pa.array(town.pairs.right)),
        }
    )

    links = pa.Table.from_batches(scoring(town)(iter(cut(pairs, seed))), LINKS)

    scores = town.scores
    kept = (scores.person >= 0) | (scores.household >= 0)
    assert links["left_id"].to_pylist() == town.pairs.left[kept].tolist()
    assert links["right_id"].to_pylist() == town.pairs.right[kept].tolist()
    assert np.allclose(links["person"].to_numpy(), scores.person[kept], atol=1e-5)
    assert np.allclose(links["household"].to_numpy(), scores.household[kept], atol=1e-5)
    assert links["pattern"].to_pylist() == town.patterns[kept].tolist()
