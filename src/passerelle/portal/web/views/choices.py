"""What the visitor may be reached for: each permission given and withdrawn, topics, frequency."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from passerelle.portal.choices import Choices, change, choose, object_to_all, read_choices
from passerelle.portal.signing_in.entering import Visitor
from passerelle.portal.web.showing import portal_of, show
from passerelle.portal.web.visiting import field, for_visitors


@dataclass(frozen=True, repr=False)
class ChoicesPage:
    """What `choices.html` may use. is_alone: whether the contact point is all that is known."""

    choices: Choices
    is_kept: bool
    is_alone: bool


@require_http_methods(["GET", "HEAD", "POST"])
@for_visitors
def decide(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Show every permission with its date and notice, and take what is decided."""
    portal = portal_of(request)
    if request.method != "POST":
        page = ChoicesPage(
            read_choices(portal, visitor),
            is_kept="kept" in request.GET,
            is_alone=visitor.profile_id is None,
        )
        return show(request, "choices.html", page, visitor=visitor)
    action = field(request, "action")
    if action in ("give", "withdraw"):
        words = (field(request, "purpose"), field(request, "channel"), field(request, "subject"))
        change(portal, visitor, action, words)
    elif action in ("object", "lift"):
        object_to_all(portal, visitor, is_lifted=action == "lift")
    elif action == "prefer":
        choose(
            portal,
            visitor,
            field(request, "purpose"),
            frequency=field(request, "frequency"),
            topics=request.POST.getlist("topic"),
        )
    return HttpResponseRedirect(f"{reverse('choices')}?kept=1")
