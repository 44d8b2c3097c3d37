"""The report as one page that needs nothing else: both languages, light and dark, print."""

from __future__ import annotations

from html import escape

from passerelle.kernel.language import N_, _
from passerelle.measure.match_report import Definition, MatchReport
from passerelle.measure.sections import report_sections
from passerelle.measure.words import caution_text, definition_title, report_headline
from passerelle.pages import (
    Article,
    Line,
    Section,
    bars_svg,
    cautions_html,
    columns_svg,
    definitions_html,
    details_html,
    facts_html,
    legend_html,
    long_date,
    number,
    parts_svg,
    render_page,
    section_html,
    share,
    table_html,
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
    return render_page(
        _("Match report as of {day}").format(day=long_date(report.as_of)),
        lambda: _article(report),
    )


def _article(report: MatchReport) -> Article:
    if report.people:
        first, *others = report_sections(report)
        body = [
            _definitions(report, first),
            cautions_html(list(map(caution_text, report.cautions))),
        ]
        body += [_section(report, section) for section in others]
        body.append(_formulas(report))
    else:
        body = [_first_steps()]
    return Article(
        eyebrow=_("As of {day}").format(day=long_date(report.as_of)),
        title=_("How much of the base can be found online"),
        headline=report_headline(report),
        footer=_(
            "Made by passerelle on {day}. Counts are of what happened before midnight, UTC."
        ).format(day=long_date(report.made_at.date())),
        facts=facts_html(_facts(report)),
        sections=body,
    )


def _facts(report: MatchReport) -> list[tuple[str, str]]:
    facts = [
        (number(report.people), _("people")),
        (number(report.households), _("households")),
        (number(sum(row.events for row in report.events)), _("events")),
    ]
    if report.receipts is not None:
        facts.append((number(report.receipts.total.receipts), _("receipts")))
    return facts


def _definitions(report: MatchReport, section: Section) -> str:
    items = []
    details = [line for line in section.lines if line.is_part]
    heads = [line for line in section.lines if not line.is_part]
    for each, head in zip(report.definitions, heads, strict=True):
        mine, details = details[: len(each.also)], details[len(each.also) :]
        items.append(_definition(each, head, mine))
    table = details_html(table_html(section))
    return section_html(section, f'<ul class="definitions">{"".join(items)}</ul>{table}')


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


def _section(report: MatchReport, section: Section) -> str:
    if section.code == "gap":
        bar = parts_svg([line.bars[0] for line in section.lines])
        return section_html(section, bar + table_html(section, swatches="g"))
    if section.code == "age":
        return section_html(section, _ages(report, section) + details_html(table_html(section)))
    if section.code == "months":
        return section_html(section, _months(report, section) + details_html(table_html(section)))
    return section_html(section, _legend(section) + table_html(section))


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
    legend = legend_html(
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
    legend = legend_html(
        [("rest", _("nobody known"))]
        + [(f"s{place}", text) for place, text in enumerate(section.legend)]
    )
    return f'{legend}{chart}<ul class="axis wide" aria-hidden="true">{labels}</ul>'


def _legend(section: Section) -> str:
    if not section.legend:
        return ""
    return legend_html([(f"s{place}", text) for place, text in enumerate(section.legend)])


def _formulas(report: MatchReport) -> str:
    devices = number(report.devices_per_person, decimals=1)
    return definitions_html(
        _("How it is counted"),
        [
            (definition_title(name), _(formula).format(devices=devices))
            for name, formula in _FORMULAS.items()
        ],
    )


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
