"""passerelle events: import what happened online."""

from __future__ import annotations

from pathlib import Path

import click

from passerelle.cli.import_options import check_source, find_source, kind_option, print_import
from passerelle.cli.invocation import Invocation
from passerelle.cli.output import json_option, progress, say
from passerelle.kernel.language import N_, _


@click.group(help=N_("Import what happened online."))
def events() -> None:
    """Group of commands about events."""


@events.command(
    "import",
    help=N_(
        "Import a file of events: Segment JSON Lines, Matomo's visit log, GA4's BigQuery rows."
    ),
    epilog=N_("Example: passerelle events import events.jsonl --source web"),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--source",
    default="web",
    show_default=True,
    metavar="NAME",
    callback=check_source,
    help=N_("Who says it."),
)
@kind_option
@click.option("--format", "format_", help=N_("Format of the file, when it is not found by itself."))
@json_option
@click.pass_obj
def import_(
    invocation: Invocation,
    file: Path,
    *,
    source: str,
    kind: str | None,
    format_: str | None,
    as_json: bool,
) -> None:
    """Import a file of events."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.collect import import_events, open_events

    passerelle = open_passerelle(invocation.settings())
    opened = open_events(file, format=format_, received_at=passerelle.clock())
    say(_("Format: {format}.").format(format=opened.format))
    ref = find_source(passerelle, source, kind, default="browser")
    with progress(_("Importing {file}").format(file=file.name)) as advance:
        report = import_events(
            opened,
            ref,
            passerelle.warehouse,
            passerelle.engine,
            observe=passerelle.hear_events,
            progress=advance,
        )
    print_import(report, as_json=as_json, unit=_("events read"))
    if not as_json:
        say(_("Next: passerelle profiles resolve"))
