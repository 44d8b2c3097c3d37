"""Cleans what people and programs leave around a value: blanks, invisible characters, accents.

Source: Unicode Standard Annex 15 (normalisation forms). `phonenumbers` raises on U+202F and no
advertising SDK removes U+200B, so both are dealt with here, before anything else.
"""

from __future__ import annotations

import re
import unicodedata

from passerelle.identifiers.encoding_repair import repair_encoding

_BLANKS = re.compile(r"[\s\x00-\x1f\x7f\u2800\u3164]+")
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
_PLAIN = re.compile(r"[!-~]*(?: [!-~]+)*")
_LATIN_MARKS = re.compile("[\u0300-\u036f]+")
_NOT_LETTERS = re.compile("[^A-Za-z]+")

# Letters that Unicode does not decompose, as French records write them in capitals.
_LETTERS = str.maketrans(
    {
        "œ": "OE", "Œ": "OE", "æ": "AE", "Æ": "AE", "ß": "SS", "ẞ": "SS", "ł": "L", "Ł": "L",
        "ø": "O", "Ø": "O", "đ": "D", "Đ": "D", "ð": "D", "Ð": "D", "þ": "TH", "Þ": "TH",
        "ħ": "H", "Ħ": "H", "ŧ": "T", "Ŧ": "T", "ı": "I", "ŋ": "N", "Ŋ": "N",
    }
)  # fmt: skip


def clean_text(raw: str) -> str:
    r"""The text in NFC, without invisible characters, each run of blanks as one space, trimmed.

    Letters that were read in the wrong encoding are put back where that is certain.

    >>> clean_text("  06\u202f12\u200b34 ")
    '06 1234'
    """
    if _PLAIN.fullmatch(raw):
        return raw
    text = repair_encoding(unicodedata.normalize("NFC", raw))
    text = _INVISIBLE.sub("", unicodedata.normalize("NFC", text))
    return unicodedata.normalize("NFC", _BLANKS.sub(" ", text).strip())


def fold_letters(text: str) -> str:
    """The letters alone, in capitals and without accents; `œ`, `æ`, `ł` and their like written out.

    >>> fold_letters("Cœur-de-Łukasz")
    'COEURDELUKASZ'
    """
    if text.isascii():
        return text.upper() if text.isalpha() else _NOT_LETTERS.sub("", text).upper()
    text = _LATIN_MARKS.sub("", unicodedata.normalize("NFKD", text)).translate(_LETTERS)
    if text.isascii():
        return _NOT_LETTERS.sub("", text).upper()
    text = _without_marks(text).translate(_LETTERS).upper()
    return "".join(filter(str.isalpha, _without_marks(text)))


def _without_marks(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(c for c in decomposed if not unicodedata.category(c).startswith("M"))
