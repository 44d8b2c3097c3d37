"""What people say of pairs: decisions, corrected odds, and accuracy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from passerelle.linkage import (
    Decisions,
    Labels,
    Linkage,
    LinkageSpec,
    explain_pair,
    link,
    review_queue,
)
from passerelle.linkage.deciding import decide
from passerelle.linkage.labels import Calibration, accuracy_curve, calibrate

FIRST = ("Zoé", "Luc", "Ana", "Hugo", "Nora", "Paul", "Inès", "Marc", "Léa", "Jean")
LAST = ("Martin", "Bernard", "Petit", "Roux", "Durand", "Moreau", "Faure", "Garnier")


@pytest.fixture(scope="module")
def table() -> pa.Table:
    """Eight hundred records of names, birth years and towns, many of them ambiguous."""
    random = np.random.default_rng(1)
    columns: dict[str, Any] = {
        "first_name": random.choice(FIRST, 800),
        "last_name": random.choice(LAST, 800),
        "birth_date": [
            f"19{year}-0{month}-11"
            for year, month in zip(
                random.integers(50, 99, 800), random.integers(1, 9, 800), strict=True
            )
        ],
        "town": random.choice(["Lyon", "Paris", "Nice", "Brest"], 800),
    }
    return pa.table(
        {name: pa.array([str(each) for each in values]) for name, values in columns.items()}
    )


@pytest.fixture(scope="module")
def linkage(table: pa.Table) -> Linkage:
    return link(table)


def odds(*values: float) -> np.ndarray:
    return np.array(values, np.float32)


def ints(*values: int) -> np.ndarray:
    return np.array(values, np.int32)


def test_odds_that_are_too_sure_are_weakened() -> None:
    random = np.random.default_rng(3)
    true = random.uniform(-6, 6, 4_000)
    is_same = random.random(4_000) < 1 / (1 + np.exp2(-true))

    found = calibrate((2 * true + 3).astype(np.float32), is_same)

    assert found.scale == pytest.approx(0.5, abs=0.05)
    assert found.shift == pytest.approx(-1.5, abs=0.3)


def test_the_correction_is_the_likeliest() -> None:
    random = np.random.default_rng(4)
    told, is_same = random.normal(0, 4, 60), random.random(60) < 0.6
    shifts, scales = np.meshgrid(np.linspace(-3, 3, 301), np.linspace(0.1, 1.5, 281))

    said = np.log(2) * (shifts[..., None] + scales[..., None] * told) * np.where(is_same, 1, -1)
    prior = (shifts / 4) ** 2 / 2 + ((scales - 1) / 0.3) ** 2 / 2
    best = np.argmin(np.log1p(np.exp(-said)).sum(axis=-1) + prior)

    found = calibrate(told.astype(np.float32), is_same)
    assert found.shift == pytest.approx(shifts.flat[best], abs=0.02)
    assert found.scale == pytest.approx(scales.flat[best], abs=0.01)


def test_without_labels_nothing_is_corrected() -> None:
    assert calibrate(odds(), np.array([], np.bool_)) == Calibration()
    assert Calibration().correct(odds(1.5)).tolist() == [1.5]


def test_accuracy_is_that_of_all_candidates_not_of_those_asked() -> None:
    candidates = np.concatenate([np.full(900, 9.0), np.full(100, 1.0)]).astype(np.float32)
    asked = odds(9, 9, 9, 9, *[1.0] * 50)
    is_same = np.array([True] * 4 + [True, False] * 25)

    half = accuracy_curve(candidates, asked, is_same, (0.5,))[0]

    assert half.precision == pytest.approx(0.95)
    assert half.recall == pytest.approx(1.0)
    high = accuracy_curve(candidates, asked, is_same, (0.9,))[0]
    assert (high.precision, high.recall) == pytest.approx((1.0, 900 / 950))


def test_what_was_decided_wins_over_scores_and_different_over_same() -> None:
    decided = decide(
        odds(3, -3, 3, 3),
        ints(0, 1, 0, 2),
        ints(1, 2, 2, 3),
        np.array([0, 0, 1, 1], np.int16),
        Decisions(
            same=np.array([[2, 1], [0, 2]], np.int32), different=np.array([[0, 2]], np.int32)
        ),
    )
    assert decided.tolist() == [3, 1e9, -1e9, 3]


def test_a_source_without_duplicates_holds_nobody_twice() -> None:
    decided = decide(
        odds(3, 3, 3),
        ints(0, 0, 2),
        ints(1, 2, 3),
        np.array([0, 0, 1, 1], np.int16),
        Decisions(sources_without_duplicates=(0,)),
    )
    assert decided.tolist() == [-1e9, 3, 3]


def test_clusters_hold_nobody_of_such_a_source_twice(table: pa.Table) -> None:
    shop, site = table.slice(0, 400), table.slice(0, 400)
    twice = pa.concat_tables([site, site.slice(0, 100)])
    free = link([shop, twice])
    once = link([shop, twice], LinkageSpec(decisions=Decisions(sources_without_duplicates=(1,))))

    def most_in_one(linkage: Linkage) -> int:
        return int(np.bincount(linkage.clusters[400:]).max())

    assert most_in_one(free) > 1
    assert most_in_one(once) == 1
    assert (once.clusters[400:800] == np.arange(400)).mean() > 0.5


def test_an_explanation_says_the_corrected_probability(table: pa.Table, linkage: Linkage) -> None:
    at = review_queue(linkage, 12)
    left, right = linkage.pairs.left[at], linkage.pairs.right[at]
    found = link(table, LinkageSpec(labels=Labels(left, right, np.arange(12) % 2 == 0)))
    ends = zip(found.pairs.left.tolist(), found.pairs.right.tolist(), strict=True)
    odds_of = dict(zip(ends, found.scores.person.tolist(), strict=True))
    for pair in zip(left.tolist(), right.tolist(), strict=True):
        told = explain_pair(found.table, found.model, found.fields, *pair)
        assert told.probabilities["person"] == pytest.approx(
            1 / (1 + 2 ** -odds_of[pair]), abs=1e-3
        )
        assert sum(told.probabilities.values()) == pytest.approx(1)


def test_labels_hold_and_correct(table: pa.Table, linkage: Linkage) -> None:
    at = review_queue(linkage, 40)
    left, right = linkage.pairs.left[at], linkage.pairs.right[at]
    said = np.arange(len(at)) % 3 == 0

    found = link(table, LinkageSpec(labels=Labels(left, right, said)))

    assert found.model.calibration != Calibration()
    together = found.clusters[left] == found.clusters[right]
    assert not together[~said].any()
    assert together[said].mean() > 0.5  # the others would join two that were said to be different


def test_the_queue_asks_for_the_doubtful_and_for_some_of_all_odds(linkage: Linkage) -> None:
    at = review_queue(linkage, 40)
    assert len(at) == len(set(at.tolist())) == 40
    told = np.abs(linkage.scores.person[at])
    assert (told <= np.sort(np.abs(linkage.scores.person))[200]).sum() >= 20
    assert told.max() > 6
    assert len(review_queue(linkage, 0)) == 0
