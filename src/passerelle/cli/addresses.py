"""passerelle addresses: postal addresses in six lines, checked, and why."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

import click

from passerelle.cli.gazetteer import open_gazetteer
from passerelle.cli.invocation import Invocation
from passerelle.cli.output import (
    Column,
    json_option,
    print_fields,
    print_json,
    print_table,
    progress,
    say,
    show_share,
)
from passerelle.cli.report_file import check_output
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import N_, _

if TYPE_CHECKING:
    import polars as pl

    from passerelle.files import TableFile
    from passerelle.postal import AddressColumns, PostalAddress

_BATCH = 1_000
_UNFINISHED = ".new"
_LEVEL_WORDS = {
    "V3": N_("house number found"),
    "V2": N_("street found"),
    "V1": N_("commune found"),
    "V0": N_("not checked"),
}
_STYLES = ("postal", "display")


@click.group(help=N_("Standardize postal addresses, and say how one was read."))
def addresses() -> None:
    """Group of commands about addresses."""


@addresses.command(
    "standardize",
    help=N_(
        "Write each address of a file in the six lines of the French postal norm, with its parts, "
        "its INSEE code and how far it could be checked."
    ),
    epilog=N_("Example: passerelle addresses standardize customers.csv --out addresses.csv"),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--column",
    "columns",
    multiple=True,
    help=N_("Column that holds the address or a line of it, in order; found by name unless given."),
)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help=N_("Where the table goes: Parquet, or CSV by its ending."),
)
@click.option(
    "--style",
    type=click.Choice(_STYLES),
    default="postal",
    show_default=True,
    help=N_("Capitals without accents as on an envelope, or cased with accents to be read."),
)
@json_option
@click.pass_obj
def standardize(
    invocation: Invocation,
    *,
    file: Path,
    columns: tuple[str, ...],
    out: Path,
    style: Literal["postal", "display"],
    as_json: bool,
) -> None:
    """Standardize the addresses of a file."""
    from passerelle.files import open_table
    from passerelle.postal import standardize_table

    check_output(out, [file])
    table = open_table(file)
    chosen = _columns(table, columns)
    gazetteer = open_gazetteer(invocation)
    gc.disable()  # an address holds no cycle: looking for some frees nothing and takes a third
    levels: Counter[str] = Counter()
    rejected = 0
    with _writing(out) as write, progress(_("Standardizing addresses")) as advance:
        for batch in table.batches(_BATCH):
            rows = batch.frame.select(table.columns)
            made = standardize_table(rows, chosen, gazetteer=gazetteer, style=style)
            write(_side_by_side(rows, made))
            levels.update(made["level"].to_list())
            rejected += len(batch.rejected)
            advance(rows.height)
    if rejected:
        say(_("{file}: {count} rows could not be read.").format(file=file.name, count=rejected))
    _print_levels(levels, out, as_json=as_json)


@addresses.command(
    "explain",
    help=N_("Say how an address is read: its parts, the rules used, what else it may mean."),
    epilog=N_('Example: passerelle addresses explain "bat B, 12bis av du gal leclerc 75011PARIS"'),
)
@click.argument("text")
@json_option
@click.pass_obj
def explain(invocation: Invocation, *, text: str, as_json: bool) -> None:
    """Explain one address."""
    from passerelle.postal import standardize_address

    address = standardize_address(text, gazetteer=open_gazetteer(invocation))
    if as_json:
        print_json(address)
    else:
        _print_address(address)


def _columns(table: TableFile, named: tuple[str, ...]) -> AddressColumns:
    from passerelle.postal import AddressColumns, guess_columns

    strangers = [name for name in named if name not in table.columns]
    if strangers:
        raise InvalidInput(
            _("{file} has no column {columns}.").format(
                file=table.path.name, columns=", ".join(strangers)
            ),
            hint=_("Its columns: {columns}.").format(columns=", ".join(table.columns)),
        )
    if named:
        return AddressColumns(lines=named)
    found = guess_columns(table.columns)
    if not found.names:
        raise InvalidInput(
            _("No column of {file} is called like an address.").format(file=table.path.name),
            hint=_("Name them with --column, in order. Its columns: {columns}.").format(
                columns=", ".join(table.columns)
            ),
        )
    say(_("Address read from: {columns}.").format(columns=", ".join(found.names)))
    return found


def _side_by_side(rows: pl.DataFrame, made: pl.DataFrame) -> pl.DataFrame:
    """The file's own columns, then ours; ours get a name of their own where one is taken."""
    taken = set(rows.columns)
    names = {}
    for name in made.columns:
        own = name if name not in taken else f"standardized_{name}"
        own += "_" * sum(other.startswith(own) for other in taken if other in (own, own + "_"))
        names[name] = own
        taken.add(own)
    return rows.hstack(made.rename(names))


class _Sheet(Protocol):
    def write(self, frame: pl.DataFrame) -> None: ...
    def close(self) -> None: ...


class _Csv:
    """A CSV that grows batch by batch, with the mark that makes Excel read UTF-8."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._is_first = True

    def write(self, frame: pl.DataFrame) -> None:
        frame.write_csv(self._file, include_header=self._is_first, include_bom=self._is_first)
        self._is_first = False

    def close(self) -> None:
        self._file.close()


class _Parquet:
    """A Parquet file that grows batch by batch."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: object = None

    def write(self, frame: pl.DataFrame) -> None:
        import pyarrow.parquet as pq

        table = frame.to_arrow()
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, table.schema, compression="zstd")
        self._writer.write_table(table)  # type: ignore[attr-defined]

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()  # type: ignore[attr-defined]


@contextmanager
def _writing(out: Path) -> Iterator[Callable[[pl.DataFrame], None]]:
    """A file that appears whole or not at all, whatever interrupts the work."""
    unfinished = out.with_name(out.name + _UNFINISHED)
    try:
        sheet: _Sheet = (
            _Parquet(unfinished) if out.suffix.lower() == ".parquet" else _Csv(unfinished)
        )
    except OSError as error:
        raise InvalidInput(
            _("{path} cannot be written: {reason}.").format(path=out, reason=error.strerror),
            hint=_("Give --out a file in a folder that you may write to."),
        ) from None
    try:
        yield sheet.write
        sheet.close()
        unfinished.replace(out)
    finally:
        sheet.close()
        unfinished.unlink(missing_ok=True)


def _print_levels(levels: Counter[str], out: Path, *, as_json: bool) -> None:
    count = levels.total()
    if as_json:
        print_json({"addresses": count, "levels": {level: levels[level] for level in _LEVEL_WORDS}})
        return
    print_table(
        [
            _("Level"),
            _("Meaning"),
            Column(_("Addresses"), is_number=True),
            Column(_("Share"), is_number=True),
        ],
        [
            (level, _(meaning), levels[level], show_share(levels[level] / count if count else 0.0))
            for level, meaning in _LEVEL_WORDS.items()
        ],
    )
    click.echo(_("The addresses are in {path}.").format(path=out))


def _print_address(address: PostalAddress) -> None:
    from passerelle.postal import REASONS

    for number, line in enumerate(address.lines, start=1):
        if line:
            click.echo(f"  {number}  {line}")
    click.echo()
    parts = [
        (_("House number"), address.house_number),
        (_("Street"), address.street),
        (_("Inside the building"), address.complement_inside),
        (_("Building or place"), address.complement_outside),
        (_("Post-office box"), address.special),
        (_("Locality"), address.locality),
        (_("Postcode"), address.postcode),
        ("CEDEX", address.cedex),
        (_("Town"), address.city),
        (_("INSEE code"), address.insee_code),
        (_("Country"), address.country),
        (_("Not understood"), ", ".join(address.unread)),
        (_("Rules"), ", ".join(address.rules)),
        (
            _("Level"),
            _("{level}: {reason}").format(
                level=address.level.value, reason=_(REASONS[address.reason])
            ),
        ),
        (_("Score"), show_share(address.score)),
    ]
    print_fields([(label, value) for label, value in parts if value])
    if address.alternatives:
        print_table(
            [_("Street"), _("Postcode"), _("Town"), _("INSEE code")],
            [
                (each.street, each.postcode, each.city, each.insee_code)
                for each in address.alternatives
            ],
            title=_("It may also mean"),
        )
