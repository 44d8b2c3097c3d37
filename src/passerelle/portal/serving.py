"""Serve the page: a small process of its own, until it is told to stop."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NoReturn

from passerelle.kernel import Misconfigured
from passerelle.kernel.language import _
from passerelle.portal.options import PortalOptions

if TYPE_CHECKING:
    from passerelle.bootstrap import Passerelle
    from passerelle.portal.portal import Portal

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_HEADER_BYTES = 16 * 1024
_SILENT_SECONDS = 30
_MOST_CONNECTIONS = 500


def serve_portal(
    parts: Passerelle, options: PortalOptions, on_ready: Callable[[PortalOptions], None]
) -> None:
    """Serve until SIGTERM or SIGINT; requests under way are finished and messages sent.

    Raises:
        Misconfigured: The address is taken, or a setting cannot be used.
    """
    from waitress.server import create_server

    from passerelle.portal.portal import open_portal
    from passerelle.portal.web.django_pages import BODY_BYTES, use_pages

    listening = _listen(options)
    options = options.listening(listening.getsockname()[1])
    portal = open_portal(parts, options)
    use_pages(portal)
    server = create_server(
        make_application(portal),
        sockets=[listening],
        threads=options.threads,
        ident="",
        max_request_body_size=BODY_BYTES,
        max_request_header_size=_HEADER_BYTES,
        channel_timeout=_SILENT_SECONDS,
        cleanup_interval=_SILENT_SECONDS // 3,
        connection_limit=_MOST_CONNECTIONS,
        clear_untrusted_proxy_headers=True,
        **_trusting(options),
    )
    signal.signal(signal.SIGTERM, _stop)
    on_ready(options)
    try:
        server.run()
    finally:
        portal.postman.stop()


def make_application(portal: Portal) -> Application:
    """The WSGI application; each request carries the portal that answers it."""
    from django.core.handlers.wsgi import WSGIHandler

    from passerelle.portal.web.showing import PORTAL

    handler = WSGIHandler()

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        environ[PORTAL] = portal
        answer: Iterable[bytes] = handler(environ, start_response)
        return answer

    return application


def _listen(options: PortalOptions) -> socket.socket:
    family = socket.AF_INET6 if ":" in options.host else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((options.host, options.port))
    except OSError as error:
        sock.close()
        raise Misconfigured(
            _("Nothing can listen on {host}, port {port}: {reason}.").format(
                host=options.host, port=options.port, reason=error.strerror
            ),
            hint=_("Give another --port, or 0 for any that is free."),
        ) from None
    return sock


def _trusting(options: PortalOptions) -> dict[str, Any]:
    """Whose word is taken for where a request comes from."""
    if not options.trusted_proxy:
        return {}
    return {
        "trusted_proxy": options.trusted_proxy,
        "trusted_proxy_count": 1,
        "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
    }


def _stop(_number: int, _frame: object) -> NoReturn:
    raise SystemExit(0)
