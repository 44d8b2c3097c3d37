"""A policy as the gate asks it at one instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from passerelle.consent.channels import CHANNELS
from passerelle.consent.policy import Policy
from passerelle.store import to_micros

CLOCK_MARGIN = 5 * 60 * 1_000_000
"""How far ahead of us, in microseconds, the clock of whoever tells us may be."""


@dataclass(frozen=True)
class GateRule:
    """What one purpose asks on one channel, at one instant.

    Instants are microseconds. `oldest_at` is the first from which a permission still counts;
    `notices` are those that tell of the purpose: since when and until when.
    """

    purpose: str
    channel: str
    legal_basis: str
    subject_types: tuple[str, ...]
    oldest_at: int | None
    adults_only: bool
    requires: tuple[str, ...]
    notices: tuple[tuple[str, int, int | None], ...]


def build_rules(policy: Policy, at: datetime) -> dict[tuple[str, str], GateRule]:
    """The rules of a policy at an instant, by purpose and channel."""
    rules = {}
    for key, purpose in policy.purposes.items():
        notices = tuple(
            (
                name,
                to_micros(notice.effective_from),
                None if notice.effective_to is None else to_micros(notice.effective_to),
            )
            for name, notice in policy.notices.items()
            if key in notice.purposes
        )
        for channel, rule in purpose.rules.items():
            oldest = None if rule.max_age is None else to_micros(rule.max_age.earliest(at))
            rules[key, channel] = GateRule(
                purpose=key,
                channel=channel,
                legal_basis=purpose.legal_basis,
                subject_types=CHANNELS[channel].subject_types,
                oldest_at=oldest,
                adults_only=purpose.adults_only,
                requires=purpose.requires,
                notices=notices,
            )
    return rules
