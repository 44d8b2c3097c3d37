"""All that is known of a person as one page to read, in French and English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from passerelle.consent.rights.access_data import TITLES, AccessData
from passerelle.kernel.language import N_, _, current_language
from passerelle.pages import (
    Article,
    Line,
    Section,
    facts_html,
    long_date,
    number,
    readable,
    render_page,
    section_html,
    table_html,
)

_MOST_ROWS = 500  # of a section on the page; the archive's files have all
_LONGEST = 300

_LEADS = {
    "golden_record": N_("Of all that was said, the values that we use, and why these."),
    "evidence": N_("Each line is a reason to believe that two of them are one person's."),
    "household": N_("Other people are counted, never named."),
    "logic": N_("What is concluded about you, and how."),
}


def render_access_page(
    data: AccessData, sections: Mapping[str, Sequence[Mapping[str, Any]]]
) -> str:
    """The page, in the language in use first and in the other by a switch."""
    return render_page(_("What we know about you"), lambda: _article(data, sections))


def _article(data: AccessData, sections: Mapping[str, Sequence[Mapping[str, Any]]]) -> Article:
    day = long_date(data.made_at.date())
    counts = [(number(len(rows)), _(TITLES[name])) for name, rows in sections.items() if rows]
    return Article(
        eyebrow=_("Your data"),
        title=_("What we know about you"),
        headline=_("As of {day}.").format(day=day),
        footer=_("The files beside this page say the same to programs."),
        facts=facts_html(counts),
        sections=[_section(name, rows) for name, rows in sections.items()],
    )


def _section(name: str, rows: Sequence[Mapping[str, Any]]) -> str:
    lead = _(_LEADS[name]) if name in _LEADS else ""
    if not rows:
        section = Section(name, _(TITLES[name]), _("Nothing."), (), ())
        return section_html(section, "")
    note = ""
    if len(rows) > _MOST_ROWS:
        note = _("The first {count} of {all}; the archive has all.").format(
            count=number(_MOST_ROWS), all=number(len(rows))
        )
    headings = tuple(_heading(each) for each in rows[0])
    lines = tuple(
        Line(label, tuple(cells))
        for label, *cells in ([_text(value) for value in row.values()] for row in rows[:_MOST_ROWS])
    )
    texts = tuple(range(len(headings)))
    section = Section(name, _(TITLES[name]), lead, headings, lines, note=note, texts=texts)
    return section_html(section, table_html(section))


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y %H:%M" if current_language() == "fr" else "%Y-%m-%d %H:%M")
    return readable(str(value), most=_LONGEST)


def _heading(name: str) -> str:
    return _(_HEADINGS[name])


_HEADINGS = {
    "about": N_("About"),
    "amount_cents": N_("Amount in cents"),
    "attribute": N_("Attribute"),
    "browser": N_("Browser"),
    "campaign_name": N_("Campaign"),
    "campaign_source": N_("Campaign from"),
    "candidates": N_("Values"),
    "channel": N_("Channel"),
    "channels": N_("Channels"),
    "consent": N_("Consent stated"),
    "currency": N_("Currency"),
    "decision": N_("Decision"),
    "detail": N_("Detail"),
    "discount_cents": N_("Discount in cents"),
    "evidence": N_("Proof"),
    "file_name": N_("File"),
    "first_seen_at": N_("First seen"),
    "followed": N_("Followed"),
    "from": N_("From"),
    "happened_on": N_("Happened on"),
    "judgement": N_("Judged"),
    "kept_for": N_("Kept for"),
    "kind": N_("Kind"),
    "label": N_("Label"),
    "last_seen_at": N_("Last seen"),
    "learned_at": N_("Learned"),
    "legal_basis": N_("Legal basis"),
    "line_number": N_("Line"),
    "logic": N_("Rule"),
    "match_probability": N_("Probability"),
    "method": N_("How"),
    "name": N_("Name"),
    "normalized": N_("As we read it"),
    "notice": N_("Notice shown"),
    "observed_at": N_("Observed"),
    "occurred_at": N_("When"),
    "one": N_("One"),
    "order_id": N_("Order"),
    "original": N_("As it was said"),
    "other": N_("The other"),
    "others": N_("Other people"),
    "page_url": N_("Page"),
    "probability": N_("Probability"),
    "product_id": N_("Product number"),
    "product_label": N_("Product"),
    "purpose": N_("Purpose"),
    "quantity": N_("Quantity"),
    "reason": N_("Reason"),
    "receipt": N_("Receipt"),
    "receipt_id": N_("Receipt number"),
    "received_at": N_("Received"),
    "recipient": N_("Recipient"),
    "record_key": N_("Record"),
    "recorded_at": N_("Recorded"),
    "referrer_host": N_("Came from"),
    "repaired": N_("As mended"),
    "request": N_("Request"),
    "rule": N_("Rule"),
    "settled_at": N_("Answered"),
    "since": N_("Since"),
    "source": N_("Source"),
    "state": N_("State"),
    "store_id": N_("Shop"),
    "total_cents": N_("Total in cents"),
    "type": N_("Type"),
    "until": N_("Until"),
    "valid_until": N_("Valid until"),
    "value": N_("Value"),
    "weights": N_("Weights in bits"),
    "what": N_("What"),
    "why": N_("Why"),
    "why_not": N_("Why not followed"),
}
