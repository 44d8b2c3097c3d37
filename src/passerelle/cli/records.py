"""passerelle records: import customer files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from passerelle.cli.invocation import Invocation
from passerelle.cli.linking import explain, link
from passerelle.cli.output import (
    Column,
    json_option,
    print_json,
    print_table,
    progress,
    say,
    show_share,
)
from passerelle.cli.reviewing import review
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    from passerelle.collect import Mapping, TableFile

from passerelle.cli.import_options import find_source, kind_option, print_import, source_option


@click.group(help=N_("Import customer files: CSV, Excel, JSON Lines, Parquet; link their records."))
def records() -> None:
    """Group of commands about customer records."""


@records.command(
    "import",
    help=N_("Import a file of customers; the columns are understood by themselves."),
    epilog=N_("Example: passerelle records import customers.csv --source crm --dry-run"),
)
@click.argument("file", type=click.Path(path_type=Path))
@source_option
@kind_option
@click.option(
    "--dry-run", is_flag=True, help=N_("Show how the columns are understood; import nothing.")
)
@click.option(
    "--mapping",
    "mapping_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("Use this mapping (TOML) instead of the proposed one."),
)
@click.option(
    "--save-mapping",
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("Write the mapping to a file, to look at and change."),
)
@click.option("--sheet", help=N_("Sheet of a workbook, by name; the first one otherwise."))
@click.option("--delimiter", help=N_("What separates the cells, when it is not found by itself."))
@click.option("--encoding", help=N_("Encoding of the text, when it is not found by itself."))
@click.option(
    "--header/--no-header", default=None, help=N_("Whether the first row names the columns.")
)
@click.option("--password", help=N_("Password of a zip archive."))
@click.option(
    "--resolve", is_flag=True, help=N_("Resolve the profiles around what is new, right away.")
)
@json_option
@click.pass_obj
def import_(
    invocation: Invocation,
    file: Path,
    *,
    source: str,
    kind: str | None,
    dry_run: bool,
    mapping_file: Path | None,
    save_mapping: Path | None,
    sheet: str | None,
    delimiter: str | None,
    encoding: str | None,
    header: bool | None,
    password: str | None,
    resolve: bool,
    as_json: bool,
) -> None:
    """Import a file of customers."""
    from passerelle.collect import check_mapping, open_table

    table = open_table(
        file, sheet=sheet, delimiter=delimiter, encoding=encoding, header=header, password=password
    )
    for note in table.notes:
        say(note)
    mapping = _mapping(table, mapping_file)
    if save_mapping:
        _save(mapping, save_mapping)
    if dry_run:
        _print_mapping(table, mapping, as_json=as_json)
    check_mapping(mapping, table.columns)
    if not dry_run:
        _import(invocation, table, mapping, source, kind, resolve=resolve, as_json=as_json)


def _import(
    invocation: Invocation,
    table: TableFile,
    mapping: Mapping,
    source: str,
    kind: str | None,
    *,
    resolve: bool,
    as_json: bool,
) -> None:
    from passerelle.bootstrap import open_passerelle
    from passerelle.collect import import_records

    passerelle = open_passerelle(invocation.settings())
    ref = find_source(passerelle, source, kind, default="crm")
    with progress(_("Importing {file}").format(file=table.path.name)) as advance:
        report = import_records(
            table,
            mapping,
            ref,
            passerelle.warehouse,
            observe=passerelle.take_in_records if resolve else passerelle.hear_records,
            progress=advance,
        )
    print_import(report, as_json=as_json, unit=_("rows read"))
    if not as_json and not resolve:
        say(_("Next: passerelle profiles resolve"))


def _mapping(table: TableFile, mapping_file: Path | None) -> Mapping:
    from passerelle.collect import propose_mapping, read_mapping

    if mapping_file is not None:
        return read_mapping(mapping_file)
    return propose_mapping(table.columns, table.sample(), kind="records")


def _save(mapping: Mapping, path: Path) -> None:
    try:
        path.write_text(mapping.to_toml(), encoding="utf-8")
    except OSError as error:
        raise InvalidInput(
            _("The mapping cannot be written to {path}: {reason}.").format(
                path=path, reason=error.strerror
            ),
            hint=_("Give --save-mapping a file in a folder that you may write to."),
        ) from None
    say(_("The mapping is in {path}.").format(path=path))


def _print_mapping(table: TableFile, mapping: Mapping, *, as_json: bool) -> None:
    from passerelle.collect import preview_mapping

    rows = preview_mapping(mapping, table.sample())
    if as_json:
        print_json({"layout": mapping.layout, "columns": rows})
        return
    if mapping.layout:
        click.echo(_("Recognised: {layout}.").format(layout=mapping.layout))
    print_table(
        [
            _("Column"),
            _("Field"),
            Column(_("Sure"), is_number=True),
            _("Why"),
            _("Examples"),
        ],
        [
            (row.column, row.field, show_share(row.confidence), row.why, " | ".join(row.samples))
            for row in rows
        ],
    )
    click.echo(_("Nothing was imported. Change the mapping with --save-mapping and --mapping."))


records.add_command(link)
records.add_command(explain)
records.add_command(review)
