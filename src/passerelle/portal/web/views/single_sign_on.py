"""Signing in with an account of a provider."""

from __future__ import annotations

from dataclasses import asdict

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from passerelle.kernel import InvalidInput
from passerelle.kernel.language import _
from passerelle.portal.contacts import read_contact
from passerelle.portal.signing_in.accounts import Pending, Provider
from passerelle.portal.signing_in.entering import enter
from passerelle.portal.web.showing import portal_of
from passerelle.portal.web.views.signing_in import signed_in

_SALT = "account"
_SECONDS = 600


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """Send the browser to the provider."""
    url, pending = _provider(request).begin()
    response = HttpResponseRedirect(url)
    response.set_cookie(
        _cookie(),
        TimestampSigner(salt=_SALT).sign_object(asdict(pending)),
        max_age=_SECONDS,
        secure=portal_of(request).options.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return response


@require_GET
def come_back(request: HttpRequest) -> HttpResponse:
    """Take the browser back from the provider, and sign it in."""
    portal = portal_of(request)
    answer = {name: str(value)[:2000] for name, value in request.GET.items()}
    contact = read_contact(_provider(request).finish(answer, _pending(request)), portal.parts.keys)
    if contact is None:
        raise InvalidInput(
            _("Your account has no e-mail address or phone number that was checked."),
            hint=_("Have a link sent to you instead."),
        )
    response = signed_in(request, enter(portal, contact.contact, method="oidc"))
    response.delete_cookie(_cookie(), samesite="Lax")
    return response


def _provider(request: HttpRequest) -> Provider:
    portal = portal_of(request)
    if not portal.parts.settings.oidc_issuer:
        raise Http404
    return Provider(portal.parts.settings, f"{portal.options.base_url}{reverse('account_back')}")


def _pending(request: HttpRequest) -> Pending:
    try:
        kept = TimestampSigner(salt=_SALT).unsign_object(
            request.COOKIES.get(_cookie(), ""), max_age=_SECONDS
        )
    except BadSignature:
        raise InvalidInput(
            _("You were not signed in."), hint=_("Try again, or have a link sent to you instead.")
        ) from None
    return Pending(**kept)


def _cookie() -> str:
    return f"{settings.SESSION_COOKIE_NAME}-account"
