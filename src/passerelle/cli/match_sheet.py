"""The match report as aligned tables: a summary that fits a screen, then what it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from passerelle.cli.output import Column, print_fields, print_table, show_share
from passerelle.kernel.language import _

if TYPE_CHECKING:
    from passerelle.measure import MatchFiles, MatchReport
    from passerelle.pages import Line, Section

_BAR_CELLS = 20
_WITH_REMARKS = ("gap", "gains", "columns")  # sections whose remarks are worth a wide terminal
_EIGHTHS = " ▏▎▍▌▋▊▉"


def print_match_report(report: MatchReport) -> None:
    """Print the whole report."""
    from passerelle.measure import caution_text, report_heading, report_headline, report_sections

    click.echo(report_heading(report))
    if not report.people:
        for line in _first_steps():
            click.echo(line)
        return
    click.echo(report_headline(report))
    summary, *rest = report_sections(report)
    print_section(summary)
    for caution in report.cautions:
        click.echo(f"! {caution_text(caution)}")
    for section in rest:
        print_section(section)
    click.echo("\n" + _("Every definition and formula: docs/reference/match-definitions.md"))


def print_match_files(made: MatchFiles) -> None:
    """Print what matching two files came to."""
    left = made.left_values
    print_fields(
        [
            (_("values on the left"), left),
            (_("rows on the left"), made.left_rows),
            (_("rows on the right"), made.right_rows),
            (_("values matched"), made.matched_values),
            (_("match rate"), show_share(made.matched_values / left if left else None)),
            (_("rows written"), made.pairs),
            (_("written to"), made.out),
        ]
    )


def _first_steps() -> tuple[str, ...]:
    return (
        _("There is nobody in the base yet. Next:"),
        "  passerelle records import FILE --source NAME",
        "  passerelle events import FILE --source NAME",
        "  passerelle profiles resolve",
        _("Or see it all on an invented retailer: passerelle demo"),
    )


def print_section(section: Section) -> None:
    """Print one section of a report as a table."""
    first, *others = section.headings
    has_bars = any(line.bars for line in section.lines)
    has_remarks = any(line.remark for line in section.lines) and section.code in (
        "gap",
        "gains",
        "columns",
        "standings",
    )
    columns: list[Column | str] = [first, *(Column(label, is_number=True) for label in others)]
    if has_bars:
        columns.insert(1, Column("", is_bar=True))
    if has_remarks:
        columns.append("")
    print_table(
        columns,
        [_row(line, has_bars=has_bars, has_remarks=has_remarks) for line in section.lines],
        title=section.title,
    )
    if section.note:
        click.echo(section.note)


def _row(line: Line, *, has_bars: bool, has_remarks: bool) -> tuple[str, ...]:
    label = f"  {line.label}" if line.is_part else line.label
    bar = (bar_text(line.bars[0] if line.bars and not line.is_part else 0.0),) if has_bars else ()
    return (label, *bar, *line.cells, *((line.remark,) if has_remarks else ()))


def bar_text(ratio: float) -> str:
    """A bar as long as a share of its twenty cells, to an eighth of one.

    >>> bar_text(0.5), bar_text(0.0)
    ('██████████', '')
    """
    eighths = round(max(0.0, min(ratio, 1.0)) * _BAR_CELLS * 8)
    full, rest = divmod(eighths, 8)
    return "█" * full + (_EIGHTHS[rest] if rest else "")
