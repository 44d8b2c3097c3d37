"""The session cookie, and who may see a page."""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from passerelle.portal.portal import Portal
from passerelle.portal.signing_in.entering import Visitor, find_visitor
from passerelle.portal.web.showing import portal_of

Rest = ParamSpec("Rest")
_SALT = "session"


def keep_session(portal: Portal, response: HttpResponse, token: str) -> None:
    """Give the browser its session, with when it was last seen, signed: it ends when idle."""
    seen = int(portal.parts.clock().timestamp())
    response.set_cookie(
        settings.SESSION_COOKIE_NAME,
        Signer(salt=_SALT).sign(f"{token}.{seen}"),
        max_age=int(portal.options.idle_life.total_seconds()),
        secure=portal.options.is_secure,
        httponly=True,
        samesite="Lax",  # Strict would sign nobody in who comes from a mail
    )


def drop_session(response: HttpResponse) -> None:
    """Take the session from the browser."""
    response.delete_cookie(settings.SESSION_COOKIE_NAME, samesite="Lax")


def read_session(request: HttpRequest) -> str | None:
    """The token of a request's session, unless it was idle for too long."""
    portal = portal_of(request)
    try:
        text = Signer(salt=_SALT).unsign(request.COOKIES.get(settings.SESSION_COOKIE_NAME, ""))
    except BadSignature:
        return None
    token, _dot, seen = text.rpartition(".")
    idle = portal.parts.clock().timestamp() - int(seen)
    return token if idle <= portal.options.idle_life.total_seconds() else None


def current_visitor(request: HttpRequest) -> Visitor | None:
    """Who is signed in, if anybody is."""
    token = read_session(request)
    return None if token is None else find_visitor(portal_of(request), token)


def for_visitors(
    view: Callable[Concatenate[HttpRequest, Visitor, Rest], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Rest], HttpResponse]:
    """A view for whoever is signed in; others are sent to the way in."""

    def guarded(request: HttpRequest, /, *rest: Rest.args, **named: Rest.kwargs) -> HttpResponse:
        visitor, token = current_visitor(request), read_session(request)
        if visitor is None or token is None:
            return HttpResponseRedirect(reverse("home"))
        response = view(request, visitor, *rest, **named)
        if settings.SESSION_COOKIE_NAME not in response.cookies:
            keep_session(portal_of(request), response, token)
        return response

    update_wrapper(guarded, view)
    return guarded


def for_known_people(
    view: Callable[Concatenate[HttpRequest, Visitor, Rest], HttpResponse],
) -> Callable[Concatenate[HttpRequest, Rest], HttpResponse]:
    """A view for visitors of whom it is known who they are; others are asked first."""

    def asking(
        request: HttpRequest, visitor: Visitor, *rest: Rest.args, **named: Rest.kwargs
    ) -> HttpResponse:
        if visitor.profile_id is None:
            return HttpResponseRedirect(reverse("who" if visitor.must_say_who else "choices"))
        return view(request, visitor, *rest, **named)

    guarded: Callable[..., HttpResponse] = for_visitors(asking)
    return guarded


def field(request: HttpRequest, name: str, most: int = 200) -> str:
    """What a form says in a field, without what surrounds it; cut, so that nothing is too long."""
    value: Any = request.POST.get(name, "")
    return str(value).replace("\x00", "").strip()[:most]
