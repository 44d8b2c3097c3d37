"""Values are counted exactly while they fit, and estimated beyond."""

from __future__ import annotations

from collections import Counter

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from passerelle.measure.quality.masks import count_shapes, mask
from passerelle.measure.quality.value_tally import ValueTally, value_hashes


def tally_of(batches: list[list[str]], capacity: int = 100_000) -> ValueTally:
    tally = ValueTally(capacity)
    for batch in batches:
        hashes = value_hashes(pl.Series(batch, dtype=pl.String))
        tally.add(hashes.to_frame().group_by("hash").len("rows"))
    return tally


@given(st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=20), max_size=5))
def test_values_are_counted_as_one_by_one(batches: list[list[str]]) -> None:
    counts = Counter(value for batch in batches for value in batch)
    tally = tally_of(batches)
    assert tally.distinct == len(counts)
    assert tally.repeated == sum(count for count in counts.values() if count > 1)
    assert not tally.is_estimate


def test_more_values_than_fit_are_estimated() -> None:
    batches = [[f"v{value // 2}" for value in range(start, start + 5000)] for start in (0, 5000)]
    tally = tally_of(batches, capacity=1000)
    assert tally.is_estimate
    assert tally.distinct == pytest.approx(5000, rel=0.15)
    assert tally.repeated == pytest.approx(10_000, rel=0.15)


@given(st.text(max_size=80))
def test_a_mask_keeps_the_first_character_only(value: str) -> None:
    shown = mask(value)
    assert shown[:1] == value[:1]
    assert not {c for c in shown[1:] if c.isalnum()} - {"x", "X", "9"}


@given(st.lists(st.text(st.sampled_from("aZé9 -É"), max_size=12), max_size=30))
def test_every_cell_has_one_shape(cells: list[str]) -> None:
    shapes = count_shapes(pl.Series(cells, dtype=pl.String))
    assert sum(shapes.values()) == len(cells)
    assert not {sign for shape in shapes for sign in shape} - set("Aa9 -")


def test_accents_change_no_shape() -> None:
    cells = pl.Series(["Émile", "AMÉLIE", "Zoé-Ève", "06\u202f44", None])
    assert count_shapes(cells) == {"Aa": 1, "A": 1, "Aa-Aa": 1, "99·99": 1}
