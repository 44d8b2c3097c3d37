"""Find records that are one person's though no identifier says so: evidence that is worked out."""

from __future__ import annotations

from dataclasses import dataclass

from passerelle.identify.graph_loading import load_graph
from passerelle.identify.likeness_store import (
    Likenesses,
    read_known_records,
    read_withdrawn,
    replace_likenesses,
)
from passerelle.identify.rules import RuleSet
from passerelle.kernel import Clock
from passerelle.store import Store, to_micros


@dataclass(frozen=True)
class LikenessSummary:
    """What looking for likenesses came to.

    records: compared. found: likenesses that join profiles. new: of these, not known before.
    gone: known before, and not found again.
    """

    records: int
    found: int
    new: int
    gone: int


def find_likenesses(store: Store, rules: RuleSet, clock: Clock) -> LikenessSummary:
    """Look for likenesses among all records, and make them the only ones that are known.

    They are evidence, and nothing more: `resolve_profiles` hears them.
    """
    # Loading the linkage engine takes most of a second, which other commands need not wait for.
    from passerelle.identify.record_linking import link_known_records

    records = read_known_records(store)
    found = link_known_records(records, load_graph(store), read_withdrawn(store), rules)
    with store.bulk() as bulk:
        new, gone = replace_likenesses(bulk, found, at=to_micros(clock()))
    return LikenessSummary(records.height, found.edges.height, new, gone)


def forget_likenesses(store: Store) -> None:
    """Know no likeness any more but those that somebody withdrew, so that they stay withdrawn."""
    with store.bulk() as bulk:
        replace_likenesses(bulk, Likenesses.none(), at=0)
