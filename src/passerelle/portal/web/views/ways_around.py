"""The language, the style, and whether the page is up."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from passerelle.kernel.language import LANGUAGES
from passerelle.portal.web.languages import keep_language
from passerelle.portal.web.showing import portal_of
from passerelle.portal.web.templating import read_style
from passerelle.portal.web.visiting import field

_YEAR = 365 * 24 * 3600


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language, and go back to where it was chosen."""
    here = field(request, "here", most=2000)
    is_ours = here.startswith("/") and url_has_allowed_host_and_scheme(here, allowed_hosts=None)
    response = HttpResponseRedirect(here if is_ours else reverse("home"))
    chosen = field(request, "language")
    if chosen in LANGUAGES:
        keep_language(response, chosen, is_secure=portal_of(request).options.is_secure)
    return response


@require_GET
def style(request: HttpRequest) -> HttpResponse:
    """The style of all pages; its address changes with it."""
    response = HttpResponse(read_style(), content_type="text/css; charset=utf-8")
    response["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    return response


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """Whether the page answers and reads its store."""
    portal_of(request).parts.store.rows("select 1 as found")
    return HttpResponse("ok\n", content_type="text/plain")
