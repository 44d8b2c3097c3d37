"""The report as one page that needs nothing else: both languages, light and dark, print."""

from __future__ import annotations

from functools import cache
from html import escape
from importlib import resources
from string import Template

from passerelle.kernel.language import LANGUAGES, N_, _, current_language, use_language
from passerelle.measure.charts import bars_svg, columns_svg, parts_svg
from passerelle.measure.figures import long_date, number, share
from passerelle.measure.match_report import Definition, MatchReport
from passerelle.measure.sections import Line, Section, report_sections
from passerelle.measure.words import (
    caution_text,
    definition_title,
    language_name,
    report_headline,
)

_FORMULAS = {
    "claimed": N_("People ever tied to a cookie or a mobile id, divided by people."),
    "live": N_(
        "People with a device seen within its lifetime (by browser: Safari 7 days, others 13 "
        "months), divided by people. An upper bound: people clear cookies before they expire."
    ),
    "device": N_("Live devices, divided by people times the devices a person uses ({devices})."),
    "household": N_("Households with a live member, divided by households."),
    "reachable": N_(
        "For each person 1 − Π(1 − p) over their devices, added up and divided by people; p is how "
        "often devices of the same kind, age and days unseen came back in the 30 days before."
    ),
}


def render_html(report: MatchReport) -> str:
    """The report as a page, in the language in use first and in the other by a switch."""
    chosen = current_language()
    try:
        articles = [_article(report, language) for language in LANGUAGES]
    finally:
        use_language(chosen)
    return _template("report.html").substitute(
        language=chosen,
        title=escape(_page_title(report)),
        style=_file("report.css"),
        skip=escape(_("Go to the report")),
        switches="\n".join(_switch(language, language == chosen) for language in LANGUAGES),
        articles="\n".join(articles),
    )


def _article(report: MatchReport, language: str) -> str:
    use_language(language)
    if report.people:
        first, *others = report_sections(report)
        body = [_definitions(report, first), _cautions(report)]
        body += [_section(report, section) for section in others]
        body.append(_formulas(report))
    else:
        body = [_first_steps()]
    return _template("article.html").substitute(
        language=language,
        eyebrow=escape(_("As of {day}").format(day=long_date(report.as_of))),
        title=escape(_("How much of the base can be found online")),
        headline=escape(report_headline(report)),
        facts=_facts(report),
        sections="\n".join(body),
        footer=escape(
            _(
                "Made by passerelle on {day}. Counts are of what happened before midnight, UTC."
            ).format(day=long_date(report.made_at.date()))
        ),
    )


def _page_title(report: MatchReport) -> str:
    return _("Match report as of {day}").format(day=long_date(report.as_of))


def _switch(language: str, is_chosen: bool) -> str:
    checked = " checked" if is_chosen else ""
    return (
        f'<input type="radio" name="language" id="language-{language}"{checked}>'
        f'<label for="language-{language}" lang="{language}">{language_name(language)}</label>'
    )


def _facts(report: MatchReport) -> str:
    facts = [
        (number(report.people), _("people")),
        (number(report.households), _("households")),
        (number(sum(row.events for row in report.events)), _("events")),
    ]
    if report.receipts is not None:
        facts.append((number(report.receipts.total.receipts), _("receipts")))
    return "".join(f"<li><b>{escape(count)}</b> {escape(label)}</li>" for count, label in facts)


def _definitions(report: MatchReport, section: Section) -> str:
    items = []
    details = [line for line in section.lines if line.is_part]
    heads = [line for line in section.lines if not line.is_part]
    for each, head in zip(report.definitions, heads, strict=True):
        mine, details = details[: len(each.also)], details[len(each.also) :]
        items.append(_definition(each, head, mine))
    table = _details(_table(section))
    return _wrapped(section, f'<ul class="definitions">{"".join(items)}</ul>{table}')


def _definition(each: Definition, head: Line, details: list[Line]) -> str:
    part, whole, ratio, unit = head.cells
    also = "".join(
        f"<li><b>{escape(line.cells[2])}</b> {escape(line.label)}</li>" for line in details
    )
    mark = "≈ " if each.is_estimate else ""
    counted = _("{part} of {whole} {unit}").format(part=part, whole=whole, unit=unit)
    return (
        f"<li{' class=estimate' if each.is_estimate else ''}>"
        f'<div><span class="name">{escape(head.label)}</span>'
        f'<span class="meaning">{escape(head.remark)}</span></div>'
        f'<div class="detail">{bars_svg(head.bars)}<p class="count">{escape(counted)}</p>'
        f"{f'<ul class=also>{also}</ul>' if also else ''}</div>"
        f'<span class="figure">{mark}{escape(ratio)}</span></li>'
    )


def _cautions(report: MatchReport) -> str:
    if not report.cautions:
        return ""
    items = "".join(f"<li>{escape(caution_text(each))}</li>" for each in report.cautions)
    title = escape(_("Before you use these numbers"))
    return f'<aside class="cautions"><h2>{title}</h2><ul>{items}</ul></aside>'


def _section(report: MatchReport, section: Section) -> str:
    if section.code == "gap":
        bar = parts_svg([line.bars[0] for line in section.lines])
        return _wrapped(section, bar + _table(section, swatches="g"))
    if section.code == "age":
        return _wrapped(section, _ages(report, section) + _details(_table(section)))
    if section.code == "months":
        return _wrapped(section, _months(report, section) + _details(_table(section)))
    return _wrapped(section, _legend(section) + _table(section))


def _ages(report: MatchReport, section: Section) -> str:
    rows = report.breakdowns["age"]
    returned: dict[int, list[int]] = {}
    for each in report.survival:
        summed = returned.setdefault(each.age_from, [0, 0])
        summed[0] += each.devices
        summed[1] += each.returned
    shares = [
        returned[int(row.value)][1] / returned[int(row.value)][0]
        if int(row.value) in returned
        else None
        for row in rows
    ]
    chart = columns_svg([(row.devices, row.live_devices) for row in rows], shares)
    labels = "".join(
        f"<li>{escape(row.value)}<b>{escape(share(ratio, decimals=0))}</b></li>"
        for row, ratio in zip(rows, shares, strict=True)
    )
    legend = _legend_of(
        [
            ("s0", _("devices ever tied")),
            ("s1", _("of them live")),
            ("line", _("seen again within 30 days, of those as old a month before")),
        ]
    )
    return f'{legend}{chart}<ul class="axis" aria-hidden="true">{labels}</ul>'


def _months(report: MatchReport, section: Section) -> str:
    if report.receipts is None:
        return ""
    rows = report.receipts.by_month
    # One more level below the bars of the table: all sales of the month.
    chart = columns_svg(
        [
            (
                row.sales_cents,
                row.identified_sales_cents,
                row.bound_sales_cents,
                row.live_sales_cents,
            )
            for row in rows
        ]
    ).replace('class="s0"', 'class="track"')
    for level in (1, 2, 3):
        chart = chart.replace(f'class="s{level}"', f'class="s{level - 1}"')
    every = max(1, len(rows) // 6)
    labels = "".join(
        f"<li>{escape(row.label) if place % every == 0 else ''}</li>"
        for place, row in enumerate(rows)
    )
    legend = _legend_of(
        [("rest", _("nobody known"))]
        + [(f"s{place}", text) for place, text in enumerate(section.legend)]
    )
    return f'{legend}{chart}<ul class="axis wide" aria-hidden="true">{labels}</ul>'


def _legend(section: Section) -> str:
    if not section.legend:
        return ""
    return _legend_of([(f"s{place}", text) for place, text in enumerate(section.legend)])


def _legend_of(entries: list[tuple[str, str]]) -> str:
    items = "".join(
        f'<li><span class="swatch {name}"></span>{escape(text)}</li>' for name, text in entries
    )
    return f'<ul class="legend" aria-hidden="true">{items}</ul>'


def _table(section: Section, *, swatches: str = "") -> str:
    has_bars = any(line.bars for line in section.lines) and not swatches
    first, *others = section.headings
    graph = "<td></td>" if has_bars else ""
    head = "".join(f'<th scope="col">{escape(label)}</th>' for label in others)
    rows = "".join(
        _row(line, has_bars=has_bars, swatch=f"{swatches}{place}" if swatches else "")
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


def _row(line: Line, *, has_bars: bool, swatch: str) -> str:
    mark = f'<span class="swatch {swatch}"></span>' if swatch else ""
    remark = f'<span class="remark">{escape(line.remark)}</span>' if line.remark else ""
    graph = f'<td class="graph">{bars_svg(line.bars)}</td>' if has_bars else ""
    cells = "".join(f"<td>{escape(cell)}</td>" for cell in line.cells)
    kind = ' class="part"' if line.is_part else ""
    label = f"<span>{escape(line.label)}{remark}</span>"
    return f'<tr{kind}><th scope="row">{mark}{label}</th>{graph}{cells}</tr>'


def _details(table: str) -> str:
    summary = escape(_("Show the numbers"))
    return f"<details><summary>{summary}</summary>{table}</details>"


def _wrapped(section: Section, content: str) -> str:
    note = f'<p class="note">{escape(section.note)}</p>' if section.note else ""
    return (
        f'<section><h2>{escape(section.title)}</h2><p class="lead">{escape(section.lead)}</p>'
        f"{content}{note}</section>"
    )


def _formulas(report: MatchReport) -> str:
    devices = number(report.devices_per_person, decimals=1)
    items = "".join(
        f"<dt>{escape(definition_title(name))}</dt>"
        f"<dd>{escape(_(formula).format(devices=devices))}</dd>"
        for name, formula in _FORMULAS.items()
    )
    title = escape(_("How it is counted"))
    return f"<section><h2>{title}</h2><dl>{items}</dl></section>"


def _first_steps() -> str:
    steps = (
        "passerelle records import FILE --source NAME",
        "passerelle events import FILE --source NAME",
        "passerelle profiles resolve",
        "passerelle match report --html report.html",
    )
    items = "".join(f"<li><code>{escape(step)}</code></li>" for step in steps)
    title = escape(_("What to do next"))
    return f"<section><h2>{title}</h2><ol>{items}</ol></section>"


@cache
def _file(name: str) -> str:
    return (resources.files(__package__) / "templates" / name).read_text(encoding="utf-8")


def _template(name: str) -> Template:
    return Template(_file(name))
