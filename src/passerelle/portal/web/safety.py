"""What browsers are told with each answer, and what happens when something goes wrong."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from passerelle.kernel import InvalidInput, PasserelleError, Retryable
from passerelle.portal.telling import tell_failure
from passerelle.portal.web.django_pages import REFERRER_POLICY
from passerelle.portal.web.showing import portal_of, show_trouble

Answer = Callable[[HttpRequest], HttpResponse]

_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
"""No script at all, nothing from elsewhere, in nobody's frame."""


def with_safe_headers(answer: Answer) -> Answer:
    """Add the headers that every answer has, whatever became of the request."""

    def safely(request: HttpRequest) -> HttpResponse:
        response = answer(request)
        response.setdefault("Content-Security-Policy", _POLICY)
        response.setdefault("Cache-Control", "no-store")
        response.setdefault("Referrer-Policy", REFERRER_POLICY)
        response.setdefault("X-Content-Type-Options", "nosniff")
        response.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.setdefault("X-Robots-Tag", "noindex")
        return response

    return safely


def with_troubles_told(answer: Answer) -> Answer:
    """Answer errors with a page that says what to do; a bug is noted without what was typed."""

    def telling(request: HttpRequest) -> HttpResponse:
        request.get_host()  # refuses a host that is none of ours
        return answer(request)

    def explain(request: HttpRequest, error: Exception) -> HttpResponse | None:
        clock = portal_of(request).parts.clock
        if isinstance(error, InvalidInput):
            return show_trouble(request, 422, error.message, error.hint)
        if isinstance(error, Retryable):
            return show_trouble(request, 503, error.message, error.hint)
        if isinstance(error, PasserelleError):
            tell_failure(clock, "portal.misconfigured", error)
        elif type(error).__module__.startswith("django."):
            return None  # Django's own, such as an address that is none
        else:
            tell_failure(clock, "portal.failed", error, route=_route(request))
        return show_trouble(request, 500)

    telling.process_exception = explain  # type: ignore[attr-defined]  # where Django looks for it
    return telling


def _route(request: HttpRequest) -> str:
    match = request.resolver_match
    return "" if match is None else str(match.url_name)
