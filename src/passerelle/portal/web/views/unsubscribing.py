"""Unsubscribing by the link of a message: in one click by the mail program, or on a page."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from passerelle.consent import CHANNELS, UnsubscribeKey, Unsubscription, read_unsubscribe_token
from passerelle.kernel.language import _, current_language
from passerelle.portal.unsubscribed import find_purpose, stop_messages
from passerelle.portal.web.showing import portal_of, show
from passerelle.portal.web.visiting import field


@dataclass(frozen=True)
class UnsubscribePage:
    """What `unsubscribe.html` may use. done: what ended: nothing yet, `one` purpose or `all`."""

    purpose: str
    channel: str
    done: str


# The token in the address is what gives the right to: mail programs have no cookie and no form.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Show what would end; a POST ends it (RFC 8058), whoever sends it."""
    portal = portal_of(request)
    asked = read_unsubscribe_token(token, UnsubscribeKey.of(portal.parts.keys.secret))
    if asked is None or asked.channel not in CHANNELS:
        raise Http404
    done = ""
    if request.method == "POST":
        done = "all" if field(request, "what") == "all" else "one"
        stop_messages(portal, asked, everything=done == "all")
    return show(request, "unsubscribe.html", _page(request, asked, done))


def _page(request: HttpRequest, asked: Unsubscription, done: str) -> UnsubscribePage:
    purpose = find_purpose(portal_of(request), asked.purpose)
    label = _("our messages") if purpose is None else purpose.label[current_language()]
    return UnsubscribePage(label, _(CHANNELS[asked.channel].label), done)
