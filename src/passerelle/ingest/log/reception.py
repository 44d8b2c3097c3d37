"""What the log keeps of one HTTP request."""

from __future__ import annotations

import msgspec


class Reception(msgspec.Struct, frozen=True, array_like=True, kw_only=True):
    """One accepted request. Grain: one request, which holds one event or many.

    Fields are stored by position: new ones are added at the end, with a default, so that an old
    log can always be read.

    Args:
        received_at: Microseconds since 1970, UTC, by the collector's clock.
        source: Name of the source whose write key it carried.
        kind: Kind of that source (browser, server, till, ...): how far it is trusted.
        dialect: Whose words the body speaks: `segment` (also RudderStack and Jitsu), `matomo`,
            `webhook`.
        call: What was called: `batch`, `track`, `page`, ...; of a webhook, its mapping.
        body: The body as it came, inflated, with the write key blanked; of a pixel, the JSON or
            the query that it carried.
        facts: What the request said beside its body, each only when given: user_agent, origin,
            referer, ip (shortened, see the source's rules), cookie (the first-party id that the
            server itself had set), retry_count, gpc, and measures of the client's quality.
        given_ids: Fresh message ids for the events that came without one, by their place in the
            body (from 0).
        faults: Events to quarantine, by their place in the body, with a stable reason code.
        events: How many events the body holds, the faulty ones included.
    """

    received_at: int
    source: str
    kind: str
    dialect: str
    call: str
    body: bytes
    facts: dict[str, str] = {}
    given_ids: dict[int, str] = {}
    faults: dict[int, str] = {}
    events: int = 1

    def __repr__(self) -> str:
        """Nothing of what the body says: it may be printed by accident."""
        return f"Reception(source={self.source!r}, call={self.call!r}, events={self.events})"
