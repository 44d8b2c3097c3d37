"""passerelle schema: declare what events look like."""

from __future__ import annotations

from dataclasses import replace

import click

from passerelle.cli.invocation import Invocation
from passerelle.cli.output import Column, json_option, print_json, print_table, say
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import N_, _

_MOST_EVENTS = 10_000
# As in passerelle.collect, which is too slow to load for --help.
_UNKNOWN = ("allow", "flag", "quarantine")
_MISMATCH = ("flag", "quarantine")


@click.group(help=N_("Declare what events look like: infer it, check it, put it in force."))
def schema() -> None:
    """Group of commands about schemas of events."""


_SOURCE = click.option("--source", metavar="NAME", help=N_("Only of this source."))


@schema.command(
    "infer",
    help=N_("Write a schema for each event that has none in force, from its recent events."),
    epilog=N_("Example: passerelle schema infer --source web"),
)
@_SOURCE
@json_option
@click.pass_obj
def infer(invocation: Invocation, *, source: str | None, as_json: bool) -> None:
    """Propose schemas, in the folder `schemas` of the home."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.collect import infer_schemas

    passerelle = open_passerelle(invocation.settings())
    folder = passerelle.settings.home / "schemas"
    written = infer_schemas(
        passerelle.warehouse, passerelle.engine, folder, source=source, most=_MOST_EVENTS
    )
    if as_json:
        print_json(written)
        return
    columns = (_("source"), _("event"), Column(_("fields"), is_number=True))
    rows = [(each.source, each.event, len(each.fields)) for each in written]
    print_table(columns, rows, empty=_("There is no event without a schema in force."))
    if written:
        say(_("They are in {folder}; read them, then: passerelle schema pin").format(folder=folder))


@schema.command(
    "check",
    help=N_("Say how well recent events fit the schemas."),
    epilog=N_("Example: passerelle schema check"),
)
@_SOURCE
@json_option
@click.pass_obj
def check(invocation: Invocation, *, source: str | None, as_json: bool) -> None:
    """Check recent events against the schemas, in force or not."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.collect import check_schemas

    passerelle = open_passerelle(invocation.settings())
    folder = passerelle.settings.home / "schemas"
    fits = check_schemas(
        passerelle.warehouse, passerelle.engine, folder, source=source, most=_MOST_EVENTS
    )
    if as_json:
        print_json(fits)
        return
    columns = (
        _("source"),
        _("event"),
        _("schema"),
        Column(_("events"), is_number=True),
        Column(_("do not fit"), is_number=True),
        Column(_("unknown fields"), is_number=True),
    )
    rows = [
        (each.source, each.event, each.schema, each.events, each.mismatches, each.unknown_fields)
        for each in fits
    ]
    print_table(columns, rows, empty=_("No event came yet."))


@schema.command(
    "pin",
    help=N_("Put the schema of an event in force, or out of force."),
    epilog=N_("Example: passerelle schema pin web 'Order Completed' --unknown flag"),
)
@click.argument("source")
@click.argument("event")
@click.option(
    "--unknown",
    type=click.Choice(_UNKNOWN),
    help=N_("What becomes of events with fields that it does not know."),
)
@click.option(
    "--mismatch", type=click.Choice(_MISMATCH), help=N_("What becomes of events that do not fit.")
)
@click.option("--off", is_flag=True, help=N_("Out of force again."))
@click.pass_obj
def pin(
    invocation: Invocation,
    source: str,
    event: str,
    *,
    unknown: str | None,
    mismatch: str | None,
    off: bool,
) -> None:
    """Put a schema in force for the events that come from now on."""
    from passerelle.collect import find_schema, write_schema

    folder = invocation.settings().home / "schemas"
    known = find_schema(folder, source, event)
    if known is None:
        raise InvalidInput(
            _("There is no schema of {event!r} from {name!r}.").format(event=event, name=source),
            hint=_("Make one with: passerelle schema infer"),
        )
    chosen = replace(
        known,
        pinned=not off,
        unknown=unknown or known.unknown,
        mismatch=mismatch or known.mismatch,
    )
    path = write_schema(folder, chosen)
    said = _("In force: {path}") if chosen.pinned else _("Out of force: {path}")
    say(said.format(path=path))
