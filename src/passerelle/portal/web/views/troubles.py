"""Pages for what cannot be answered."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from passerelle.kernel.language import _
from passerelle.portal.telling import tell_failure
from passerelle.portal.web.showing import portal_of, show_trouble


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that no browser makes by itself; as text, for its host may be none of ours."""
    return HttpResponse("Bad request\n", content_type="text/plain", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What nobody may do."""
    return show_trouble(request, 403, _("This is not possible."), _("Go back to the first page."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """An address that is none."""
    return show_trouble(request, 404, _("There is no such page."), _("Go back to the first page."))


def failed(request: HttpRequest) -> HttpResponse:
    """A mistake of ours that nothing else told of."""
    tell_failure(portal_of(request).parts.clock, "portal.failed", RuntimeError())
    return show_trouble(request, 500)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was not sent from our page, or from one that was open for too long."""
    return show_trouble(
        request,
        403,
        _("This form did not come from our page, or it was open for too long."),
        _("Open the page again, and send the form from there. Cookies must be allowed."),
    )
