"""Take events in: who may, how many, and into the log; durable when it returns."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

import msgspec

from passerelle.ingest.access import AccessList, WriteKey
from passerelle.ingest.door.limits import Limits, RateLimiter
from passerelle.ingest.door.metrics import Metrics
from passerelle.ingest.door.refusals import Refusal
from passerelle.ingest.door.requests import Request
from passerelle.ingest.door.site import Site
from passerelle.ingest.log import LogAppender, Reception
from passerelle.ingest.tag import find_visitor
from passerelle.kernel import Retryable

_LONGEST_LENGTH = 16  # digits of a length that is believed
_VISITORS = frozenset({"browser"})


class Arrival(msgspec.Struct, frozen=True):
    """Events that may come in: whose words they are in, and what the door found in them.

    The fields are those of `Reception`.
    """

    dialect: str
    call: str
    body: bytes
    events: int = 1
    given_ids: dict[int, str] = {}
    faults: dict[int, str] = {}

    def __repr__(self) -> str:
        """Nothing of what the body says: it may be printed by accident."""
        return f"Arrival(call={self.call!r}, events={self.events})"


@dataclass
class Intake:
    """What all ways of sending events share: one log, one list of keys, one set of bounds."""

    log: LogAppender
    access: AccessList
    limits: Limits
    limiter: RateLimiter
    metrics: Metrics
    site: Site
    trusted_proxies: frozenset[str] = frozenset()
    reading_bytes: int = 0
    requests: int = 0
    is_disk_low: bool = False
    is_stopping: bool = field(default=False)

    @property
    def waiting_bytes(self) -> int:
        """Bodies in memory, being read or waiting for the disk."""
        return self.reading_bytes + self.log.waiting_bytes

    def check_room(self) -> None:
        """Refuse before memory or disk run out.

        Raises:
            Refusal: There is no room now; the client sends again later.
        """
        if (lack := self.find_lack()) is not None:
            raise lack

    def find_lack(self) -> Refusal | None:
        """What there is too little of to take in anything now."""
        if self.requests > self.limits.requests or self.waiting_bytes > self.limits.waiting_bytes:
            return Refusal.overloaded()
        return Refusal.disk_low() if self.is_disk_low else None

    def look_at_disk(self) -> None:
        """See how much space is left; called now and then."""
        try:
            disk = os.statvfs(self.log.folder)
        except OSError:
            return  # the next commit says what is wrong
        self.is_disk_low = disk.f_bavail * disk.f_frsize < self.limits.free_bytes

    async def read_body(self, request: Request) -> bytes:
        """The body of a request, counted among what is in memory while it is read.

        Raises:
            Refusal: It is too large or broken, or there is no room for it.
            ClientGone: It never came.
        """
        self.check_room()
        announced = request.headers.get(b"content-length", b"")
        is_believed = announced.isdigit() and len(announced) < _LONGEST_LENGTH
        size = min(int(announced), self.limits.body_bytes) if is_believed else 0
        self.reading_bytes += size
        try:
            return request.inflated(await request.body(self.limits), self.limits)
        finally:
            self.reading_bytes -= size

    def admit(
        self, request: Request, key: WriteKey, arrival: Arrival, *, visitor: str | None = None
    ) -> Reception:
        """A request's events as the log will have them, if they may come in now.

        Args:
            request: What brought them.
            key: What its bearer may do.
            arrival: The events.
            visitor: The first-party id of the browser, if it is known already.

        Raises:
            Refusal: The source's rate is reached.
        """
        seconds = self.limiter.seconds_to_wait(key, arrival.events)
        if seconds:
            raise Refusal.too_many(seconds)
        return Reception(
            received_at=time.time_ns() // 1000,
            source=key.source,
            kind=key.kind,
            dialect=arrival.dialect,
            call=arrival.call,
            body=arrival.body,
            facts=self._facts(request, key, visitor),
            given_ids=arrival.given_ids,
            faults=arrival.faults,
            events=arrival.events,
        )

    async def keep(self, reception: Reception) -> None:
        """Put events into the log; they are durable when this returns.

        Raises:
            Refusal: The disk did not take them.
        """
        started = time.perf_counter()
        try:
            await self.log.append(reception)
        except Retryable:
            raise Refusal.not_durable() from None
        self._count(reception, time.perf_counter() - started)

    def keep_then(self, reception: Reception, kept: Callable[[Exception | None], None]) -> None:
        """Put events into the log; `kept` is told when they are durable, or what went wrong."""
        started = time.perf_counter()

        def settled(error: Exception | None) -> None:
            if error is None:
                self._count(reception, time.perf_counter() - started)
            kept(Refusal.not_durable() if isinstance(error, Retryable) else error)

        self.log.append_then(reception, settled)

    def _count(self, reception: Reception, seconds: float) -> None:
        self.metrics.committed(seconds)
        self.metrics.accepted[reception.source, reception.call] += reception.events
        for reason in reception.faults.values():
            self.metrics.faults[reception.source, reason] += 1

    def _facts(self, request: Request, key: WriteKey, visitor: str | None) -> dict[str, str]:
        """What the headers say; of the cookies, only the one that we had set."""
        is_visitor = key.kind in _VISITORS
        facts = request.facts(self.trusted_proxies, is_visitor=is_visitor)
        if not is_visitor:
            return facts
        if visitor is None and b"cookie" in request.headers:
            visitor = find_visitor(request.header(b"cookie"), self.site.cookie, datetime.now(UTC))
        if visitor:
            facts["cookie"] = visitor
        return facts
