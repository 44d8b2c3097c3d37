"""Reads one phone number as a person or a spreadsheet wrote it, in E.164 form.

French numbers are read by the plan (`phone_plan`); all others by libphonenumber, which must find
them valid. A cell may hold a label, two numbers, or what Excel left of one.

Sources: ITU-T E.164; libphonenumber through phonenumberslite 9.0.
"""

from __future__ import annotations

import re

from passerelle.identifiers.blocked_values import stands_for_nothing
from passerelle.identifiers.identifier_type import ParseContext, Parsed, Reading, Refused
from passerelle.identifiers.phone_plan import (
    PLAN_REGIONS,
    country_code,
    may_exist,
)
from passerelle.identifiers.spreadsheets import PrecisionLost, read_mangled_number
from passerelle.identifiers.text_cleaning import clean_text

SEPARATORS = r"[\s.\-()/_\u00b7\u2010-\u2015\u2212]+"
FRENCH = r"^(?:(?:\+|00)?330?|0)?([1-9][0-9]{8})$"
"""A French number once its separators are out: +33, 0033, 33, with or without (0), 0, or bare
(Excel ate the leading 0)."""

_SEPARATORS = re.compile(SEPARATORS)
_FRENCH = re.compile(FRENCH)
_OVERSEAS = re.compile(r"(?:\+|00)?(262|590|594|596)0?([1-9][0-9]{8})")
_CANDIDATE = re.compile(r"[+\d(][\d\s.\-()/_+\u00b7\u2010-\u2015\u2212]*")
_LETTER_O = re.compile(r"(?<![^\W\d])[oO](?=[\s.\-]?\d)|(?<=\d)[oO](?![^\W\d])")
_SHORT = re.compile(r"3\d{3}|1\d{1,2}|118\d{3}|116\d{3}")
LONGEST_CELL = 500  # characters
_NATIONAL_DIGITS, _FEWEST_DIGITS, _MOST_DIGITS = 10, 6, 15


def parse_phone(raw: str, context: ParseContext) -> Reading:
    """The number in E.164, or the first one of a cell that holds several."""
    text = clean_text(raw)
    if not text:
        return None
    if len(text) > LONGEST_CELL:
        return Refused("too_long")
    if stands_for_nothing(text):
        return Refused("blocked")
    try:
        text = read_mangled_number(text)
    except PrecisionLost:
        return Refused("precision_lost")
    found = _find_french(_SEPARATORS.sub("", text), context.region)
    if found is None:
        return _parse_candidates(text, context.region)
    return Parsed(found) if found else Refused("invalid_number")


def _find_french(squeezed: str, region: str) -> str | None:
    """The number of the French plan, "" if it has its form but nobody was given it, else None."""
    if region not in PLAN_REGIONS:
        return None
    overseas = _OVERSEAS.fullmatch(squeezed)
    if overseas and may_exist(overseas[2], overseas[1]):
        return f"+{overseas[1]}{overseas[2]}"
    read = _FRENCH.fullmatch(squeezed)
    if read is None:
        return None
    has_code = squeezed.startswith(("+", "00", "33")) and len(squeezed) > _NATIONAL_DIGITS
    code = country_code(read[1], "FR" if has_code else region)
    return f"+{code}{read[1]}" if code else ""


def _parse_candidates(text: str, region: str) -> Reading:
    candidates = [
        piece for found in _CANDIDATE.findall(_LETTER_O.sub("0", text)) for piece in _cut(found)
    ]
    numbers = list(dict.fromkeys(n for c in candidates if (n := _read_number(c, region))))
    if numbers:
        return Parsed(numbers[0], tuple(numbers[1:]))
    digits = re.sub(r"\D", "", text)
    if _SHORT.fullmatch(digits) and region in PLAN_REGIONS:
        return Refused("short_number")
    if not candidates:
        return Refused("invalid_syntax")
    return Refused("too_long" if len(digits) > _MOST_DIGITS else "invalid_number")


def _cut(text: str) -> list[str]:
    """One number, or the several that were written with only blanks or a slash between them."""
    squeezed = _SEPARATORS.sub("", text)
    if len(squeezed) <= _MOST_DIGITS + 1:
        return [text]
    pieces = [piece for piece in re.split(r"\s*/\s*|\s+-\s+|(?=\+)", text) if piece.strip()]
    if len(pieces) > 1 and all(len(re.sub(r"\D", "", p)) >= _FEWEST_DIGITS for p in pieces):
        return pieces
    if len(squeezed) % 10 == 0 and squeezed.isdigit():
        tens = [squeezed[i : i + 10] for i in range(0, len(squeezed), 10)]
        return tens if all(ten.startswith("0") for ten in tens) else [text]
    return [text]


def _read_number(text: str, region: str) -> str | None:
    squeezed = _SEPARATORS.sub("", text)
    digits = len(re.sub(r"\D", "", squeezed))
    if not _FEWEST_DIGITS <= digits <= _MOST_DIGITS + 2:  # 00 before a country code
        return None
    found = _find_french(squeezed, region)
    if found is not None:
        return found or None
    is_abroad = squeezed.startswith(("+", "00"))
    if region not in PLAN_REGIONS or is_abroad:
        return _read_anywhere(text, region)
    # 32475123456: only the + was lost. Anything shorter would be of the French plan.
    return _read_anywhere(f"+{squeezed}", region) if digits > _NATIONAL_DIGITS else None


def _read_anywhere(text: str, region: str) -> str | None:
    import phonenumbers

    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
