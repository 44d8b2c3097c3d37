"""The report of a linkage as one page that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from html import escape
from importlib import resources
from math import sqrt

from passerelle.kernel.language import N_, _
from passerelle.linkage.relation_names import relation_name
from passerelle.linkage.report.linkage_report import LinkageReport, PairStory, WeightHistogram
from passerelle.linkage.report.sections import (
    bridges_section,
    columns_section,
    doubtful_section,
    examples_section,
    files_section,
    histogram_section,
    household_sizes_section,
    people_sizes_section,
    quality_section,
    rules_section,
    silent_section,
    story_section,
    weights_section,
)
from passerelle.linkage.report.words import cautions, chance, headline
from passerelle.pages import (
    Article,
    Section,
    balance_svg,
    cautions_html,
    definitions_html,
    details_html,
    facts_html,
    legend_html,
    long_date,
    number,
    readable,
    render_page,
    section_html,
    skyline_svg,
    step_svg,
    table_html,
)

_TICKS = 6  # values below the histogram, about
_FORMULAS = (
    (
        N_("Match weight"),
        N_(
            "Log2 of the odds that two records are one person's. It is what one knows before "
            "comparing (few pairs of all are one person's) plus the bits of each field."
        ),
    ),
    (
        N_("Bits of a field"),
        N_(
            "Log2 of how often one person's records reach the level, divided by how often "
            "unrelated records do. A rare value says more than a frequent one."
        ),
    ),
    (
        N_("Estimated precision"),
        N_(
            "Mean probability of the links whose two records ended as one person's. No label is "
            "used: it is right as far as the probabilities are."
        ),
    ),
    (
        N_("Estimated recall"),
        N_(
            "Sum of the probabilities of those links, divided by the sum over all pairs compared. "
            "Pairs that no blocking rule found are not counted."
        ),
    ),
    (
        N_("Link and person"),
        N_(
            "A link is a pair that is rather one person's than not. Linked records become one "
            "person while the evidence between them speaks for it on average, so a few links are "
            "not followed."
        ),
    ),
)


def render_linkage_report(report: LinkageReport) -> str:
    """The report as a page, in the language in use first and in the other by a switch."""
    return render_page(
        _("Linkage report of {day}").format(day=long_date(report.made_at.date())),
        lambda: _article(report),
        style=_style(),
    )


def _article(report: LinkageReport) -> Article:
    day = long_date(report.made_at.date())
    totals = report.totals
    return Article(
        eyebrow=_("Linked on {day}").format(day=day),
        title=_("Which records are one person's"),
        headline=headline(report),
        footer=_("Made by passerelle on {day}. This page holds personal data.").format(day=day),
        facts=facts_html(
            [
                (number(totals.records), _("records")),
                (number(totals.pairs_compared), _("pairs compared")),
                (number(totals.links), _("links")),
                (number(totals.people), _("people")),
                (number(totals.households), _("households")),
                (number(totals.duplicates), _("duplicates")),
            ]
        ),
        sections=[
            cautions_html(cautions(report)),
            *_found(report),
            *_quality(report),
            *_details(report),
            definitions_html(
                _("How it is counted"), [(_(term), _(meaning)) for term, meaning in _FORMULAS]
            ),
        ],
    )


def _found(report: LinkageReport) -> Iterable[str]:
    """What a reader of the customer base wants to know."""
    yield _part(_("What was found"))
    yield _tabled(files_section(report))
    yield _tabled(people_sizes_section(report))
    yield _tabled(household_sizes_section(report))


def _quality(report: LinkageReport) -> Iterable[str]:
    """How far to trust it."""
    yield _part(_("How far to trust it"))
    if report.quality.kept:
        yield _tabled(quality_section(report))
    yield section_html(doubtful_section(report), _stories(report.doubtful.nearest))
    yield _tabled(bridges_section(report))
    if report.examples:
        yield section_html(examples_section(report), _stories(report.examples))


def _details(report: LinkageReport) -> Iterable[str]:
    """What a data engineer wants to know."""
    yield _part(_("For the data engineer"))
    if report.totals.pairs_compared:
        section = histogram_section(report)
        yield section_html(section, _skylines(report.histogram) + details_html(table_html(section)))
    yield _weights(report)
    yield _tabled(silent_section(report))
    yield _tabled(rules_section(report))
    yield _tabled(columns_section(report))


def _part(title: str) -> str:
    return f'<p class="part-title">{escape(title)}</p>'


def _tabled(section: Section) -> str:
    legend = legend_html((f"s{at}", text) for at, text in enumerate(section.legend))
    table = table_html(section) if section.lines else ""
    return section_html(section, (legend if section.legend else "") + table)


def _weights(report: LinkageReport) -> str:
    section = weights_section(report)
    weights = [
        [level.person, *([] if level.household is None else [level.household])]
        for each in report.fields
        for level in each.levels
    ]
    most = max((abs(weight) for each in weights for weight in each), default=1.0) or 1.0
    drawn = iter(weights)
    graphs = [balance_svg(next(drawn), most=most) if line.is_part else "" for line in section.lines]
    legend = legend_html((f"r{at}", text) for at, text in enumerate(section.legend))
    return section_html(section, legend + table_html(section, graphs=graphs))


def _skylines(histogram: WeightHistogram) -> str:
    """A histogram for each relation, below each other on the same axis."""
    bins = len(histogram.counts)
    mark = -histogram.start / (bins * histogram.width)
    rows = []
    for relation, name in enumerate(histogram.relations):
        counts = [row[relation] for row in histogram.counts]
        most = max(counts) or 1
        label = escape(relation_name(name, say=_))
        total = escape(_("{count} pairs").format(count=number(sum(counts))))
        chart = skyline_svg([sqrt(count / most) for count in counts], level=relation, mark=mark)
        rows.append(f"<p><b>{label}</b>{total}</p>{chart}")
    return f'<div class="skylines">{"".join(rows)}{_ticks(histogram)}</div>'


def _ticks(histogram: WeightHistogram) -> str:
    wide = len(histogram.counts) * histogram.width
    step = max(10.0, 10.0 * round(wide / _TICKS / 10))
    first = -int(-histogram.start // step) * step
    values = [first + at * step for at in range(int(wide // step) + 1)]
    spans = "".join(
        f"<span{' class=edge' if value == 0 else ''} "
        f'style="left:{100 * (value - histogram.start) / wide:.2f}%">{escape(number(value))}</span>'
        for value in values
        if value <= histogram.start + wide
    )
    return f'<div class="ticks" aria-hidden="true">{spans}</div>'


def _stories(stories: Iterable[PairStory]) -> str:
    items = "".join(f"<li>{_story(each)}</li>" for each in stories)
    if not items:
        return ""
    legend = legend_html(
        [("more", _("speaks for")), ("less", _("speaks against")), ("line", _("so far"))]
    )
    return f'{legend}<ul class="stories">{items}</ul>'


def _story(story: PairStory) -> str:
    section = story_section(story)
    so_far = story.explanation.so_far
    lowest, highest = min(0.0, *so_far), max(0.0, *so_far)
    graphs = [
        step_svg(before, after, lowest=lowest, highest=highest)
        for before, after in zip((0.0, *so_far), so_far, strict=False)
    ]
    verdict = _("kept together") if story.is_together else _("kept apart")
    relation = relation_name(story.relation, say=_)
    names = " – ".join(f"<bdi>{escape(readable(each))}</bdi>" for each in (story.left, story.right))
    return (
        f"<details><summary><b>{escape(chance(story.match_probability))}</b>"
        f'<span class="names">{names}</span>'
        f'<span class="verdict">{escape(relation)}, {escape(verdict)}</span></summary>'
        f"{_chances(story)}{table_html(section, graphs=graphs)}</details>"
    )


def _chances(story: PairStory) -> str:
    items = "".join(
        f"<li><b>{escape(chance(probability))}</b> {escape(relation_name(name, say=_))}</li>"
        for name, probability in story.explanation.probabilities.items()
    )
    return f'<ul class="chances">{items}</ul>'


@cache
def _style() -> str:
    return (resources.files(__package__) / "linkage.css").read_text(encoding="utf-8")
