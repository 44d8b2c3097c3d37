"""Numbers that a business hands out: customer numbers, loyalty cards, logins.

Each belongs to who issued it, so the canonical value is `NAMESPACE:VALUE`: card 1042 of one brand
never meets card 1042 of another. Blanks go; leading zeros of a number go too, because spreadsheets
eat them and one namespace does not use 0042 and 42 for two people. A value in one case is put in
capitals; one that mixes cases is an opaque key (Salesforce's 15 characters, base62) and is kept.

Source: Excel specifications and limits (15 significant digits); GS1 General Specifications 7.9
(check digit).
"""

from __future__ import annotations

import re
from collections.abc import Callable

from passerelle.identifiers.blocked_values import stands_for_nothing
from passerelle.identifiers.identifier_type import (
    BLOCKED,
    PERSONAL,
    Judgement,
    ParseContext,
    Parsed,
    Reading,
    Refused,
    by_kind,
)
from passerelle.identifiers.spreadsheets import PrecisionLost, read_mangled_number
from passerelle.identifiers.text_cleaning import clean_text
from passerelle.kernel.language import N_

CHECK_DIGIT = Judgement(
    "check_digit", True, N_("It has 13 digits whose check digit is wrong: perhaps mistyped.")
)
NUMBER_JUDGEMENTS = by_kind(PERSONAL, BLOCKED)
CARD_JUDGEMENTS = by_kind(PERSONAL, BLOCKED, CHECK_DIGIT)

_LONGEST = 200  # characters, PostHog's limit for a distinct id
_SHORTEST_SEQUENCE = 4
FILLER_SEQUENCES = frozenset(
    digits[start:end]
    for digits in ("01234567890123456789", "98765432109876543210")
    for start in range(len(digits))
    for end in range(start + _SHORTEST_SEQUENCE, len(digits) + 1)
)
"""Runs of digits that fingers make on a keypad: 1234, 456789, 9876."""


def parse_number(raw: str, context: ParseContext) -> Reading:
    """A customer or card number, in its namespace."""
    return _parse(raw, context, _canonical_number)


def parse_login(raw: str, context: ParseContext) -> Reading:
    """A login, in its namespace: an e-mail address in lower case, anything else as issued."""
    return _parse(raw, context, _canonical_login)


def judge_number(value: str) -> Judgement:
    """Whether a number is a real one or one typed to get past a form (`1111`, `123456`)."""
    return BLOCKED if _is_filler(value.partition(":")[2]) else PERSONAL


def judge_card(value: str) -> Judgement:
    """As `judge_number`; 13 digits are also checked as an EAN-13."""
    card = value.partition(":")[2]
    if _is_filler(card):
        return BLOCKED
    if re.fullmatch(r"[0-9]{13}", card) and not has_check_digit(card):
        return CHECK_DIGIT
    return PERSONAL


def has_check_digit(digits: str) -> bool:
    """Whether the last of 13 digits is the check digit of the others (EAN-13).

    >>> has_check_digit("4006381333931"), has_check_digit("4006381333932")
    (True, False)
    """
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return total % 10 == 0


def _parse(raw: str, context: ParseContext, canonical: Callable[[str], str]) -> Reading:
    text = clean_text(raw).removeprefix(f"{context.namespace}:").strip()
    if not text:
        return None
    if len(text) > _LONGEST:
        return Refused("too_long")
    if stands_for_nothing(text):
        return Refused("blocked")
    try:
        value = canonical(text)
    except PrecisionLost:
        return Refused("precision_lost")
    if not value or len(value) > _LONGEST or stands_for_nothing(value):
        return Refused("blocked")
    return Parsed(f"{context.namespace}:{value}")


def _canonical_number(text: str) -> str:
    joined = read_mangled_number(re.sub(r"\s", "", text))
    digits = re.sub(r"[.\-_/]", "", joined)
    if digits.isdecimal() and digits.isascii() and not joined.startswith("-"):
        return digits.lstrip("0") or "0"
    is_one_case = joined in (joined.lower(), joined.upper())
    return clean_text(joined.upper()) if is_one_case else joined


def _canonical_login(text: str) -> str:
    return clean_text(text.lower()) if "@" in text else text


def _is_filler(text: str) -> bool:
    text = text.replace("-", "")
    if len(set(text)) == 1 and text[0] in "0123456789xX":
        return len(text) > 1 or text == "0"
    return text in FILLER_SEQUENCES
