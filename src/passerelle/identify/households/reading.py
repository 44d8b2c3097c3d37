"""Households as people look at them: who is in one, since when, and what ties them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import polars as pl

from passerelle.identify.households.dividing import GENERATION
from passerelle.identify.households.living_together import LEAST_LETTERS
from passerelle.identify.households.residences import RESIDENCE_SELECT, RESIDENCE_TYPES
from passerelle.identify.households.sexes import sexes_of_people
from passerelle.identify.profiles import HOUSEHOLD_PREFIX, get_edges
from passerelle.identify.rows_by_id import rows_by_ids
from passerelle.kernel import InvalidInput, format_id
from passerelle.kernel.language import N_, _
from passerelle.store import Store

Sharing = defaultdict[tuple[str, object], set[int]]
"""Who shares a value, by kind of `TIE_REASONS` and the value."""

_WEAK = ("open", "mention", "likeness")  # edges that tie nobody

TIE_REASONS = {
    "declared_household": N_("A source says that they are one household."),
    "family_at_address": N_("One family name at one address."),
    "home_at_address": N_("One address where few families are known."),
    "couple_at_address": N_("A man and a woman of one generation, alone in a part of a building."),
    "shared_line": N_("A mailbox, phone, card, login or device that both use."),
    "family_in_place": N_("A rare family name under one postcode."),
}
"""What ties two members of a household, as a sentence."""


@dataclass(frozen=True)
class Membership:
    """A profile in a household; instants are microseconds, valid_to is None while it lasts."""

    profile_id: int
    household_id: int
    valid_from: int
    valid_to: int | None


@dataclass(frozen=True)
class HouseholdTie:
    """What two or more members share: a kind of `TIE_REASONS`, and who."""

    kind: str
    profile_ids: tuple[int, ...]


@dataclass(frozen=True)
class HouseholdParts:
    """A household: who lives or lived in it, and what ties those who ever did."""

    household_id: int
    memberships: tuple[Membership, ...]
    ties: tuple[HouseholdTie, ...]


def list_memberships(store: Store, at: int, most: int) -> list[Membership]:
    """Members of households of several at an instant, household by household; so many at most."""
    rows = store.rows(
        "select profile_id, household_id, valid_from, valid_to from household_memberships "
        "where valid_from <= ? and (valid_to is null or valid_to > ?) "
        "order by household_id, valid_from, profile_id limit ?",
        (at, at, most),
    )
    return [Membership(**row) for row in rows]


def get_household(store: Store, household_id: int, at: int | None = None) -> HouseholdParts:
    """A household of several: as it was at an instant, or with all its former members.

    Raises:
        InvalidInput: Nobody lives or lived with others under that id.
    """
    rows = store.rows(
        "select profile_id, household_id, valid_from, valid_to from household_memberships "
        "where household_id = ? order by valid_from, profile_id, valid_to",
        (household_id,),
    )
    if not rows:
        raise InvalidInput(
            _("There is no household {household} of several people.").format(
                household=format_id(household_id, HOUSEHOLD_PREFIX)
            ),
            hint=_("List some with: passerelle households list"),
        )
    members = tuple(
        each
        for each in (Membership(**row) for row in rows)
        if at is None or each.valid_from <= at < (each.valid_to or at + 1)
    )
    profiles = sorted({each.profile_id for each in members})
    return HouseholdParts(household_id, members, tuple(_ties(store, profiles)))


def _ties(store: Store, profiles: Sequence[int]) -> list[HouseholdTie]:
    placed = rows_by_ids(
        store,
        "select identifier_id, profile_id from placements where profile_id in ({})",
        list(profiles),
    )
    owner = {row["identifier_id"]: row["profile_id"] for row in placed}
    said = rows_by_ids(store, RESIDENCE_SELECT + " where r.record_id in ({})", list(owner))
    sharing = _said_alike(said, owner)
    for edge in get_edges(store, owner):
        for line, other in ((edge.left_id, edge.right_id), (edge.right_id, edge.left_id)):
            if edge.withdrawn_at is None and edge.kind not in _WEAK and other in owner:
                sharing["shared_line", line] |= {owner[e] for e in (line, other) if e in owner}
    found = {(kind, tuple(sorted(who))) for (kind, _key), who in sharing.items() if len(who) > 1}
    found |= {("couple_at_address", pair) for pair in _couples(said, owner, sharing)}
    order = list(TIE_REASONS)
    return [HouseholdTie(*each) for each in sorted(found, key=lambda t: (order.index(t[0]), t[1]))]


def _said_alike(said: Sequence[Mapping[str, Any]], owner: Mapping[int, int]) -> Sharing:
    """What records of members say of homes and names: who says the same, by kind and value."""
    sharing: Sharing = defaultdict(set)
    for row in said:
        profile, address = owner[row["record_id"]], row["address_id"]
        whole = {row["last_name_key"], row["birth_name_key"]} - {None}
        words = (row["name_words"] or "").split()
        for name in whole | {word for word in words if len(word) >= LEAST_LETTERS}:
            if address is not None:
                sharing["family_at_address", (address, name)].add(profile)
        for name in whole:
            if row["postcode"] is not None:
                sharing["family_in_place", (row["postcode"], name)].add(profile)
        if row["declared_id"] is not None:
            sharing["declared_household", row["declared_id"]].add(profile)
        if address is not None:
            sharing["home_at_address", address].add(profile)
    return sharing


def _couples(
    said: Sequence[Mapping[str, Any]], owner: Mapping[int, int], sharing: Sharing
) -> set[tuple[int, int]]:
    """A man and a woman of one generation and of two names, by address."""
    told = pl.DataFrame(said, schema=RESIDENCE_TYPES).with_columns(
        pl.col("record_id").replace_strict(owner, return_dtype=pl.Int64).alias("profile_id")
    )
    is_man = dict(sexes_of_people(told).iter_rows())
    born = dict(
        told.group_by("profile_id")
        .agg(pl.col("birth_date").str.slice(0, 4).cast(pl.Int32, strict=False).min())
        .iter_rows()
    )
    families = [who for (kind, _), who in sharing.items() if kind == "family_at_address"]
    homes = [sorted(who) for (kind, _), who in sharing.items() if kind == "home_at_address"]
    return {
        (one, other)
        for who in homes
        for one, other in combinations(who, 2)
        if {is_man.get(one), is_man.get(other)} == {True, False}
        and (None in (born[one], born[other]) or abs(born[one] - born[other]) < GENERATION)
        and not any({one, other} <= family for family in families)
    }
