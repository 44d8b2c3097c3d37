"""The quality report as one page that needs nothing else: both languages, light and dark, print."""

from __future__ import annotations

from html import escape

from passerelle.kernel.language import _
from passerelle.measure.quality.quality_report import ChannelReach, QualityReport
from passerelle.measure.quality.sections import quality_sections
from passerelle.measure.quality.words import (
    channel_label,
    quality_heading,
    quality_headline,
)
from passerelle.pages import (
    Article,
    Section,
    cautions_html,
    details_html,
    facts_html,
    legend_html,
    long_date,
    number,
    parts_svg,
    readable,
    render_page,
    section_html,
    share,
    table_html,
)

_STYLE = """
.channels { list-style: none; margin: 0 0 1rem; padding: 0; }
.channels li { display: grid; grid-template-columns: 6rem minmax(0, 1fr) 5rem; gap: 1rem; align-items: center; padding: .35rem 0; }
.channels .chart-parts { margin: 0; }
.channels b { text-align: right; font-size: 1.2rem; }
.findings td, .addresses td:last-child, .shapes td, .frequent td, .changes td, .gains td:last-child { text-align: left; }
.findings td:nth-of-type(2), .findings td:nth-of-type(3), .frequent td:nth-of-type(2), .frequent td:nth-of-type(3), .changes td:last-child { text-align: right; white-space: nowrap; }
.findings thead th, .addresses thead th:last-child, .shapes thead th, .frequent thead th, .changes thead th, .gains thead th:last-child { text-align: left; }
.columns tbody th { width: 26%; }
.columns tbody th, .findings tbody th, .shapes tbody th { min-width: 7.5rem; overflow-wrap: break-word; }
.findings td:nth-of-type(4) { min-width: 14rem; }
.gains tbody th, .addresses tbody th, .address_gains tbody th { width: 46%; }
.shapes td { white-space: pre-wrap; font-family: ui-monospace, monospace; font-size: .85em; overflow-wrap: anywhere; }
@media (max-width: 40rem) {
  .channels li { grid-template-columns: 5rem minmax(0, 1fr) 4.2rem; gap: .5rem; }
  .channels b { font-size: 1.05rem; }
}
"""  # noqa: E501 - a rule of CSS a line


def render_quality_html(report: QualityReport) -> str:
    """The report as a page, in the language in use first and in the other by a switch."""
    return render_page(quality_heading(report), lambda: _article(report), style=_STYLE)


def _article(report: QualityReport) -> Article:
    day = long_date(report.made_at.date())
    place = report.source or ", ".join(readable(part.name) for part in report.parts)
    notes = [readable(note, most=200) for part in report.parts for note in part.notes]
    return Article(
        eyebrow=place,
        title=_("How good the customer data are"),
        headline=quality_headline(report),
        footer=_(
            "Made by passerelle on {day}. Values are masked; row numbers lead to them."
        ).format(day=day),
        facts=facts_html(
            [
                (number(report.rows), _("rows")),
                (number(report.customers.customers), _("customers")),
                (number(len(report.columns)), _("columns")),
                (number(report.customers.surplus), _("repeated rows")),
            ]
        ),
        sections=[
            cautions_html(notes),
            *(_section(report, section) for section in quality_sections(report)),
        ],
    )


def _section(report: QualityReport, section: Section) -> str:
    if section.code == "reach":
        return section_html(section, _channels(report) + details_html(table_html(section)))
    legend = legend_html([(f"s{place}", text) for place, text in enumerate(section.legend)])
    if section.code == "shapes":
        return section_html(section, details_html(table_html(section)))
    return section_html(section, (legend if section.legend else "") + table_html(section))


def _channels(report: QualityReport) -> str:
    whole = report.customers.customers or 1
    legend = legend_html(
        [
            ("g0", _("reached now")),
            ("g1", _("once mended")),
            ("g2", _("said, but not usable")),
            ("g4", _("nothing said")),
        ]
    )
    items = "".join(_channel(each, whole) for each in report.reach)
    return f'{legend}<ul class="channels">{items}</ul>'


def _channel(each: ChannelReach, whole: int) -> str:
    # The fourth colour of the bar is left out: it is too near the third to be told from it.
    parts = [each.now, each.mendable, each.unusable, 0, each.missing]
    bar = parts_svg([part / whole for part in parts])
    return (
        f"<li><span>{escape(channel_label(each.channel))}</span>{bar}"
        f"<b>{escape(share(each.now / whole))}</b></li>"
    )
