"""Counts the values of a column by their 64-bit hashes, in a memory that is set beforehand.

Up to the capacity every count is exact but for two values with one hash (one in 10^6 columns of a
million values). Beyond it only the values whose hash falls in a half, then a quarter… of all
hashes are kept, with exact counts of their own, and the totals are estimated from them; the error
of an estimate from n kept values is about 1/√n.
"""

from __future__ import annotations

import polars as pl

_SEED = 20_261_122
_ALL_HASHES = 1 << 64


def value_hashes(values: pl.Series) -> pl.Series:
    """A 64-bit hash of each value; null stays null."""
    hashes = values.hash(_SEED)
    return pl.select(hash=pl.when(values.is_not_null()).then(hashes))["hash"]


class ValueTally:
    """How many rows each value has; grows by batches of hashes."""

    def __init__(self, capacity: int) -> None:
        """Keep at most about `capacity` values."""
        self._capacity = max(capacity, 1000)
        self._kept = pl.DataFrame(schema={"hash": pl.UInt64, "rows": pl.UInt32})
        self._new: list[pl.DataFrame] = []
        self._waiting = 0
        self._halvings = 0

    def add(self, counts: pl.DataFrame) -> None:
        """Add columns `hash` and `rows`, each hash once."""
        self._new.append(counts.select(pl.col("hash"), pl.col("rows").cast(pl.UInt32)))
        self._waiting += counts.height
        # Merged when as much waits as is kept: each value is merged a few times only.
        if self._waiting >= min(max(self._kept.height, 100_000), self._capacity):
            self._merge()

    @property
    def is_estimate(self) -> bool:
        """Whether totals are estimated from a sample of the values."""
        self._merge()
        return self._halvings > 0

    @property
    def distinct(self) -> int:
        """How many different values there are."""
        self._merge()
        return self._kept.height << self._halvings

    @property
    def repeated(self) -> int:
        """Cells whose value stands in another cell too."""
        self._merge()
        several = self._kept.filter(pl.col("rows") > 1)["rows"]
        return int(several.sum()) << self._halvings

    def rows_of(self, hashes: list[int]) -> dict[int, int]:
        """The rows of some values; those that were not kept are left out."""
        self._merge()
        wanted = pl.Series("hash", hashes, dtype=pl.UInt64)
        found = self._kept.filter(pl.col("hash").is_in(wanted.implode()))
        return dict(found.iter_rows())

    def _merge(self) -> None:
        if not self._new:
            return
        together = pl.concat([self._kept, *self._new])
        if self._halvings:
            together = together.filter(pl.col("hash") < _ALL_HASHES >> self._halvings)
        self._kept = together.group_by("hash").agg(pl.col("rows").sum().cast(pl.UInt32))
        self._new, self._waiting = [], 0
        while self._kept.height > self._capacity:
            self._halvings += 1
            self._kept = self._kept.filter(pl.col("hash") < _ALL_HASHES >> self._halvings)
