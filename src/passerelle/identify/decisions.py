"""Decisions of people about who is who: withdraw evidence, keep apart, split; and take it back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from passerelle.identify.graph_store import (
    allow_together,
    keep_apart,
    restore_edge,
    withdraw_edge,
)
from passerelle.identify.profiles import get_parts, list_kept_apart
from passerelle.identify.resolving import resolve_around
from passerelle.identify.rules import RuleSet
from passerelle.kernel import Clock, InvalidInput
from passerelle.kernel.language import _
from passerelle.store import BulkSession, Store, to_micros


@dataclass(frozen=True)
class Decider:
    """Where decisions are written, by which rules, and when."""

    store: Store
    rules: RuleSet
    clock: Clock


def unmerge(decider: Decider, edge_id: int, *, reason: str) -> int:
    """Withdraw one piece of evidence; profiles become what the rest of the evidence supports.

    Returns:
        How many identifiers moved.

    Raises:
        InvalidInput: There is no such edge.
    """
    with decider.store.bulk() as bulk:
        touched = _ends(bulk, edge_id)
        withdraw_edge(bulk, edge_id, reason=reason, at=to_micros(decider.clock()))
        return resolve_around(bulk, touched, decider.rules)


def remerge(decider: Decider, edge_id: int) -> int:
    """Believe a withdrawn piece of evidence again; the profiles before come back, ids included."""
    with decider.store.bulk() as bulk:
        touched = _ends(bulk, edge_id)
        restore_edge(bulk, edge_id)
        return resolve_around(bulk, touched, decider.rules, edges=[edge_id])


def separate(decider: Decider, pairs: Iterable[tuple[int, int]], *, reason: str) -> int:
    """Say that the two identifiers of each pair are two people's.

    Returns:
        How many identifiers moved.

    Raises:
        InvalidInput: The two identifiers of a pair are one.
    """
    listed = list(pairs)
    if any(one == other for one, other in listed):
        raise InvalidInput(
            _("Both values are the same identifier: nobody can be kept apart from himself."),
            hint=_("Name two records, as passerelle profiles show ID lists them."),
        )
    with decider.store.bulk() as bulk:
        keep_apart(bulk, listed, reason=reason, at=to_micros(decider.clock()))
        return resolve_around(bulk, _ids(listed), decider.rules)


def reunite(decider: Decider, pairs: Iterable[tuple[int, int]]) -> int:
    """Take back `separate`."""
    listed = list(pairs)
    with decider.store.bulk() as bulk:
        allow_together(bulk, listed)
        return resolve_around(bulk, _ids(listed), decider.rules)


def split_pairs(store: Store, profile_id: int, leaving: Iterable[int]) -> list[tuple[int, int]]:
    """The pairs to keep apart so that some records of a profile become another person's.

    Raises:
        InvalidInput: None or all of the profile's records would leave, or one is not in it.
    """
    parts = get_parts(store, profile_id)
    out = set(leaving)
    strangers = out - {each.identifier_id for each in parts.identifiers}
    if strangers:
        raise InvalidInput(
            _("{count} of the records are not in that profile.").format(count=len(strangers)),
            hint=_("List its records with: passerelle profiles show ID"),
        )
    staying = [record for record in parts.record_ids if record not in out]
    if not out or not staying:
        raise InvalidInput(
            _("A split needs a record that leaves and one that stays."),
            hint=_("List its records with: passerelle profiles show ID"),
        )
    return [(one, other) for one in sorted(out) for other in staying]


def reunion_pairs(store: Store, profile_id: int, returning: Iterable[int]) -> list[tuple[int, int]]:
    """The pairs of `split_pairs`, to be allowed together again.

    Raises:
        InvalidInput: Nobody keeps them apart.
    """
    staying = set(get_parts(store, profile_id).record_ids)
    back = set(returning)
    pairs = [
        (each.left_id, each.right_id)
        for each in list_kept_apart(store, back)
        if {each.left_id, each.right_id} & staying
    ]
    if not pairs:
        raise InvalidInput(
            _("Nobody keeps these records apart from that profile."),
            hint=_("See what is between them with: passerelle profiles why A B"),
        )
    return pairs


def _ends(bulk: BulkSession, edge_id: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    found = bulk.fetch("select left_id, right_id from edges where edge_id = ?", (edge_id,))
    if not found.num_rows:
        raise InvalidInput(
            _("There is no such edge."),
            hint=_("passerelle profiles show ID lists a profile's edges with their ids."),
        )
    return np.array([found["left_id"][0].as_py(), found["right_id"][0].as_py()], dtype=np.int64)


def _ids(pairs: Iterable[tuple[int, int]]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.unique(np.array(list(pairs), dtype=np.int64))
