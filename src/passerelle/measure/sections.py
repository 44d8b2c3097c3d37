"""The report as sections of rows in words: what the terminal prints and the page shows alike."""

from __future__ import annotations

from collections.abc import Iterable

from passerelle.kernel.language import N_, _
from passerelle.measure.cookies.cookie_report import CookieReport
from passerelle.measure.cookies.sections import cookie_sections
from passerelle.measure.match_report import (
    BreakdownRow,
    MatchReport,
    ReceiptRow,
    Share,
)
from passerelle.measure.truth_report import TruthReport
from passerelle.measure.words import (
    also_label,
    definition_meaning,
    definition_title,
    dimension_label,
    dimension_title,
    gap_advice,
    gap_label,
    unit_label,
    value_label,
)
from passerelle.pages import Line, Section, amount, number, share

FEW = 30
"""Rows about fewer people than this say little; they are marked with a star."""


def report_sections(report: MatchReport) -> tuple[Section, ...]:
    """Every section that the report has something to say in, in the order of reading."""
    sections = [
        _definitions(report),
        _gap(report),
        _reach(report),
        *cookie_sections_of(report.cookies),
        *_breakdowns(report),
        _device_counts(report),
        _sources(report),
        *_receipts(report),
        _events(report),
        *_truth(report),
    ]
    return tuple(section for section in sections if section.lines)


def cookie_sections_of(report: CookieReport) -> tuple[Section, ...]:
    """The sections on the lives of devices, in the words of the match report."""
    kinds = {row.kind for row in report.curves}
    browsers = {row.browser for row in report.curves} | {row.browser for row in report.outlived}
    return cookie_sections(
        report,
        {kind: value_label("type", kind) for kind in kinds},
        {browser: value_label("browser", browser) for browser in browsers},
    )


def _definitions(report: MatchReport) -> Section:
    lines = []
    for each in report.definitions:
        mark = "≈ " if each.is_estimate else ""
        cells = (*_share_cells(each.share, mark), unit_label(each))
        lines.append(
            Line(
                definition_title(each.name),
                cells,
                (each.share.ratio or 0.0,),
                remark=definition_meaning(each.name),
            )
        )
        lines += [
            Line(
                also_label(name), (*_share_cells(also, ""), ""), (also.ratio or 0.0,), is_part=True
            )
            for name, also in each.also.items()
        ]
    reach = report.definition("reachable").share
    note = _("≈ estimated. Reachable lies between {low} and {high} people, 19 times in 20.").format(
        low=number(reach.low or 0), high=number(reach.high or 0)
    )
    return Section(
        "definitions",
        _("Five ways to say matched"),
        _("Each answers another question; none is wrong, and no two compare."),
        (_("Definition"), _("Matched"), _("Of"), _("Share"), _("Counted")),
        tuple(lines),
        note=note,
    )


def _share_cells(given: Share, mark: str) -> tuple[str, str, str]:
    return mark + number(given.part), number(given.whole), share(given.ratio)


def _gap(report: MatchReport) -> Section:
    people = report.people or 1
    return Section(
        "gap",
        _("Where everybody stands"),
        _("Each person is in one row: what keeps them away, and what would bring them."),
        (_("People, by what keeps them away"), _("People"), _("Share")),
        tuple(
            Line(
                gap_label(row.reason),
                (number(row.people), share(row.people / people)),
                (row.people / people,),
                remark=gap_advice(row.reason),
            )
            for row in report.gap
        ),
    )


def _reach(report: MatchReport) -> Section:
    labels = (N_("Expected after"), N_("Between"), N_("Share"), N_("Seen before"), N_("Share"))
    return Section(
        "reach",
        _("Who comes back"),
        _(
            "The forecast looks forward from the date; beside it, the people who were seen in as "
            "many days before it."
        ),
        (_("Within"), *map(_, labels)),
        tuple(
            Line(
                _("{days} days").format(days=row.days),
                (
                    number(row.predicted.part),
                    f"{number(row.predicted.low or 0)} – {number(row.predicted.high or 0)}",
                    share(row.predicted.ratio),
                    number(row.realised.part),
                    share(row.realised.ratio),
                ),
                (row.predicted.ratio or 0.0,),
            )
            for row in report.reach
        ),
    )


_BREAKDOWN_LEADS = {
    "type": N_("What a person is recognised by."),
    "evidence": N_("What proved that a device is a person's."),
    "source": N_("Which source brought the proof."),
    "browser": N_("What the devices run: browsers differ in how long they keep a cookie."),
    "age": N_("Devices by the days since they were first seen, and how many still live."),
    "consent": N_("What the devices last said about data for advertising."),
}


def _breakdowns(report: MatchReport) -> Iterable[Section]:
    labels = (
        N_("Devices"), N_("Live devices"), N_("People"), N_("Share"), N_("Live people"),
        N_("Only so"), N_("Expected in 30 days"),
    )  # fmt: skip
    for dimension in ("type", "evidence", "source", "browser", "age", "consent"):
        rows = report.breakdowns.get(dimension, ())
        if {row.value for row in rows} == {"unstated"}:
            continue
        most = max((row.people for row in rows), default=1) or 1
        yield Section(
            dimension,
            dimension_title(dimension),
            _(_BREAKDOWN_LEADS[dimension]),
            (dimension_label(dimension), *map(_, labels)),
            tuple(_breakdown_line(dimension, row, report.people or 1, most) for row in rows),
            legend=(_("people ever tied"), _("live"), _("expected in 30 days")),
            note=_few_note(rows),
        )


def _breakdown_line(dimension: str, row: BreakdownRow, people: int, most: int) -> Line:
    return Line(
        value_label(dimension, row.value) + (" *" if row.people < FEW else ""),
        (
            number(row.devices),
            number(row.live_devices),
            number(row.people),
            share(row.people / people),
            number(row.live_people),
            number(row.only_people),
            number(row.reach_30),
        ),
        (row.people / most, row.live_people / most, row.reach_30 / most),
    )


def _few_note(rows: Iterable[BreakdownRow]) -> str:
    if any(row.people < FEW for row in rows):
        return _("* fewer than {few} people: too few for a share.").format(few=FEW)
    return ""


def _device_counts(report: MatchReport) -> Section:
    labels = (
        N_("People"), N_("Share"), N_("One live"), N_("Several live"), N_("Seen in 30 days"),
        N_("Expected in 30 days"),
    )  # fmt: skip
    most = max((row.people for row in report.device_counts), default=1) or 1
    return Section(
        "device_counts",
        _("One device or several"),
        _("People by how many devices they were ever tied to."),
        (_("Devices"), *map(_, labels)),
        tuple(
            Line(
                f"{row.devices}+" if row.devices == 5 else str(row.devices),
                (
                    number(row.people),
                    share(row.people / (report.people or 1)),
                    number(row.one_live_people),
                    number(row.several_live_people),
                    number(row.seen_people),
                    number(row.reach_30),
                ),
                (row.people / most, row.live_people / most, row.reach_30 / most),
            )
            for row in report.device_counts
        ),
        legend=(_("people"), _("live"), _("expected in 30 days")),
    )


def _sources(report: MatchReport) -> Section:
    labels = (
        N_("Records"), N_("People"), N_("Claimed"), N_("Live"), N_("Seen in 30 days"),
        N_("Expected in 30 days"),
    )  # fmt: skip
    return Section(
        "sources",
        _("By where people are known"),
        _("Of the people whom each file holds, how many are found online."),
        (_("Known to"), *map(_, labels)),
        tuple(
            Line(
                row.source,
                (
                    number(row.records),
                    number(row.people),
                    *(
                        share(part / row.people)
                        for part in (
                            row.bound_people,
                            row.live_people,
                            row.seen_people,
                            row.reach_30,
                        )
                    ),
                ),
                tuple(
                    part / row.people for part in (row.bound_people, row.live_people, row.reach_30)
                ),
            )
            for row in report.sources
        ),
        legend=(_("claimed"), _("live"), _("expected in 30 days")),
    )


def _receipts(report: MatchReport) -> Iterable[Section]:
    receipts = report.receipts
    if receipts is None:
        return
    labels = (
        N_("Count"), N_("Name somebody"), N_("Identified"), N_("Sales"), N_("Sales identified"),
        N_("Net identified"), N_("Sales of people tied"), N_("Sales of people live"),
    )  # fmt: skip
    legend = (_("identified"), _("of people ever tied online"), _("of people live online"))
    yield Section(
        "receipts",
        _("Receipts and revenue"),
        _(
            "How much of what is sold is a known person's, and how much belongs to people who can "
            "also be found online: the two ends of the bridge."
        ),
        (_("Channel"), *map(_, labels)),
        tuple(
            _receipt_line(label, row, receipts.currency)
            for label, row in (
                (_("all"), receipts.total),
                *((value_label("channel", row.label), row) for row in receipts.by_channel),
            )
        ),
        legend=legend,
    )
    yield Section(
        "months",
        _("Receipts, month by month"),
        _("Share of the sales of each month."),
        (_("Month"), *map(_, labels)),
        tuple(_receipt_line(row.label, row, receipts.currency) for row in receipts.by_month),
        legend=legend,
    )


def _receipt_line(label: str, row: ReceiptRow, currency: str) -> Line:
    sales = row.sales_cents
    parts = (row.identified_sales_cents, row.bound_sales_cents, row.live_sales_cents)
    return Line(
        label,
        (
            number(row.receipts),
            share(_ratio(row.naming_receipts, row.receipts)),
            share(_ratio(row.identified_receipts, row.receipts)),
            amount(sales, currency),
            share(_ratio(row.identified_sales_cents, sales)),
            share(_ratio(row.identified_net_cents, row.net_cents)),
            share(_ratio(row.bound_sales_cents, sales)),
            share(_ratio(row.live_sales_cents, sales)),
        ),
        tuple(_ratio(part, sales) or 0.0 for part in parts),
    )


def _events(report: MatchReport) -> Section:
    return Section(
        "events",
        _("Events of people known"),
        _("Of what happens online, how much is a known person's. Robots are left out."),
        (_("Source"), _("Events"), _("By people known"), _("Share")),
        tuple(
            Line(
                row.source,
                (
                    number(row.events),
                    number(row.known_events),
                    share(_ratio(row.known_events, row.events)),
                ),
                (_ratio(row.known_events, row.events) or 0.0,),
            )
            for row in report.events
        ),
    )


def _truth(report: MatchReport) -> Iterable[Section]:
    truth = report.truth
    if truth is None:
        return
    yield _truth_rates(truth)
    yield _truth_pairs(truth)
    yield _truth_devices(truth)
    yield _truth_reach(truth)
    yield _truth_lives(truth)


def _truth_rates(truth: TruthReport) -> Section:
    return Section(
        "truth_rates",
        _("Against the truth"),
        _("Rates that rest on the site's own cookies, beside what a report that knows all says."),
        (_("Definition"), _("Report"), _("Truth")),
        tuple(
            Line(
                definition_title(row.definition),
                (share(row.reported), share(row.true)),
                (row.true,),
            )
            for row in truth.rates
        ),
    )


def _truth_pairs(truth: TruthReport) -> Section:
    names = {
        "all": _("records, all sources"),
        "households": _("people of one household"),
        "addressed_households": _("people of one household, addresses known"),
    }
    return Section(
        "truth_pairs",
        _("Pairs put together"),
        _(
            "Precision: of the pairs put together, those that are right. Recall: of the true "
            "pairs, those found. F1: the harmonic mean of both."
        ),
        (
            _("Pairs"),
            *map(_, (N_("True"), N_("Found"), N_("Right"), N_("Precision"), N_("Recall"))),
            "F1",
        ),
        tuple(
            Line(
                names.get(row.label, row.label),
                (
                    number(row.true_pairs),
                    number(row.found_pairs),
                    number(row.right_pairs),
                    share(row.precision),
                    share(row.recall),
                    share(row.f1),
                ),
                (row.recall or 0.0,),
            )
            for row in (*truth.pairs, truth.households, truth.addressed_households)
        ),
    )


def _truth_devices(truth: TruthReport) -> Section:
    labels = (
        N_("Devices"), N_("To the right person"), N_("Alive by rule"), N_("Alive in truth"),
        N_("Both"),
    )  # fmt: skip
    return Section(
        "truth_devices",
        _("Devices tied, and whether they live"),
        _("Whether a device was tied to its main owner, and whether the rule of life was right."),
        (_("Type of identifier"), *map(_, labels)),
        tuple(
            Line(
                value_label("type", row.kind),
                (
                    number(row.devices),
                    share(_ratio(row.right_devices, row.devices)),
                    number(row.alive_devices),
                    number(row.truly_alive_devices),
                    number(row.rightly_alive_devices),
                ),
            )
            for row in truth.devices
        ),
    )


def _truth_reach(truth: TruthReport) -> Section:
    return Section(
        "truth_reach",
        _("The forecast, judged"),
        _("People expected within 30 days, beside those who came."),
        (_("Measure"), _("Value")),
        (
            Line(_("people compared"), (number(truth.reach.people),)),
            Line(_("expected back"), (number(truth.reach.predicted),)),
            Line(_("came back"), (number(truth.reach.came_back),)),
            Line(_("Brier score (0 is perfect)"), (number(truth.reach.brier, decimals=4),)),
            Line(_("calibration error"), (share(truth.reach.calibration_error),)),
        ),
    )


def _truth_lives(truth: TruthReport) -> Section:
    labels = (
        N_("Devices"), N_("Expected live"), N_("Live in truth"), N_("Brier score (0 is perfect)"),
        N_("Calibration error"),
    )  # fmt: skip
    return Section(
        "truth_lives",
        _("Probabilities of living, judged"),
        _("Devices expected to be alive, beside those that are."),
        (_("Type of identifier"), *map(_, labels)),
        tuple(
            Line(
                value_label("type", row.kind),
                (
                    number(row.devices),
                    number(row.predicted),
                    number(row.lived),
                    number(row.brier, decimals=4),
                    share(row.calibration_error),
                ),
            )
            for row in truth.lives
        ),
    )


def _ratio(part: float, whole: float) -> float | None:
    return part / whole if whole else None
