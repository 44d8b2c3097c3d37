"""The judge of linkage, against a twin that looks at every pair of records."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from benchmarks.linkage.evaluating import (
    Accuracy,
    calibration_error,
    judge_clusters,
    judge_links,
    judge_probabilities,
)


def judged_pair_by_pair(said: set[tuple[int, int]], truth: np.ndarray) -> Accuracy:
    pairs = list(combinations(range(len(truth)), 2))
    true = {(one, other) for one, other in pairs if truth[one] == truth[other]}
    return Accuracy(right=len(said & true), said=len(said), true=len(true))


def pairs_of_clusters(labels: np.ndarray) -> set[tuple[int, int]]:
    pairs = combinations(range(len(labels)), 2)
    return {(one, other) for one, other in pairs if labels[one] == labels[other]}


@pytest.mark.parametrize("seed", range(60))
def test_clusters_are_judged_as_every_pair_says(seed: int) -> None:
    random = np.random.default_rng(seed)
    count = int(random.integers(1, 25))
    truth = random.integers(-3, 6, count)
    found = random.integers(0, int(random.integers(1, 12)), count) * 1_000_003

    expected = judged_pair_by_pair(pairs_of_clusters(found), truth)

    assert judge_clusters(found, truth) == expected


@pytest.mark.parametrize("seed", range(40))
def test_links_are_judged_as_every_pair_says_also_when_said_twice(seed: int) -> None:
    random = np.random.default_rng(seed)
    count = int(random.integers(2, 20))
    truth = random.integers(0, 6, count)
    left = random.integers(0, count - 1, 30)
    right = random.integers(left + 1, count)
    turned = random.random(30) < 0.5
    one, other = np.where(turned, right, left), np.where(turned, left, right)

    expected = judged_pair_by_pair(set(zip(left.tolist(), right.tolist(), strict=True)), truth)

    assert judge_links(one, other, truth) == expected


def test_a_blocking_miss_counts_against_recall() -> None:
    truth = np.array([1, 1, 1])
    assert judge_links(np.array([0]), np.array([1]), truth).recall == pytest.approx(1 / 3)


def test_a_system_that_says_nothing_errs_in_nothing_and_finds_nothing() -> None:
    told = judge_clusters(np.arange(4), np.zeros(4, int))
    assert (told.precision, told.recall, told.f1) == (1.0, 0.0, 0.0)


def test_probabilities_that_keep_their_promise_have_no_error() -> None:
    probability = np.repeat([0.2, 0.8], 10)
    is_true = np.array([True] * 2 + [False] * 8 + [True] * 8 + [False] * 2)

    told = judge_probabilities(probability, is_true)

    assert told.error == pytest.approx(0)
    assert (told.promised_precision, told.precision) == pytest.approx((0.8, 0.8))
    assert (told.promised_recall, told.recall) == pytest.approx((0.8, 0.8))


def test_the_error_is_the_mean_distance_of_bins_weighed_by_their_pairs() -> None:
    probability = np.array([0.05] * 3 + [0.95])
    is_true = np.array([True, False, False, True])

    error = calibration_error(probability, is_true, lowest=0.0)

    assert error == pytest.approx(3 / 4 * abs(0.05 - 1 / 3) + 1 / 4 * 0.05)


def test_a_probability_of_one_is_in_the_last_bin() -> None:
    assert calibration_error(np.array([1.0]), np.array([True]), lowest=0.5) == pytest.approx(0)
