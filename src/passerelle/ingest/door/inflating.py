"""Inflate a body that was compressed, whatever its headers say, within bounds."""

from __future__ import annotations

import zlib

from passerelle.ingest.door.refusals import Refusal

_GZIP = b"\x1f\x8b"
_ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")  # no JSON text begins with an x
_ANY_HEADER = 47  # zlib's or gzip's, found by itself
_NO_HEADER = -15


def inflate(body: bytes, most_bytes: int, *, encoding: bytes = b"") -> bytes:
    """A body as its client wrote it; one that is not compressed comes back as it is.

    Args:
        body: As it came.
        most_bytes: The most that it may hold when inflated.
        encoding: What the header says, needed only for raw deflate, which has no magic bytes.

    Raises:
        Refusal: It is broken, or holds more than it may.
    """
    if body.startswith(_GZIP):
        return _inflate_members(body, most_bytes)
    if body[:2] in _ZLIB:
        return _inflate_one(body, most_bytes, _ANY_HEADER)[0]
    if encoding == b"deflate" and not body.lstrip().startswith((b"{", b"[")):
        return _inflate_one(body, most_bytes, _NO_HEADER)[0]
    return body


def _inflate_members(body: bytes, most_bytes: int) -> bytes:
    """All the members of a gzip body: it may have several, one behind the other."""
    parts: list[bytes] = []
    room = most_bytes
    while body.startswith(_GZIP):
        part, body = _inflate_one(body, room, _ANY_HEADER)
        parts.append(part)
        room -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _inflate_one(body: bytes, most_bytes: int, header: int) -> tuple[bytes, bytes]:
    """What one compressed stream holds, and what comes behind it."""
    stream = zlib.decompressobj(header)
    try:
        text = stream.decompress(body, most_bytes + 1)
    except zlib.error:
        raise Refusal.bad_compression() from None
    if len(text) > most_bytes:
        raise Refusal.too_large()
    if not stream.eof:
        raise Refusal.bad_compression()
    return text, stream.unused_data
