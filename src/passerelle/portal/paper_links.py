"""Links for paper and tills: a QR code on a receipt, a letter, a counter's screen."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from passerelle.kernel import InvalidInput, Misconfigured
from passerelle.kernel.language import _
from passerelle.portal.contacts import know_contact, read_contact
from passerelle.portal.portal import SOURCE
from passerelle.portal.signing_in.links import make_link
from passerelle.store import AuditEntry, write_audit

if TYPE_CHECKING:
    from passerelle.bootstrap import Passerelle

MOST_DAYS = 395
"""13 months: as long as a personal link on a printed receipt lives."""


@dataclass(frozen=True)
class PaperLink:
    """A link to print, and until when it can be used."""

    url: str
    is_single_use: bool
    days: int


def make_paper_link(
    parts: Passerelle, contact: str, *, days: int, is_single_use: bool
) -> PaperLink:
    """A link that signs the bearer of a contact point in, for paper.

    Raises:
        InvalidInput: It is no contact point that is known, or the life is too long.
        Misconfigured: Nobody said where people reach the page.
    """
    if not parts.settings.portal_url:
        raise Misconfigured(
            _("Nobody said where people reach the page, so no link can lead there."),
            hint=_("Set PASSERELLE_PORTAL_URL, such as https://moi.enseigne.fr"),
        )
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInput(
            _("A link lives from 1 to {most} days.").format(most=MOST_DAYS),
            hint=_("Give fewer days, and print another one later."),
        )
    typed = read_contact(contact, parts.keys)
    if typed is None or know_contact(parts.store, typed.contact) is None:
        raise InvalidInput(
            _("No profile is known by that value."),
            hint=_("Give the e-mail address or the phone number of somebody who is known."),
        )
    with parts.store.bulk() as bulk:
        token = make_link(
            bulk,
            typed.contact,
            "paper",
            is_single_use=is_single_use,
            life=timedelta(days=days),
            now=parts.clock(),
        )
        entry = AuditEntry(
            SOURCE, "portal.link_made", (typed.contact.subject_id,), at=parts.clock()
        )
        write_audit(bulk, [entry], secret=parts.keys.secret)
    url = f"{parts.settings.portal_url.rstrip('/')}/s/{token}"
    return PaperLink(url, is_single_use, days)
