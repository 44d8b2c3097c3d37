"""passerelle quality: how good customer data are, and what mending would bring."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from passerelle.cli.gazetteer import open_gazetteer
from passerelle.cli.invocation import Invocation
from passerelle.cli.match_sheet import print_section
from passerelle.cli.output import json_option, print_json, progress, say
from passerelle.cli.report_file import check_output, write_page
from passerelle.kernel import InvalidInput, system_clock
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    from passerelle.measure import QualityPart, QualityReport

Decorated = TypeVar("Decorated", bound=Callable[..., Any])


def _opening_options(command: Decorated) -> Decorated:
    """Gives a command what may be said of how files are opened."""
    options = (
        click.option("--sheet", help=N_("Sheet of a workbook, by name; the first one otherwise.")),
        click.option(
            "--delimiter", help=N_("What separates the cells, when it is not found by itself.")
        ),
        click.option(
            "--encoding", help=N_("Encoding of the text, when it is not found by itself.")
        ),
        click.option(
            "--header/--no-header",
            default=None,
            help=N_("Whether the first row names the columns."),
        ),
        click.option("--password", help=N_("Password of a zip archive.")),
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.group(help=N_("Say how good customer data are, and what mending would bring."))
def quality() -> None:
    """Group of commands about the quality of data."""


@quality.command(
    "report",
    help=N_(
        "Look at every cell of files, or of a source's records: filled, usable, repeated, "
        "suspected; and count the customers whom mending would reach."
    ),
    epilog=N_("Example: passerelle quality report customers.csv --out report.html"),
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@click.option("--source", metavar="NAME", help=N_("A source's records, as last received."))
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("Also write the report as a page to open in a browser."),
)
@click.option(
    "--mapping",
    "mapping_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("Use this mapping (TOML) instead of the proposed one."),
)
@click.option(
    "--id",
    "id_column",
    help=N_("Column that tells customers apart; the customer number or key unless given."),
)
@_opening_options
@json_option
@click.pass_obj
def report(
    invocation: Invocation,
    /,
    *,
    files: tuple[Path, ...],
    source: str | None,
    out: Path | None,
    mapping_file: Path | None,
    id_column: str | None,
    as_json: bool,
    **opening: Any,
) -> None:
    """Build the report, and show it."""
    if bool(files) == bool(source):
        raise InvalidInput(
            _("Give files, or one source; not both."),
            hint=_("For example: passerelle quality report customers.csv"),
        )
    if out is not None:
        check_output(out, files)
    if source is not None:
        if mapping_file is not None or id_column is not None:
            raise InvalidInput(
                _("--mapping and --id are for files."),
                hint=_("The records of a source are understood as they were imported."),
            )
        made = _of_source(invocation, source)
    else:
        parts = [_part(file, mapping_file, id_column, opening) for file in files]
        made = _of_files(invocation, parts)
    if out is not None:
        from passerelle.measure import render_quality_html

        write_page(render_quality_html(made), out, option="--out")
    if as_json:
        print_json(made)
    else:
        _print(made)
    if out is not None:
        say(_("The report, to open in a browser: {path}").format(path=out.absolute()))


def _of_files(invocation: Invocation, parts: list[QualityPart]) -> QualityReport:
    from passerelle.measure import build_quality_report

    gazetteer = open_gazetteer(invocation)
    with progress(_("Looking at the rows")) as advance:
        return build_quality_report(
            parts, made_at=system_clock(), gazetteer=gazetteer, progress=advance
        )


def _of_source(invocation: Invocation, source: str) -> QualityReport:
    from passerelle.bootstrap import open_passerelle
    from passerelle.measure import build_quality_report, list_quarantined, source_parts

    passerelle = open_passerelle(invocation.settings())
    parts = source_parts(passerelle, source)
    with progress(_("Looking at the rows")) as advance:
        return build_quality_report(
            parts,
            made_at=passerelle.clock(),
            source=source,
            quarantine=list_quarantined(passerelle.store, source),
            gazetteer=open_gazetteer(invocation),
            progress=advance,
        )


def _part(
    file: Path, mapping_file: Path | None, id_column: str | None, opening: Mapping[str, Any]
) -> QualityPart:
    from passerelle.collect import open_table, propose_mapping, read_mapping
    from passerelle.measure import file_part

    table = open_table(file, **opening)
    if id_column is not None and id_column not in table.columns:
        raise InvalidInput(
            _("{file} has no column {columns}.").format(file=file.name, columns=id_column),
            hint=_("See how its columns are called with: passerelle records import --dry-run"),
        )
    if mapping_file is None:
        mapping = propose_mapping(table.columns, table.sample(), kind="records")
    else:
        mapping = read_mapping(mapping_file)
        if mapping.kind != "records":
            raise InvalidInput(
                _("This mapping is for {kind}, not for records.").format(kind=mapping.kind),
                hint=_("Leave --mapping out: columns are understood by themselves."),
            )
        if not {each.column for each in mapping.columns} & set(table.columns):
            raise InvalidInput(
                _("The mapping names no column of {file}.").format(file=file.name),
                hint=_("Leave --mapping out, or give the one of this file."),
            )
    return file_part(table, mapping, id_column=id_column)


def _print(made: QualityReport) -> None:
    from passerelle.measure import quality_heading, quality_headline, quality_sections

    click.echo(quality_heading(made))
    click.echo(quality_headline(made))
    for part in made.parts:
        for note in part.notes:
            say(note)
    for section in quality_sections(made):
        print_section(section)
