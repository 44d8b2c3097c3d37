"""A mailbox or a phone that people of different names hold is a family's: split it by name.

Each name among its holders gets a node of its own in the place of the shared one, so that Marie's
two records still meet through the family's address while Marie and Paul do not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import polars as pl

from passerelle.identify.graph_arrays import GraphArrays, Ints, Reason, components
from passerelle.identify.judging import may_share_birth_date, may_share_first_name

_PAIRS_AT_ONCE = 4_000_000  # about 200 MiB


def split_shared(arrays: GraphArrays, people: pl.DataFrame, most_people: int) -> Ints:
    """Lead edges of what is shared to a node for each name; refuse those that no name tells apart.

    Args:
        arrays: The graph; its edges are changed.
        people: at (position of a record), first_name_key, birth_date.
        most_people: Names that may share one identifier.

    Returns:
        For each added node, the position of the shared one it stands for. They are numbered from
        the count of real nodes on.
    """
    held = _held_by(arrays, people)
    if held.is_empty():
        return np.empty(0, dtype=np.int64)
    names = _names_of(held)
    several = names.group_by("shared").agg(pl.col("name").n_unique().alias("names"))
    shared = several.filter(pl.col("names") > 1)
    crowd = shared.filter(pl.col("names") > most_people)["shared"]
    families = shared.filter(pl.col("names") <= most_people).select("shared")
    _refuse(arrays, families["shared"].to_numpy(), Reason.SHARED_MAILBOX)
    _refuse(arrays, crowd.to_numpy(), Reason.SHARED_BY_TOO_MANY)
    told_apart = names.join(families, on="shared", how="semi")
    added = told_apart.select("shared", "name").unique().sort("shared", "name")
    added = added.with_row_index("node", offset=len(arrays.ids))
    moved = held.join(told_apart, on=["shared", "first_name_key", "birth_date"], nulls_equal=True)
    _lead_to(arrays, moved.join(added, on=["shared", "name"]))
    return added["shared"].to_numpy()


def _held_by(arrays: GraphArrays, people: pl.DataFrame) -> pl.DataFrame:
    """The edges between a record that says a name and what may be shared, where names differ."""
    shareable = np.array([rule.splits_by_name for rule in arrays.rules], dtype=bool)
    usable = arrays.reason == Reason.FOLLOWED
    found = []
    for record, shared in ((arrays.left, arrays.right), (arrays.right, arrays.left)):
        edge = np.flatnonzero(
            usable & (arrays.tier[record] == 0) & shareable[arrays.type_code[shared]]
        )
        found.append(pl.DataFrame({"edge": edge, "at": record[edge], "shared": shared[edge]}))
    touching = pl.concat(found)
    held_by = np.bincount(touching["shared"].to_numpy(), minlength=len(arrays.ids))
    held_twice = touching.filter(pl.Series(held_by[touching["shared"].to_numpy()] > 1))
    held = held_twice.join(people, on="at", how="inner")
    several = held.group_by("shared").agg(
        pl.col("first_name_key", "birth_date").drop_nulls().n_unique()
    )
    differing = several.filter((pl.col("first_name_key") > 1) | (pl.col("birth_date") > 1))
    return held.join(differing.select("shared"), on="shared", how="semi")


def _names_of(held: pl.DataFrame) -> pl.DataFrame:
    """Each person who holds something shared: shared, first_name_key, birth_date, name.

    `name` is the same for those who could be one person, directly or by way of others.
    """
    holders = (
        held.select("shared", "first_name_key", "birth_date")
        .unique()
        .sort("shared", "first_name_key", "birth_date")
        .with_row_index("holder")
    )
    holders = holders.with_columns(pl.col("holder").cast(pl.Int64))
    found = pl.concat([holders.select("holder", other="holder"), *map(_agreeing, _parts(holders))])
    name = components(holders.height, found["holder"].to_numpy(), found["other"].to_numpy())
    return holders.drop("holder").with_columns(pl.Series("name", name, dtype=pl.Int64))


def _parts(holders: pl.DataFrame) -> Iterator[pl.DataFrame]:
    # A mailbox with hundreds of holders has tens of thousands of pairs.
    pairs = holders.group_by("shared", maintain_order=True).agg((pl.len() ** 2).alias("pairs"))
    part = pairs.select("shared", part=pl.col("pairs").cum_sum() // _PAIRS_AT_ONCE)
    yield from holders.join(part, on="shared").partition_by("part", include_key=False)


def _agreeing(holders: pl.DataFrame) -> pl.DataFrame:
    pairs = holders.join(holders, on="shared", suffix="_too").filter(
        pl.col("holder") < pl.col("holder_too")
    )
    pairs = _keep_compatible(pairs, "first_name_key", may_share_first_name)
    pairs = _keep_compatible(pairs, "birth_date", may_share_birth_date)
    return pairs.select("holder", other="holder_too")


def _keep_compatible(
    pairs: pl.DataFrame, field: str, may_share: Callable[[str | None, str | None], bool]
) -> pl.DataFrame:
    both = [field, f"{field}_too"]
    asked = pairs.select(both).unique()
    fits = pl.Series([may_share(*each) for each in asked.iter_rows()], dtype=pl.Boolean)
    return pairs.join(asked.filter(fits), on=both, how="semi", nulls_equal=True)


def _refuse(arrays: GraphArrays, nodes: Ints, reason: Reason) -> None:
    refused = np.zeros(len(arrays.ids), dtype=bool)
    refused[nodes] = True
    unheard = (arrays.reason == Reason.FOLLOWED) | (arrays.reason == Reason.SHARED_MAILBOX)
    arrays.reason[unheard & (refused[arrays.left] | refused[arrays.right])] = reason


def _lead_to(arrays: GraphArrays, moved: pl.DataFrame) -> None:
    edge, shared, node = (moved[each].to_numpy() for each in ("edge", "shared", "node"))
    arrays.reason[edge] = Reason.FOLLOWED
    is_left = arrays.left[edge] == shared
    arrays.left[edge[is_left]] = node[is_left]
    arrays.right[edge[~is_left]] = node[~is_left]
