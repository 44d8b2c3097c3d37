"""Pairs of profiles that live together: found, true, and as many as an oracle could find."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from passerelle.identify.households.living_together import Households
from passerelle.store import Store

_YEAR = 365 * 86_400_000_000  # microseconds
_YEARS_BACK = (3, 2, 1, 0)


@dataclass(frozen=True, repr=False)
class Told:
    """What was judged, and from what: residences, and line, profile_id of shared lines."""

    residences: pl.DataFrame
    lines: pl.DataFrame
    households: Households


def print_accuracy(store: Store, truth: Path, told: Told) -> float:
    """Print F1 over all pairs and over those that share something; return the latter.

    The oracle knows the truth and makes no mistake, but joins only who shares an address, a line,
    or a name under a postcode, and who is joined through others.
    """
    homes = _true_homes(store, truth)
    true = _pairs(homes, "home")
    found = _pairs(told.households.homes, "household_id")
    right = true.join(found, on=["a", "b"])
    sharing = true.join(_sharing(told), on=["a", "b"])
    right_sharing = sharing.join(found, on=["a", "b"])
    _tell("all true pairs", true.height, found.height, right.height)
    joined = _reachable(homes, sharing)
    _tell("  an oracle", true.height, joined, joined)
    precision = right.height / max(found.height, 1)
    recall = right_sharing.height / max(sharing.height, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    print(
        f"pairs that share evidence: {sharing.height:,} true, precision {precision:.3f}, "
        f"recall {recall:.3f}, F1 {f1:.3f}"
    )
    return f1


def print_accuracy_over_time(store: Store, truth: Path, told: Told) -> None:
    """Print F1 of memberships on several dates, over people of whom an address was known by then.

    Members of a household move together in this world, so who lives together does not change.
    """
    homes = _true_homes(store, truth)
    addressed = told.residences.filter(pl.col("address_id").is_not_null())
    known = addressed.group_by("profile_id").agg(pl.col("observed_at").min().alias("since"))
    now = int(told.residences["observed_at"].max())  # type: ignore[arg-type]
    for years in _YEARS_BACK:
        at = now - years * _YEAR
        people = known.filter(pl.col("since") <= at).select("profile_id")
        lasts = (pl.col("valid_to") > at).fill_null(value=True)
        lived = told.households.memberships.filter((pl.col("valid_from") <= at) & lasts).join(
            people, on="profile_id"
        )
        true = _pairs(homes.join(people, on="profile_id"), "home")
        found = _pairs(lived, "household_id")
        right = true.join(found, on=["a", "b"])
        _tell(f"{years} years before", true.height, found.height, right.height)


def _tell(what: str, true: int, found: int, right: int) -> None:
    precision, recall = right / max(found, 1), right / max(true, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    print(f"{what}: {true:,} true, {found:,} found, precision {precision:.3f}, "
          f"recall {recall:.3f}, F1 {f1:.3f}")  # fmt: skip


def _true_homes(store: Store, truth: Path) -> pl.DataFrame:
    """profile_id, home: the true household of the person with most records of each profile."""
    people = pl.read_parquet(truth / "people.parquet", columns=["person_id", "household_id"])
    said = pl.read_parquet(truth / "records.parquet").join(people, on="person_id")
    held = pl.DataFrame(
        store.arrow(
            "select p.profile_id, r.source, r.record_key from records r "
            "join placements p on p.identifier_id = r.record_id"
        )
    ).join(said, on=["source", "record_key"])
    counted = held.group_by("profile_id", "person_id", pl.col("household_id").alias("home")).len()
    most = counted.sort("profile_id", "len", "person_id", descending=[False, True, False])
    return most.unique("profile_id", keep="first").select("profile_id", "home")


def _pairs(placed: pl.DataFrame, key: str) -> pl.DataFrame:
    """a, b: profiles of one key, the smaller id first."""
    told = placed.select(key, "profile_id").unique()
    both = told.join(told, on=key, suffix="_too").filter(
        pl.col("profile_id") < pl.col("profile_id_too")
    )
    return both.select(
        pl.col("profile_id").alias("a"), pl.col("profile_id_too").alias("b")
    ).unique()


def _sharing(told: Told) -> pl.DataFrame:
    """a, b: profiles that share an address, a line, or a name under a postcode, at any time."""
    said = told.residences
    by_address = said.filter(pl.col("address_id").is_not_null())
    names = pl.concat(
        said.select("profile_id", "postcode", pl.col(column).alias("name"))
        for column in ("last_name_key", "birth_name_key")
    )
    by_name = names.drop_nulls().select(
        "profile_id", pl.concat_str("postcode", "name", separator=" ").alias("place")
    )
    few = by_name.unique().filter(pl.len().over("place") <= _FEW)
    return pl.concat(
        [_pairs(by_address, "address_id"), _pairs(told.lines, "line"), _pairs(few, "place")]
    ).unique()


_FEW = 1000  # bearers of a name under one postcode: of more, pairs alone would fill the memory


def _reachable(homes: pl.DataFrame, sharing: pl.DataFrame) -> int:
    """How many pairs the oracle joins: those whom true pairs that share something lead to."""
    at = homes.sort("profile_id").with_row_index("at").select("profile_id", "at")
    ends = sharing.join(at, left_on="a", right_on="profile_id").join(
        at, left_on="b", right_on="profile_id", suffix="_b"
    )
    graph = coo_array(
        (np.ones(ends.height, np.int8), (ends["at"].to_numpy(), ends["at_b"].to_numpy())),
        shape=(at.height, at.height),
    )
    sizes = np.bincount(connected_components(graph, directed=False)[1])
    return int((sizes * (sizes - 1) // 2).sum())
