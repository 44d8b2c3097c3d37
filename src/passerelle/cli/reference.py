"""passerelle reference: tables of communes, postcodes, CEDEX codes and streets."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from passerelle.cli.invocation import Invocation
from passerelle.cli.output import (
    Column,
    json_option,
    print_fields,
    print_json,
    print_table,
    progress,
    say,
    show_number,
)
from passerelle.kernel.language import N_, _, ngettext

if TYPE_CHECKING:
    from passerelle.postal import ReferenceTable

# As passerelle.postal has them, which is too slow to load for --help.
_KIND_WORDS = {
    "postcodes": N_("postcodes"),
    "communes": N_("communes"),
    "mergers": N_("mergers of communes"),
    "cedex": N_("CEDEX codes"),
    "streets": N_("streets"),
}


@click.group(help=N_("List and load tables of communes, postcodes and streets."))
def reference() -> None:
    """Group of commands about reference tables."""


@reference.command(
    "list",
    help=N_("List the tables that addresses are checked against, with date and licence."),
    epilog=N_("Example: passerelle reference list"),
)
@json_option
@click.pass_obj
def list_(invocation: Invocation, as_json: bool) -> None:
    """List tables."""
    from passerelle.postal import list_references

    tables = list_references(_folder(invocation))
    if as_json:
        print_json(tables)
        return
    print_table(
        [
            _("Table"),
            Column(_("Rows"), is_number=True),
            _("State"),
            _("Loaded"),
            _("Licence"),
            _("Source"),
        ],
        [
            (
                _(_KIND_WORDS[table.kind]),
                table.rows,
                table.as_of or None,
                table.loaded_at[:10] or _("with passerelle"),
                table.licence,
                table.source,
            )
            for table in tables
        ],
    )


@reference.command(
    "load",
    help=N_("Load a file of La Poste, INSEE, the Base Adresse Nationale, or of CEDEX codes."),
    epilog=N_("Example: passerelle reference load adresses-75.csv.gz"),
)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--kind",
    type=click.Choice(list(_KIND_WORDS)),
    help=N_("What the file is, when its columns should not decide."),
)
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help=N_("The day that the data tell of; read in the file's name unless given."),
)
@json_option
@click.pass_obj
def load(
    invocation: Invocation, file: Path, kind: str | None, as_of: datetime | None, as_json: bool
) -> None:
    """Load one file."""
    from passerelle.kernel import system_clock
    from passerelle.postal import load_reference

    with progress(_("Loading")) as advance:
        table = load_reference(
            file,
            _folder(invocation),
            loaded_at=system_clock(),
            kind=kind,
            as_of=as_of.date() if as_of else None,
            advance=advance,
        )
    if as_json:
        print_json(table)
    else:
        _print_loaded(table)


@reference.command(
    "unload",
    help=N_("Take what was loaded out of use; what comes with passerelle remains."),
    epilog=N_("Example: passerelle reference unload streets"),
)
@click.argument("kind", type=click.Choice(list(_KIND_WORDS)))
@click.pass_obj
def unload(invocation: Invocation, kind: str) -> None:
    """Unload one kind of table."""
    from passerelle.postal import unload_reference

    count = unload_reference(_folder(invocation), kind)
    click.echo(
        ngettext("{count} file unloaded.", "{count} files unloaded.", count).format(
            count=show_number(count)
        )
    )


def _folder(invocation: Invocation) -> Path:
    return invocation.settings().home / "reference"


def _print_loaded(table: ReferenceTable) -> None:
    print_fields(
        [
            (_("table"), _(_KIND_WORDS[table.kind])),
            (_("rows"), table.rows),
            (_("state"), table.as_of or None),
            (_("source"), table.source),
            (_("licence"), table.licence),
        ]
    )
    say(_("See all with: passerelle reference list"))
