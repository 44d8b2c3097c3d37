"""Likenesses in the store: which records are compared, which likenesses there are, and why."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from passerelle.identify.evidence import LIKENESS
from passerelle.identify.graph_store import EDGE_SIDES, Evidence, add_evidence
from passerelle.identify.ids_as_table import wanted_ids
from passerelle.identify.rows_by_id import rows_by_ids, rows_for_ids
from passerelle.store import BulkSession, Store

_SAID = (
    "first_name", "last_name", "birth_name", "birth_date", "email", "phone_mobile", "phone_home",
    "address_1", "address_2", "address_3", "postcode", "city",
)  # fmt: skip
_PAIRS = {"left_id": pl.Int64, "right_id": pl.Int64}
_LINES = ("address_1", "address_2", "address_3")
_BEGINS_WITH_A_NUMBER = r"^\s*\d"


@dataclass(frozen=True)
class Likenesses:
    """What linking found: edges and why.

    edges: as `Evidence.edges`, without learned_at, with their edge_id.
    reasons: edge_id, match_probability, evidence (JSON: prior, and steps of field, kind, level and
        bits).
    """

    edges: pl.DataFrame
    reasons: pl.DataFrame

    def from_probability(self, least: float) -> Likenesses:
        """The likenesses that are so probable at least."""
        sure = self.reasons.filter(pl.col("match_probability") >= least)
        return replace(self, edges=self.edges.join(sure, on="edge_id", how="semi"), reasons=sure)

    @staticmethod
    def none() -> Likenesses:
        """No likeness at all."""
        return Likenesses(
            pl.DataFrame(schema={"edge_id": pl.Int64}),
            pl.DataFrame(
                schema={
                    "edge_id": pl.Int64,
                    "match_probability": pl.Float64,
                    "evidence": pl.String,
                }
            ),
        )


@dataclass(frozen=True)
class LikenessStep:
    """What one field says of a likeness: bits for one person.

    kind: the comparison of the field's values. level: which of its levels they reached.
    """

    field: str
    kind: str
    level: int
    weight: float


@dataclass(frozen=True)
class LikenessReason:
    """Why two records are alike: the probability, and the evidence it comes from.

    prior: bits before anything is compared. steps: without fields that one of the two leaves empty.
    """

    match_probability: float
    prior: float
    steps: tuple[LikenessStep, ...]


def read_known_records(store: Store) -> pl.DataFrame:
    """What the records of trusted sources say, one row a record, in the order of their ids.

    Columns: record_id, observed_at, and texts: first_name, last_name, birth_name, birth_date,
    email, phone_mobile, phone_home, street, postcode, city. Anybody can fill in a form as somebody
    else: what untrusted sources say makes nobody alike.
    """
    rows = store.arrow(
        "select r.record_id, r.observed_at, r.normalized from records r "
        "join sources s on s.name = r.source where s.trusted = 1 order by r.record_id"
    )
    told = pl.DataFrame(rows) if rows.num_rows else pl.DataFrame(schema=_ROWS)
    shape = pl.Struct(dict.fromkeys(_SAID, pl.String))
    said = told.select(
        "record_id", "observed_at", pl.col("normalized").str.json_decode(shape).alias("said")
    ).unnest("said")
    numbered = [
        pl.when(pl.col(line).str.contains(_BEGINS_WITH_A_NUMBER)).then(pl.col(line))
        for line in _LINES
    ]
    return said.with_columns(pl.coalesce(*numbered, *_LINES).alias("street")).drop(_LINES)


_ROWS = {"record_id": pl.Int64, "observed_at": pl.Int64, "normalized": pl.String}


def read_withdrawn(store: Store) -> pl.DataFrame:
    """The likenesses that somebody withdrew: left_id, right_id."""
    rows = store.arrow(
        "select e.left_id, e.right_id from likenesses l join edges e on e.edge_id = l.edge_id "
        "where e.withdrawn_at is not null"
    )
    return pl.DataFrame(rows) if rows.num_rows else pl.DataFrame(schema=_PAIRS)


def replace_likenesses(bulk: BulkSession, found: Likenesses, *, at: int) -> tuple[int, int]:
    """Make these the likenesses that are known; one that somebody withdrew stays withdrawn.

    Args:
        bulk: The transaction.
        found: All that were found.
        at: When, in microseconds.

    Returns:
        How many are new, and how many known before are gone.
    """
    rows = bulk.fetch(
        "select l.edge_id, case when e.withdrawn_at is null then 0 else 1 end as is_withdrawn "
        "from likenesses l join edges e on e.edge_id = l.edge_id"
    )
    schema = {"edge_id": pl.Int64, "is_withdrawn": pl.Int64}
    known = pl.DataFrame(rows) if rows.num_rows else pl.DataFrame(schema=schema)
    followed = known.filter(pl.col("is_withdrawn") == 0)
    gone = followed.join(found.edges, on="edge_id", how="anti")["edge_id"]
    new = found.edges.join(known, on="edge_id", how="anti")
    _forget(bulk, gone)
    if new.height:
        learned = new.with_columns(pl.lit(at, pl.Int64).alias("learned_at"))
        add_evidence(bulk, Evidence(_NOBODY, learned.drop("edge_id")))
    if found.reasons.height:
        bulk.put(
            "likenesses",
            found.reasons.sort("edge_id").to_arrow(),
            "(edge_id) do update set match_probability = excluded.match_probability, "
            "evidence = excluded.evidence",
        )
    return new.height, len(gone)


_NOBODY = pl.DataFrame(
    schema={
        "identifier_id": pl.Int64,
        "type": pl.String,
        "value": pl.String,
        "judgement": pl.String,
        "learned_at": pl.Int64,
    }
)


def _forget(bulk: BulkSession, edge_ids: pl.Series) -> None:
    if not edge_ids.len():
        return
    ids = np.asarray(edge_ids.to_numpy(), np.int64)
    with wanted_ids(bulk, ids) as wanted:
        for delete in _DELETES:
            bulk.execute(f"{wanted.sql} {delete}", wanted.parameters)


_DELETES = (
    # By its key, or all of the table would be read.
    "delete from edge_ends where (right_id, edge_id) in (select e.right_id, e.edge_id from edges e "
    "where e.edge_id in (select identifier_id from f))",
    "delete from edges where edge_id in (select identifier_id from f)",
    "delete from refusals where edge_id in (select identifier_id from f)",
    "delete from likenesses where edge_id in (select identifier_id from f)",
)


def list_likenesses(store: Store, record_ids: Iterable[int]) -> set[tuple[int, int]]:
    """Pairs of alike records whose smaller id is asked for, if nobody keeps them apart."""
    side = EDGE_SIDES[0]  # a likeness has its smaller id on the left
    rows = rows_for_ids(
        store,
        f"select e.left_id, e.right_id from {side.tables} left join kept_apart k "  # noqa: S608
        "on k.left_id = e.left_id and k.right_id = e.right_id "
        f"where {side.matches} and e.kind = '{LIKENESS}' and e.trusted = 1 "
        "and e.withdrawn_at is null and k.left_id is null",
        list(record_ids),
    )
    return {(row["left_id"], row["right_id"]) for row in rows}


def get_likeness_reasons(store: Store, edge_ids: Iterable[int]) -> dict[int, LikenessReason]:
    """Why records are alike, by the id of the edge; nothing for edges of other kinds."""
    rows = rows_by_ids(
        store,
        "select edge_id, match_probability, evidence from likenesses where edge_id in ({})",
        list(edge_ids),
    )
    return {row["edge_id"]: _reason(row["match_probability"], row["evidence"]) for row in rows}


def _reason(probability: float, evidence: str) -> LikenessReason:
    told = json.loads(evidence)
    steps = tuple(LikenessStep(*each) for each in told["steps"])
    return LikenessReason(probability, told["prior"], steps)
