"""People whose second record has a nickname, an initial, a married name or a made-up date are found."""

from __future__ import annotations

import polars as pl
import pytest

from passerelle.linkage import link
from tests.unit.linkage.people import make_people


# Letters alone reach 0.89 and 0.78: some share name and town and lack a date, nobody tells them apart.
@pytest.mark.parametrize(("language", "whole", "least"), [("fr", False, 0.92), ("en", True, 0.88)])
def test_most_are_found_and_few_others(language: str, whole: bool, least: float) -> None:
    people = make_people(language, count=1_500, seed=1, whole=whole)
    found = link(people.drop("truth").to_arrow())

    clusters = people.with_columns(cluster=found.clusters)
    assert pair_f1(clusters) >= least


def pair_f1(clusters: pl.DataFrame) -> float:
    """F1 of pairs of records that share a cluster."""
    both, found, true = (
        clusters.group_by(names).len().select((pl.col("len") * (pl.col("len") - 1.0)).sum()).item()
        for names in (["cluster", "truth"], ["cluster"], ["truth"])
    )
    return float(2 * both / (found + true))
