"""What is resolved, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

Ints = npt.NDArray[np.int64]


def _none() -> Ints:
    return np.empty(0, dtype=np.int64)


@dataclass(frozen=True)
class IdentityGraph:
    """The evidence to resolve, or the part of it around some identifiers.

    nodes: identifier_id, type, learned_at: every identifier that an edge touches and every record.
    edges: edge_id, left_id, right_id, kind, trusted, first_seen_at, last_seen_at, learned_at,
        observations. Instants are in microseconds.
    people: identifier_id of a record, first_name_key, birth_date (either may be null).
    keep_apart: left_id, right_id: pairs that a person said are two people.
    hubs: identifiers known to have more neighbours than their cap, whatever edges are here.
    """

    nodes: pl.DataFrame
    edges: pl.DataFrame
    people: pl.DataFrame
    keep_apart: pl.DataFrame
    hubs: Ints = field(default_factory=_none)


@dataclass(frozen=True)
class Resolution:
    """Who is who.

    placements: identifier_id, profile_id. An identifier that nobody can be told from (a family's
        mailbox, a shop's phone) is in no profile.
    refusals: edge_id, reason: the edges that were not followed.
    """

    placements: pl.DataFrame
    refusals: pl.DataFrame
