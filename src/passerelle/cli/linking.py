"""passerelle records link and explain: find the same people in files, and say why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from passerelle.cli.output import (
    Column,
    json_option,
    print_fields,
    print_json,
    print_table,
    say,
    show_number,
    show_share,
)
from passerelle.kernel import InvalidInput, system_clock
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    import polars as pl

    from passerelle.linkage import Explanation, Linkage, LinkageReport

_CLUSTERS, _LINKS = "clusters.parquet", "links.parquet"
_MODEL, _RECORDS, _REPORT = "model.json", "records.parquet", "report.html"
_BATCH = 1_000_000


@click.command(
    help=N_(
        "Find the records of one person, in a file or across files, without any identifier that "
        "they share and without configuration."
    ),
    epilog=N_("Example: passerelle records link customers.csv --id number --out linked"),
)
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--id",
    "id_columns",
    multiple=True,
    help=N_("Column of the records' ids; once, or once for each file. Row numbers unless given."),
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, file_okay=False),
    help=N_("Folder for clusters, links, model and report."),
)
@click.option("--within", is_flag=True, help=N_("Only link records of the same file."))
@click.option("--between", is_flag=True, help=N_("Only link records of different files."))
@click.option(
    "--model",
    "model_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("Use what an earlier run learned (its model.json)."),
)
@json_option
def link(
    *,
    files: tuple[Path, ...],
    id_columns: tuple[str, ...],
    out: Path,
    within: bool,
    between: bool,
    model_file: Path | None,
    as_json: bool,
) -> None:
    """Link the records of files."""
    from passerelle.linkage import LinkageSpec, model_from_json
    from passerelle.linkage import link as link_tables

    names = _ids_by_file(files, id_columns)
    read = [_read(file, name) for file, name in zip(files, names, strict=True)]
    either = within == between
    model, fields = (None, None)
    if model_file is not None:
        model, fields = model_from_json(_text_of(model_file))
    spec = LinkageSpec(
        fields=fields, model=model, within=within or either, between=between or either
    )
    linkage = link_tables([table.to_arrow() for table, _each in read], spec)
    report = _save(linkage, files, [ids for _table, ids in read], out)
    _print(linkage, report, out, as_json=as_json)


@click.command(
    help=N_("Say why two records were linked or not: the evidence, field by field, in bits."),
    epilog=N_("Example: passerelle records explain linked customers:17 customers:204"),
)
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.argument("left")
@click.argument("right")
@json_option
def explain(*, folder: Path, left: str, right: str, as_json: bool) -> None:
    """Explain a pair."""
    import polars as pl

    from passerelle.linkage import explain_pair, model_from_json

    model, fields = model_from_json(_text_of(folder / _MODEL))
    table = pl.read_parquet(folder / _RECORDS)
    places = [_place(table, each, folder) for each in (left, right)]
    records = table.drop("source", "record_id").to_arrow()
    explanation = explain_pair(records, model, fields, *places)
    _print_explanation(explanation, as_json=as_json)


def _ids_by_file(files: Sequence[Path], columns: Sequence[str]) -> list[str | None]:
    if not columns:
        return [None] * len(files)
    if len(columns) == 1:
        return [columns[0]] * len(files)
    if len(columns) == len(files):
        return [*columns]
    raise InvalidInput(
        _("There are {files} files and {columns} columns of ids.").format(
            files=len(files), columns=len(columns)
        ),
        hint=_("Give --id once for all files, or once for each, in their order."),
    )


def _read(file: Path, id_column: str | None) -> tuple[pl.DataFrame, pl.Series]:
    """A file's records without their ids, and the ids."""
    import polars as pl

    from passerelle.collect import open_table

    table = open_table(file)
    if id_column is not None and id_column not in table.columns:
        raise InvalidInput(
            _("{file} has no column {columns}.").format(file=file.name, columns=id_column),
            hint=_("Its columns: {columns}.").format(columns=", ".join(table.columns)),
        )
    batches = list(table.batches(_BATCH))
    unread = sum(len(batch.rejected) for batch in batches)
    if unread:
        say(_("{file}: {count} rows could not be read.").format(file=file.name, count=unread))
    frame = pl.concat([batch.frame.select(table.columns) for batch in batches])
    if id_column is None:
        ids = pl.Series("id", range(1, frame.height + 1), dtype=pl.Int64).cast(pl.String)
        return frame, ids
    ids = frame[id_column].str.strip_chars()
    if ids.null_count() or ids.n_unique() != ids.len():
        raise InvalidInput(
            _(
                "In {file}, the column {column} is empty in some rows or holds a value twice."
            ).format(file=file.name, column=id_column),
            hint=_("Name another column with --id, or leave --id out to go by row numbers."),
        )
    return frame.drop(id_column), ids


def _save(
    linkage: Linkage, files: Sequence[Path], ids: list[pl.Series], out: Path
) -> LinkageReport:
    import polars as pl

    from passerelle.linkage import (
        build_linkage_report,
        clusters_table,
        links_table,
        model_to_json,
        render_linkage_report,
    )

    sources = _source_names(files)
    clusters = pl.DataFrame(clusters_table(linkage, sources, ids))
    names = clusters.select(pl.format("{}:{}", "source", "record_id").alias("id"))["id"]
    report = build_linkage_report(linkage, sources=sources, names=names, made_at=system_clock())
    try:
        out.mkdir(parents=True, exist_ok=True)
        clusters.write_parquet(out / _CLUSTERS)
        pl.DataFrame(links_table(linkage, names)).write_parquet(out / _LINKS)
        clusters.select("source", "record_id").hstack(pl.DataFrame(linkage.table)).write_parquet(
            out / _RECORDS
        )
        (out / _MODEL).write_text(model_to_json(linkage.model, linkage.fields), encoding="utf-8")
        (out / _REPORT).write_text(render_linkage_report(report), encoding="utf-8")
    except OSError as error:
        raise InvalidInput(
            _("The results cannot be written to {path}: {reason}.").format(
                path=out, reason=error.strerror or type(error).__name__
            ),
            hint=_("Give --out a folder that you may write to, on a disk with room."),
        ) from None
    return report


def _source_names(files: Sequence[Path]) -> list[str]:
    stems = [file.name.split(".")[0] for file in files]
    return [
        stem if stems.count(stem) == 1 else f"{stem}-{stems[: at + 1].count(stem)}"
        for at, stem in enumerate(stems)
    ]


def _print(linkage: Linkage, report: LinkageReport, out: Path, *, as_json: bool) -> None:
    totals, quality = report.totals, report.quality
    if as_json:
        print_json(
            {
                "records": totals.records,
                "pairs_compared": totals.pairs_compared,
                "links": totals.links,
                "people": totals.people,
                "households": totals.households,
                "duplicates": totals.duplicates,
                "estimated_precision": quality.precision,
                "estimated_recall": quality.recall,
            }
        )
        return
    print_table(
        [_("Column"), _("Compared as")],
        [(each.label, _(_label(each.kind))) for each in linkage.fields],
    )
    click.echo()
    print_fields(
        [
            (_("Records"), totals.records),
            (_("Pairs compared"), totals.pairs_compared),
            (_("Links"), totals.links),
            (_("People"), totals.people),
            (_("Households"), totals.households),
            (_("Duplicates"), totals.duplicates),
            (_("Precision, estimated without labels"), show_share(quality.precision)),
            (_("Recall among the pairs compared, estimated"), show_share(quality.recall)),
        ]
    )
    click.echo(_("Clusters, links and model are in {folder}.").format(folder=out))
    click.echo(_("The report, to open in a browser: {path}").format(path=out / _REPORT))


def _label(kind: str) -> str:
    from passerelle.linkage import list_comparisons

    return list_comparisons()[kind].label


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise InvalidInput(
            _("{file} cannot be read.").format(file=file),
            hint=_("Name the folder that was given to: passerelle records link FILE --out DIR"),
        ) from None


def _place(table: pl.DataFrame, name: str, folder: Path) -> int:
    import polars as pl

    is_it = (pl.format("{}:{}", "source", "record_id") == name) | (pl.col("record_id") == name)
    found = table.with_row_index("at").filter(is_it)["at"]
    if found.len() != 1:
        raise InvalidInput(
            _("{count} records of {folder} are called that.").format(
                count=found.len(), folder=folder
            ),
            hint=_("Name a record as links.parquet does: FILE:ID."),
        )
    return int(found[0])


def _print_explanation(explanation: Explanation, *, as_json: bool) -> None:
    from passerelle.linkage import level_name, list_comparisons, relation_name

    if as_json:
        print_json(explanation)
        return
    so_far = explanation.so_far
    rows: list[tuple[object, ...]] = [
        (_("Before comparing"), None, None, None, _bits(so_far[0]), _bits(so_far[0]))
    ]
    for each, after in zip(explanation.evidence, so_far[1:], strict=True):
        level = level_name(list_comparisons()[each.field.kind], each.level, say=_)
        rows.append(
            (each.field.label, each.left, each.right, level, _bits(each.weight), _bits(after))
        )
    print_table(
        [
            _("Field"),
            _("One"),
            _("Other"),
            _("Level"),
            Column(_("Bits"), is_number=True),
            Column(_("So far"), is_number=True),
        ],
        rows,
    )
    click.echo()
    print_fields(
        [
            (relation_name(name, say=_), show_share(share))
            for name, share in explanation.probabilities.items()
        ],
        title=_("They are"),
    )


def _bits(weight: float) -> str:
    return ("+" if weight > 0 else "") + show_number(weight, decimals=1)
