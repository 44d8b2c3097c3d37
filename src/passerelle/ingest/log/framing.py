"""Blocks of a log segment: one reception each, with its length and checksum.

A block is `PSR1`, the length of its payload and a CRC-32 over length and payload (both 32 bits,
little endian), then the payload: a `Reception` in MessagePack. The magic word lets a reader find
the next block behind a damaged one.
"""

from __future__ import annotations

import struct
import zlib

import msgspec

from passerelle.ingest.log.reception import Reception

MAGIC = b"PSR1"
MOST_BYTES = 64 << 20
"""Largest payload that is believed; a longer one is damage, not a block."""

_HEAD = struct.Struct("<4sII")
_LENGTH = struct.Struct("<I")
_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(Reception)


class Block(msgspec.Struct, frozen=True):
    """A whole block found in a segment: where it begins and ends, in bytes, and what it holds."""

    start: int
    end: int
    reception: Reception


def frame_reception(reception: Reception) -> bytes:
    """The block of a reception, ready to be appended."""
    payload = _encoder.encode(reception)
    return _HEAD.pack(MAGIC, len(payload), _checksum(payload)) + payload


def read_block(data: bytes | memoryview, start: int) -> Block | None:
    """The block that begins at `start`; None if none that is whole and sound does."""
    begin = start + _HEAD.size
    if len(data) < begin:
        return None
    magic, length, checksum = _HEAD.unpack_from(data, start)
    if magic != MAGIC or length > MOST_BYTES or len(data) - begin < length:
        return None
    payload = data[begin : begin + length]
    if _checksum(payload) != checksum:
        return None
    try:
        return Block(start, begin + length, _decoder.decode(payload))
    except msgspec.DecodeError:
        return None


def may_still_grow(data: bytes | memoryview, start: int) -> bool:
    """Whether what begins at `start` looks like a block that is not all there yet."""
    head = bytes(data[start : start + _HEAD.size])
    if len(head) < _HEAD.size:
        return MAGIC.startswith(head[: len(MAGIC)])
    magic, length, _checksum_said = _HEAD.unpack(head)
    return bool(magic == MAGIC and length <= MOST_BYTES and len(data) - start - _HEAD.size < length)


def find_block(data: bytes, start: int) -> Block | None:
    """The first sound block at or behind `start`."""
    while (start := data.find(MAGIC, start)) >= 0:
        block = read_block(data, start)
        if block is not None:
            return block
        start += 1
    return None


def _checksum(payload: bytes | memoryview) -> int:
    return zlib.crc32(payload, zlib.crc32(_LENGTH.pack(len(payload))))
