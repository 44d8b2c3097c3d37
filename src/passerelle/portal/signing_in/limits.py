"""How often somebody may try: per contact point and per network, counted in memory."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

_MOST_KEYS = 100_000
"""Counted at once: beyond it, the one that was seen longest ago is forgotten."""


@dataclass(frozen=True)
class Limit:
    """So many in so long."""

    most: int
    period: timedelta


PER_CONTACT = Limit(3, timedelta(minutes=15))
"""Links asked for one contact point."""
PER_NETWORK = Limit(20, timedelta(minutes=15))
"""Links asked from one network."""
USES_PER_NETWORK = Limit(40, timedelta(minutes=15))
"""Links followed, and questions answered, from one network."""


@dataclass
class TryCounter:
    """Counts tries of one process in a sliding window; keys are hashes, never what was typed."""

    limit: Limit
    clock: Callable[[], datetime]
    _tries: dict[str, deque[datetime]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def may_try(self, key: str) -> bool:
        """Count a try; False if there were too many."""
        now = self.clock()
        with self._lock:
            tries = self._tries.pop(key, deque())
            while tries and tries[0] <= now - self.limit.period:
                tries.popleft()
            is_free = len(tries) < self.limit.most
            if is_free:
                tries.append(now)
            self._tries[key] = tries  # put last: the first is the one seen longest ago
            if len(self._tries) > _MOST_KEYS:
                del self._tries[next(iter(self._tries))]
        return is_free


def network_of(address: str) -> str:
    """What one household or company has: an address of version 4, the first 64 bits of version 6.

    >>> network_of("192.0.2.7"), network_of("2001:db8::1")
    ('192.0.2.7', '2001:db8::')
    """
    try:
        read = ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(read, IPv6Address):
        return str(IPv6Address(int(read) >> 64 << 64))
    return str(read)
