"""Whether somebody who is recognised may be shown to who asks: the gate behind the profile API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from passerelle.consent.gate.gate import Gate
from passerelle.consent.gate.verdict import Permit
from passerelle.consent.ledger import list_said
from passerelle.consent.policy import Policy, get_policy
from passerelle.kernel import InvalidInput
from passerelle.store import Reading


@dataclass(frozen=True)
class ProfileLeave:
    """Leave to show somebody.

    permit: of the identifier that they were recognised by.
    until: the last instant at which it counts, if nothing more is said; None: it has no end.
    """

    permit: Permit
    until: datetime | None


def find_profile_leave(
    gate: Gate, reading: Reading, profile_id: int, subject_id: int, caller: str
) -> ProfileLeave | None:
    """Leave to show a profile now, for the first purpose of such callers that is permitted.

    A permission counts for the very identifier that it was given for: another device, or a card
    that a merge brought, shows nobody.

    Args:
        gate: The gate.
        reading: One state of the store.
        profile_id: Who was recognised.
        subject_id: Id of the identifier that they were recognised by.
        caller: What sort of source asks; the policy's `lookups` say what for.

    Returns:
        The leave; None without one, and as long as no policy can be read.
    """
    at = gate.clock()
    try:
        policy = get_policy(reading, at=at, known_at=at)
    except InvalidInput:  # a text that was spoilt in the store opens nothing
        return None
    pairs = [] if policy is None else list(policy.lookups.get(caller, {}).items())
    if policy is None or not pairs:
        return None
    for verdict in gate.judge(reading, profile_id, pairs, at=at, known_at=at):
        for permit in verdict.permits:
            if permit.subject_id == subject_id:
                return ProfileLeave(permit, _find_end(reading, policy, permit))
    return None


def _find_end(reading: Reading, policy: Policy, permit: Permit) -> datetime | None:
    """The last instant at which what was said counts, by its own end and by its age."""
    max_age = policy.purposes[permit.purpose].rules[permit.channel].max_age
    ends: list[datetime] = []
    for entry in list_said(reading, [permit.subject_id]):
        if entry.event_id == permit.proof:
            since = min(entry.occurred_at, entry.recorded_at)
            ends += [] if entry.said.valid_until is None else [entry.said.valid_until]
            ends += [] if max_age is None else [max_age.after(since)]
    return min(ends, default=None)
