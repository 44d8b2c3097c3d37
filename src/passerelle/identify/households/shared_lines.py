"""What several people share: a mailbox, a phone, a card, a login, a device."""

from __future__ import annotations

import polars as pl

from passerelle.identify.evidence import LIKENESS
from passerelle.identify.households.dividing import MOST_SHARING
from passerelle.identify.rules import RECORD

_WEAK = ("open", "mention", LIKENESS)
_NO_LINE = (RECORD, "name_birth", "customer_number")


def find_lines(
    nodes: pl.DataFrame, edges: pl.DataFrame, placements: pl.DataFrame, *, slack: int = 0
) -> pl.DataFrame:
    """line, profile_id: identifiers that evidence ties to two profiles or more, but to few.

    What was too little to make one person of two is evidence that they live together.

    Args:
        nodes: identifier_id, type.
        edges: left_id, right_id, kind; not withdrawn.
        placements: identifier_id, profile_id.
        slack: How many more than few may share a line.
    """
    lines = nodes.filter(~pl.col("type").is_in(_NO_LINE)).select("identifier_id")
    told = edges.filter(~pl.col("kind").cast(pl.String).is_in(_WEAK)).select("left_id", "right_id")
    ends = pl.concat(
        [told.rename({"left_id": "other", "right_id": "line"}),
         told.rename({"right_id": "other", "left_id": "line"}).select("other", "line")]
    ).join(lines, left_on="line", right_on="identifier_id", how="semi")  # fmt: skip
    held = pl.concat([ends, ends.select(pl.col("line").alias("other"), "line").unique()])
    shared = held.join(placements, left_on="other", right_on="identifier_id")
    return (
        shared.select("line", "profile_id")
        .unique()
        .filter(pl.len().over("line").is_between(2, MOST_SHARING + slack))
    )
