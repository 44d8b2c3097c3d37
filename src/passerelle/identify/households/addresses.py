"""Households at the level of the address: all who live at one, whatever their families."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from passerelle.identify.graph_loading import frame_of
from passerelle.identify.households.residences import read_residences
from passerelle.identify.households.stays import build_stays
from passerelle.identify.profiles import ADDRESS_PREFIX
from passerelle.kernel import InvalidInput, format_id
from passerelle.kernel.language import _
from passerelle.store import Store


@dataclass(frozen=True)
class Occupant:
    """A profile at an address; instants are microseconds, until is None while it lasts.

    household_id: the family there that the profile was of; None if nobody shares it.
    """

    address_id: int
    household_id: int | None
    profile_id: int
    since: int
    until: int | None


def list_occupants(store: Store, at: int, most: int) -> list[Occupant]:
    """Who lived where others did too, at an instant, address by address; so many at most."""
    return _occupants(store, at).filter(pl.len().over("address_id") > 1).head(most).pipe(_as_rows)


def get_occupants(store: Store, address_id: int, at: int) -> list[Occupant]:
    """Who lived at an address at an instant.

    Raises:
        InvalidInput: Nobody did, as far as is known.
    """
    found = _as_rows(_occupants(store, at).filter(pl.col("address_id") == address_id))
    if not found:
        raise InvalidInput(
            _("Nobody is known to live at address {address} on that day.").format(
                address=format_id(address_id, ADDRESS_PREFIX)
            ),
            hint=_("List some with: passerelle households list --by address"),
        )
    return found


def _occupants(store: Store, at: int) -> pl.DataFrame:
    """The columns of `Occupant`, in the order of addresses and families."""
    with store.reading() as reading:
        placed = reading.fetch(
            "select p.identifier_id, p.profile_id from placements p "
            "join records r on r.record_id = p.identifier_id"
        )
        stays = build_stays(read_residences(reading, frame_of(placed, _PLACED)))
        lasting = reading.fetch(
            "select profile_id, household_id, valid_from, valid_to from household_memberships"
        )
    families = frame_of(lasting, _LASTING).filter(_lasts("valid_from", "valid_to", at))
    there = stays.filter(_lasts("since", "until", at)).join(
        families.unique("profile_id", keep="first"), on="profile_id", how="left"
    )
    return there.select("address_id", "household_id", "profile_id", "since", "until").sort(
        "address_id", "household_id", "profile_id", nulls_last=True
    )


_PLACED = dict.fromkeys(("identifier_id", "profile_id"), pl.Int64)
_LASTING = dict.fromkeys(("profile_id", "household_id", "valid_from", "valid_to"), pl.Int64)


def _lasts(begin: str, end: str, at: int) -> pl.Expr:
    return (pl.col(begin) <= at) & (pl.col(end) > at).fill_null(value=True)


def _as_rows(occupants: pl.DataFrame) -> list[Occupant]:
    return [Occupant(**row) for row in occupants.iter_rows(named=True)]
