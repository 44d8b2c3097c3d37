"""passerelle records link and explain: find the same people in files, and say why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from passerelle.cli.labels_file import read_labels
from passerelle.cli.linkage_folder import (
    REPORT,
    read_linked_records,
    read_model,
    record_names,
    save_linkage,
    text_of,
)
from passerelle.cli.memory_size import MemorySize
from passerelle.cli.output import (
    Column,
    json_option,
    print_fields,
    print_json,
    print_table,
    say,
    show_share,
)
from passerelle.cli.reviewing import print_explanation
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    import polars as pl

    from passerelle.linkage import Accuracy, Decisions, Labels, Linkage, LinkageReport

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
@click.option(
    "--labels",
    "labels_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("What people said of pairs: left_id, right_id, is_same (yes or no). It holds."),
)
@click.option(
    "--no-duplicates-in",
    "clean_files",
    multiple=True,
    type=click.Path(path_type=Path),
    help=N_("A file that holds nobody twice: two of its records are never one person."),
)
@click.option(
    "--memory",
    type=MemorySize(),
    help=N_("Memory that linking may take, such as 4GB; what does not fit is refused."),
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
    labels_file: Path | None,
    clean_files: tuple[Path, ...],
    memory: int | None,
    as_json: bool,
) -> None:
    """Link the records of files."""
    from passerelle.linkage import LinkageSpec, measure_accuracy, model_from_json
    from passerelle.linkage import link as link_tables

    names = _ids_by_file(files, id_columns)
    decisions = _decisions(files, clean_files)
    read = [_read(file, name) for file, name in zip(files, names, strict=True)]
    sources, ids = _source_names(files), [each for _table, each in read]
    either = within == between
    model, fields = (None, None)
    if model_file is not None:
        model, fields = model_from_json(text_of(model_file))
    labels = None if labels_file is None else _labels(labels_file, sources, ids)
    spec = LinkageSpec(
        fields=fields,
        model=model,
        within=within or either,
        between=between or either,
        decisions=decisions,
        labels=labels,
        memory=memory,
    )
    linkage = link_tables([table.to_arrow() for table, _each in read], spec)
    report = save_linkage(linkage, sources, ids, out)
    accuracy = None if labels is None else measure_accuracy(linkage, labels)
    _print(linkage, report, out, accuracy, as_json=as_json)


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
    from passerelle.linkage import Explainer

    model, fields = read_model(folder)
    records = read_linked_records(folder)
    places = [_place(records.ids, each, folder) for each in (left, right)]
    explainer = Explainer(records.values.to_arrow(), model, fields)
    explanation = explainer.explain(*places)
    if as_json:
        print_json(explanation)
    else:
        print_explanation(explanation)


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
    if not frame.height:
        raise InvalidInput(
            _("No row of {file} could be read.").format(file=file.name),
            hint=_("See why with: passerelle records import {file} --dry-run").format(file=file),
        )
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


def _source_names(files: Sequence[Path]) -> list[str]:
    stems = [file.name.split(".")[0] for file in files]
    return [
        stem if stems.count(stem) == 1 else f"{stem}-{stems[: at + 1].count(stem)}"
        for at, stem in enumerate(stems)
    ]


def _decisions(files: Sequence[Path], clean: Sequence[Path]) -> Decisions:
    from passerelle.linkage import Decisions

    strangers = [each for each in clean if each not in files]
    if strangers:
        raise InvalidInput(
            _("{file} is not among the files.").format(file=strangers[0]),
            hint=_("Name a file that is linked, as it is named there."),
        )
    return Decisions(sources_without_duplicates=tuple(files.index(each) for each in clean))


def _labels(file: Path, sources: Sequence[str], ids: Sequence[pl.Series]) -> Labels:
    import polars as pl

    records = pl.concat(
        pl.DataFrame({"source": [source] * each.len(), "record_id": each.cast(pl.String)})
        for source, each in zip(sources, ids, strict=True)
    )
    labels, strange = read_labels(file, record_names(records))
    if strange:
        say(_("{file}: labels of other records, {count}.").format(file=file.name, count=strange))
    return labels


def _print(
    linkage: Linkage,
    report: LinkageReport,
    out: Path,
    accuracy: Sequence[Accuracy] | None,
    *,
    as_json: bool,
) -> None:
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
                "by_labels": accuracy,
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
    if accuracy is not None:
        _print_accuracy(accuracy)
    click.echo(_("Clusters, links and model are in {folder}.").format(folder=out))
    click.echo(_("The report, to open in a browser: {path}").format(path=out / REPORT))


def _print_accuracy(accuracy: Sequence[Accuracy]) -> None:
    click.echo()
    print_table(
        [
            Column(_("Links from a probability of"), is_number=True),
            Column(_("Precision"), is_number=True),
            Column(_("Recall"), is_number=True),
            Column("F1", is_number=True),
        ],
        [
            tuple(map(show_share, (each.threshold, each.precision, each.recall, each.f1)))
            for each in accuracy
        ],
        title=_("By the labels"),
    )
    click.echo()


def _label(kind: str) -> str:
    from passerelle.linkage import list_comparisons

    return list_comparisons()[kind].label


def _place(ids: pl.DataFrame, name: str, folder: Path) -> int:
    import polars as pl

    is_it = (pl.format("{}:{}", "source", "record_id") == name) | (pl.col("record_id") == name)
    found = ids.with_row_index("at").filter(is_it)["at"]
    if found.len() != 1:
        raise InvalidInput(
            _("{count} records of {folder} are called that.").format(
                count=found.len(), folder=folder
            ),
            hint=_("Name a record as links.parquet does: FILE:ID."),
        )
    return int(found[0])
