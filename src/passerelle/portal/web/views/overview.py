"""What is known of the visitor, and what happened."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from passerelle.portal.known_data import Happening, KnownData, list_happenings, read_known_data
from passerelle.portal.signing_in.entering import Visitor
from passerelle.portal.web.showing import portal_of, show
from passerelle.portal.web.visiting import for_known_people


@dataclass(frozen=True, repr=False)
class OverviewPage:
    """What `overview.html` may use."""

    known: KnownData
    first_name: str


@dataclass(frozen=True, repr=False)
class HistoryPage:
    """What `history.html` may use."""

    happenings: list[Happening]


@require_GET
@for_known_people
def see(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Who knows what about the visitor, and why."""
    portal = portal_of(request)
    assert visitor.profile_id is not None  # noqa: S101 - for_known_people
    known = read_known_data(portal.parts, visitor.profile_id)
    page = OverviewPage(known, known.golden.get("first_name", ""))
    return show(request, "overview.html", page, visitor=visitor)


@require_GET
@for_known_people
def history(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What the visitor bought and did."""
    assert visitor.profile_id is not None  # noqa: S101 - for_known_people
    happenings = list_happenings(portal_of(request).parts, visitor.profile_id)
    return show(request, "history.html", HistoryPage(happenings), visitor=visitor)
