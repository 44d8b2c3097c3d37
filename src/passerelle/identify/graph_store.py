"""Evidence into the identity graph: add it, take it back, keep identifiers apart."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from passerelle.store import BulkSession

Ints = npt.NDArray[np.int64]

_IDENTIFIER_COLUMNS = ("identifier_id", "type", "value", "judgement", "learned_at")
_EDGE_COLUMNS = (
    "edge_id",
    "left_id",
    "right_id",
    "kind",
    "source",
    "trusted",
    "first_seen_at",
    "last_seen_at",
    "learned_at",
    "observations",
)
# An edge's id begins with 24 bits of its left end's id: 17 million places for identifiers, hardly
# more than one in each. 40 bits of its own remain: by these, two of 30 million edges have one id
# with a chance of 1 in 10,000; if 32 were left, of 1 in 100.
_OWN_BITS = 40
_OWN = np.int64((1 << _OWN_BITS) - 1)
_START = f"((f.identifier_id >> {_OWN_BITS}) << {_OWN_BITS})"


@dataclass(frozen=True)
class EdgeSide:
    """How edges `e` are found by the identifiers `f` at one of their ends.

    The cross joins of `tables` make SQLite walk the identifiers and look the edges up, not the
    reverse; `matches` is the condition, `other` the column of the end across.
    """

    tables: str
    matches: str
    other: str


EDGE_SIDES = (
    EdgeSide(
        "f cross join edges e",
        f"e.edge_id between {_START} and {_START} + {_OWN} and e.left_id = f.identifier_id",
        "right_id",
    ),
    EdgeSide(
        "f cross join edge_ends x cross join edges e",
        "x.right_id = f.identifier_id and e.edge_id = x.edge_id",
        "left_id",
    ),
)
"""The left end, by the order edges are kept in, and the right end, by a table in its order."""

HASHED = "sha256:"
"""How the value of an e-mail address begins of which only the hash is known."""

# An address that was known by its hash only is known from now on.
_IS_CLEARER = f"(identifiers.value like '{HASHED}%' and excluded.value not like '{HASHED}%')"
_CLEARER = f"case when {_IS_CLEARER} then excluded.{{0}} else identifiers.{{0}} end"
_EARLIER = (
    "case when excluded.learned_at < identifiers.learned_at "
    "then excluded.learned_at else identifiers.learned_at end"
)
_LEAST = "{0} = case when excluded.{0} < edges.{0} then excluded.{0} else edges.{0} end"
_MOST = "{0} = case when excluded.{0} > edges.{0} then excluded.{0} else edges.{0} end"

_ON_KNOWN_IDENTIFIER = (
    "(identifier_id) do update set "
    f"learned_at = {_EARLIER}, value = {_CLEARER.format('value')}, "
    f"judgement = {_CLEARER.format('judgement')} "
    f"where excluded.learned_at < identifiers.learned_at or {_IS_CLEARER}"
)
_ON_KNOWN_EDGE = (
    "(edge_id) do update set "
    f"{_LEAST.format('first_seen_at')}, {_MOST.format('last_seen_at')}, "
    f"{_LEAST.format('learned_at')}, "
    "observations = edges.observations + excluded.observations"
)
_ON_KNOWN_PROOF = (
    "(edge_id) do update set "
    "event_id = excluded.event_id, consent = excluded.consent, said_at = excluded.said_at "
    "where excluded.said_at > consent_proofs.said_at or (excluded.said_at = consent_proofs.said_at "
    "and excluded.event_id > consent_proofs.event_id)"
)


@dataclass(frozen=True)
class Evidence:
    """Identifiers and edges to add.

    identifiers: identifier_id, type, value, judgement, learned_at; one row each.
    edges: left_id, right_id, kind, source, trusted (0 or 1), first_seen_at, last_seen_at,
        learned_at, observations; one row per (left_id, right_id, kind, source).
    proofs: edge_id, event_id, consent, said_at: what was said about consent with an edge; one row
        an edge.
    """

    identifiers: pl.DataFrame
    edges: pl.DataFrame
    proofs: pl.DataFrame | None = None


def add_evidence(bulk: BulkSession, evidence: Evidence) -> None:
    """Keep what is new; of an edge known already, widen its times and add its observations.

    Evidence that a person withdrew stays withdrawn when a source repeats it.
    """
    adding(evidence)(bulk)


def adding(evidence: Evidence) -> Callable[[BulkSession], None]:
    """`add_evidence` in two steps: put in order now what the answered function writes."""
    identifiers = evidence.identifiers.select(_IDENTIFIER_COLUMNS).sort("identifier_id").to_arrow()
    told = with_edge_ids(evidence.edges).select(_EDGE_COLUMNS)
    edges = told.sort("edge_id").to_arrow()
    ends = told.select("right_id", "edge_id").sort("right_id", "edge_id").to_arrow()
    proofs = None if evidence.proofs is None else evidence.proofs.sort("edge_id").to_arrow()

    def write(bulk: BulkSession) -> None:
        bulk.put("identifiers", identifiers, _ON_KNOWN_IDENTIFIER)
        bulk.put("edges", edges, _ON_KNOWN_EDGE)
        bulk.put("edge_ends", ends, "(right_id, edge_id) do nothing")
        if proofs is not None:
            bulk.put("consent_proofs", proofs, _ON_KNOWN_PROOF)

    return write


def with_edge_ids(edges: pl.DataFrame) -> pl.DataFrame:
    """Edges with their `edge_id`: the same for the same ends, kind and source, always."""
    told = edges.select(pl.concat_str("kind", "source", separator="|").alias("told"))["told"]
    salts = {each: _salt(each) for each in told.unique()}
    salt = told.replace_strict(salts, return_dtype=pl.Int64).to_numpy()
    left = edges["left_id"].to_numpy()
    mixed = _mix(_mix(left, salt), edges["right_id"].to_numpy())
    # Edges of one identifier are neighbours in the table: it needs no index of their left ends,
    # and a record's edges are written side by side.
    ids = (left & ~_OWN) | (mixed & _OWN)
    return edges.with_columns(pl.Series("edge_id", ids, dtype=pl.Int64))


def withdraw_edge(bulk: BulkSession, edge_id: int, *, reason: str, at: int) -> None:
    """Take a piece of evidence back; it stays in the table, as history."""
    bulk.execute(
        "update edges set withdrawn_at = ?, withdrawn_reason = ? where edge_id = ?",
        (at, reason, edge_id),
    )
    # What is withdrawn is not heard any more, so nobody else would take its refusal away.
    bulk.execute("delete from refusals where edge_id = ?", (edge_id,))


def restore_edge(bulk: BulkSession, edge_id: int) -> None:
    """Believe a withdrawn piece of evidence again."""
    bulk.execute(
        "update edges set withdrawn_at = null, withdrawn_reason = null where edge_id = ?",
        (edge_id,),
    )


def keep_apart(
    bulk: BulkSession, pairs: Iterable[tuple[int, int]], *, reason: str, at: int
) -> None:
    """Say that the two identifiers of each pair are two people's, whatever else is known."""
    for one, other in pairs:
        bulk.execute(
            "insert into kept_apart (left_id, right_id, reason, decided_at) values (?, ?, ?, ?) "
            "on conflict (left_id, right_id) do nothing",
            (min(one, other), max(one, other), reason, at),
        )


def allow_together(bulk: BulkSession, pairs: Iterable[tuple[int, int]]) -> None:
    """Take back `keep_apart`."""
    for one, other in pairs:
        bulk.execute(
            "delete from kept_apart where left_id = ? and right_id = ?",
            (min(one, other), max(one, other)),
        )


def _salt(text: str) -> int:
    from hashlib import blake2b

    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little", signed=True)


def _mix(one: Ints, other: Ints) -> Ints:
    # The finaliser of SplitMix64 over both halves: every input bit moves half of the output's.
    # Source: Steele, Lea, Flood (2014), "Fast splittable pseudorandom number generators".
    state = one.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + other.astype(np.uint64)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return (state ^ (state >> np.uint64(31))).astype(np.int64)
