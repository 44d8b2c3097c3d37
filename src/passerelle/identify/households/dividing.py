"""The rule: who lives together, of people whose address, names and lines are known at an instant.

Kinds of ties are followed one after the other, the strongest first. What the ties of one kind would
put together stays apart if it would hold two addresses, two flats or two postcodes, or more people
than live in a home: then none of them is followed. So the result does not depend on any order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Ints = npt.NDArray[np.int64]

MOST_PEOPLE = 12
"""That live in one home; a larger group is an institution's or a mistake."""

MOST_FAMILIES = 3
"""Of different names in one home; where more are known, it is a building or an institution."""

MOST_SHARING = 6
"""People who share a mailbox, a phone or a card at home; more are a shop's."""

MOST_NAMESAKES = 4
"""People of one name whose records ever said one postcode; more are hardly one family."""

GENERATION = 15
"""Years between two births from which the younger may be the other's child, and is no partner."""

DOOR = r"\b(APT|PORTE|LOGEMENT|LOGT|STUDIO|CHAMBRE)\b"
"""A unit with one of these words names a home; any other a building, a staircase or a floor."""


@dataclass(frozen=True)
class Scene:
    """People at one instant, or several such scenes that have nothing to do with each other.

    members: scene, profile_id, address_id, unit, postcode, born (a year), is_man; all but the
        first two may be null.
    names: at (a row of members), name; whole names and their parts.
    whole_names: likewise, whole names only.
    rare: postcode, name: of whole names that few bear there.
    lines: at, line: what somebody can be reached or known by that others may share.
    declared: at, declared_id: the household that a source names.
    """

    members: pl.DataFrame
    names: pl.DataFrame
    whole_names: pl.DataFrame
    rare: pl.DataFrame
    lines: pl.DataFrame
    declared: pl.DataFrame


def divide(scene: Scene, kinds: Sequence[str]) -> Ints:
    """For each member, the first row of those who live together.

    Args:
        scene: The people.
        kinds: Of ties, from `TIES`, the strongest first.
    """
    groups = np.arange(scene.members.height)
    for kind in kinds:
        groups = _follow(scene.members, groups, TIES[kind](scene, groups))
    return groups


def _declared_household(scene: Scene, _groups: Ints) -> pl.DataFrame:
    """One household by the word of a source."""
    return _ties(scene.declared, ["declared_id"])


def _family_at_address(scene: Scene, _groups: Ints) -> pl.DataFrame:
    """One name at one address. Where several flats are known of that name, only within a flat."""
    named = scene.names.join(_numbered(scene.members), on="at").filter(
        pl.col("address_id").is_not_null()
    )
    key = ["scene", "address_id", "name"]
    one_flat = pl.col("unit").n_unique().over(key) - pl.col("unit").is_null().any().over(key) <= 1
    flat = pl.when(one_flat).then(pl.lit("")).otherwise(pl.col("unit"))
    return _ties(named.with_columns(flat.alias("flat")), [*key, "flat"])


def _home_at_address(scene: Scene, groups: Ints) -> pl.DataFrame:
    """One address and door, whatever the names, unless it is a building or an institution."""
    living = _living(scene, groups)
    house = ["scene", "address_id"]
    is_house = pl.col("unit").is_null().all().over(house)
    homes = living.filter(is_house | pl.col("unit").str.contains(DOOR))
    flat = [*house, pl.col("unit").fill_null("")]
    is_home = (pl.col("group").n_unique().over(flat) <= MOST_FAMILIES) & (
        pl.len().over(flat) <= MOST_PEOPLE
    )
    return _ties(homes.filter(is_home).with_columns(pl.col("unit").fill_null("")), [*house, "unit"])


def _couple_at_address(scene: Scene, groups: Ints) -> pl.DataFrame:
    """A man and a woman of one generation, of the only two families of a part of a building."""
    part = ["scene", "address_id", "unit"]
    living = _living(scene, groups).with_columns(pl.col("unit").fill_null(""))
    two = living.filter(pl.col("group").n_unique().over(part) == _A_COUPLE)
    told = two.filter(pl.col("is_man").is_not_null()).select(*part, "at", "group", "is_man", "born")
    men, women = told.filter("is_man"), told.filter(~pl.col("is_man"))
    couples = men.join(women, on=part, suffix="_woman").filter(
        ((pl.col("born") - pl.col("born_woman")).abs() < GENERATION).fill_null(value=True)
    )
    own = couples.filter(pl.col("group") == pl.col("group_woman"))
    across = couples.filter(pl.col("group") != pl.col("group_woman"))
    free = across.join(own, on=part, how="anti")
    women_of_them = free.select(*part, pl.col("at_woman").alias("at"))
    return _ties(pl.concat([free.select(*part, "at"), women_of_them]), part)


_A_COUPLE = 2


def _living(scene: Scene, groups: Ints) -> pl.DataFrame:
    """The members whose address is known, with their group."""
    return (
        _numbered(scene.members)
        .with_columns(pl.Series("group", groups))
        .filter(pl.col("address_id").is_not_null())
    )


def _shared_line(scene: Scene, _groups: Ints) -> pl.DataFrame:
    """One mailbox, phone, card, login or device of a few people."""
    return _ties(scene.lines, ["line"])


def _family_in_place(scene: Scene, _groups: Ints) -> pl.DataFrame:
    """One rare name under one postcode, where all but one home is unknown."""
    named = scene.whole_names.join(_numbered(scene.members), on="at")
    return _ties(
        named.join(scene.rare, on=["postcode", "name"], how="semi"), ["scene", "postcode", "name"]
    )


TIES: MappingProxyType[str, Callable[[Scene, Ints], pl.DataFrame]] = MappingProxyType(
    {
        "declared_household": _declared_household,
        "family_at_address": _family_at_address,
        "home_at_address": _home_at_address,
        "couple_at_address": _couple_at_address,
        "shared_line": _shared_line,
        "family_in_place": _family_in_place,
    }
)
"""What ties people into a household, the strongest first."""

BY_ADDRESS = ("family_at_address", "home_at_address", "couple_at_address")
"""The ties that an address makes."""


def _numbered(members: pl.DataFrame) -> pl.DataFrame:
    return members.with_row_index("at").with_columns(pl.col("at").cast(pl.Int64))


def _ties(told: pl.DataFrame, key: list[str]) -> pl.DataFrame:
    """tie, at: a number for each key that two rows or more share."""
    some = told.drop_nulls(key).select(pl.struct(key).rank("dense").alias("tie"), "at")
    return some.unique().filter(pl.len().over("tie") > 1)


def _follow(members: pl.DataFrame, groups: Ints, ties: pl.DataFrame) -> Ints:
    if ties.is_empty():
        return groups
    size = len(groups)
    ends = (groups[ties["at"].to_numpy()], size + ties["tie"].to_numpy().astype(np.int64))
    nodes = size + int(ends[1].max()) - size + 1
    graph = coo_array((np.ones(len(ends[0]), np.int8), ends), shape=(nodes, nodes))
    labels = connected_components(graph, directed=False)[1][groups]
    told = members.select("address_id", "unit", "postcode").with_columns(
        pl.Series("label", labels), pl.Series("group", groups)
    )
    flat = pl.when(pl.col("unit").is_not_null()).then(pl.struct("address_id", "unit"))
    fits = (
        (pl.col("address_id").drop_nulls().n_unique() <= 1)
        & (flat.drop_nulls().n_unique() <= 1)
        & (pl.col("postcode").drop_nulls().n_unique() <= 1)
        & (pl.len() <= MOST_PEOPLE)
    )
    followed = told.group_by("label").agg(fits.alias("fits"), pl.col("group").min().alias("first"))
    joined = told.join(followed, on="label", how="left", maintain_order="left")
    return joined.select(pl.when("fits").then("first").otherwise("group"))["first"].to_numpy()
