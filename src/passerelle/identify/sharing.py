"""A mailbox or a phone that people of different names hold is a family's: split it by name.

Each name among its holders gets a node of its own in the place of the shared one, so that Marie's
two records still meet through the family's address while Marie and Paul do not.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import polars as pl

from passerelle.identify.graph_arrays import GraphArrays, Ints, Reason, components
from passerelle.identify.judging import may_share_birth_date, may_share_first_name

# Spellings, initials and missing birth dates: nobody's name is said in more ways than this. It
# bounds the pairs to compare; no family comes near, so what is beyond is a crowd in any case.
_WAYS_TO_SAY_A_NAME = 8


def split_shared(arrays: GraphArrays, people: pl.DataFrame, alike: Ints, most_people: int) -> Ints:
    """Lead edges of what is shared to a node for each name; refuse those that no name tells apart.

    Args:
        arrays: The graph; its edges are changed.
        people: at (position of a record), first_name_key, birth_date.
        alike: Edges between records whose names are one person's however they are written.
        most_people: Names that may share one identifier.

    Returns:
        For each added node, the position of the shared one it stands for. They are numbered from
        the count of real nodes on.
    """
    held = _held_by(arrays, people)
    if held.is_empty():
        return np.empty(0, dtype=np.int64)
    said = held.select("shared", "first_name_key", "birth_date").unique()
    ways = said.group_by("shared").agg(pl.len().alias("ways"))
    few = ways.filter(pl.col("ways") <= most_people * _WAYS_TO_SAY_A_NAME).select("shared")
    told = said.join(few, on="shared", how="semi")
    names = _names_of(told, _same_names(held, arrays.left[alike], arrays.right[alike]))
    several = names.group_by("shared").agg(pl.col("name").n_unique().alias("names"))
    shared = several.filter(pl.col("names") > 1)
    families = shared.filter(pl.col("names") <= most_people).select("shared")
    crowd = ways.join(several.filter(pl.col("names") <= most_people), on="shared", how="anti")
    _refuse(arrays, families["shared"].to_numpy(), Reason.SHARED_MAILBOX)
    _refuse(arrays, crowd["shared"].to_numpy(), Reason.SHARED_BY_TOO_MANY)
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
    if held.is_empty():
        return held
    several = held.group_by("shared").agg(
        pl.col("first_name_key", "birth_date").drop_nulls().n_unique()
    )
    differing = several.filter((pl.col("first_name_key") > 1) | (pl.col("birth_date") > 1))
    return held.join(differing.select("shared"), on="shared", how="semi")


def _same_names(held: pl.DataFrame, left: Ints, right: Ints) -> pl.DataFrame:
    """Ways to say a name that are one person's, of who holds the same thing.

    Columns: shared; first_name_key, birth_date; the same with `_too` of the other.
    """
    alike = pl.DataFrame({"at": left, "at_too": right})
    said = held.select("shared", "at", "first_name_key", "birth_date").unique()
    one = alike.join(said, on="at")
    both = one.join(
        said.rename({name: f"{name}_too" for name in said.columns if name != "shared"}),
        on=["shared", "at_too"],
    )
    return both.drop("at", "at_too")


def _names_of(said: pl.DataFrame, same: pl.DataFrame) -> pl.DataFrame:
    """Each way to say a name of who holds what is shared, with the number of the person: `name`.

    It is the same for those who could be one person, directly or by way of others.
    """
    ways = said.sort("shared", "first_name_key", "birth_date").with_row_index("way")
    ways = ways.with_columns(pl.col("way").cast(pl.Int64))
    pairs = ways.join(ways, on="shared", suffix="_too").filter(pl.col("way") < pl.col("way_too"))
    pairs = _keep_compatible(pairs, "first_name_key", may_share_first_name)
    pairs = _keep_compatible(pairs, "birth_date", may_share_birth_date)
    pairs = pl.concat([pairs.select("way", "way_too"), _as_ways(same, ways)])
    name = components(ways.height, pairs["way"].to_numpy(), pairs["way_too"].to_numpy())
    return ways.drop("way").with_columns(pl.Series("name", name, dtype=pl.Int64))


def _as_ways(same: pl.DataFrame, ways: pl.DataFrame) -> pl.DataFrame:
    """The numbers of the ways of each pair: way, way_too."""
    said = ["shared", "first_name_key", "birth_date"]
    too = ways.rename({name: f"{name}_too" for name in ("first_name_key", "birth_date", "way")})
    one = same.join(ways, on=said, nulls_equal=True)
    both = one.join(too, on=["shared", "first_name_key_too", "birth_date_too"], nulls_equal=True)
    return both.select("way", "way_too")


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
