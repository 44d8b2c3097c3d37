"""One profile on one sheet: golden record, identifiers, evidence, timeline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from passerelle.cli.change_rows import one_line, print_addresses, print_changes
from passerelle.cli.edge_rows import edge_row, print_edges
from passerelle.cli.output import Column, print_fields, print_table, show_number
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    from passerelle.bootstrap import Passerelle
    from passerelle.unify import LifeState, Touchpoint

_WHY_NO_LETTER = {
    "deceased": N_("No letter: this person died."),
    "no_address": N_("No letter: no address is known."),
    "mail_came_back": N_("No letter: mail to the present address came back."),
}


@dataclass(frozen=True)
class GoldenRow:
    """A value of the golden record, which record it came from and by which rule."""

    attribute: str
    value: str
    source: str
    record_key: str
    observed_at: datetime
    rule: str
    candidates: int


@dataclass(frozen=True)
class Sheet:
    """All that is known of one profile."""

    profile_id: str
    household_id: str | None
    golden_record: tuple[GoldenRow, ...]
    identifiers: tuple[dict[str, str], ...]
    edges: tuple[dict[str, Any], ...]
    life: LifeState
    timeline: tuple[Touchpoint, ...]


def read_sheet(passerelle: Passerelle, value: str) -> Sheet:
    """The sheet of the profile that a value leads to."""
    from passerelle.identify import (
        HOUSEHOLD_PREFIX,
        PROFILE_PREFIX,
        get_parts,
        get_profile_id,
        get_values,
    )
    from passerelle.kernel import format_id
    from passerelle.unify import (
        get_golden_record,
        get_life_state,
        list_touchpoints,
        read_survivorship,
    )

    store = passerelle.store
    parts = get_parts(store, get_profile_id(store, passerelle.keys, value))
    rules = read_survivorship(passerelle.settings.home / "survivorship.toml")
    today, engine = passerelle.clock().date(), passerelle.engine
    golden = get_golden_record(store, engine, parts.profile_id, rules, on=today)
    life = get_life_state(store, engine, [parts.profile_id], rules, on=today)[parts.profile_id]
    ends = {end for edge in parts.edges for end in (edge.left_id, edge.right_id)}
    values = get_values(store, ends)
    held = [each.identifier_id for each in parts.identifiers]
    return Sheet(
        profile_id=format_id(parts.profile_id, PROFILE_PREFIX),
        household_id=None
        if parts.household_id is None
        else format_id(parts.household_id, HOUSEHOLD_PREFIX),
        golden_record=tuple(GoldenRow(**vars(each)) for each in golden),
        identifiers=tuple(
            {"type": each.type, "value": each.value, "judgement": each.judgement}
            for each in parts.identifiers
        ),
        edges=tuple(edge_row(edge, values) for edge in parts.edges),
        life=life,
        timeline=tuple(list_touchpoints(passerelle.engine, passerelle.lake, held)),
    )


def print_sheet(sheet: Sheet) -> None:
    """Print a sheet as people read it."""
    print_fields([(_("profile"), sheet.profile_id), (_("household"), sheet.household_id)])
    print_table(
        [_("Attribute"), _("Value"), _("Source"), _("Record"), _("Observed"), _("Rule"),
         Column(_("Values"), is_number=True)],
        [
            (row.attribute, row.value, row.source, row.record_key, row.observed_at, row.rule,
             row.candidates)
            for row in sheet.golden_record
        ],
        title=_("Golden record"),
        empty=_("No record tells who this is: only devices and logins are known."),
    )  # fmt: skip
    print_addresses(sheet.life.addresses)
    if sheet.life.why_not is not None:
        click.echo(_(_WHY_NO_LETTER[sheet.life.why_not]))
    if sheet.life.better_address is not None:
        better = sheet.life.better_address
        click.echo(
            _("An address to try, said by {source} on {day}: {address}").format(
                source=better.source, day=better.valid_from, address=one_line(better.address)
            )
        )
    if sheet.life.changes:
        print_changes(sheet.life.changes, title=_("Life changes"))
    print_table(
        [_("Type"), _("Value"), _("Judged")],
        [(each["type"], each["value"], each["judgement"]) for each in sheet.identifiers],
        title=_("Identifiers"),
    )
    click.echo("\n" + _("Evidence"))
    print_edges(list(sheet.edges), empty=_("None."))
    print_table(
        [_("When"), _("Source"), _("Kind"), _("What"), _("Detail"),
         Column(_("Amount"), is_number=True)],
        [
            (each.occurred_at, each.source, each.kind, each.what, each.detail, _amount(each))
            for each in sheet.timeline
        ],
        title=_("Timeline"),
        empty=_("Nothing happened yet, or its events and receipts are not imported."),
    )  # fmt: skip


def _amount(touchpoint: Touchpoint) -> str:
    if touchpoint.amount_cents is None:
        return ""
    return f"{show_number(touchpoint.amount_cents / 100, decimals=2)} {touchpoint.currency or ''}"
