"""Persons from scored pairs."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from passerelle.linkage.clustering import LARGEST, components, find_clusters


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int32)


def constant(odds: float):  # type: ignore[no-untyped-def]
    return lambda left, _right: np.full(len(left), odds, np.float32)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 19), st.integers(0, 19)), max_size=30))
def test_components_are_those_of_a_walk(edges: list[tuple[int, int]]) -> None:
    reached = {at: {at} for at in range(20)}
    for _round in range(20):
        for one, other in edges:
            both = reached[one] | reached[other]
            for each in both:
                reached[each] = reached[each] | both
    left, right = ints(*(each[0] for each in edges)), ints(*(each[1] for each in edges))

    assert components(20, left, right).tolist() == [min(reached[at]) for at in range(20)]


def test_a_chain_is_cut_where_its_ends_are_nobody_alike() -> None:
    odds = {(0, 1): 8.0, (1, 2): 1.0, (0, 2): -20.0}

    def score(left: np.ndarray, right: np.ndarray) -> np.ndarray:
        pairs = zip(left.tolist(), right.tolist(), strict=True)
        return np.array([odds[pair] for pair in pairs], np.float32)

    found = find_clusters(4, ints(0, 1), ints(1, 2), np.array([8.0, 1.0], np.float32), score)

    assert found.tolist() == [0, 0, 2, 3]


def test_a_triangle_that_agrees_is_one_cluster() -> None:
    linked = np.array([5.0, 5.0], np.float32)
    assert find_clusters(3, ints(0, 1), ints(1, 2), linked, constant(5.0)).tolist() == [0, 0, 0]


def test_a_component_of_too_many_is_cut_by_a_higher_bar() -> None:
    count = LARGEST + 100
    left, right = np.arange(count - 1, dtype=np.int32), np.arange(1, count, dtype=np.int32)
    odds = np.full(count - 1, 1.0, np.float32)
    odds[0] = 9.0

    found = find_clusters(count, left, right, odds, constant(5.0))

    assert found[:2].tolist() == [0, 0]
    assert found[2:].tolist() == list(range(2, count))
