"""What the visitor may ask for by right, and a copy of everything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from passerelle.consent import RIGHTS_KINDS, STATES
from passerelle.kernel.language import _
from passerelle.portal.rights_asked import ASKED, ask_by_right, build_copy, list_asked
from passerelle.portal.signing_in.entering import Visitor
from passerelle.portal.web.showing import portal_of, show
from passerelle.portal.web.visiting import field, for_known_people


@dataclass(frozen=True)
class AskedLine:
    """One thing that was asked for."""

    label: str
    state: str
    received_at: datetime
    due_at: datetime
    is_settled: bool


@dataclass(frozen=True)
class RightsPage:
    """What `rights.html` may use."""

    kinds: tuple[tuple[str, str], ...]
    asked: tuple[AskedLine, ...]
    is_kept: bool


@require_http_methods(["GET", "HEAD", "POST"])
@for_known_people
def ask(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Show what may be asked for and what was, and take a request."""
    portal = portal_of(request)
    assert visitor.profile_id is not None  # noqa: S101 - for_known_people
    if request.method == "POST":
        ask_by_right(portal, visitor, field(request, "kind"))
        return HttpResponseRedirect(f"{reverse('rights')}?kept=1")
    page = RightsPage(
        tuple((kind, _(label)) for kind, label in ASKED.items()),
        tuple(
            AskedLine(
                _(RIGHTS_KINDS[each.kind]),
                _(STATES[each.state]),
                each.received_at,
                each.due_at,
                each.settled_at is not None,
            )
            for each in list_asked(portal, visitor.profile_id)
        ),
        is_kept="kept" in request.GET,
    )
    return show(request, "rights.html", page, visitor=visitor)


@require_POST
@for_known_people
def copy(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Hand over a copy of everything."""
    archive = build_copy(portal_of(request), visitor)
    response = HttpResponse(archive, content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="my-data.zip"'
    return response
