"""passerelle simulate: invented retailers to try everything on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from passerelle.cli.output import (
    Column,
    json_option,
    print_fields,
    print_json,
    print_table,
    progress,
)
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    from passerelle.simulate import RetailerSummary

_STEPS = 1000  # the bar moves by a thousandth


@click.group(help=N_("Make a retailer's customers, files and events, with the truth beside."))
def simulate() -> None:
    """Group of commands that invent data."""


@simulate.command(
    help=N_("Write the files of an invented retailer: the same seed, the same bytes."),
    epilog=N_("Example: passerelle simulate retailer --customers 1000 --out retailer"),
)
@click.option(
    "--customers",
    type=click.IntRange(min=1),
    default=20_000,
    show_default=True,
    help=N_("Persons in at least one of the customer files."),
)
@click.option(
    "--seed", type=click.IntRange(min=0), default=1, show_default=True,
    help=N_("Another seed, other people."),
)  # fmt: skip
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help=N_("First day that the retailer does not know yet; 2026-11-01 unless given."),
)
@click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help=N_("Folder to write to: new, empty, or left by an earlier simulation."),
)
@click.option(
    "--life-files",
    is_flag=True,
    help=N_("Also write files of movers, deaths (in INSEE's layout) and returned mail."),
)
@json_option
def retailer(
    customers: int, seed: int, as_of: datetime | None, out: Path, life_files: bool, as_json: bool
) -> None:
    """Simulate one retailer."""
    from passerelle.simulate import RetailerSpec, simulate_retailer

    spec = RetailerSpec(customers=customers, seed=seed, has_life_files=life_files)
    if as_of is not None:
        spec = replace(spec, as_of=as_of.date())
    with progress(_("Simulating a retailer"), total=_STEPS) as advance:
        done = 0

        def show(_step: str, share: float) -> None:
            nonlocal done
            advance(round(share * _STEPS) - done)
            done = round(share * _STEPS)

        summary = simulate_retailer(spec, out, progress=show)
    if as_json:
        print_json(summary)
    else:
        _print_summary(summary)


def _print_summary(summary: RetailerSummary) -> None:
    print_fields(
        [
            (_("Folder"), summary.folder),
            (_("Customers"), summary.customers),
            (_("People, with those the retailer does not know"), summary.people),
        ]
    )
    print_table(
        [_("File"), Column(_("Rows"), is_number=True)],
        list(summary.rows.items()),
        title=_("Written"),
    )
