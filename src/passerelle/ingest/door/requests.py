"""One HTTP request as the door sees it, and its body, read within bounds."""

from __future__ import annotations

import ipaddress
from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qs

from passerelle.ingest.door.inflating import inflate
from passerelle.ingest.door.limits import Limits
from passerelle.ingest.door.refusals import ClientGone, Refusal

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

_DRAINED = 16  # bodies' worth that is read and thrown away, so that its client hears the answer
_FACTS = {
    b"user-agent": "user_agent",
    b"origin": "origin",
    b"referer": "referer",
    b"x-retry-count": "retry_count",
    b"rsa-retry-attempt": "retry_count",
    b"rsa-retry-reason": "retry_reason",
    b"sentat": "sent_at",
    b"sec-gpc": "gpc",
    b"dnt": "dnt",
}
_MOST_FACT_BYTES = 2048


class Request:
    """What was asked, by whom, and how the body can be had."""

    __slots__ = ("_receive", "headers", "method", "path", "peer", "query_bytes", "scheme")

    def __init__(  # noqa: PLR0913 - the parts of a request
        self,
        method: str,
        path: str,
        query_bytes: bytes,
        headers: dict[bytes, bytes],
        *,
        scheme: str = "http",
        peer: str = "",
        receive: Receive | None = None,
    ) -> None:
        self.method = method
        self.path = path
        self.query_bytes = query_bytes
        self.headers = headers
        self.scheme = scheme
        self.peer = peer
        self._receive = receive

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the address; of one that is given twice, the last."""
        if not self.query_bytes:
            return {}
        text = self.query_bytes.decode("utf-8", "replace")
        found = parse_qs(text, keep_blank_values=True, max_num_fields=None)
        return {name: values[-1] for name, values in found.items()}

    def header(self, name: bytes) -> str:
        """A header as text; empty if it was not sent."""
        return self.headers.get(name, b"").decode("latin-1")

    @property
    def public_scheme(self) -> str:
        """How the client reached us, or the proxy before us."""
        said = self.header(b"x-forwarded-proto")
        return said if said in ("http", "https") else self.scheme

    def facts(self, trusted_proxies: frozenset[str], *, is_visitor: bool) -> dict[str, str]:
        """What the headers say that is worth keeping: no cookie, no whole address.

        Args:
            trusted_proxies: Addresses whose `X-Forwarded-For` is believed.
            is_visitor: Whether the client is a person's browser, and not a server.
        """
        facts: dict[str, str] = {}
        for header, value in self.headers.items():
            name = _FACTS.get(header)
            if name and value:
                facts[name] = _fact_text(value)
        if is_visitor:
            address = shorten_address(self.client_address(trusted_proxies))
            if address:
                facts["ip"] = address
        return facts

    def client_address(self, trusted_proxies: frozenset[str]) -> str:
        """The address of the client, as the nearest proxy that is not ours saw it."""
        address = self.peer
        forwarded = self.headers.get(b"x-forwarded-for")
        if not forwarded or address not in trusted_proxies:
            return address
        for hop in reversed(forwarded.decode("latin-1").split(",")):
            address = hop.strip()
            if address not in trusted_proxies:
                break
        return address

    async def body(self, limits: Limits) -> bytes:
        """The whole body, as it came.

        Raises:
            Refusal: It is too large.
            ClientGone: It never came.
        """
        message = await self._next_message()
        if message["type"] != "http.request":
            raise ClientGone
        body: bytes = message.get("body", b"")
        if message.get("more_body"):
            body = await self._read_on(body, limits.body_bytes)
        if len(body) > limits.body_bytes:
            raise Refusal.too_large()
        return body

    def inflated(self, body: bytes, limits: Limits) -> bytes:
        """A body as its client wrote it, if it came compressed.

        Raises:
            Refusal: It is broken, or too large.
        """
        return inflate(body, limits.body_bytes, encoding=self.headers.get(b"content-encoding", b""))

    async def _next_message(self) -> MutableMapping[str, Any]:
        if self._receive is None:
            raise ClientGone
        return await self._receive()

    async def _read_on(self, first: bytes, most_bytes: int) -> bytes:
        parts, size = [first], len(first)
        is_more = True
        while is_more:
            message = await self._next_message()
            if message["type"] != "http.request":
                raise ClientGone
            part = message.get("body", b"")
            is_more = message.get("more_body", False)
            size += len(part)
            if size <= most_bytes:
                parts.append(part)
            else:
                parts.clear()  # the rest is read all the same: who writes does not listen
            if size > most_bytes * _DRAINED:
                break
        if size > most_bytes:
            raise Refusal.too_large()
        return b"".join(parts)


def read_request(scope: Scope, receive: Receive) -> Request:
    """A request as an ASGI server tells it."""
    client = scope.get("client")
    return Request(
        scope["method"],
        scope["path"],
        scope["query_string"],
        dict(scope["headers"]),
        scheme=scope.get("scheme", "http"),
        peer=client[0] if client else "",
        receive=receive,
    )


@lru_cache(maxsize=4096)
def _fact_text(value: bytes) -> str:
    """A header as text; most are those of a request before."""
    return value[:_MOST_FACT_BYTES].decode("utf-8", "replace")


@lru_cache(maxsize=4096)
def shorten_address(address: str) -> str:
    """An IP address without the part that names one line: /24 of IPv4, /48 of IPv6.

    >>> shorten_address("203.0.113.9"), shorten_address("2001:db8:1:2::9"), shorten_address("x")
    ('203.0.113.0', '2001:db8:1::', '')
    """
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
        parsed = parsed.ipv4_mapped
    kept = 24 if parsed.version == 4 else 48
    return str(ipaddress.ip_network((parsed, kept), strict=False).network_address)
