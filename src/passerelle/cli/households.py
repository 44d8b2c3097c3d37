"""passerelle households: who lives with whom, since when, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import click

from passerelle.cli.invocation import Invocation
from passerelle.cli.output import json_option, print_fields, print_json, print_table
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    from passerelle.identify import HouseholdParts, Membership, Occupant

_MOST = 50  # shown of a list, unless more are asked for


@click.group(help=N_("Show who lives with whom, since when, and why."))
def households() -> None:
    """Group of commands about households."""


_as_of = click.option(
    "--as-of",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help=N_("At the end of this day (UTC); today unless given."),
)


@households.command(
    "list",
    help=N_("List households of several people, or addresses of several, now or on a day."),
    epilog=N_("Example: passerelle households list --by address --as-of 2025-06-30"),
)
@click.option(
    "--by",
    type=click.Choice(["family", "address"]),
    default="family",
    show_default=True,
    help=N_("Households as the rule finds them, or all who live at one address."),
)
@_as_of
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=_MOST,
    show_default=True,
    help=N_("People, at most."),
)
@json_option
@click.pass_obj
def list_them(
    invocation: Invocation, *, by: str, day: datetime | None, limit: int, as_json: bool
) -> None:
    """List memberships, or who lives at addresses."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.identify import list_memberships, list_occupants

    passerelle = open_passerelle(invocation.settings())
    at = _end_of(day, passerelle.clock())
    if by == "address":
        _print_occupants(list_occupants(passerelle.store, at, limit), as_json=as_json)
        return
    found = [_row(each) for each in list_memberships(passerelle.store, at, limit)]
    if as_json:
        print_json(found)
        return
    print_table(
        [_("Household"), _("Profile"), _("Since"), _("Until")],
        [tuple(row.values()) for row in found],
        empty=_("Nobody is known to live with others. First: passerelle profiles resolve"),
    )


@households.command(
    "show",
    help=N_(
        "Show who lives or lived in a household and what ties them, or who lives at an address."
    ),
    epilog=N_("Example: passerelle households show h_0123456789abc"),
)
@click.argument("household")
@_as_of
@json_option
@click.pass_obj
def show(invocation: Invocation, *, household: str, day: datetime | None, as_json: bool) -> None:
    """Show one household, or one address."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.identify import (
        ADDRESS_PREFIX,
        HOUSEHOLD_PREFIX,
        get_household,
        get_occupants,
    )
    from passerelle.kernel import InvalidInput, parse_id

    passerelle = open_passerelle(invocation.settings())
    address_id = parse_id(household, ADDRESS_PREFIX)
    if address_id is not None:
        at = _end_of(day, passerelle.clock())
        _print_occupants(get_occupants(passerelle.store, address_id, at), as_json=as_json)
        return
    household_id = parse_id(household, HOUSEHOLD_PREFIX)
    if household_id is None:
        raise InvalidInput(
            _("That is not the id of a household nor of an address."),
            hint=_("List some with: passerelle households list"),
        )
    then = None if day is None else _end_of(day, passerelle.clock())
    _print_household(get_household(passerelle.store, household_id, then), as_json=as_json)


def _print_household(parts: HouseholdParts, *, as_json: bool) -> None:
    from passerelle.identify import HOUSEHOLD_PREFIX, PROFILE_PREFIX, TIE_REASONS
    from passerelle.kernel import format_id

    household = format_id(parts.household_id, HOUSEHOLD_PREFIX)
    members = [_row(each) for each in parts.memberships]
    ties = [
        {
            "kind": tie.kind,
            "reason": _(TIE_REASONS[tie.kind]),
            "profiles": [format_id(each, PROFILE_PREFIX) for each in tie.profile_ids],
        }
        for tie in parts.ties
    ]
    if as_json:
        print_json({"household_id": household, "members": members, "ties": ties})
        return
    print_fields([(_("household"), household)])
    print_table(
        [_("Profile"), _("Since"), _("Until")],
        [(row["profile_id"], row["valid_from"], row["valid_to"]) for row in members],
        title=_("Members"),
    )
    print_table(
        [_("Why"), _("Who")],
        [(tie["reason"], ", ".join(tie["profiles"])) for tie in ties],
        title=_("What ties them"),
        empty=_("None."),
    )


def _print_occupants(occupants: Sequence[Occupant], *, as_json: bool) -> None:
    from passerelle.identify import ADDRESS_PREFIX, HOUSEHOLD_PREFIX, PROFILE_PREFIX
    from passerelle.kernel import format_id

    rows = [
        {
            "address_id": format_id(each.address_id, ADDRESS_PREFIX),
            "household_id": None
            if each.household_id is None
            else format_id(each.household_id, HOUSEHOLD_PREFIX),
            "profile_id": format_id(each.profile_id, PROFILE_PREFIX),
            **_instants(each.since, each.until),
        }
        for each in occupants
    ]
    if as_json:
        print_json(rows)
        return
    print_table(
        [_("Address"), _("Household"), _("Profile"), _("Since"), _("Until")],
        [tuple(row.values()) for row in rows],
        empty=_("No address of several people is known. First: passerelle profiles resolve"),
    )


def _end_of(day: datetime | None, now: datetime) -> int:
    """The end of a day, or now, in microseconds."""
    from passerelle.store import to_micros

    return to_micros(now if day is None else day.replace(tzinfo=UTC) + timedelta(days=1))


def _row(membership: Membership) -> dict[str, object]:
    from passerelle.identify import HOUSEHOLD_PREFIX, PROFILE_PREFIX
    from passerelle.kernel import format_id

    return {
        "household_id": format_id(membership.household_id, HOUSEHOLD_PREFIX),
        "profile_id": format_id(membership.profile_id, PROFILE_PREFIX),
        **_instants(membership.valid_from, membership.valid_to),
    }


def _instants(begin: int, end: int | None) -> dict[str, object]:
    from passerelle.store import from_micros

    return {"valid_from": from_micros(begin), "valid_to": None if end is None else from_micros(end)}
