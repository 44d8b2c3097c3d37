"""passerelle cookies: which bindings live, whom to bind again, and what that would bring."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from passerelle.cli.invocation import Invocation
from passerelle.cli.match import build_report
from passerelle.cli.match_sheet import print_section
from passerelle.cli.output import json_option, print_fields, print_json, progress
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    from passerelle.measure import CookieReport

as_of_option = click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help=N_(
        "Count what happened before this day (UTC); the day after the latest event or receipt "
        "unless given."
    ),
)


@click.group(help=N_("Say which bound devices still live, and whom to bind again."))
def cookies() -> None:
    """Group of commands about the lives of devices."""


@cookies.command(
    "report",
    help=N_("Say how many bindings live, who is lost, and what would bring them back."),
    epilog=N_("Example: passerelle cookies report --json"),
)
@as_of_option
@json_option
@click.pass_obj
def report(invocation: Invocation, *, as_of: datetime | None, as_json: bool) -> None:
    """Report on the lives of devices."""
    made = build_report(invocation, as_of, None, None).cookies
    if as_json:
        print_json(made)
    else:
        _print(made)


@cookies.command(
    "list",
    help=N_("Write every binding with its evidence, consent and probability of being alive."),
    epilog=N_("Example: passerelle cookies list --out bindings.csv"),
)
@as_of_option
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help=N_("Where the bindings go: Parquet, or CSV by its ending."),
)
@json_option
@click.pass_obj
def list_(invocation: Invocation, *, as_of: datetime | None, out: Path, as_json: bool) -> None:
    """Write the bindings of devices."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.measure import list_bindings, load_match_inputs, write_bindings

    passerelle = open_passerelle(invocation.settings())
    with progress(_("Looking at the bindings")) as advance:
        bindings = list_bindings(
            passerelle.engine,
            load_match_inputs(passerelle, home=passerelle.settings.home),
            passerelle.store,
            made_at=passerelle.clock(),
            as_of=None if as_of is None else as_of.date(),
        )
        write_bindings(bindings, out)
        advance(bindings.num_rows)
    if as_json:
        print_json({"bindings": bindings.num_rows, "out": str(out)})
    else:
        print_fields([(_("bindings"), bindings.num_rows), (_("written to"), out)])


def _print(made: CookieReport) -> None:
    from passerelle.measure import cookie_headline, cookie_sections_of

    click.echo(cookie_headline(made))
    for section in cookie_sections_of(made):
        print_section(section)
