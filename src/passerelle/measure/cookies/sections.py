"""The report on cookies in rows of words: how long they live, who is lost, what helps."""

from __future__ import annotations

from types import MappingProxyType

from passerelle.kernel.language import N_, _
from passerelle.measure.cookies.cookie_report import (
    CookieReport,
    CurveRow,
    RebindingAction,
    StandingRow,
)
from passerelle.pages import Line, Section, number, share

_STANDINGS = MappingProxyType(
    {
        "firm": N_("Surely found: a device lives with 80% or more"),
        "doubtful": N_("In doubt: between 20% and 80%"),
        "lost": N_("Lost: below 20%"),
        "never": N_("Never bound to a device of your own"),
    }
)
_ADVICE = MappingProxyType(
    {
        "firm": N_("Nothing to do now."),
        "doubtful": N_("Bind them again before they are lost: a mail with a personal link."),
        "lost": N_("A mail with a personal link, and a prompt to sign in when they come."),
        "never": N_("A mail with a personal link where there is an address."),
    }
)
_ACTIONS = MappingProxyType(
    {
        "mail_link": N_("Mail with a personal link"),
        "login_prompt": N_("Prompt to sign in, on the site"),
    }
)
_BASES = MappingProxyType(
    {"observed": N_("observed in the last 90 days"), "assumed": N_("assumed")}
)


def cookie_sections(
    report: CookieReport, kind_label: dict[str, str], browser_label: dict[str, str]
) -> tuple[Section, ...]:
    """Every section that the report has something to say in.

    Args:
        report: The report.
        kind_label: What kinds of devices are called.
        browser_label: What browsers are called.
    """
    sections = (
        _standings(report),
        _actions(report),
        _curves(report, kind_label, browser_label),
        _outlived(report, browser_label),
    )
    return tuple(section for section in sections if section.lines)


def cookie_headline(report: CookieReport) -> str:
    """The report in one sentence."""
    return _(
        "{alive} people are expected to have a live device bound to them, between {low} and {high} "
        "19 times in 20: {share} of {people}."
    ).format(
        alive=number(report.alive),
        low=number(report.low),
        high=number(report.high),
        share=share(report.alive / report.people if report.people else None),
        people=number(report.people),
    )


def _standings(report: CookieReport) -> Section:
    labels = (N_("People"), N_("Expected live"), N_("Still in 30 days"), N_("With an e-mail"))
    return Section(
        "standings",
        _("Whom to bind again"),
        _("People by the probability that a device bound to them still lives."),
        (_("Standing"), *map(_, labels)),
        tuple(_standing_line(row, report.people or 1) for row in report.standings),
        legend=(_("people"), _("expected live"), _("still in 30 days")),
    )


def _standing_line(row: StandingRow, people: int) -> Line:
    return Line(
        _(_STANDINGS[row.standing]),
        (number(row.people), number(row.alive), number(row.alive_30), number(row.with_email)),
        (row.people / people, row.alive / people, row.alive_30 / people),
        remark=_(_ADVICE[row.standing]),
    )


def _actions(report: CookieReport) -> Section:
    labels = (
        N_("People"),
        N_("Bound within 90 days"),
        N_("Basis"),
        N_("Found again"),
        N_("Between"),
    )
    return Section(
        "actions",
        _("What would bring them back"),
        _(
            "People whom each action would make found again who are not now. A prompt is assumed "
            "to bring as many as came by themselves."
        ),
        (_("Action"), *map(_, labels)),
        tuple(_action_line(row) for row in report.actions if row.people),
        texts=(2,),
    )


def _action_line(row: RebindingAction) -> Line:
    return Line(
        _(_ACTIONS[row.action]),
        (
            number(row.people),
            share(row.rate),
            _(_BASES[row.basis]),
            number(row.expected),
            f"{number(row.low)} – {number(row.high)}",
        ),
        (row.expected / (row.people or 1),),
    )


def _curves(
    report: CookieReport, kind_label: dict[str, str], browser_label: dict[str, str]
) -> Section:
    labels = (
        N_("Devices"), N_("Expected live"), N_("Between"), N_("Half live (days)"),
        N_("Live at 7 days"), N_("30 days"), N_("90 days"), N_("180 days"), N_("365 days"),
    )  # fmt: skip
    return Section(
        "lives",
        _("How long devices live"),
        _("Learned from when they were seen; a device not seen again may be dead, or rarely used."),
        (_("Device"), *map(_, labels)),
        tuple(
            _curve_line(
                row, f"{kind_label.get(row.kind, row.kind)}, {browser_label.get(row.browser, '')}"
            )
            for row in report.curves
        ),
        note=_("Shares of devices that live longer than so many days since they were first seen."),
    )


def _curve_line(row: CurveRow, label: str) -> Line:
    shares = {point.age: point.share for point in row.points}
    return Line(
        label,
        (
            number(row.devices),
            number(row.alive),
            f"{number(row.low)} – {number(row.high)}",
            number(row.median_life),
            *(share(shares.get(age), decimals=0) for age in (7, 30, 90, 180, 365)),
        ),
        (row.alive / (row.devices or 1),),
    )


def _outlived(report: CookieReport, browser_label: dict[str, str]) -> Section:
    labels = (N_("Rule (days)"), N_("Seen twice"), N_("Came back later"))
    return Section(
        "outlived",
        _("Rules of life that do not hold here"),
        _(
            "Devices came back after the days that their rule gives them: your site sets its "
            "cookies another way. Say so in lifetimes.toml."
        ),
        (_("Browser"), *map(_, labels)),
        tuple(
            Line(
                browser_label.get(row.browser, row.browser),
                (number(row.days_unseen), number(row.devices), number(row.outlived)),
            )
            for row in report.outlived
        ),
    )
