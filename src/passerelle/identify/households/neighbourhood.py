"""The people whose household may depend on some profiles: who shares something, and so on.

What is on too many tongues joins nobody (see `dividing`) and is not followed. So the people found
are closed: nothing that counts is shared with anybody else, and judging them alone gives what
judging everybody gives.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from passerelle.identify.graph_loading import frame_of
from passerelle.identify.households.dividing import MOST_NAMESAKES, MOST_PEOPLE
from passerelle.identify.households.living_together import Shared, names_in_places
from passerelle.identify.households.residences import RESIDENCE_SELECT, RESIDENCE_TYPES
from passerelle.identify.households.shared_lines import find_lines
from passerelle.identify.ids_as_table import wanted_ids
from passerelle.identify.neighbourhood import edges_at, nodes_of
from passerelle.store import BulkSession

Ints = npt.NDArray[np.int64]

_PLACED = {"identifier_id": pl.Int64, "profile_id": pl.Int64}
_BEARING = {
    "record_id": pl.Int64, "postcode": pl.String, "last_name_key": pl.String,
    "birth_name_key": pl.String,
}  # fmt: skip
_RECORD = {"record_id": pl.Int64}
_DECLARING = {"record_id": pl.Int64, "declared_id": pl.Int64}


@dataclass(frozen=True)
class Neighbourhood:
    """Profiles, and what `find_households` asks of them."""

    profiles: Ints
    residences: pl.DataFrame
    shared: Shared


def load_around(bulk: BulkSession, touched: Ints, profiles: Ints) -> Neighbourhood:
    """Who may be concerned by a change.

    Args:
        bulk: The transaction in which it happened.
        touched: Identifiers about which evidence changed.
        profiles: What is or was made of these, and of all identifiers that moved.
    """
    walk = _Walk(bulk, slack=len(profiles))
    known, frontier = profiles, profiles
    while len(frontier):
        found = walk.sharing(frontier, touched)
        touched = touched[:0]
        frontier = np.setdiff1d(found, known)
        known = np.union1d(known, frontier)
    residences = pl.concat(walk.residences)
    return Neighbourhood(known, residences, walk.shared(residences))


class _Walk:
    """What was seen on the way from profiles to those who share something with them."""

    def __init__(self, bulk: BulkSession, slack: int) -> None:
        """Begin.

        Args:
            bulk: The transaction.
            slack: By how many the change may have made sharers more or fewer.
        """
        self._bulk, self._slack = bulk, slack
        self.residences = [pl.DataFrame(schema={"profile_id": pl.Int64, **RESIDENCE_TYPES})]
        self._lines = [pl.DataFrame(schema={"line": pl.Int64, "profile_id": pl.Int64})]
        self._rare = [pl.DataFrame(schema={"postcode": pl.String, "name": pl.String})]
        self._declared = [pl.DataFrame(schema={"declared_id": pl.Int64, "profile_id": pl.Int64})]

    def sharing(self, profiles: Ints, touched: Ints) -> Ints:
        """Profiles that share an address, a line, a rare name or a declared household."""
        placed = self._placed("p.profile_id", profiles)
        said = self._said(placed)
        self.residences.append(said)
        return np.unique(
            np.concatenate(
                [
                    self._at_addresses(said),
                    self._on_lines(np.union1d(placed["identifier_id"].to_numpy(), touched)),
                    self._bearing_names(said),
                    self._declaring(said),
                ]
            )
        )

    def shared(self, residences: pl.DataFrame) -> Shared:
        """What they share, as `find_households` takes it."""
        everybody = residences.select("profile_id").unique()
        lines = pl.concat(self._lines).unique().join(everybody, on="profile_id", how="semi")
        declared = Shared.of(residences, lines).declared
        few = pl.concat(self._declared).unique().filter(
            pl.len().over("declared_id") <= MOST_PEOPLE
        )  # fmt: skip
        return Shared(
            lines,
            pl.concat(self._rare).unique(),
            declared.join(few, on="declared_id", how="semi"),
        )

    def _placed(self, column: str, ids: Ints) -> pl.DataFrame:
        with wanted_ids(self._bulk, ids) as wanted:
            rows = self._bulk.fetch(
                f"{wanted.sql} select p.identifier_id, p.profile_id from f "  # noqa: S608
                f"cross join placements p where {column} = f.identifier_id",
                wanted.parameters,
            )
        return frame_of(rows, _PLACED)

    def _profiles_of(self, identifiers: Ints) -> Ints:
        return self._placed("p.identifier_id", identifiers)["profile_id"].unique().to_numpy()

    def _said(self, placed: pl.DataFrame) -> pl.DataFrame:
        with wanted_ids(self._bulk, placed["identifier_id"].to_numpy()) as wanted:
            rows = self._bulk.fetch(
                f"{wanted.sql} {RESIDENCE_SELECT} "  # noqa: S608
                "where r.record_id in (select identifier_id from f)",
                wanted.parameters,
            )
        told = frame_of(rows, RESIDENCE_TYPES)
        joined = told.join(placed, left_on="record_id", right_on="identifier_id")
        return joined.select("profile_id", *RESIDENCE_TYPES)

    def _at_addresses(self, said: pl.DataFrame) -> Ints:
        addresses = said["address_id"].drop_nulls().unique().to_numpy()
        with wanted_ids(self._bulk, addresses) as wanted:
            rows = self._bulk.fetch(
                f"{wanted.sql} select distinct s.record_id from f "  # noqa: S608
                "cross join residences s where s.address_id = f.identifier_id",
                wanted.parameters,
            )
        return self._profiles_of(frame_of(rows, _RECORD)["record_id"].to_numpy())

    def _on_lines(self, identifiers: Ints) -> Ints:
        near = edges_at(self._bulk, identifiers)
        lines = np.unique(np.concatenate([identifiers, near["left_id"], near["right_id"]]))
        nodes, edges = nodes_of(self._bulk, lines), edges_at(self._bulk, lines)
        ends = np.unique(np.concatenate([lines, edges["left_id"], edges["right_id"]]))
        placed = self._placed("p.identifier_id", ends)
        told = edges.select("left_id", "right_id", "kind")
        self._lines.append(find_lines(nodes.select("identifier_id", "type"), told, placed))
        near_few = find_lines(
            nodes.select("identifier_id", "type"), told, placed, slack=self._slack
        )
        return near_few["profile_id"].unique().to_numpy()

    def _bearing_names(self, said: pl.DataFrame) -> Ints:
        keys = names_in_places(said).select("postcode", "name").unique()
        if keys.is_empty():
            return np.empty(0, np.int64)
        self._bulk.stage("wanted_postcodes", keys.select("postcode").unique().to_arrow())
        rows = self._bulk.fetch(
            "select s.record_id, s.postcode, s.last_name_key, s.birth_name_key "
            "from wanted_postcodes w cross join residences s where s.postcode = w.postcode"
        )
        self._bulk.execute("drop table wanted_postcodes")
        bearing = names_in_places(frame_of(rows, _BEARING), "record_id").join(
            keys, on=["postcode", "name"], how="semi"
        )
        placed = self._placed("p.identifier_id", bearing["record_id"].unique().to_numpy())
        borne = (
            bearing.join(placed, left_on="record_id", right_on="identifier_id")
            .select("postcode", "name", "profile_id")
            .unique()
            .with_columns(pl.len().over("postcode", "name").alias("bearers"))
        )
        few = borne.filter(pl.col("bearers") <= MOST_NAMESAKES).select("postcode", "name")
        self._rare.append(few.unique())
        near_few = borne.filter(pl.col("bearers") <= MOST_NAMESAKES + self._slack)
        return near_few["profile_id"].unique().to_numpy()

    def _declaring(self, said: pl.DataFrame) -> Ints:
        declared = said["declared_id"].drop_nulls().unique().to_numpy()
        with wanted_ids(self._bulk, declared) as wanted:
            rows = self._bulk.fetch(
                f"{wanted.sql} select distinct s.record_id, s.declared_id from f "  # noqa: S608
                "cross join residences s where s.declared_id = f.identifier_id",
                wanted.parameters,
            )
        told = frame_of(rows, _DECLARING)
        placed = self._placed("p.identifier_id", told["record_id"].unique().to_numpy())
        whole = told.join(placed, left_on="record_id", right_on="identifier_id").select(
            "declared_id", "profile_id"
        )
        self._declared.append(whole.unique())
        near_few = whole.unique().filter(
            pl.len().over("declared_id") <= MOST_PEOPLE + self._slack
        )  # fmt: skip
        return near_few["profile_id"].unique().to_numpy()
