"""What follows from life changes for one person: where they live since when, and whether to write.

Only what is certain or confirmed is followed. A move that somebody refused is undone where records
alone would have followed it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

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

ACTIVE, MOVED, UNDELIVERABLE, RETURNED, OTHER = (
    "active", "moved", "undeliverable", "returned", "other",
)  # fmt: skip
"""States of an address of a person; `returned`: mail came back once, for a reason that may pass."""

MOST_RETURNS = 2
"""So many letters that came back stop all letters to a person, until another address is known."""

_FINAL = "unknown"  # the reason of return after which one letter is enough: nobody of that name
_FRENCH = ("FR", "FRANCE", "")


@dataclass(frozen=True)
class Residence:
    """Where a person lives, by the golden record and the changes that are followed.

    change: the one that says so; None where the golden record does.
    """

    address: Address = field(repr=False)
    change: LifeChange | None = None


@dataclass(frozen=True)
class AddressPeriod:
    """An address of a person: days from which and until which it is theirs, as far as known."""

    address: Address = field(repr=False)
    valid_from: str | None
    valid_to: str | None
    status: str
    source: str


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
    """Whether a French address has no town, or no postcode of five digits."""
    if address.get("country", "").upper() not in _FRENCH:
        return False
    return not address.get("city") or not re.fullmatch(r"\d{5}", address.get("postcode", ""))


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
        since = here.change.happened_on if here.change and here.change.is_followed(on) else None
        source = here.change.source if here.change else "golden_record"
        status = _status(here.address, changes, on, otherwise=ACTIVE)
        periods.append(AddressPeriod(here.address, since, None, status, source))
    for change in changes:
        old = address_of(change, "from") if change.kind in (MOVE, RETURNED_MAIL) else None
        if old is None or any(is_same_address(each.address, old) for each in periods):
            continue
        left = change.kind == MOVE and change.is_followed(on)
        status = _status(old, changes, on, otherwise=MOVED if left else OTHER)
        until = change.happened_on if left else None
        periods.append(AddressPeriod(old, None, until, status, change.source))
    return periods


def _status(
    address: Address, changes: Sequence[LifeChange], on: date | None, *, otherwise: str
) -> str:
    returns = list_returns(address, changes, on)
    if not is_deliverable(address, returns):
        return UNDELIVERABLE
    return RETURNED if returns else otherwise


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
