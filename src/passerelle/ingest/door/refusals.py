"""Why the door takes nothing of a request: a status, a stable code, and a sentence.

The sentences are read by developers, in the consoles of their browsers and in their logs: they
are English on every machine. Bodies are always `{"code": ..., "message": ...}`, since a client
sends again what was refused with another shape.
"""

from __future__ import annotations

import msgspec


class Refusal(Exception):
    """A request of which nothing is kept."""

    def __init__(
        self, status: int, code: str, message: str, *, retry_after: int | None = None
    ) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message
        self.retry_after = retry_after

    @property
    def body(self) -> bytes:
        """What the client is told, in JSON."""
        return msgspec.json.encode({"code": self.code, "message": self.message})

    @classmethod
    def bad_json(cls) -> Refusal:
        """Not JSON at all."""
        return cls(400, "bad_json", "The body is not valid JSON.")

    @classmethod
    def not_an_object(cls) -> Refusal:
        """JSON of another shape."""
        return cls(400, "not_an_object", "The body is not a JSON object.")

    @classmethod
    def no_batch(cls) -> Refusal:
        """A batch without its list."""
        return cls(400, "no_batch", "The body has no list of events called batch.")

    @classmethod
    def too_deep(cls) -> Refusal:
        """Objects in objects in objects."""
        return cls(400, "too_deep", "The body is nested too deeply.")

    @classmethod
    def bad_compression(cls) -> Refusal:
        """Compressed, but broken or cut off."""
        return cls(400, "bad_compression", "The compressed body is broken or cut off.")

    @classmethod
    def too_large(cls) -> Refusal:
        """More bytes than are taken in one request."""
        return cls(413, "too_large", "The body is larger than the limit. Send smaller batches.")

    @classmethod
    def headers_too_large(cls) -> Refusal:
        """More headers than anybody needs."""
        return cls(431, "headers_too_large", "The headers are larger than the limit.")

    @classmethod
    def no_key(cls) -> Refusal:
        """No write key in any of its places."""
        return cls(401, "no_write_key", "The request has no write key.")

    @classmethod
    def unknown_key(cls) -> Refusal:
        """A write key that is not in force."""
        return cls(401, "unknown_write_key", "The write key is not known, or was disabled.")

    @classmethod
    def no_right(cls) -> Refusal:
        """A write key without the scope that this takes."""
        return cls(403, "not_in_scope", "The write key may not do this.")

    @classmethod
    def wrong_origin(cls) -> Refusal:
        """A site that may not use this key."""
        return cls(403, "wrong_origin", "The write key may not be used from this site.")

    @classmethod
    def bad_signature(cls) -> Refusal:
        """A webhook that its sender has not signed, or too long ago."""
        return cls(401, "bad_signature", "The signature is missing, wrong or too old.")

    @classmethod
    def bad_query(cls) -> Refusal:
        """A question about a person that cannot be read."""
        return cls(422, "bad_query", "Ask with one type and one value, such as ?email=…")

    @classmethod
    def store_away(cls) -> Refusal:
        """The database does not answer."""
        return cls(503, "store_away", "The store does not answer.", retry_after=2)

    @classmethod
    def misconfigured(cls) -> Refusal:
        """Something of ours must be mended first; our own log says what."""
        return cls(503, "misconfigured", "The collector must be mended first.", retry_after=60)

    @classmethod
    def not_found(cls) -> Refusal:
        """No such place."""
        return cls(404, "not_found", "There is nothing at this address.")

    @classmethod
    def wrong_method(cls) -> Refusal:
        """Another verb is needed."""
        return cls(405, "wrong_method", "This address does not take this method.")

    @classmethod
    def too_many(cls, seconds: int) -> Refusal:
        """More than the source's rate."""
        return cls(429, "too_many_events", "The source's rate is reached.", retry_after=seconds)

    @classmethod
    def overloaded(cls) -> Refusal:
        """More at once than the memory is meant for."""
        return cls(429, "overloaded", "The collector is busy. Send again later.", retry_after=1)

    @classmethod
    def disk_low(cls) -> Refusal:
        """The disk is nearly full."""
        return cls(429, "disk_nearly_full", "The disk is nearly full.", retry_after=60)

    @classmethod
    def not_durable(cls) -> Refusal:
        """The disk refused."""
        return cls(503, "not_stored", "The events could not be stored.", retry_after=5)

    @classmethod
    def not_ready(cls) -> Refusal:
        """The store was never read, so no key can be judged."""
        return cls(503, "not_ready", "The write keys are not known yet.", retry_after=2)


class ClientGone(Exception):
    """The client went away before it had sent everything."""
