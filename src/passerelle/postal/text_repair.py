"""Mends what files do to the text of an address, before any of it is read.

Source: Unicode Standard Annex 15 (NFKC); the WHATWG table of windows-1252 for text decoded twice.
"""

from __future__ import annotations

import re
import unicodedata

LONGEST_TEXT = 300
"""Characters of one address that are read: six lines of 38 are 228, and people write around them."""  # noqa: E501

_DASHES = dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u00ad\u2043"), "-")
_APOSTROPHES = dict.fromkeys(map(ord, "\u2018\u2019\u201a\u201b\u02bc\u02b9\u2032\xb4`\x92"), "'")
_LINES = dict.fromkeys(map(ord, "\x0b\x0c\x85\u2028\u2029\r"), "\n")
_LOST_LIGATURES = {0x9C: "oe", 0x8C: "OE"}
_SIGNS = str.maketrans({**_DASHES, **_APOSTROPHES, **_LINES, **_LOST_LIGATURES, 0x2116: "no"})
_TWICE = re.compile(
    "[\u00c2\u00c3\u00c5][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e"
    "\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]|\u00e2\u20ac."
)
_NOT_SHOWN = re.compile("[\x00-\x09\x0e-\x1f\x7f\u200b-\u200f\u2060-\u206f\ufeff\ufe00-\ufe0f]")
_TO_MEND = re.compile("[^\n -_a-~\u00c0-\u00ff]")
"""Signs that may need mending. Letters with accents, alone in a text, were decoded once."""
_MARKS = re.compile("[\u0300-\u036f]+")
_HTML_BREAK = re.compile(r"<br ?/?>|&nbsp;|\\n", re.IGNORECASE)
_MAY_BREAK = re.compile(r"[<&\\]")
_LETTERS = str.maketrans(
    {
        "œ": "OE",
        "Œ": "OE",
        "æ": "AE",
        "Æ": "AE",
        "ß": "SS",
        "ø": "O",
        "Ø": "O",
        "ł": "L",
        "Ł": "L",
        "đ": "D",
        "Đ": "D",
        "ð": "D",
        "þ": "TH",
        "Þ": "TH",
        "ı": "I",
    }
)


def repair_text(raw: str) -> tuple[str, str]:
    r"""The text with its signs made plain, and what was too long to be read.

    >>> repair_text("12 rue du CafÃ©, l’Hay")
    ("12 rue du Café, l'Hay", '')
    """
    text, rest = _cut(raw)
    if not _TO_MEND.search(text):
        return (_HTML_BREAK.sub("\n", text) if _MAY_BREAK.search(text) else text), rest
    if _TWICE.search(text):
        text = _decoded_once(text)
    text = unicodedata.normalize("NFKC", text.translate(_SIGNS)).translate(_SIGNS)
    text = _MARKS.sub("", _NOT_SHOWN.sub(" ", text))
    return _HTML_BREAK.sub("\n", text), rest


def fold(text: str) -> str:
    """The text in capitals without accents; signs other than letters and digits stay.

    >>> fold("Cœur-de-Hêtre")
    'COEUR-DE-HETRE'
    """
    if text.isascii():
        return text.upper()
    text = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return _MARKS.sub("", text).upper()


def is_decoded_twice(raw: str) -> bool:
    """Whether a text was decoded twice somewhere, so that all of it must be mended together.

    >>> is_decoded_twice("rue du CafÃ©"), is_decoded_twice("rue du Café")
    (True, False)
    """
    return not raw.isascii() and _TWICE.search(raw) is not None


def _cut(raw: str) -> tuple[str, str]:
    if len(raw) <= LONGEST_TEXT:
        return raw, ""
    end = max(raw.rfind(" ", 0, LONGEST_TEXT), raw.rfind("\n", 0, LONGEST_TEXT))
    end = end if end > 0 else LONGEST_TEXT
    return raw[:end], raw[end:]


def _decoded_once(text: str) -> str:
    """The text that was UTF-8 read as windows-1252; each stretch alone, since files mix them."""
    for _round in range(2):
        mended = _RUN.sub(_mend, text)
        if mended == text:
            break
        text = mended
    return text


_RUN = re.compile(
    "[\u0080-\u00ff\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013-\u203a\u20ac\u2122]{2,}"
)


def _mend(run: re.Match[str]) -> str:
    octets = bytearray()
    for sign in run[0]:
        try:
            octets += sign.encode("cp1252")
        except UnicodeEncodeError:
            if ord(sign) > 0xFF:
                return run[0]
            octets.append(ord(sign))
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        return run[0]
