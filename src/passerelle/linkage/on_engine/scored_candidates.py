"""Candidate pairs compared and scored anywhere, a batch at a time; only links are kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from passerelle.linkage.adding.known_values import KnownValues
from passerelle.linkage.comparing import compare_fully
from passerelle.linkage.dependence import Repeats
from passerelle.linkage.fields import Field
from passerelle.linkage.learning import Model
from passerelle.linkage.on_engine.keyed_records import gathered, prepare_kernels, read_keyed
from passerelle.linkage.patterns import Patterns
from passerelle.linkage.scoring import LINKED, Scores, score_pairs

Ints = npt.NDArray[np.int32]

CANDIDATES = ("left_id", "right_id", "left_values", "right_values")
"""Columns of a batch of pairs: two records, left before right, and their `field_values`."""

LINKS = pa.schema(
    [
        ("left_id", pa.int64()),
        ("right_id", pa.int64()),
        ("person", pa.float32()),
        ("household", pa.float32()),
        ("pattern", pa.int64()),
    ]
)
"""person, household: log2 odds of being one person, of living together. pattern: as
`compare_pairs` gives it, the level of each field in four bits."""


@dataclass(frozen=True)
class ScoreCandidates:
    """Batches of `CANDIDATES` to batches of `LINKS`: those that are as likely as not, or more."""

    fields: tuple[Field, ...]
    known: tuple[KnownValues, ...]
    repeats: tuple[Repeats, ...]
    model: Model

    def __call__(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        """Score the pairs of all batches."""
        prepare_kernels()
        for pairs in gathered(batches):
            yield self._links(pairs)

    def score(self, values: pa.Array, left: Ints, right: Ints) -> tuple[Patterns, Scores]:
        """Patterns and scores of pairs of records.

        Args:
            values: The records' `field_values`.
            left: Positions of one record of each pair.
            right: Of the other.
        """
        records = read_keyed(values, self.fields, self.known)
        patterns = compare_fully(records, self.repeats, left, right)
        return patterns, score_pairs(records, self.model, left, right, patterns)

    def _links(self, pairs: pa.Table) -> pa.RecordBatch:
        count = pairs.num_rows
        left = np.arange(count, dtype=np.int32)
        ends = pairs["left_values"].chunks + pairs["right_values"].chunks
        values = pa.concat_arrays(ends) if ends else pa.array([], pa.list_(pa.string()))
        right = (left + count).astype(np.int32)
        patterns, scores = self.score(values, left, right)
        kept = np.flatnonzero((scores.person >= LINKED) | (scores.household >= LINKED))
        some = pairs.select(["left_id", "right_id"]).take(pa.array(kept))
        return pa.record_batch(
            [
                _whole(some["left_id"]),
                _whole(some["right_id"]),
                pa.array(scores.person[kept]),
                pa.array(scores.household[kept]),
                pa.array(patterns[kept].view(np.int64)),
            ],
            schema=LINKS,
        )


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return pa.array(column.to_numpy().astype(np.int64))
