"""What a consent policy says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from passerelle.consent.periods import Period
from passerelle.kernel.language import N_

LEGAL_BASES = MappingProxyType(
    {
        "consent": N_("consent"),
        "legitimate_interest": N_("legitimate interest"),
        "contract": N_("contract"),
        "legal_obligation": N_("legal obligation"),
    }
)
"""By what right a purpose may be pursued (GDPR, article 6)."""


@dataclass(frozen=True)
class Rule:
    """What a purpose asks on one channel.

    Args:
        max_age: How long a permission counts from the day it was given; None: until it is
            withdrawn.
        source: Where the period comes from: a law, an authority, or the retailer's own choice.
    """

    max_age: Period | None = None
    source: str = ""


@dataclass(frozen=True)
class Frequency:
    """How often somebody wants to hear of a purpose, at most.

    Args:
        label: What people call it, by language.
        days: Least number of days between two messages; 0: as often as there is something to say.
    """

    label: Mapping[str, str]
    days: int = 0


@dataclass(frozen=True)
class Purpose:
    """What data are used for.

    Args:
        label: Its name, by language.
        legal_basis: One of `LEGAL_BASES`.
        rules: What it asks, by channel; a channel that is not here is closed to it.
        adults_only: Whether it needs proof that somebody is of age; no proof, no permission.
        requires: Purposes that must be permitted too, for the same contact point.
        tcf_purposes: IAB purposes (1 to 11) that must all be consented to for it to be granted.
        consent_mode: Google Consent Mode types that must all be granted for it to be.
        categories: Names of a banner's categories (Segment's consent categories) that mean it.
        topics: What people may choose to hear of, by key: its name by language.
        frequencies: How often they may choose to hear of it, by key.
    """

    label: Mapping[str, str]
    legal_basis: str
    rules: Mapping[str, Rule]
    adults_only: bool = False
    requires: tuple[str, ...] = ()
    tcf_purposes: tuple[int, ...] = ()
    consent_mode: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    topics: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    frequencies: Mapping[str, Frequency] = field(default_factory=dict)


@dataclass(frozen=True)
class Notice:
    """One version of what people were told; it never changes once it is in force.

    Args:
        text: What was shown, by language.
        purposes: What it told of.
        effective_from: Since when it was shown.
        effective_to: Until when; None while it still is.
    """

    text: Mapping[str, str]
    purposes: tuple[str, ...]
    effective_from: datetime
    effective_to: datetime | None = None


@dataclass(frozen=True)
class Retention:
    """How long something is kept.

    Args:
        period: From its beginning.
        begins: What the period begins with, of `RETENTION_BEGINNINGS`.
        counts_as_contact: Kinds of events that count as a contact coming from the person.
        source: The law, authority or choice behind it, with its date.
    """

    period: Period
    begins: str
    counts_as_contact: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True)
class Signals:
    """How consent platforms and banners are understood.

    Args:
        notice: What they show, for grants that do not name it themselves; empty: such grants are
            not believed.
        tcf_vendor: Our id on IAB Europe's list of vendors; 0: we are none, and count on what
            was said to the publisher or of its purposes.
    """

    notice: str = ""
    tcf_vendor: int = 0


RETENTION_BEGINNINGS = MappingProxyType(
    {
        "last_contact": N_("the last contact that came from the person"),
        "end_of_relation": N_("the end of the relation"),
        "collection": N_("the day it was collected"),
        "creation": N_("the day it was made"),
        "last_use": N_("its last use"),
    }
)


@dataclass(frozen=True)
class Policy:
    """A whole policy, in force from an instant on.

    Args:
        version: Its name, never used for two.
        effective_from: Since when.
        majority_years: From what age somebody is of age for the purposes that ask it.
        purposes: By key.
        notices: By key and version, such as `newsletter@2026-01`.
        retention: By what is kept.
        signals: How consent platforms and banners are understood.
        lookups: What the profile API shows somebody for: by the kind of source that asks, the
            purposes that may permit it, each with its channel; a kind that is not here is shown
            nobody.
    """

    version: str
    effective_from: datetime
    majority_years: int = 18
    purposes: Mapping[str, Purpose] = field(default_factory=dict)
    notices: Mapping[str, Notice] = field(default_factory=dict)
    retention: Mapping[str, Retention] = field(default_factory=dict)
    signals: Signals = field(default_factory=Signals)
    lookups: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
