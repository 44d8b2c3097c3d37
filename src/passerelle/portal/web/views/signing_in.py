"""The way in and out."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import rotate_token
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from passerelle.kernel.language import _, current_language
from passerelle.portal.signing_in.entering import (
    Visitor,
    ask_for_link,
    follow_link,
    leave,
    say_who,
)
from passerelle.portal.signing_in.limits import network_of
from passerelle.portal.signing_in.questions import Answer
from passerelle.portal.web.showing import portal_of, show, show_trouble
from passerelle.portal.web.visiting import (
    current_visitor,
    drop_session,
    field,
    for_visitors,
    keep_session,
)

_MOST_TOKEN = 100  # characters; ours have 43


@dataclass(frozen=True)
class WayInPage:
    """What `way_in.html` may use."""

    has_accounts: bool


@dataclass(frozen=True)
class SentPage:
    """What `sent.html` may use."""

    minutes: int


@dataclass(frozen=True)
class FollowPage:
    """What `follow.html` may use."""

    is_over: bool


@dataclass(frozen=True)
class WhoPage:
    """What `who.html` may use."""

    tries_left: int | None


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """The way in; whoever is in already sees their page."""
    if current_visitor(request) is not None:
        return HttpResponseRedirect(reverse("overview"))
    return show(request, "way_in.html", WayInPage(_has_accounts(request)))


@require_POST
def ask(request: HttpRequest) -> HttpResponse:
    """Have a link sent; the answer is the same for everybody."""
    portal = portal_of(request)
    network = network_of(request.META.get("REMOTE_ADDR", ""))
    contact = field(request, "contact", most=300)
    if not ask_for_link(portal, contact, network=network, language=current_language()):
        return _too_often(request)
    return HttpResponseRedirect(reverse("sent"))


@require_GET
def sent(request: HttpRequest) -> HttpResponse:
    """Say where to look for the link."""
    minutes = int(portal_of(request).options.link_life.total_seconds() // 60)
    return show(request, "sent.html", SentPage(minutes))


@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """A link: opening it changes nothing, as mail programs open links too; its button signs in."""
    if request.method != "POST":
        return show(request, "follow.html", FollowPage(is_over=False))
    portal = portal_of(request)
    if not portal.use_tries.may_try(network_of(request.META.get("REMOTE_ADDR", ""))):
        return _too_often(request)
    session = follow_link(portal, token) if len(token) <= _MOST_TOKEN else None
    if session is None:
        return show(request, "follow.html", FollowPage(is_over=True), status=410)
    return signed_in(request, session)


def signed_in(request: HttpRequest, session: str) -> HttpResponse:
    """Send whoever just signed in to their page, with a new session and a new key for forms."""
    rotate_token(request)
    response = HttpResponseRedirect(reverse("overview"))
    keep_session(portal_of(request), response, session)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@for_visitors
def who(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Ask which of those who share a contact point somebody is."""
    portal = portal_of(request)
    if not visitor.must_say_who:
        return HttpResponseRedirect(reverse("overview"))
    if request.method != "POST":
        return show(request, "who.html", WhoPage(None), visitor=visitor)
    if not portal.use_tries.may_try(network_of(request.META.get("REMOTE_ADDR", ""))):
        return _too_often(request)
    answer = Answer(field(request, "birth_date"), field(request, "number"))
    left = say_who(portal, visitor, answer)
    if left is None:
        return HttpResponseRedirect(reverse("overview"))
    if left:
        return show(request, "who.html", WhoPage(left), visitor=visitor, status=422)
    response = HttpResponseRedirect(reverse("home"))
    drop_session(response)
    return response


@require_POST
@for_visitors
def sign_out(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Sign out, here or everywhere."""
    leave(portal_of(request), visitor, everywhere=field(request, "where") == "everywhere")
    response = HttpResponseRedirect(reverse("home"))
    drop_session(response)
    response["Clear-Site-Data"] = '"cache"'
    return response


def _has_accounts(request: HttpRequest) -> bool:
    return bool(portal_of(request).parts.settings.oidc_issuer)


def _too_often(request: HttpRequest) -> HttpResponse:
    response = show_trouble(
        request,
        429,
        _("That was asked for too often."),
        _("Wait a quarter of an hour, then try again."),
    )
    response["Retry-After"] = "900"
    return response
