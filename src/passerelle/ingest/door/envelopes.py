"""What the door must know of a Segment body to answer: how many events, their ids, the key.

Everything else is passed over: the follower reads the events, with the same reader as files. So
a body of the usual shape is looked at once, and only its ids become objects.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

import msgspec
from msgspec import UNSET, Raw, UnsetType

from passerelle.ingest.door.refusals import Refusal

Scalar = str | int | float | None

EVENT_TYPES = frozenset(
    {"identify", "track", "page", "screen", "group", "alias", "merge", "import", "batch"}
)
_NEEDS_NAME = "track"


class _Item(msgspec.Struct, gc=False, rename="camel"):
    """One event of a batch."""

    message_id: Scalar = None


class _Batch(msgspec.Struct, gc=False, rename="camel"):
    """The body of a batch request."""

    batch: list[_Item]
    write_key: Scalar = None


class _Single(msgspec.Struct, gc=False, rename="camel"):
    """The body of a request that is one event."""

    message_id: Scalar = None
    write_key: Scalar = None


class _Tagged(msgspec.Struct, gc=False):
    """What our own tag says beside the events."""

    visitor: Scalar = None


class _Judged(msgspec.Struct, gc=False, rename="camel"):
    """What of an event is judged when its sender asks for a verdict."""

    type: Raw | UnsetType = UNSET
    event: Raw | UnsetType = UNSET
    message_id: Raw | UnsetType = UNSET


class Envelope(msgspec.Struct, frozen=True):
    """What is known of a body's events, by their place in it (from 0)."""

    events: int
    write_key: str | None = None
    given_ids: dict[int, str] = {}
    faults: dict[int, str] = {}
    message_ids: Sequence[Scalar] = ()

    def __repr__(self) -> str:
        """Neither key nor ids: it may be printed by accident."""
        return f"Envelope(events={self.events})"


_decode_batch = msgspec.json.Decoder(_Batch).decode
_decode_single = msgspec.json.Decoder(_Single).decode
_decode_item = msgspec.json.Decoder(_Item).decode
_decode_tagged = msgspec.json.Decoder(_Tagged).decode
_decode_judged = msgspec.json.Decoder(_Judged).decode
_decode_fields = msgspec.json.Decoder(dict[str, Raw]).decode
_decode_list = msgspec.json.Decoder(list[Raw]).decode
_decode_scalar = msgspec.json.Decoder(Scalar).decode


def read_envelope(body: bytes, *, is_batch: bool) -> Envelope:
    """The envelope of a body.

    Raises:
        Refusal: It is not JSON, or not the object that it should be.
    """
    try:
        return _read_batch(body) if is_batch else _read_single(body)
    except msgspec.ValidationError:
        return _read_odd(body, is_batch=is_batch)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _read_odd(body, is_batch=is_batch)
    except RecursionError:
        raise Refusal.too_deep() from None


def judge(body: bytes, *, is_batch: bool, call: str, event_bytes: int) -> dict[int, str]:
    """Why events will be refused, as far as the door can tell, by their place: for a verdict.

    The codes are those of quarantine. That an event names nobody is found by the follower alone,
    which knows where people put an e-mail or a card.
    """
    items = _items_of(body) if is_batch else [body]
    found = ((place, _fault_of(bytes(item), call, event_bytes)) for place, item in enumerate(items))
    return {place: reason for place, reason in found if reason}


def read_visitor_wish(body: bytes) -> str:
    """What the tag asks for its visitor's cookie: `new`, `forget`, or nothing."""
    try:
        return _text(_decode_tagged(body).visitor) or ""
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""


def message_id_of(event: bytes) -> str | None:
    """The message id of one event, if it has one."""
    return _read_item(event)[0]


def new_message_id() -> str:
    """An id for an event that came without one."""
    return f"psr-{secrets.token_hex(16)}"


def _read_batch(body: bytes) -> Envelope:
    read = _decode_batch(body)
    ids = [item.message_id for item in read.batch]
    given = (
        {} if all(ids) else {place: new_message_id() for place, one in enumerate(ids) if not one}
    )
    return Envelope(len(ids), _text(read.write_key), given, {}, ids)


def _read_single(body: bytes) -> Envelope:
    read = _decode_single(body)
    given = {} if read.message_id else {0: new_message_id()}
    return Envelope(1, _text(read.write_key), given, {}, (read.message_id,))


def _read_odd(body: bytes, *, is_batch: bool) -> Envelope:
    """The envelope of a body in which something has an unexpected type, or is no UTF-8."""
    fields = _fields_of(body)
    key = _scalar(fields.get("writeKey"))
    items = _items_of(body) if is_batch else [body]
    ids: list[str] = []
    given: dict[int, str] = {}
    faults: dict[int, str] = {}
    for place, item in enumerate(items):
        said, fault = _read_item(bytes(item))
        if fault:
            faults[place] = fault
        if not said:
            said = given[place] = new_message_id()
        ids.append(said)
    return Envelope(len(items), key, given, faults, ids)


def _read_item(item: bytes) -> tuple[str | None, str | None]:
    """The message id of an event, and why it cannot be used."""
    try:
        item.decode()
    except UnicodeDecodeError:
        return None, "bad_encoding"
    try:
        return _text(_decode_item(item).message_id), None
    except msgspec.ValidationError:
        is_object = item.lstrip().startswith(b"{")
        return None, None if is_object else "not_an_object"


def _fields_of(body: bytes) -> dict[str, Raw]:
    try:
        return _decode_fields(body)
    except msgspec.ValidationError:
        raise Refusal.not_an_object() from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Refusal.bad_json() from None
    except RecursionError:
        raise Refusal.too_deep() from None


def _items_of(body: bytes) -> list[Raw]:
    listed = _fields_of(body).get("batch")
    if listed is None:
        raise Refusal.no_batch()
    try:
        return _decode_list(listed)
    except msgspec.DecodeError:
        raise Refusal.no_batch() from None
    except RecursionError:
        raise Refusal.too_deep() from None


def _fault_of(item: bytes, call: str, event_bytes: int) -> str | None:
    if len(item) > event_bytes:
        return "too_large"
    try:
        item.decode()
        read = _decode_judged(item)
    except UnicodeDecodeError:
        return "bad_encoding"
    except (msgspec.DecodeError, RecursionError):
        return "not_an_object"
    kind = _scalar(read.type) or ("" if call in ("batch", "import") else call)
    if kind.lower() not in EVENT_TYPES - {"batch", "import"}:
        return "unknown_type"
    if kind.lower() == _NEEDS_NAME and not (_scalar(read.event) or "").strip():
        return "no_event_name"
    return None


def _scalar(raw: Raw | UnsetType | None) -> str | None:
    if raw is None or raw is UNSET:
        return None
    try:
        return _text(_decode_scalar(raw))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _text(value: Scalar) -> str | None:
    return None if value is None else str(value)
