"""Households as people look at them: who is in one, since when, and what ties them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from passerelle.identify.households.living_together import LEAST_LETTERS
from passerelle.identify.profiles import HOUSEHOLD_PREFIX, get_edges
from passerelle.identify.rows_by_id import rows_by_ids
from passerelle.kernel import InvalidInput, format_id
from passerelle.kernel.language import N_, _
from passerelle.store import Store

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
    said = rows_by_ids(
        store,
        "select record_id, address_id, postcode, last_name_key, birth_name_key, name_words, "
        "declared_id from residences "
        "where record_id in ({})",
        list(owner),
    )
    sharing: dict[tuple[str, object], set[int]] = defaultdict(set)
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
    for edge in get_edges(store, owner):
        for line, other in ((edge.left_id, edge.right_id), (edge.right_id, edge.left_id)):
            if edge.withdrawn_at is None and edge.kind not in _WEAK and other in owner:
                sharing["shared_line", line] |= {owner[e] for e in (line, other) if e in owner}
    found = {(kind, tuple(sorted(who))) for (kind, _key), who in sharing.items() if len(who) > 1}
    order = list(TIE_REASONS)
    return [HouseholdTie(*each) for each in sorted(found, key=lambda t: (order.index(t[0]), t[1]))]
