"""The state that life changes leave a person in: what gates, segments and mail look at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from passerelle.engine import Engine
from passerelle.store import Reading, Store
from passerelle.unify.golden import get_golden_records, golden_address
from passerelle.unify.life_changes.better_address import find_better_addresses
from passerelle.unify.life_changes.change import DEATH, RETURNED_MAIL, LifeChange
from passerelle.unify.life_changes.change_store import list_changes
from passerelle.unify.life_changes.following import (
    AddressPeriod,
    address_of,
    find_death,
    find_residence,
    is_deliverable,
    list_address_periods,
    list_name_changes,
    list_returns,
    stops_post,
)
from passerelle.unify.survivorship_rules import Survivorship

_AT_ONCE = 500
_BORNE_ON = """
select distinct p.profile_id
from life_changes c
join placements p on p.identifier_id = c.identifier_id
where c.gone_at is null and c.kind in ('move', 'name_change', 'death', 'returned_mail')
order by p.profile_id
"""

DECEASED, NO_ADDRESS, MAIL_CAME_BACK = "deceased", "no_address", "mail_came_back"
"""Why no letter may be sent to somebody."""


@dataclass(frozen=True)
class ContactStop:
    """A life change that bars contact: on every channel (`is_all`), or letters alone.

    reason: DECEASED or MAIL_CAME_BACK. change_id: the change that says so; its proof.
    """

    is_all: bool
    reason: str
    change_id: int


@dataclass(frozen=True)
class LifeState:
    """What life changes say of a profile on a day.

    is_deceased: nobody is written to or called any more, on any channel.
    is_deliverable: whether letters arrive at the address where they live; `why_not` says why not.
    is_post_suspended: no letter to any address, until another one is known.
    returns: letters that came back from that address; one lowers how far it is trusted.
    better_address: an address that a source gives, where mail came back from the present one; for
    a person to confirm, no letter is sent to it by itself.
    former_names: last names they no longer bear.
    addresses: dated, the present one first.
    stops: what bars contact, for gates to read; empty for who may be contacted.
    """

    profile_id: int
    is_deceased: bool
    died_on: str | None
    is_deliverable: bool
    why_not: str | None
    is_post_suspended: bool
    returns: int
    better_address: AddressPeriod | None = field(repr=False)
    former_names: tuple[str, ...] = field(repr=False)
    addresses: tuple[AddressPeriod, ...] = field(repr=False)
    changes: tuple[LifeChange, ...] = field(repr=False)
    stops: tuple[ContactStop, ...]


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
    by_profile: dict[int, list[LifeChange]] = {profile_id: [] for profile_id in profile_ids}
    for change in list_changes(store, profile_ids=list(by_profile), known_at=known_at):
        by_profile[change.profile_id].append(change)
    golden = get_golden_records(store, engine, profile_ids, rules, follow_changes=False)
    states = {}
    for profile_id, own in by_profile.items():
        said, said_on = golden_address(golden[profile_id])
        states[profile_id] = _state(profile_id, tuple(own), said, said_on, on)
    return _with_better_addresses(store, states, on)


def list_life_states(
    store: Store, engine: Engine, rules: Survivorship, *, on: date
) -> Iterator[LifeState]:
    """The state of every profile of the base that a life change bears on, a few hundred at a time.

    Whoever is not among them has no stop, no former name and no other address than that of their
    golden record: gates, segments and mailings take these states out of, or over, what they have.

    Args:
        store: Where changes and records are.
        engine: Chooses golden records.
        rules: The survivorship rules in force.
        on: The day that it is about.
    """
    profile_ids = [row["profile_id"] for row in store.rows(_BORNE_ON)]
    for start in range(0, len(profile_ids), _AT_ONCE):
        some = profile_ids[start : start + _AT_ONCE]
        yield from get_life_state(store, engine, some, rules, on=on).values()


def list_deaths(
    store: Store | Reading,
    profile_ids: Sequence[int] | None = None,
    *,
    on: date,
    known_at: int | None = None,
) -> list[LifeChange]:
    """The death that is followed of each profile of which one is, by profile.

    Args:
        store: Where changes are, or one state of it.
        profile_ids: Of these profiles only.
        on: The day that it is about.
        known_at: As it was known at an instant, in microseconds; now unless given.
    """
    told: dict[int, list[LifeChange]] = {}
    for each in list_changes(store, profile_ids=profile_ids, kind=DEATH, known_at=known_at):
        told.setdefault(each.profile_id, []).append(each)
    found = [find_death(changes, on) for _profile_id, changes in sorted(told.items())]
    return [each for each in found if each is not None]


def _with_better_addresses(
    store: Store, states: Mapping[int, LifeState], on: date
) -> Mapping[int, LifeState]:
    """The states, with the address to try of those whose mail came back."""
    returned = {
        profile_id: [
            address
            for change in state.changes
            if change.kind == RETURNED_MAIL
            and change.is_followed(on)
            and (address := address_of(change, "from"))
        ]
        for profile_id, state in states.items()
        if state.why_not == MAIL_CAME_BACK
    }
    found = find_better_addresses(store, returned)
    return {
        profile_id: replace(state, better_address=found.get(profile_id))
        for profile_id, state in states.items()
    }


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
        better_address=None,
        former_names=tuple(str(each.details["from"]) for each in list_name_changes(changes, on)),
        addresses=tuple(list_address_periods(here, changes, on)),
        changes=changes,
        stops=tuple(_stops(death, [] if arrives else returns)),
    )


def _stops(death: LifeChange | None, returns: Sequence[LifeChange]) -> Iterator[ContactStop]:
    if death is not None:
        yield ContactStop(is_all=True, reason=DECEASED, change_id=death.change_id)
    for letter in returns:
        yield ContactStop(is_all=False, reason=MAIL_CAME_BACK, change_id=letter.change_id)
