"""French or English: what the visitor chose, else what their browser asks for."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

from passerelle.kernel.language import LANGUAGES, use_language
from passerelle.portal.web.showing import portal_of

COOKIE = "language"
_YEAR = 365 * 24 * 3600


def with_language(
    answer: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """Speak the language of each request while it is answered."""

    def speaking(request: HttpRequest) -> HttpResponse:
        use_language(choose_language(request))
        response = answer(request)
        patch_vary_headers(response, ("Accept-Language", "Cookie"))
        return response

    return speaking


def choose_language(request: HttpRequest) -> str:
    """The language of a request; the installation's, else French, if it asks for none of ours."""
    chosen = request.COOKIES.get(COOKIE, "")
    if chosen in LANGUAGES:
        return chosen
    asked = parse_accept_lang_header(request.META.get("HTTP_ACCEPT_LANGUAGE", "")[:500])
    for name, _weight in asked:
        language = name.partition("-")[0]
        if language in LANGUAGES:
            return language
    return portal_of(request).parts.settings.language or "fr"


def keep_language(response: HttpResponse, language: str, *, is_secure: bool) -> None:
    """Remember what the visitor chose."""
    response.set_cookie(
        COOKIE, language, max_age=_YEAR, secure=is_secure, httponly=True, samesite="Lax"
    )
