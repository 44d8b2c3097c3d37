"""A shop's pages on this machine, and a real Chromium that visits them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

from playwright.sync_api import Browser, sync_playwright

# Every host called *.example is this machine: pages and collector are hosts of one site, as with
# a retailer; nothing else is reached. Cookies of third parties are off.
_ARGUMENTS = (
    "--no-sandbox",
    "--host-resolver-rules=MAP *.example 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--test-third-party-cookie-phaseout",
)


@dataclass
class Shop:
    """Pages by path; what is not there is the page `/`."""

    port: int = 0
    pages: dict[str, str] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    def url(self, path: str = "/", host: str = "www.shop.example") -> str:
        """The address of a page on one of the shop's hosts."""
        return f"http://{host}:{self.port}{path}"


@contextmanager
def running_shop() -> Iterator[Shop]:
    """The server of the shop's pages."""
    shop = Shop()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            page = shop.pages.get(path, shop.pages.get("/", ""))
            content = shop.files.get(path, page.encode())
            kind = "text/javascript" if path.endswith(".js") else "text/html"
            self.send_response_only(200)
            self.send_header("Content-Type", f"{kind}; charset=utf-8")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *values: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    shop.port = server.server_port
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield shop
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def running_browser(path: str) -> Iterator[Browser]:
    """Debian's Chromium, without a window."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_ARGUMENTS))
        yield browser
        browser.close()


def on_site(url: str, host: str = "data.shop.example") -> str:
    """An address of this machine as a host of the shop's site."""
    return f"http://{host}:{urlsplit(url).port}"
