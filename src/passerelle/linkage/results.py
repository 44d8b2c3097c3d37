"""A linkage as tables: which record is in which cluster, and which pairs were linked."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl
import pyarrow as pa

from passerelle.linkage.fields import list_comparisons
from passerelle.linkage.levels import level_name
from passerelle.linkage.linking import Linkage
from passerelle.linkage.patterns import level_of
from passerelle.linkage.scoring import LINKED, probability


def clusters_table(linkage: Linkage, sources: Sequence[str], ids: Sequence[pl.Series]) -> pa.Table:
    """One row a record: source, record_id, cluster_id and household_id.

    A cluster is called after its first record: `source:record_id`.

    Args:
        linkage: What linking found.
        sources: The tables' names, in their order.
        ids: Of each table, its records' ids.
    """
    source = np.repeat(np.array(sources, dtype=object), [each.len() for each in ids])
    record = pl.concat([each.cast(pl.String) for each in ids])
    name = pl.select(
        pl.format("{}:{}", pl.lit(pl.Series(source.tolist(), dtype=pl.String)), pl.lit(record))
    ).to_series()
    return pl.DataFrame(
        {
            "source": pl.Series(source.tolist(), dtype=pl.String),
            "record_id": record,
            "cluster_id": name.gather(linkage.clusters),
            "household_id": name.gather(linkage.households),
        }
    ).to_arrow()


def links_table(linkage: Linkage, ids: pl.Series) -> pa.Table:
    """One row a pair that is rather one person's than not, likeliest first.

    Columns: left_id, right_id, match_weight (bits, the prior included), match_probability,
    household_probability (that they live together or are one person), is_in_cluster (whether both
    ended in one cluster), and for each field `level_NAME`, the level that it reached, in words.

    Args:
        linkage: What linking found.
        ids: All records' ids, table after table.
    """
    at = np.flatnonzero(linkage.scores.person >= LINKED)
    at = at[np.argsort(-linkage.scores.person[at], kind="stable")]
    left, right = linkage.pairs.left[at], linkage.pairs.right[at]
    told = {
        "left_id": ids.gather(left),
        "right_id": ids.gather(right),
        "match_weight": linkage.scores.person[at],
        "match_probability": probability(linkage.scores.person[at]),
        "household_probability": probability(linkage.scores.household[at]),
        "is_in_cluster": linkage.clusters[left] == linkage.clusters[right],
    }
    for position, field in enumerate(linkage.fields):
        comparison = list_comparisons()[field.kind]
        names = [level_name(comparison, level) for level in range(16)[: comparison.level_count]]
        reached = level_of(linkage.patterns[at], position)
        told[f"level_{field.label}"] = pl.Series(names, dtype=pl.String).gather(reached)
    return pl.DataFrame(told).to_arrow()
