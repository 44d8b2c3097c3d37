"""How much the door takes at once, and what it says when that is reached."""

from __future__ import annotations

import time
from dataclasses import dataclass

from passerelle.ingest.access import WriteKey


@dataclass(frozen=True)
class Limits:
    """Bounds of one worker.

    Defaults: bodies as large as RudderStack's (4,000 KB), events of 32 KB as Segment's.

    Args:
        body_bytes: Largest body, inflated.
        event_bytes: Largest event; a larger one goes to quarantine.
        waiting_bytes: Bodies in memory, being read or waiting for the disk.
        requests: Requests under way.
        header_bytes: Headers of one request, with its first line.
        request_seconds: Longest time that a client may take to send one request.
        free_bytes: Space on the disk below which nothing is taken any more.
    """

    body_bytes: int = 4 << 20
    event_bytes: int = 32 << 10
    waiting_bytes: int = 256 << 20
    requests: int = 4096
    header_bytes: int = 32 << 10
    request_seconds: float = 30.0
    free_bytes: int = 256 << 20


class RateLimiter:
    """A bucket of tokens for each source: as many a second as its rate, one for each event.

    A bucket holds what two seconds bring, so that a burst after a pause is let in.
    """

    _BURST_SECONDS = 2.0

    def __init__(self, workers: int = 1) -> None:
        self._workers = workers
        self._buckets: dict[str, tuple[float, float]] = {}

    def seconds_to_wait(self, key: WriteKey, events: int) -> int:
        """0 if these events may come in now; else after how many seconds to try again.

        A batch is let in as soon as its source has any token left, whatever its size: what it
        takes too much is waited for by the next one.
        """
        if not key.rate:
            return 0
        now = time.monotonic()
        rate = key.rate / self._workers
        tokens, at = self._buckets.get(key.source, (rate * self._BURST_SECONDS, now))
        tokens = min(rate * self._BURST_SECONDS, tokens + (now - at) * rate)
        if tokens <= 0:
            self._buckets[key.source] = (tokens, now)
            return min(300, int(-tokens / rate) + 1)
        self._buckets[key.source] = (tokens - events, now)
        return 0
