"""How the customer's page is served, and to whom it speaks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urlsplit

from passerelle.kernel import InvalidInput, Misconfigured
from passerelle.kernel.language import _
from passerelle.settings import Settings

LOOPBACK = ("127.0.0.1", "::1", "localhost")
"""Addresses of this machine alone, where plain HTTP is no danger."""


@dataclass(frozen=True)
class PortalOptions:
    """How the page is served.

    Args:
        host: Address to listen on.
        port: Port; 0 takes any that is free.
        base_url: Where people reach it, without a slash at its end; empty: where it listens.
        trusted_proxy: Address of the proxy whose X-Forwarded headers are believed; empty: none.
        threads: Requests that are worked on at once.
        hsts: How long browsers are told to come by HTTPS alone; none over plain HTTP.
        link_life: How long a link in a mail or text message can be used.
        session_life: When somebody who signed in must do so again.
        idle_life: The same, without a sign of them.
    """

    host: str = "127.0.0.1"
    port: int = 8090
    base_url: str = ""
    trusted_proxy: str = ""
    threads: int = 8
    hsts: timedelta = timedelta(days=365)
    link_life: timedelta = timedelta(minutes=15)
    session_life: timedelta = timedelta(hours=12)
    idle_life: timedelta = timedelta(minutes=30)

    @property
    def is_secure(self) -> bool:
        """Whether people reach it by HTTPS."""
        return self.base_url.startswith("https://")

    @property
    def hosts(self) -> tuple[str, ...]:
        """The names it answers to; requests for others are refused."""
        name = urlsplit(self.base_url).hostname or ""
        return LOOPBACK if name in ("", *LOOPBACK) else (name,)

    def listening(self, port: int) -> PortalOptions:
        """The same, once it is known on which port it listens."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return replace(self, port=port, base_url=self.base_url or f"http://{host}:{port}")


def read_options(settings: Settings, *, host: str, port: int, trusted_proxy: str) -> PortalOptions:
    """The options of an installation.

    Raises:
        Misconfigured: The page would be public without HTTPS or without an address of its own.
        InvalidInput: The trusted proxy is any address at all.
    """
    if trusted_proxy == "*":
        raise InvalidInput(
            _("Not every address can be a trusted proxy: anybody could claim to be anywhere."),
            hint=_("Give the address of your proxy."),
        )
    base = settings.portal_url.rstrip("/")
    name = urlsplit(base).hostname or ""
    if base and not base.startswith("https://") and name not in LOOPBACK:
        raise Misconfigured(
            _("PASSERELLE_PORTAL_URL does not begin with https://."),
            hint=_("Put a proxy with HTTPS before the page: it shows what is known of people."),
        )
    if not base and host not in LOOPBACK:
        raise Misconfigured(
            _("The page would be public, and nobody said where people reach it."),
            hint=_("Set PASSERELLE_PORTAL_URL, such as https://moi.enseigne.fr"),
        )
    return PortalOptions(host=host, port=port, base_url=base, trusted_proxy=trusted_proxy)
