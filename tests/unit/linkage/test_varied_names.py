"""People whose second record has a nickname, an initial, a married name or a made-up date are found."""

from __future__ import annotations

import numpy as np
import pytest

from passerelle.linkage import link
from tests.unit.linkage.people import make_people


@pytest.mark.parametrize(("language", "whole", "least"), [("fr", False, 0.86), ("en", True, 0.85)])
def test_most_are_found_and_hardly_anybody_else(language: str, whole: bool, least: float) -> None:
    table = make_people(language, count=1_500, seed=1, whole=whole)
    found = link(table.drop("truth").to_arrow())
    truth = table["truth"].to_numpy()

    linked = found.scores.person >= 0
    is_right = truth[found.pairs.left[linked]] == truth[found.pairs.right[linked]]

    assert is_right.mean() >= 0.9
    recall = np.sum(is_right) / 1_500
    assert 2 * is_right.mean() * recall / (is_right.mean() + recall) >= least
