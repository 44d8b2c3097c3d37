"""Tables that grew say of two values what tables of all values say."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from passerelle.linkage import list_comparisons
from passerelle.linkage.adding.growing_tables import GrowingTables
from passerelle.linkage.comparison import Comparison, Tables
from passerelle.linkage.dictionaries import hash_texts
from passerelle.linkage.texts.folding import applied

CELLS = st.one_of(
    st.sampled_from(
        ["Martin", "Martine", "Jean Martin", "19800102", "19800201", "1980", "0612345678", "75001",
         "75010", "a@b.fr", "a@c.fr", "12 rue de la Paix", "rue Paix", "Zoé", "李小龙", "李小明"]
    ),
    st.text(st.sampled_from("abé李ж01 -"), min_size=1, max_size=8),
    st.text(max_size=6),
)  # fmt: skip


@pytest.mark.parametrize("kind", list_comparisons())
@settings(max_examples=40, deadline=None)
@given(
    cells=st.lists(CELLS, min_size=2, max_size=12), cuts=st.lists(st.integers(0, 12), max_size=3)
)
def test_grown_tables_compare_as_whole_ones(kind: str, cells: list[str], cuts: list[int]) -> None:
    comparison = list_comparisons()[kind]
    values = (
        applied(comparison.normalize, pl.Series(cells)).drop_nulls().unique(maintain_order=True)
    )
    texts = pa.array(values.to_arrow())
    common = hash_texts(pa.array(comparison.common_words(texts).to_arrow()))
    borders = sorted({min(cut, len(texts)) for cut in cuts} | {len(texts)})

    grown = GrowingTables(comparison.tables(texts.slice(0, borders[0]), common))
    for start, end in pairwise(borders):
        grown.extend(comparison.tables(texts.slice(start, end - start), common))

    whole = comparison.tables(texts, common)
    assert levels(comparison, grown.tables, len(texts)) == levels(comparison, whole, len(texts))


def test_more_characters_than_a_byte_holds_are_told_apart() -> None:
    comparison = list_comparisons()["phone"]
    first = pa.array(["abc", "0612", "é1"])
    later = pa.array([chr(0x4E00 + at) + "abc" for at in range(150)] + ["é2"])

    grown = GrowingTables(comparison.tables(first, np.empty(0, np.uint64)))
    grown.extend(comparison.tables(later.slice(0, 3), np.empty(0, np.uint64)))
    grown.extend(comparison.tables(later.slice(3), np.empty(0, np.uint64)))

    whole = comparison.tables(pa.concat_arrays([first, later]), np.empty(0, np.uint64))
    assert levels(comparison, grown.tables, 154) == levels(comparison, whole, 154)


def levels(comparison: Comparison, tables: Tables, count: int) -> list[int]:
    """The level of every two values."""
    left, right = (each.astype(np.int32) for each in np.triu_indices(count, 1))
    patterns = np.zeros(len(left), np.uint64)
    codes = np.arange(count, dtype=np.int32)[:, None]
    exact = np.full(count, comparison.first_exact, np.uint8)
    comparison.kernel(codes, 0, left, right, 0, exact, patterns, *tables.arguments)
    return patterns.tolist()
