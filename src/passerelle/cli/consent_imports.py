"""passerelle consent import: files of consents, as customer databases have them."""

from __future__ import annotations

from pathlib import Path

import click

from passerelle.cli.import_options import find_source, kind_option, print_import, source_option
from passerelle.cli.invocation import Invocation
from passerelle.cli.output import json_option, print_json, print_table, progress
from passerelle.kernel.language import N_, _


@click.command(
    "import",
    help=N_("Import a file of consents: a row a statement, or a column a channel."),
    epilog=N_("Example: passerelle consent import optins.csv --source crm --notice account@1"),
)
@click.argument("file", type=click.Path(path_type=Path))
@source_option
@kind_option
@click.option(
    "--mapping",
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("What the columns mean (TOML), instead of what their headers say."),
)
@click.option("--purpose", default="", help=N_("A purpose of the policy, for rows without one."))
@click.option("--channel", default="", help=N_("A channel, for rows that name none."))
@click.option("--notice", default="", help=N_("What was shown, for rows that do not say."))
@click.option("--dry-run", is_flag=True, help=N_("Show what columns mean; import nothing."))
@json_option
@click.pass_obj
def import_(
    invocation: Invocation,
    file: Path,
    *,
    source: str,
    kind: str | None,
    mapping: Path | None,
    purpose: str,
    channel: str,
    notice: str,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import a file of consents."""
    from passerelle.bootstrap import open_passerelle
    from passerelle.collect import open_table
    from passerelle.consent import import_consents, propose_columns

    table = open_table(file)
    columns = propose_columns(table, mapping, purpose=purpose, channel=channel, notice=notice)
    if dry_run and as_json:
        print_json({"columns": dict(columns.meanings)})
        return
    if dry_run:
        rows = [(name, columns.meanings.get(name)) for name in table.columns]
        print_table([_("Column"), _("Meaning")], rows)
        return
    passerelle = open_passerelle(invocation.settings())
    ref = find_source(passerelle, source, kind, default="crm")
    with progress(_("Importing {file}").format(file=table.path.name)) as advance:
        report = import_consents(table, columns, ref, passerelle.warehouse, progress=advance)
    print_import(report, as_json=as_json, unit=_("rows read"))
