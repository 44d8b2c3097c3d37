"""The place of a line within its receipt, for files that do not number the lines.

Counts go on across batches, also when the lines of a receipt are not together in the file: a
line that took the number of another would replace it. What is remembered is a hash and a count
for each receipt, 12 bytes; by the birthday bound (n^2 / 2^65), ten million receipts have three
chances in a million that two of them share a hash, and then their lines merely start higher.
"""

from __future__ import annotations

import polars as pl


class LinePositions:
    """Numbers the lines of receipts from 1, in the order of the file."""

    def __init__(self) -> None:
        self._counts = pl.DataFrame(schema={"receipt": pl.UInt64, "seen": pl.Int64})

    def number(self, receipt_ids: pl.Series) -> pl.Series:
        """The position of each line within its receipt, and remember them."""
        lines = receipt_ids.hash(seed=0).alias("receipt").to_frame()
        before = lines.join(self._counts, on="receipt", how="left", maintain_order="left")["seen"]
        here = lines.select(pl.int_range(1, pl.len() + 1).over("receipt")).to_series()
        self._remember(lines)
        return (here + before.fill_null(0)).alias("line_number")

    def _remember(self, lines: pl.DataFrame) -> None:
        new = lines.group_by("receipt").agg(pl.len().cast(pl.Int64).alias("seen"))
        both = pl.concat([self._counts, new])
        again = new.join(self._counts, on="receipt", how="semi").height
        self._counts = both.group_by("receipt").agg(pl.col("seen").sum()) if again else both
