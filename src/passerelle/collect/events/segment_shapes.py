"""The shape of an event in Segment's format, and how a line of another shape is made to fit.

Lines of the expected shape are decoded straight into structures. In a line that is not, what has
an unexpected type is left out of the structure (it stays in the original), so that one odd field
costs nothing but itself.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import polars as pl
from msgspec import Raw

from passerelle.collect.events.known_fields import scalar_text

Scalar = str | int | float | None
NOTHING = Raw(b"")


class Page(msgspec.Struct, gc=False):
    """Where the visitor was."""

    url: Scalar = None
    referrer: Scalar = None


class Campaign(msgspec.Struct, gc=False):
    """What brought the visitor."""

    source: Scalar = None
    name: Scalar = None


class Device(msgspec.Struct, gc=False, rename="camel"):
    """The phone or tablet."""

    advertising_id: Scalar = None


class Library(msgspec.Struct, gc=False):
    """The client that sent the event."""

    name: Scalar = None


class Context(msgspec.Struct, gc=False, rename="camel"):
    """What surrounds an event."""

    page: Page | None = None
    campaign: Campaign | None = None
    device: Device | None = None
    library: Library | None = None
    user_agent: Scalar = None
    traits: Raw = NOTHING
    consent: Raw = NOTHING
    consent_management: Raw = NOTHING


class Event(msgspec.Struct, gc=False, rename="camel"):
    """One event; `batch` is set when the line is the body of a batch request instead."""

    type: Scalar = None
    message_id: Scalar = None
    anonymous_id: Scalar = None
    user_id: Scalar = None
    previous_id: Scalar = None
    group_id: Scalar = None
    event: Scalar = None
    name: Scalar = None
    timestamp: Scalar = None
    original_timestamp: Scalar = None
    sent_at: Scalar = None
    received_at: Scalar = None
    context: Context | None = None
    properties: Raw = NOTHING
    traits: Raw = NOTHING
    batch: Raw = NOTHING


class Body(msgspec.Struct, rename="camel"):
    """A batch request: events, and what they share."""

    batch: list[Raw]
    context: dict[str, object] | None = None
    sent_at: Scalar = None
    received_at: Scalar = None


class Refused(Exception):
    """The line holds no event, for a reason."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(reason)
        self.reason, self.detail = reason, detail


_NESTED: dict[str, type[msgspec.Struct]] = {
    "context": Context,
    "page": Page,
    "campaign": Campaign,
    "device": Device,
    "library": Library,
}
_FREE = frozenset({"traits", "properties", "consent", "consentManagement", "batch"})

decode_event = msgspec.json.Decoder(Event).decode
_decode_any = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


def understand(line: bytes) -> Event:
    """The event of a line, mended if its shape is odd.

    Raises:
        Refused: It is not UTF-8, not JSON, or not an object.
    """
    try:
        line.decode()
        return decode_event(line)
    except UnicodeDecodeError as error:
        raise Refused("bad_encoding", f"byte {error.start}") from error
    except msgspec.ValidationError:
        return _mend(line)
    except msgspec.DecodeError as error:
        raise Refused("bad_json", str(error)) from error


def free_texts(name: str, raws: Sequence[Raw]) -> pl.Series:
    """The free parts as a column of JSON texts; null for none and for JSON's null.

    Raises:
        polars.exceptions.ComputeError: One is not UTF-8.
    """
    said = [None if raw is NOTHING or (text := bytes(raw)) == b"null" else text for raw in raws]
    return pl.Series(name, said, dtype=pl.Binary).cast(pl.String)


def add_context(raw: bytes, shared: Mapping[str, object] | None) -> bytes:
    """The event with its batch's context under its own."""
    if not shared:
        return raw
    try:
        event = _decode_any(raw)
    except msgspec.DecodeError:
        return raw  # it is refused for that when it is read
    if not isinstance(event, dict):
        return raw
    own = event.get("context")
    event["context"] = {**shared, **own} if isinstance(own, dict) else dict(shared)
    return _encode(event)


def _mend(line: bytes) -> Event:
    try:
        value = _decode_any(line)
    except msgspec.DecodeError as error:
        raise Refused("bad_json", str(error)) from error
    if not isinstance(value, dict):
        raise Refused("not_an_object")
    return decode_event(_encode(_fit(value, Event)))


def _fit(value: Mapping[str, object], shape: type[msgspec.Struct]) -> dict[str, object]:
    """What of an object has the type that the structure expects."""
    fitted: dict[str, object] = {}
    for name in shape.__struct_encode_fields__:
        given = value.get(name)
        if given is None:
            continue
        if name in _FREE:
            fitted[name] = given
        elif name not in _NESTED:
            fitted[name] = scalar_text(given)
        elif isinstance(given, dict):
            fitted[name] = _fit(given, _NESTED[name])
    return fitted
