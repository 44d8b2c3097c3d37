"""What follows from life changes for one person: where they live since when, and whether to write.

Only what is certain or confirmed is followed. A move that somebody refused is undone where records
alone would have followed it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from passerelle.postal import AddressFields, Level, PostalAddress, standardize_address
from passerelle.unify.life_changes.change import (
    DEATH,
    MOVE,
    NAME_CHANGE,
    REFUSED,
    RETURNED_MAIL,
    LifeChange,
)
from passerelle.unify.life_changes.moves import is_same_place
from passerelle.unify.life_changes.sayings import ADDRESS, place_keys

Address = Mapping[str, str]
"""An address by its fields, those of `ADDRESS` that say something."""

ACTIVE, TEMPORARY, MOVED, UNDELIVERABLE, RETURNED, OTHER = (
    "active", "temporary", "moved", "undeliverable", "returned", "other",
)  # fmt: skip
"""States of an address of a person; `temporary`: they are there for a while, and live elsewhere;
`returned`: mail came back once, for a reason that may pass."""

MOST_RETURNS = 2
"""So many letters that came back stop all letters to a person, until another address is known."""

_FINAL = "unknown"  # the reason of return after which one letter is enough: nobody of that name
_NO_TOWN = frozenset({"empty", "town_unknown", "town_unsure"})
_LEVELS = tuple(Level)


@dataclass(frozen=True)
class Residence:
    """Where a person lives, by the golden record and the changes that are followed.

    change: the one that says so; None where the golden record does.
    """

    address: Address = field(repr=False)
    change: LifeChange | None = None


@dataclass(frozen=True)
class AddressPeriod:
    """An address of a person: days from which and until which it is theirs, as far as known.

    level: how far the address is still trusted once mail came back from it; None where none did.
    """

    address: Address = field(repr=False)
    valid_from: str | None
    valid_to: str | None
    status: str
    source: str
    level: Level | None = None


def find_residence(
    golden: Address | None, said_on: str | None, changes: Iterable[LifeChange], on: date | None
) -> Residence | None:
    """Where somebody lives on a day, or None without any address.

    Args:
        golden: The address that survived among the records.
        said_on: The day it was said, ISO 8601.
        changes: The person's changes.
        on: The day; None to follow all that are believed.
    """
    moves = [each for each in changes if each.kind == MOVE]
    here = None if not golden else Residence(golden)
    for move in moves:
        old, new = address_of(move, "from"), address_of(move, "to")
        if move.status == REFUSED and here and old and is_same_address(here.address, new):
            here = Residence(old, move)
    followed = [each for each in moves if each.is_followed(on)]
    for move in sorted(followed, key=lambda each: (each.happened_on or "", each.change_id)):
        old, new = address_of(move, "from"), address_of(move, "to")
        is_later = bool(said_on and move.happened_on and said_on < move.happened_on)
        if new and (here is None or is_later or is_same_address(here.address, old)):
            here = Residence(new, move)
    return here


def list_returns(
    address: Address | None, changes: Iterable[LifeChange], on: date | None
) -> list[LifeChange]:
    """Letters to one address of a person that came back, by a day."""
    return [
        each
        for each in changes
        if each.kind == RETURNED_MAIL
        and each.is_followed(on)
        and address is not None
        and is_same_address(address, address_of(each, "from"))
    ]


def is_deliverable(address: Address | None, returns: Sequence[LifeChange]) -> bool:
    """Whether letters arrive at an address, after so many came back from it."""
    if address is None:
        return False
    is_final = any(each.details.get("reason") == _FINAL for each in returns)
    return not is_final and not stops_post(address, returns)


def stops_post(address: Address, returns: Sequence[LifeChange]) -> bool:
    """Whether letters stop altogether: two came back, or one where the town is doubtful too."""
    return len(returns) >= MOST_RETURNS or (bool(returns) and fails_commune_check(address))


def fails_commune_check(address: Address) -> bool:
    """Whether no town is found for an address, or its city or postcode is missing in France."""
    standard = _standard(address)
    is_short = standard.country == "FR" and not (address.get("city") and address.get("postcode"))
    return is_short or standard.reason in _NO_TOWN


def lowered_level(address: Address, returns: Sequence[LifeChange]) -> Level | None:
    """How far an address is trusted after mail came back: a level less for each, V0 if no mail
    arrives; None where none came back.
    """
    if not returns:
        return None
    if not is_deliverable(address, returns):
        return Level.SYNTAX
    checked = _LEVELS.index(_standard(address).level)
    return _LEVELS[max(checked - len(returns), 0)]


def _standard(address: Address) -> PostalAddress:
    said = [address.get(name, "") for name in ADDRESS]
    *lines, postcode, city, country = said
    return standardize_address(
        AddressFields(lines=tuple(lines), postcode=postcode, city=city, country=country)
    )


def find_death(changes: Iterable[LifeChange], on: date | None) -> LifeChange | None:
    """The death that is followed, the likeliest if there are several."""
    deaths = [each for each in changes if each.kind == DEATH and each.is_followed(on)]
    return max(deaths, key=lambda each: (each.probability, each.change_id), default=None)


def list_name_changes(changes: Iterable[LifeChange], on: date | None) -> list[LifeChange]:
    """Changes of name that are followed, in order."""
    names = [each for each in changes if each.kind == NAME_CHANGE and each.is_followed(on)]
    return sorted(names, key=lambda each: (each.happened_on or "", each.change_id))


def list_address_periods(
    here: Residence | None, changes: Sequence[LifeChange], on: date | None
) -> list[AddressPeriod]:
    """The dated addresses of a person: where they live, where they lived, and others they gave."""
    periods: list[AddressPeriod] = []
    if here is not None:
        followed = here.change if here.change and here.change.is_followed(on) else None
        source = here.change.source if here.change else "golden_record"
        until = followed.until if followed else None
        since = followed.happened_on if followed else None
        state = TEMPORARY if until else ACTIVE
        periods.append(_period(here.address, (since, until), state, source, changes, on))
    for change in changes:
        old = address_of(change, "from") if change.kind in (MOVE, RETURNED_MAIL) else None
        if old is None or any(is_same_address(each.address, old) for each in periods):
            continue
        left = change.kind == MOVE and change.is_followed(on)
        state = OTHER if not left else ACTIVE if change.until else MOVED
        days = (None, change.happened_on if state == MOVED else None)
        periods.append(_period(old, days, state, change.source, changes, on))
    return periods


def _period(
    address: Address,
    days: tuple[str | None, str | None],
    state: str,
    source: str,
    changes: Sequence[LifeChange],
    on: date | None,
) -> AddressPeriod:
    """An address with what letters that came back say of it; `state` where none did."""
    returns = list_returns(address, changes, on)
    if not is_deliverable(address, returns):
        state = UNDELIVERABLE
    elif returns:
        state = RETURNED
    return AddressPeriod(address, *days, state, source, lowered_level(address, returns))


def address_of(change: LifeChange, end: str) -> Address | None:
    """The address at the `from` or the `to` of a change, if it has one."""
    said = change.details.get(end)
    if not isinstance(said, dict):
        return None
    return {name: said[name] for name in ADDRESS if said.get(name)} or None


def is_same_address(one: Address | None, other: Address | None) -> bool:
    """Whether two addresses are spellings of one place."""
    return is_same_place(_place(one), _place(other))


def _place(address: Address | None) -> str | None:
    said = {name: (address or {}).get(name) for name in ADDRESS}
    frame = pl.DataFrame([said], schema=dict.fromkeys(ADDRESS, pl.String))
    key: str | None = frame.select(place_keys().alias("place"))["place"][0]
    return key
