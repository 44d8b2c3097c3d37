"""The addresses of the pages. None holds anything of a person but a token that nobody can read."""

from __future__ import annotations

from django.urls import path

from passerelle.portal.web.views import (
    choices,
    details,
    overview,
    rights,
    signing_in,
    single_sign_on,
    troubles,
    unsubscribing,
    ways_around,
)

urlpatterns = [
    path("", signing_in.home, name="home"),
    path("sign-in", signing_in.ask, name="ask"),
    path("sent", signing_in.sent, name="sent"),
    path("s/<str:token>", signing_in.follow, name="follow"),
    path("who", signing_in.who, name="who"),
    path("sign-out", signing_in.sign_out, name="sign_out"),
    path("account", single_sign_on.begin, name="account"),
    path("account/back", single_sign_on.come_back, name="account_back"),
    path("me", overview.see, name="overview"),
    path("me/history", overview.history, name="history"),
    path("me/details", details.correct, name="details"),
    path("me/choices", choices.decide, name="choices"),
    path("me/rights", rights.ask, name="rights"),
    path("me/copy", rights.copy, name="copy"),
    path("u/<str:token>", unsubscribing.unsubscribe, name="unsubscribe"),
    path("language", ways_around.language, name="language"),
    path("page.css", ways_around.style, name="style"),
    path("health", ways_around.health, name="health"),
]

handler400 = troubles.bad_request
handler403 = troubles.forbidden
handler404 = troubles.not_found
handler500 = troubles.failed
