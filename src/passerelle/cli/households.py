"""passerelle households: who lives with whom, since when, and why."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from passerelle.cli.invocation import Invocation
from passerelle.cli.output import json_option, print_fields, print_json, print_table
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    from passerelle.identify import Membership

_MOST = 50  # shown of a list, unless more are asked for


@click.group(help=N_("Show who lives with whom, since when, and why."))
def households() -> None:
    """Group of commands about households."""


@households.command(
    "list",
    help=N_("List households of several people, now or on a day."),
    epilog=N_("Example: passerelle households list --at 2025-06-30"),
)
@click.option(
    "--at",
    "day",
    type=click.DateTime(["%Y-%m-%d"]),
    help=N_("At the end of this day (UTC); today unless given."),
)
@click.option(
    "--limit",
    type=click.IntRange(min=1),
    default=_MOST,
    show_default=True,
    help=N_("Memberships, at most."),
)
@json_option
@click.pass_obj
def list_them(invocation: Invocation, *, day: datetime | None, limit: int, as_json: bool) -> None:
    """List memberships."""
    from datetime import UTC

    from passerelle.bootstrap import open_passerelle
    from passerelle.identify import list_memberships
    from passerelle.store import to_micros

    passerelle = open_passerelle(invocation.settings())
    at = passerelle.clock() if day is None else day.replace(tzinfo=UTC) + timedelta(days=1)
    found = [_row(each) for each in list_memberships(passerelle.store, to_micros(at), limit)]
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
    help=N_("Show who lives or lived in a household, and what ties them."),
    epilog=N_("Example: passerelle households show h_0123456789abc"),
)
@click.argument("household")
@json_option
@click.pass_obj
def show(invocation: Invocation, household: str, *, as_json: bool) -> None:
    """Show one household."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.identify import HOUSEHOLD_PREFIX, PROFILE_PREFIX, TIE_REASONS, get_household
    from passerelle.kernel import InvalidInput, format_id, parse_id

    household_id = parse_id(household, HOUSEHOLD_PREFIX)
    if household_id is None:
        raise InvalidInput(
            _("That is not the id of a household."),
            hint=_("List some with: passerelle households list"),
        )
    parts = get_household(open_passerelle(invocation.settings()).store, household_id)
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


def _row(membership: Membership) -> dict[str, object]:
    from passerelle.identify import HOUSEHOLD_PREFIX, PROFILE_PREFIX
    from passerelle.kernel import format_id
    from passerelle.store import from_micros

    until = membership.valid_to
    return {
        "household_id": format_id(membership.household_id, HOUSEHOLD_PREFIX),
        "profile_id": format_id(membership.profile_id, PROFILE_PREFIX),
        "valid_from": from_micros(membership.valid_from),
        "valid_to": None if until is None else from_micros(until),
    }
