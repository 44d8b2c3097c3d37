"""The events of a request's body, one by one, in Segment's words whatever the body speaks."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import parse_qsl

import msgspec

from passerelle.ingest import Reception, matomo_events, read_webhook_mapping, webhook_events


class Unreadable(Exception):
    """A body in which no event can be found, for a reason of `REASONS`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class SplitBody(msgspec.Struct, frozen=True):
    """The events of a body, each in Segment's words, and when its client says that it sent it."""

    lines: list[bytes]
    sent_at: str | int | float | None = None

    def __repr__(self) -> str:
        """Nothing of what the events say."""
        return f"SplitBody({len(self.lines)} events)"


_NOTHING = msgspec.Raw(b"null")


class _Body(msgspec.Struct, rename="camel"):
    """A body of Segment's, RudderStack's or Jitsu's: of one event, or of a batch of them.

    What a batch says for all of its events stays unread: an event alone has its own there.
    """

    batch: list[msgspec.Raw] | None = None
    context: msgspec.Raw = _NOTHING
    integrations: msgspec.Raw = _NOTHING
    sent_at: str | int | float | None = None


_decode_body = msgspec.json.Decoder(_Body).decode
_decode_any = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


def split_body(reception: Reception, home: Path) -> SplitBody:
    """The events of a request's body, in their order.

    Args:
        reception: As the log has it.
        home: The home folder, which holds the mappings of webhooks.

    Raises:
        Unreadable: No event can be found in it.
    """
    if reception.dialect == "segment":
        return _split_segment(reception.body)
    try:
        if reception.dialect == "matomo":
            return SplitBody(matomo_events(reception.body))
        mapping = read_webhook_mapping(home, reception.call)
        if mapping is None:
            raise Unreadable("no_mapping")
        return SplitBody(webhook_events(reception.body, mapping))
    except ValueError:
        raise Unreadable("bad_json") from None


def _split_segment(body: bytes) -> SplitBody:
    if not body.lstrip().startswith(b"{"):
        return _split_query(body)
    try:
        told = _decode_body(body)
    except msgspec.ValidationError:
        told = _odd_body(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Unreadable("bad_json") from None
    if told.batch is None:
        return SplitBody([body], told.sent_at)
    lines = [bytes(raw) for raw in told.batch]
    shared = {
        "context": _read_shared(told.context),
        "integrations": _read_shared(told.integrations),
    }
    if given := {name: value for name, value in shared.items() if value}:
        lines = [_with_shared(line, given) for line in lines]
    return SplitBody(lines, told.sent_at)


def _odd_body(body: bytes) -> _Body:
    """What can be used of a body some part of which has an unexpected type."""
    try:
        said = _decode_any(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Unreadable("bad_json") from None
    batch, sent_at = said.get("batch"), said.get("sentAt")
    return _Body(
        batch=[msgspec.Raw(_encode(each)) for each in batch] if isinstance(batch, list) else None,
        context=msgspec.Raw(_encode(said.get("context"))),
        integrations=msgspec.Raw(_encode(said.get("integrations"))),
        sent_at=sent_at if isinstance(sent_at, str | int | float) else None,
    )


def _read_shared(raw: msgspec.Raw) -> Mapping[str, object]:
    """What a batch says for all of its events, if that is an object."""
    try:
        said = _decode_any(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise Unreadable("bad_json") from None
    return said if isinstance(said, dict) else {}


def _with_shared(raw: bytes, shared: Mapping[str, Mapping[str, object]]) -> bytes:
    """The event with what its batch says for all of them under its own."""
    try:
        event = _decode_any(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return raw  # it is refused for that when it is read
    if not isinstance(event, dict):
        return raw
    for name, values in shared.items():
        own = event.get(name)
        event[name] = {**values, **own} if isinstance(own, dict) else dict(values)
    return _encode(event)


def _split_query(body: bytes) -> SplitBody:
    """A pixel's query: `context.page.url=...` is a field inside others."""
    try:
        pairs = parse_qsl(body.decode(), strict_parsing=True, max_num_fields=1000)
    except ValueError:  # also what is not UTF-8
        raise Unreadable("bad_json") from None
    event: dict[str, object] = {}
    for name, value in pairs:
        place = event
        *outer, last = name.split(".")
        for each in outer:
            inner = place.setdefault(each, {})
            if not isinstance(inner, dict):
                break
            place = inner
        else:
            place[last] = value
    sent_at = event.get("sentAt")
    return SplitBody([_encode(event)], sent_at if isinstance(sent_at, str) else None)
