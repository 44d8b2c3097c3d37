"""A record that somebody declared of themselves, tied to the profile that they are known as."""

from __future__ import annotations

import numpy as np
import polars as pl

from passerelle.identify.evidence import PROVED
from passerelle.identify.graph_store import Evidence, add_evidence
from passerelle.identify.resolving import resolve_around
from passerelle.identify.rules import RuleSet
from passerelle.store import BulkSession

_NOBODY = {
    "identifier_id": pl.Int64,
    "type": pl.String,
    "value": pl.String,
    "judgement": pl.String,
    "learned_at": pl.Int64,
}


def tie_declared(
    bulk: BulkSession, record_id: int, profile_id: int, *, source: str, at: int, rules: RuleSet
) -> None:
    """Keep as evidence that a declared record is of the profile's person, who proved it.

    A family's mailbox would leave it to the name, and that may be what was corrected.

    Args:
        bulk: The transaction.
        record_id: The record.
        profile_id: Whose it is.
        source: In whose name the record is kept.
        at: Now, microseconds.
        rules: What may be followed.
    """
    if record_id == profile_id:
        return
    edges = pl.DataFrame(
        {
            "left_id": [record_id],
            "right_id": [profile_id],
            "kind": [PROVED],
            "source": [source],
            "trusted": [1],
            "first_seen_at": [at],
            "last_seen_at": [at],
            "learned_at": [at],
            "observations": [1],
        }
    )
    add_evidence(bulk, Evidence(pl.DataFrame(schema=_NOBODY), edges))
    resolve_around(bulk, np.array(sorted((record_id, profile_id)), dtype=np.int64), rules)
