"""How good a linkage expects itself to be, beside how good it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from passerelle.linkage import Linkage, estimate_quality, link
from passerelle.simulate import RetailerSpec, simulate_retailer
from tests.unit.linkage.linked_town import linked_town


def with_scores(linkage: Linkage, person: list[float], clusters: list[int]) -> Linkage:
    """The linkage as if its first pairs were all, of these log2 odds, in these clusters."""
    count = len(person)
    pairs = replace(
        linkage.pairs,
        left=np.arange(count, dtype=np.int32),
        right=np.arange(1, count + 1, dtype=np.int32),
    )
    scores = replace(linkage.scores, person=np.array(person, np.float32))
    return replace(linkage, pairs=pairs, scores=scores, clusters=np.array(clusters, np.int32))


def test_sums_of_probabilities_are_the_estimate() -> None:
    # Probabilities 0.75, 0.5 and 0.25; the second link was not followed.
    told = with_scores(linked_town(), [np.log2(3), 0.0, -np.log2(3)], [0, 0, 2, 2])

    quality = estimate_quality(told)

    assert quality.kept == 1
    assert quality.precision == pytest.approx(0.75)
    assert quality.recall == pytest.approx(0.75 / 1.5)


def test_without_a_pair_nothing_is_estimated() -> None:
    quality = estimate_quality(with_scores(linked_town(), [], [0]))
    assert quality.precision is None
    assert quality.recall is None


def test_the_estimate_is_near_the_truth_on_a_simulated_retailer(tmp_path: Path) -> None:
    simulate_retailer(RetailerSpec(customers=2_000, seed=5), tmp_path)
    text = (tmp_path / "crm_customers.csv").read_bytes().decode("cp1252")
    table = pl.read_csv(text.encode(), separator=";", infer_schema=False)
    known = pl.read_parquet(tmp_path / "truth/records.parquet").filter(pl.col("source") == "crm")
    person = (
        table.select(pl.col("N° client").str.strip_chars().alias("record_key"))
        .join(known.unique("record_key"), on="record_key", how="left", maintain_order="left")[
            "person_id"
        ]
        .to_numpy()
    )
    found = link(table.drop("N° client").to_arrow())

    quality = estimate_quality(found)

    left, right = found.pairs.left, found.pairs.right
    is_kept = (found.scores.person >= 0) & (found.clusters[left] == found.clusters[right])
    is_true = person[left] == person[right]
    assert quality.kept == is_kept.sum()
    assert quality.precision == pytest.approx(is_true[is_kept].mean(), abs=0.05)
    assert quality.recall == pytest.approx(is_kept[is_true].mean(), abs=0.08)
