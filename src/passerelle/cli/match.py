"""passerelle match: how much of the base can be found online."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from passerelle.cli.invocation import Invocation
from passerelle.cli.match_sheet import print_match_files, print_match_report
from passerelle.cli.output import json_option, print_json, progress, say
from passerelle.cli.report_file import write_page
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    from passerelle.measure import MatchReport


@click.group(help=N_("Report how much of the base can be found online."))
def match() -> None:
    """Group of commands about match rates."""


@match.command(
    "report",
    help=N_("Print the match rate by five definitions, and what it is made of."),
    epilog=N_("Example: passerelle match report --html report.html"),
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help=N_(
        "Count what happened before this day (UTC); the day after the latest event or receipt "
        "unless given."
    ),
)
@click.option(
    "--html",
    "html_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("Also write the report as a page to open in a browser."),
)
@click.option(
    "--devices-per-person",
    type=click.FloatRange(min=0, min_open=True),
    help=N_("Devices that a person uses, known to you or not; 2.5 unless given."),
)
@click.option(
    "--truth",
    type=click.Path(path_type=Path, file_okay=False),
    help=N_("Folder with the truth of a simulated retailer, to compare with."),
)
@json_option
@click.pass_obj
def report(
    invocation: Invocation,
    *,
    as_of: datetime | None,
    html_file: Path | None,
    devices_per_person: float | None,
    truth: Path | None,
    as_json: bool,
) -> None:
    """Build the report, and show it."""
    made = build_report(invocation, as_of, devices_per_person, truth)
    if html_file is not None:
        from passerelle.measure import render_html

        write_page(render_html(made), html_file, option="--html")
    if as_json:
        print_json(made)
    else:
        print_match_report(made)
    if html_file is not None:
        say(_("The report, to open in a browser: {path}").format(path=html_file.absolute()))


@match.command(
    "files",
    help=N_(
        "Match two files: hashed e-mails on the left, cookies seen with hashed e-mails on the "
        "right."
    ),
    epilog=N_("Example: passerelle match files emails.csv sightings.parquet --out matches.parquet"),
)
@click.argument("left", type=click.Path(path_type=Path))
@click.argument("right", type=click.Path(path_type=Path))
@click.option(
    "--on",
    "column",
    default="email_sha256",
    show_default=True,
    help=N_("Column to match by, in both files."),
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    required=True,
    help=N_("Where the matches go: Parquet, or CSV by its ending."),
)
@json_option
@click.pass_obj
def files(
    invocation: Invocation, left: Path, right: Path, *, column: str, out: Path, as_json: bool
) -> None:
    """Match two files of hashed values."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.measure import match_hashed_files

    engine = open_passerelle(invocation.settings()).engine
    with progress(_("Matching files")) as advance:
        made = match_hashed_files(engine, left, right, on=column, out=out)
        advance(made.left_rows + made.right_rows)
    if as_json:
        print_json(made)
    else:
        print_match_files(made)


def build_report(
    invocation: Invocation,
    as_of: datetime | None,
    devices_per_person: float | None,
    truth: Path | None,
) -> MatchReport:
    """Build the match report of an installation, with a sign of how far it is."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.measure import (
        DEVICES_PER_PERSON,
        build_match_report,
        load_match_inputs,
        read_truth,
    )

    passerelle = open_passerelle(invocation.settings())
    with progress(_("Building the match report")) as advance:
        known_truth = None if truth is None else read_truth(truth, passerelle.store)
        inputs = load_match_inputs(passerelle, home=passerelle.settings.home)
        made = build_match_report(
            passerelle.engine,
            inputs,
            made_at=passerelle.clock(),
            as_of=None if as_of is None else as_of.date(),
            devices_per_person=devices_per_person or DEVICES_PER_PERSON,
            truth=known_truth,
        )
        advance(made.people)
    return made
