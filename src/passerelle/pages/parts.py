"""Parts of a page as HTML: facts, cautions, sections, legends, tables with a chart in each row.

All of them take texts, whatever is in them, and give HTML.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape

from passerelle.kernel.language import _
from passerelle.pages.charts import bars_svg
from passerelle.pages.sections import Line, Section


def facts_html(facts: Iterable[tuple[str, str]]) -> str:
    """Items of a list: a number and what it counts."""
    return "".join(f"<li><b>{escape(count)}</b> {escape(label)}</li>" for count, label in facts)


def cautions_html(cautions: Sequence[str]) -> str:
    """What to know before using the numbers; nothing if there is nothing to know."""
    if not cautions:
        return ""
    items = "".join(f"<li>{escape(each)}</li>" for each in cautions)
    title = escape(_("Before you use these numbers"))
    return f'<aside class="cautions"><h2>{title}</h2><ul>{items}</ul></aside>'


def section_html(section: Section, content: str) -> str:
    """A section with its title, its lead and its note around some HTML."""
    note = f'<p class="note">{escape(section.note)}</p>' if section.note else ""
    return (
        f'<section><h2>{escape(section.title)}</h2><p class="lead">{escape(section.lead)}</p>'
        f"{content}{note}</section>"
    )


def definitions_html(title: str, definitions: Iterable[tuple[str, str]]) -> str:
    """A section of terms and what they mean."""
    items = "".join(
        f"<dt>{escape(term)}</dt><dd>{escape(meaning)}</dd>" for term, meaning in definitions
    )
    return f"<section><h2>{escape(title)}</h2><dl>{items}</dl></section>"


def legend_html(entries: Iterable[tuple[str, str]]) -> str:
    """What the colours of a chart mean: name of the swatch, and text."""
    items = "".join(
        f'<li><span class="swatch {name}"></span>{escape(text)}</li>' for name, text in entries
    )
    return f'<ul class="legend" aria-hidden="true">{items}</ul>'


def table_html(section: Section, *, swatches: str = "", graphs: Sequence[str] = ()) -> str:
    """A section's lines as a table.

    Args:
        section: The lines, and what the table is called.
        swatches: Beside each label, a swatch of this family instead of bars.
        graphs: A chart for each line, instead of its bars.
    """
    has_bars = any(line.bars for line in section.lines) and not swatches
    charts = graphs or ([bars_svg(line.bars) for line in section.lines] if has_bars else ())
    first, *others = section.headings
    graph = "<td></td>" if charts else ""
    head = "".join(f'<th scope="col">{escape(label)}</th>' for label in others)
    rows = "".join(
        _row(
            line,
            chart=charts[place] if charts else None,
            swatch=f"{swatches}{place}" if swatches else "",
        )
        for place, line in enumerate(section.lines)
    )
    width = " narrow" if len(others) <= 3 else ""
    name = escape(section.title)
    return (
        f'<div class="scroll{width}" tabindex="0" role="region" aria-label="{name}">'
        f'<table class="{section.code}"><caption class="unseen">{name}</caption>'
        f'<thead><tr><th scope="col">{escape(first)}</th>{graph}{head}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def details_html(content: str) -> str:
    """Something that a reader opens: the numbers behind a chart."""
    summary = escape(_("Show the numbers"))
    return f"<details><summary>{summary}</summary>{content}</details>"


def _row(line: Line, *, chart: str | None, swatch: str) -> str:
    mark = f'<span class="swatch {swatch}"></span>' if swatch else ""
    remark = f'<span class="remark">{escape(line.remark)}</span>' if line.remark else ""
    graph = "" if chart is None else f'<td class="graph">{chart}</td>'
    cells = "".join(f"<td>{escape(cell)}</td>" for cell in line.cells)
    kind = ' class="part"' if line.is_part else ""
    label = f"<span>{escape(line.label)}{remark}</span>"
    return f'<tr{kind}><th scope="row">{mark}{label}</th>{graph}{cells}</tr>'
