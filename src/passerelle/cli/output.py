"""What commands print: aligned text for people, JSON for programs, progress on the way.

Results go to standard output, everything else to standard error, so that a pipe gets results
only. Values come from files of strangers: control characters never reach the terminal.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from passerelle.cli.table_widths import ColumnNeed, fit_widths, table_width
from passerelle.kernel.language import N_, _, current_language

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

Decorated = TypeVar("Decorated", bound=Callable[..., Any])

json_option: Callable[[Decorated], Decorated] = click.option(
    "--json",
    "as_json",
    is_flag=True,
    help=N_("Print JSON, for programs."),
)
"""Gives a command `--json`; it receives `as_json`."""

_WIDE = 100_000  # columns of what is not a terminal: a file has no edge to wrap at
_SECONDS_BETWEEN_LINES = 5.0
_CONTROLS = (*range(32), *range(127, 160))
# A line end inside a value must not look like the next row.
_HARMLESS = dict.fromkeys(_CONTROLS, "\ufffd") | dict.fromkeys(map(ord, "\t\n\r"), " ")


@dataclass(frozen=True)
class Column:
    """One column of a table; numbers align to the right, bars are left out of a narrow terminal."""

    label: str
    is_number: bool = False
    is_bar: bool = False


def print_table(
    columns: Sequence[Column | str],
    rows: Iterable[Sequence[object]],
    *,
    title: str = "",
    empty: str = "",
) -> None:
    """Print rows as aligned columns, or the sentence `empty` when there are none."""
    from rich import box
    from rich.table import Table

    cells = [[show(value) for value in row] for row in rows]
    if not cells and empty:
        click.echo(empty)
        return
    table = Table(box=box.SIMPLE_HEAD, title_justify="left", pad_edge=False, show_edge=False)
    if title:
        click.echo(f"\n{title}")
    named = [each if isinstance(each, Column) else Column(each) for each in columns]
    widths = _widths(named, cells)
    for column, width in zip(named, widths, strict=True):
        if width:
            justify: Literal["left", "right"] = "right" if column.is_number else "left"
            table.add_column(_text(column.label), justify=justify, width=width, overflow="fold")
    for row in cells:
        table.add_row(*(_text(cell) for cell, width in zip(row, widths, strict=True) if width))
    _print(table, at_least=table_width(widths))


def print_fields(fields: Iterable[tuple[str, object]], *, title: str = "") -> None:
    """Print one thing's fields, a line each, with the values aligned."""
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    if title:
        click.echo(f"\n{title}")
    for label, value in fields:
        table.add_row(_text(label), _text(show(value)))
    _print(table)


def print_json(value: object) -> None:
    """Print any result as JSON: dates in ISO 8601, dataclasses as objects."""
    import msgspec

    written = msgspec.json.encode(value, enc_hook=_plain, order="deterministic")
    click.echo(msgspec.json.format(written, indent=2))


def show(value: object) -> str:
    """A value as people read it, in the language in use.

    >>> show(1234567), show(None), show(datetime(2026, 3, 1, 9, 30))
    ('1,234,567', '–', '2026-03-01 09:30')
    """
    if value is None:
        return "–"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return show_number(value)
    if isinstance(value, float):
        return show_number(value, decimals=2)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return harmless(str(value))


def show_number(value: float, *, decimals: int = 0) -> str:
    """A number with its thousands apart, in the language in use.

    >>> show_number(1234.5, decimals=1)
    '1,234.5'
    """
    written = f"{value:,.{decimals}f}"
    if current_language() == "fr":
        return written.replace(",", "\u202f").replace(".", ",")
    return written


def show_share(ratio: float | None) -> str:
    """A share between 0 and 1 as a percentage, with one decimal.

    >>> show_share(0.4567), show_share(None)
    ('45.7%', '–')
    """
    if ratio is None:
        return "–"
    unit = "\u00a0%" if current_language() == "fr" else "%"
    return show_number(100 * ratio, decimals=1) + unit


def harmless(text: str) -> str:
    r"""A text without the control characters that could command a terminal.

    >>> harmless("a\x1b[2Jb")
    'a�[2Jb'
    """
    return text.translate(_HARMLESS)


def say(text: str) -> None:
    """Tell the person something that is not the result: on standard error."""
    click.echo(text, err=True)


@contextmanager
def progress(label: str, *, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Show how far a long work is; the block calls what it receives with how much was done.

    A terminal gets a bar; a file gets a plain line now and then, and one at the end.
    """
    shown = _bar(label, total) if sys.stderr.isatty() else _lines(label, total)
    with shown as advance:
        yield advance


@contextmanager
def _bar(label: str, total: int | None) -> Iterator[Callable[[int], None]]:
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(show_speed=True),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=_console(sys.stderr)) as bars:
        task = bars.add_task(label, total=total)

        def advance(done: int) -> None:
            bars.advance(task, done)

        yield advance
        if total is None:
            bars.update(task, total=bars.tasks[0].completed)


@contextmanager
def _lines(label: str, total: int | None) -> Iterator[Callable[[int], None]]:
    started = time.monotonic()
    done_so_far = 0
    last_line = started

    def line() -> str:
        end = "" if total is None else f" / {show_number(total)}"
        return _("{label}: {count}").format(label=label, count=show_number(done_so_far) + end)

    def advance(done: int) -> None:
        nonlocal done_so_far, last_line
        done_so_far += done
        if time.monotonic() - last_line >= _SECONDS_BETWEEN_LINES:
            last_line = time.monotonic()
            say(line())

    yield advance
    seconds = show_number(time.monotonic() - started, decimals=1)
    say(_("{line}, done in {seconds} s").format(line=line(), seconds=seconds))


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[int]:
    from rich.cells import cell_len

    needs = [
        ColumnNeed(
            cells=max((cell_len(row[place]) for row in rows), default=0),
            heading=cell_len(column.label),
            heading_word=max(map(cell_len, column.label.split(" "))),
            is_number=column.is_number,
            is_bar=column.is_bar,
        )
        for place, column in enumerate(columns)
    ]
    return fit_widths(needs, _console(sys.stdout).width)


def _print(renderable: Any, *, at_least: int = 0) -> None:
    console = _console(sys.stdout)
    console.width = max(console.width, at_least)
    with console.capture() as captured:
        console.print(renderable)
    for line in captured.get().splitlines():
        click.echo(line.rstrip())  # tables are padded to their width, which a pipe need not carry


def _console(stream: Any) -> Console:
    from rich.console import Console

    is_terminal = stream.isatty()
    return Console(
        file=stream,
        width=None if is_terminal else _WIDE,
        markup=False,
        highlight=False,
        emoji=False,
        legacy_windows=False,
    )


def _text(text: str) -> Text:
    from rich.text import Text

    return Text(text)


def _plain(value: object) -> object:
    """What msgspec does not know, as something it does."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, PurePath):
        return str(value)
    if hasattr(value, "item"):  # numpy's numbers
        return value.item()
    raise TypeError(f"no JSON for {type(value).__name__}")
