"""Puts back letters that were written in UTF-8 and read as Windows-1252: `RenÃ©` is René.

Once or several times over, and only where it is certain: every letter beyond ASCII in the text must
belong to such a sequence, and give a Latin letter or a sign of French typography. A text with one
accent in its right place is left alone, since whoever wrote it could write accents.

Source: RFC 3629 (UTF-8); the WHATWG index of windows-1252, with the five bytes that it leaves free
as they are.
"""

from __future__ import annotations

import re

_MOST_TIMES = 3

# What bytes 0x80 to 0xBF look like once read as Windows-1252, or as Latin-1.
_FREE_BYTES = "\x80-\x9f"
_BYTES = bytes(range(0x80, 0xC0)).decode("cp1252", "ignore")
_NEXT = f"[{re.escape(_BYTES)}{_FREE_BYTES}]"
# Ã and its neighbours open a letter of U+0080 to U+017F; â€ opens quotes, dashes and the ellipsis.
_CERTAIN = rf"[ÂÃÄÅ]{_NEXT}|â[€\x80]{_NEXT}"
# The other signs that Windows-1252 has for bytes, ƒ ˆ ˜ ‚ „ ™ €, in their turn read wrongly.
_IN_BETWEEN = rf"Æ[’\x92]|Ë[†œ\x86\x9c]|â[‚„\x82\x84]{_NEXT}"
_ONCE = re.compile(rf"(?:[\x00-\x7f]|{_CERTAIN})*")
_TWICE = re.compile(rf"(?:[\x00-\x7f]|{_CERTAIN}|{_IN_BETWEEN})*")


def repair_encoding(text: str) -> str:
    """The text as it was before UTF-8 was read as Windows-1252; itself where that is not certain.

    >>> repair_encoding("RenÃ© LefÃ¨vre"), repair_encoding("RenÃƒÂ©"), repair_encoding("João")
    ('René Lefèvre', 'René', 'João')
    """
    for _time in range(_MOST_TIMES):
        before = _read_rightly(text)
        is_certain = _is_mangled(text, _ONCE) or _is_mangled(before, _ONCE)
        if before == text or not is_certain:
            return text
        text = before
    return text


def _read_rightly(text: str) -> str:
    if not _is_mangled(text, _TWICE):
        return text
    try:
        return b"".join(map(_as_byte, text)).decode("utf-8")
    except UnicodeError:
        return text


def _is_mangled(text: str, pattern: re.Pattern[str]) -> bool:
    return not text.isascii() and pattern.fullmatch(text) is not None


def _as_byte(letter: str) -> bytes:
    return bytes([ord(letter)]) if ord(letter) <= 0xFF else letter.encode("cp1252")
