"""passerelle receipts: import purchases."""

from __future__ import annotations

from pathlib import Path

import click

from passerelle.cli.import_options import check_source, find_source, kind_option, print_import
from passerelle.cli.invocation import Invocation
from passerelle.cli.output import json_option, progress, say
from passerelle.kernel.language import N_, _


@click.group(help=N_("Import purchases with their lines, cards and stores."))
def receipts() -> None:
    """Group of commands about receipts."""


@receipts.command(
    "import",
    help=N_("Import a file of purchases, one row a line or a receipt."),
    epilog=N_("Example: passerelle receipts import receipts.csv --source till"),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--source",
    default="till",
    show_default=True,
    metavar="NAME",
    callback=check_source,
    help=N_("Who says it."),
)
@kind_option
@click.option("--layout", help=N_("Layout of the file, when it is not found by itself."))
@click.option("--sheet", help=N_("Sheet of a workbook, or file of a zip archive."))
@click.option(
    "--timezone",
    default="Europe/Paris",
    show_default=True,
    help=N_("Where times without a zone were taken."),
)
@click.option(
    "--currency", default="EUR", show_default=True, help=N_("Currency of amounts that do not say.")
)
@click.option("--password", help=N_("Password of a zip archive."))
@json_option
@click.pass_obj
def import_(
    invocation: Invocation,
    file: Path,
    *,
    source: str,
    kind: str | None,
    layout: str | None,
    sheet: str | None,
    timezone: str,
    currency: str,
    password: str | None,
    as_json: bool,
) -> None:
    """Import a file of purchases."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.collect import import_receipts, open_receipts

    opened = open_receipts(
        file, layout=layout, timezone=timezone, currency=currency, sheet=sheet, password=password
    )
    say(_("Layout: {layout}.").format(layout=opened.layout))
    passerelle = open_passerelle(invocation.settings())
    ref = find_source(passerelle, source, kind, default="till")
    with progress(_("Importing {file}").format(file=file.name)) as advance:
        report = import_receipts(
            opened, ref, passerelle.warehouse, passerelle.engine, progress=advance
        )
    print_import(report, as_json=as_json, unit=_("lines read"))
