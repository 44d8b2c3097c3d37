"""What somebody asks for by right on the page: a copy, erasure, restriction, rectification."""

from __future__ import annotations

from collections.abc import Callable
from types import MappingProxyType

from passerelle.consent import (
    Done,
    Request,
    RequestBook,
    answer_request,
    build_access_archive,
    get_request,
)
from passerelle.kernel import InvalidInput
from passerelle.kernel.language import N_, _
from passerelle.portal.portal import SOURCE, Portal
from passerelle.portal.signing_in.entering import Visitor
from passerelle.store import AuditEntry, BulkSession, write_audit

ASKED = MappingProxyType(
    {
        "erase": N_("Erase what you know of me"),
        "restrict": N_("Keep my data, but use them no more"),
        "rectify": N_("Correct what I cannot correct here"),
    }
)
"""What may be asked for on the page."""

_PROOFS = MappingProxyType({"oidc": "logged_in"})  # by a link in all other cases


def list_asked(portal: Portal, profile_id: int) -> list[Request]:
    """What somebody asked for before, newest first."""
    store = portal.parts.store
    rows = store.rows(
        "select request_id from rights_requests where profile_id = ? "
        "order by received_at desc, request_id",
        (profile_id,),
    )
    return [get_request(store, row["request_id"]) for row in rows]


def ask_by_right(portal: Portal, visitor: Visitor, kind: str) -> Request:
    """Open a request, its identity proved by having signed in; one to restrict is done at once.

    Erasure waits for a person of the house, who looks for what must be kept: an order under way.

    Raises:
        InvalidInput: There is no such kind, it was asked for already, or it is not known by whom.
    """
    if kind not in ASKED or visitor.profile_id is None:
        raise InvalidInput(
            _("This cannot be asked for here."), hint=_("Open the page again to see what can.")
        )
    waiting = [each for each in list_asked(portal, visitor.profile_id) if not each.settled_at]
    if any(each.kind == kind for each in waiting):
        raise InvalidInput(
            _("You asked for this already; the answer is on its way."),
            hint=_("The list below says until when you get it."),
        )
    book = RequestBook(portal.parts.store, _audit(portal), SOURCE)
    now = portal.parts.clock()
    request = book.receive(kind, visitor.profile_id, at=now)
    proof = _PROOFS.get(visitor.session.method, "signed_link")
    request = book.prove(request, proof, at=now)
    if kind == "restrict":
        request = answer_request(portal.parts.rights, book, request).request
    return request


def build_copy(portal: Portal, visitor: Visitor) -> bytes:
    """All that is known of the visitor, as a ZIP to read and for programs.

    Raises:
        InvalidInput: It is not known who asks.
    """
    if visitor.profile_id is None:
        raise InvalidInput(
            _("This cannot be asked for here."), hint=_("Open the page again to see what can.")
        )
    archive = build_access_archive(portal.parts.rights, visitor.profile_id)
    with portal.parts.store.bulk() as bulk:
        portal.note(bulk, "portal.copy_downloaded", (visitor.profile_id,))
    return archive


def _audit(portal: Portal) -> Callable[[BulkSession, Done], None]:
    def audit(bulk: BulkSession, done: Done) -> None:
        entry = AuditEntry(
            done.actor, done.action, done.subject_ids, {"detail": done.detail}, at=done.at
        )
        write_audit(bulk, [entry], secret=portal.parts.keys.secret)

    return audit
