"""Take in what sources say as it comes: heard and resolved in one transaction.

Who is who is then what `resolve_profiles` would make of all the evidence, ids included. Households
are judged later (`judge_waiting_households`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from passerelle.collect import EventsPrepared, RecordBatch
from passerelle.identify.conclusions import Replaced
from passerelle.identify.graph_store import adding, with_edge_ids
from passerelle.identify.hearing import event_evidence, hear_records, record_evidence
from passerelle.identify.households.waiting import let_wait
from passerelle.identify.ids_as_table import wanted_ids
from passerelle.identify.link_uses import hear_link_uses
from passerelle.identify.neighbourhood import Touched
from passerelle.identify.resolving import resolve_touched
from passerelle.identify.rules import RuleSet
from passerelle.kernel import IdentifierKeys
from passerelle.store import BulkSession

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class TakenIn:
    """What a batch came to.

    edges: pieces of evidence in it. new_edges: of these, not known before.
    moved: identifiers that are in another profile than before, or for the first time.
    profile_ids: profiles that gained or lost identifiers, those that are no more among them; each
        once.
    """

    edges: int
    new_edges: int
    moved: int
    profile_ids: Ints


def take_in_events(bulk: BulkSession, batch: EventsPrepared, rules: RuleSet) -> TakenIn:
    """Hear events and resolve whom they are about.

    An event that binds nothing, such as a page seen by a browser, changes nothing: its identifiers
    are in the profiles that evidence puts them in, and a browser that no evidence names is in none.

    Args:
        bulk: The transaction, which may hold whatever else belongs to the batch.
        batch: New events, as `hear_events` takes them.
        rules: What may be followed.
    """
    linked = hear_link_uses(bulk, batch)
    heard = [event_evidence(batch), *([] if linked is None else [linked])]
    told = with_edge_ids(pl.concat([each.edges for each in heard]))
    if told.is_empty():
        return TakenIn(0, 0, 0, _NOBODY)
    new = _unknown(bulk, told)
    for each in heard:
        adding(each)(bulk)
    touched = np.unique(told.select("left_id", "right_id").to_numpy())
    return resolve_new(bulk, Touched(touched, _gained(touched, new), _ids(told)), new, rules)


def take_in_records(
    bulk: BulkSession, batch: RecordBatch, *, keys: IdentifierKeys, rules: RuleSet
) -> TakenIn:
    """Hear records, which are in the store already, and resolve whom they are about.

    Args:
        bulk: The transaction of the import.
        batch: New and changed records, as `hear_records` takes them.
        keys: Of the installation.
        rules: What may be followed.
    """
    evidence = record_evidence(batch, keys)
    told = with_edge_ids(evidence.edges)
    new = _unknown(bulk, told)
    hear_records(batch, keys=keys)(bulk)
    records = _records(batch)
    ends = told.select("left_id", "right_id").to_numpy().ravel()
    touched = np.unique(np.concatenate([ends, records]))
    taken = resolve_new(bulk, Touched(touched, _gained(touched, new), _ids(told)), new, rules)
    let_wait(bulk, _profiles_of(bulk, records))  # where they live may be said anew
    return taken


_NOBODY = np.empty(0, dtype=np.int64)


def resolve_new(bulk: BulkSession, touched: Touched, new: pl.DataFrame, rules: RuleSet) -> TakenIn:
    """Resolve around evidence that was just stored; whose household it may change is noted."""
    replaced = resolve_touched(bulk, touched, rules)
    profiles = _profiles_in(replaced)
    ends = np.unique(new.select("left_id", "right_id").to_numpy())
    if len(ends) or len(profiles):
        let_wait(bulk, np.concatenate([profiles, _profiles_of(bulk, ends)]))
    return TakenIn(len(touched.edges), new.height, replaced.after.height, profiles)


def _unknown(bulk: BulkSession, told: pl.DataFrame) -> pl.DataFrame:
    """The edges that the store does not know yet."""
    joined = "from f cross join edges e where e.edge_id = f.identifier_id"
    with wanted_ids(bulk, _ids(told)) as wanted:
        rows = bulk.fetch(f"{wanted.sql} select e.edge_id {joined}", wanted.parameters)
    return told.filter(~pl.col("edge_id").is_in(rows["edge_id"].to_pylist()))


def _gained(touched: Ints, new: pl.DataFrame) -> Ints:
    """How many neighbours each touched identifier may have gained by new edges."""
    ends = new.select("left_id", "right_id").to_numpy().ravel()
    return np.bincount(np.searchsorted(touched, ends), minlength=len(touched)).astype(np.int64)


def _ids(told: pl.DataFrame) -> Ints:
    return told["edge_id"].to_numpy()


def _records(batch: RecordBatch) -> Ints:
    """The batch's records; a partner's rows are no people of ours."""
    if batch.source.kind == "partner":
        return _NOBODY
    return batch.records["record_id"].to_numpy()


def _profiles_in(replaced: Replaced) -> Ints:
    return pl.concat([replaced.before, replaced.after])["profile_id"].unique().to_numpy()


def _profiles_of(bulk: BulkSession, identifier_ids: Ints) -> Ints:
    if not len(identifier_ids):
        return _NOBODY
    joined = "from f cross join placements p where p.identifier_id = f.identifier_id"
    with wanted_ids(bulk, identifier_ids) as wanted:
        rows = bulk.fetch(f"{wanted.sql} select p.profile_id {joined}", wanted.parameters)
    return np.asarray(rows["profile_id"], dtype=np.int64)
