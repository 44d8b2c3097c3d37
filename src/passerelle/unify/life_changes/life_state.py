"""The state that life changes leave a person in: what gates, segments and mail look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from passerelle.engine import Engine
from passerelle.store import Store
from passerelle.unify.golden import get_golden_records, golden_address
from passerelle.unify.life_changes.change import LifeChange
from passerelle.unify.life_changes.change_store import list_changes
from passerelle.unify.life_changes.following import (
    AddressPeriod,
    find_death,
    find_residence,
    is_deliverable,
    list_address_periods,
    list_name_changes,
    list_returns,
    stops_post,
)
from passerelle.unify.survivorship_rules import Survivorship

DECEASED, NO_ADDRESS, MAIL_CAME_BACK = "deceased", "no_address", "mail_came_back"
"""Why no letter may be sent to somebody."""


@dataclass(frozen=True)
class LifeState:
    """What life changes say of a profile on a day.

    is_deceased: nobody is written to or called any more, on any channel.
    is_deliverable: whether letters arrive at the address where they live; `why_not` says why not.
    is_post_suspended: no letter to any address, until another one is known.
    returns: letters that came back from that address; one lowers how far it is trusted.
    former_names: last names they no longer bear.
    addresses: dated, the present one first.
    """

    profile_id: int
    is_deceased: bool
    died_on: str | None
    is_deliverable: bool
    why_not: str | None
    is_post_suspended: bool
    returns: int
    former_names: tuple[str, ...] = field(repr=False)
    addresses: tuple[AddressPeriod, ...] = field(repr=False)
    changes: tuple[LifeChange, ...] = field(repr=False)


def get_life_state(
    store: Store,
    engine: Engine,
    profile_ids: Sequence[int],
    rules: Survivorship,
    *,
    on: date,
    known_at: int | None = None,
) -> Mapping[int, LifeState]:
    """What life changes say of some profiles, at most a few hundred.

    Args:
        store: Where changes and records are.
        engine: Chooses golden records.
        profile_ids: The profiles.
        rules: The survivorship rules in force.
        on: The day that it is about.
        known_at: As it was known at an instant, in microseconds; now unless given.
    """
    changes = list_changes(store, profile_ids=profile_ids, known_at=known_at)
    golden = get_golden_records(store, engine, profile_ids, rules, follow_changes=False)
    states = {}
    for profile_id in profile_ids:
        own = tuple(each for each in changes if each.profile_id == profile_id)
        said, said_on = golden_address(golden[profile_id])
        states[profile_id] = _state(profile_id, own, said, said_on, on)
    return states


def _state(
    profile_id: int,
    changes: tuple[LifeChange, ...],
    said: Mapping[str, str] | None,
    said_on: str | None,
    on: date,
) -> LifeState:
    here = find_residence(said, said_on, changes, on)
    address = None if here is None else here.address
    returns = list_returns(address, changes, on)
    death = find_death(changes, on)
    arrives = is_deliverable(address, returns)
    why_not = DECEASED if death else None if arrives else MAIL_CAME_BACK if address else NO_ADDRESS
    is_suspended = death is not None or (address is not None and stops_post(address, returns))
    return LifeState(
        profile_id=profile_id,
        is_deceased=death is not None,
        died_on=death.happened_on if death else None,
        is_deliverable=why_not is None,
        why_not=why_not,
        is_post_suspended=is_suspended,
        returns=len(returns),
        former_names=tuple(str(each.details["from"]) for each in list_name_changes(changes, on)),
        addresses=tuple(list_address_periods(here, changes, on)),
        changes=changes,
    )
