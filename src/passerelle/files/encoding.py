"""Which characters a file's bytes stand for, decided line by line when people mixed them.

A line that is valid UTF-8 is read as UTF-8: text in another encoding almost never is by chance.
Any other line is read in the older encoding of the file: Windows-1252 unless the accents of the
first megabyte look more like those of an old Mac or of DOS.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import IO

import numpy as np

from passerelle.files.container import read_exactly

BLOCK_BYTES = 1 << 20
"""Bytes read at a time: small enough that a dirty row slows few neighbours."""

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# the bytes of e-acute, e-grave, a-grave, e-circumflex, c-cedilla: the most frequent French accents
_ACCENTS = {
    "windows-1252": b"\xe9\xe8\xe0\xea\xe7",
    "mac-roman": b"\x8e\x8f\x88\x90\x8d",
    "cp850": b"\x82\x8a\x85\x88\x87",
}
_CLEARLY_MORE = 5  # so many times more accents before we leave Windows-1252

_UTF8_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_FIRST_LEAD = 0xC2


def sniff_encoding(head: bytes) -> str:
    """The encoding of a file, from its first bytes.

    >>> sniff_encoding("Prénom".encode()), sniff_encoding("Prénom".encode("cp1252"))
    ('utf-8', 'windows-1252')
    """
    for mark, name in _BOMS:
        if head.startswith(mark):
            return name
    if head[1::2].count(0) > len(head) * 0.3:
        return "utf-16-le"
    if head[0::2].count(0) > len(head) * 0.3:
        return "utf-16-be"
    if _is_utf8_head(head) or _UTF8_SEQUENCE.search(head):
        return "utf-8"
    return legacy_encoding(head)


def legacy_encoding(head: bytes) -> str:
    """The encoding of what is not UTF-8, by the accents French uses most."""
    counts = {name: sum(head.count(byte) for byte in accents) for name, accents in _ACCENTS.items()}
    best = max(counts, key=lambda name: counts[name])
    clear = counts[best] > _CLEARLY_MORE * counts["windows-1252"]
    return best if clear else "windows-1252"


def splits_at_newline(encoding: str) -> bool:
    """Whether byte 10 is always a line feed, so that the bytes can be cut there."""
    name = codecs.lookup(encoding).name
    return not name.startswith(("utf-16", "utf-32", "utf-7", "utf_16", "utf_32", "utf_7"))


def utf8_blocks(
    stream: IO[bytes], encoding: str, *, legacy: str, strict: bool
) -> Iterator[tuple[bytes, int]]:
    """The stream as blocks of UTF-8, with the number of lines read in another encoding.

    Blocks end at a line feed where one can be cut. With `strict`, what the encoding cannot read
    becomes U+FFFD, so that its row can be rejected.
    """
    if not splits_at_newline(encoding):
        yield from _transcoded(stream, encoding)
        return
    name = "utf-8" if encoding == "utf-8-sig" else encoding
    carry = b""
    first = True
    while block := read_exactly(stream, BLOCK_BYTES):
        if first and encoding == "utf-8-sig":
            block = block.removeprefix(codecs.BOM_UTF8)
        first = False
        block = carry + block
        cut = block.rfind(b"\n") + 1 or block.rfind(b"\r") + 1 or _last_ascii(block)
        carry, block = block[cut:], block[:cut]
        if block:
            yield _to_utf8(block, name, legacy=legacy, strict=strict)
    if carry:
        yield _to_utf8(carry, name, legacy=legacy, strict=strict)


def _transcoded(stream: IO[bytes], encoding: str) -> Iterator[tuple[bytes, int]]:
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    while block := read_exactly(stream, BLOCK_BYTES):
        yield decoder.decode(block).encode(), 0
    if rest := decoder.decode(b"", final=True):
        yield rest.encode(), 0


def _last_ascii(block: bytes) -> int:
    """Where a block without any line end can be cut between two characters."""
    for end in range(len(block), max(len(block) - 8, 0), -1):
        if block[end - 1] < 0x80:
            return end
    return len(block)


def _to_utf8(block: bytes, encoding: str, *, legacy: str, strict: bool) -> tuple[bytes, int]:
    if strict:
        if encoding == "utf-8":
            return _checked_utf8(block), 0
        return block.decode(encoding, errors="replace").encode(), 0
    if is_utf8(block):
        return block, 0
    if not _may_hold_utf8(block):  # no line can be UTF-8: decode all at once
        other = 0 if encoding != "utf-8" else sum(1 for x in block.split(b"\n") if not x.isascii())
        return _from_legacy(block, legacy), other
    lines = block.split(b"\n")
    other = 0
    for index, line in enumerate(lines):
        if line.isascii():
            continue
        valid = is_utf8(line)
        other += valid != (encoding == "utf-8")
        if not valid:
            lines[index] = _from_legacy(line, legacy)
    return b"\n".join(lines), other


def _may_hold_utf8(block: bytes) -> bool:
    """Whether a byte that opens a UTF-8 character is followed by one that continues it."""
    data = np.frombuffer(block, np.uint8)
    high = np.flatnonzero(data[:-1] >= _FIRST_LEAD)
    following = data[high + 1]
    return bool(((following >= 0x80) & (following <= 0xBF)).any())


def _checked_utf8(block: bytes) -> bytes:
    return block if is_utf8(block) else block.decode("utf-8", errors="replace").encode()


def is_utf8(block: bytes) -> bool:
    """Whether the bytes are valid UTF-8."""
    try:
        block.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8_head(head: bytes) -> bool:
    """Whether the bytes are UTF-8, perhaps cut in the middle of the last character."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return False
    return True


def _from_legacy(block: bytes, encoding: str) -> bytes:
    if encoding == "windows-1252":
        data = np.frombuffer(block, np.uint8)
        if not (
            (data >= 0x80) & (data < 0xA0)
        ).any():  # Latin-1 decodes eight times faster and agrees here
            return block.decode("latin-1").encode()
        try:
            return block.decode("cp1252").encode()
        except UnicodeDecodeError:  # five bytes that Windows-1252 leaves undefined
            return _each_byte_1252(block)
    return block.decode(encoding).encode()


def _each_byte_1252(block: bytes) -> bytes:
    return "".join(_CP1252[byte] for byte in block).encode()


_CP1252 = tuple(bytes([byte]).decode("cp1252", errors="ignore") or chr(byte) for byte in range(256))
