"""From a page's data to its HTML."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from passerelle.kernel.language import _
from passerelle.portal.portal import Portal
from passerelle.portal.signing_in.entering import Visitor

PORTAL = "passerelle.portal"
"""Where a request carries the portal that answers it."""


def portal_of(request: HttpRequest) -> Portal:
    """The portal that answers a request."""
    portal: Portal = request.META[PORTAL]
    return portal


def show(
    request: HttpRequest,
    template: str,
    page: Any = None,
    *,
    visitor: Visitor | None = None,
    status: int = 200,
) -> HttpResponse:
    """A page; templates see `page`, a frozen dataclass, and whether somebody is signed in."""
    context = {"page": page, "visitor": visitor, "here": request.path}
    return render(request, template, context, status=status)


def show_trouble(
    request: HttpRequest, status: int, message: str = "", hint: str = ""
) -> HttpResponse:
    """A page that says what is wrong and what to do."""
    message = message or _("Something went wrong on our side.")
    hint = hint or _("Try again in a moment.")
    return show(request, "trouble.html", {"message": message, "hint": hint}, status=status)
