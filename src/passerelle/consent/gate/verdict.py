"""What the gate answers, and the type that only the gate makes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from passerelle.kernel.language import N_

REASONS = MappingProxyType(
    {
        "permitted": N_("A permission is in force."),
        "legal_obligation": N_("The law obliges us; no permission is needed."),
        "no_policy": N_("No policy was in force."),
        "broken_ledger": N_("The ledger is not whole; until it is, nothing is permitted."),
        "no_purpose": N_("The policy knows no such purpose."),
        "channel_closed": N_("The policy does not open this channel to this purpose."),
        "no_contact": N_("We know no contact point for this channel."),
        "suppressed": N_("It is on a suppression list."),
        "deceased": N_("The person has died."),
        "restricted": N_("The person asked that the data be used no more."),
        "minor": N_("The person is under age."),
        "objected": N_("The person objected."),
        "under_age": N_("What was said shows somebody under age."),
        "age_unknown": N_("Nothing proves that the person is of age."),
        "expired": N_("The permission is too old."),
        "withdrawn": N_("The permission was withdrawn."),
        "no_notice": N_("No notice that was in force tells of this purpose."),
        "future_dated": N_("The permission is dated in the future."),
        "refused": N_("It was refused."),
        "not_asked": N_("Nothing was ever said."),
        "requires_other": N_("Another purpose that it builds on is not permitted."),
    }
)
"""Why the gate says yes or no, by stable code, in a sentence for people."""

NEARNESS = (
    "not_asked", "refused", "future_dated", "no_notice", "withdrawn", "expired", "age_unknown",
    "under_age", "requires_other", "objected", "minor", "restricted", "deceased", "suppressed",
    "permitted", "legal_obligation",
)  # fmt: skip
"""Of several contact points, the reason of the one furthest on the way to yes is given."""

_GATES = object()


@dataclass(frozen=True)
class Judged:
    """What the gate says of one contact point.

    `event_id` is what was said that decides: the permission, or what stands against it.
    """

    subject_type: str
    subject_id: int
    is_allowed: bool
    reason: str
    event_id: int | None = None


@dataclass(frozen=True)
class Permit:
    """Leave to use one contact point for one purpose on one channel, as of one instant.

    Only the gate makes it: channels, destinations, exports and the profile's API take nothing
    else, so that nothing can leave without having been asked for.
    """

    profile_id: int
    subject_type: str
    subject_id: int
    purpose: str
    channel: str
    at: datetime
    proof: int | None
    policy_version: str
    gate: object = field(repr=False, compare=False, default=None)

    def __post_init__(self) -> None:
        if self.gate is not _GATES:
            raise TypeError("only the gate gives leave: call passerelle.consent.may")


@dataclass(frozen=True)
class Verdict:
    """Whether somebody may be reached or known for a purpose, and why."""

    profile_id: int
    purpose: str
    channel: str
    at: datetime
    is_allowed: bool
    reason: str
    policy_version: str
    contacts: tuple[Judged, ...] = ()

    @property
    def permits(self) -> tuple[Permit, ...]:
        """Leave for each contact point that may be used; empty if none may."""
        return tuple(
            Permit(
                self.profile_id,
                each.subject_type,
                each.subject_id,
                self.purpose,
                self.channel,
                self.at,
                each.event_id,
                self.policy_version,
                gate=_GATES,
            )
            for each in self.contacts
            if self.is_allowed and each.is_allowed
        )
