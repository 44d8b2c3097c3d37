"""Reads the numbers of companies: SIREN, SIRET, and the VAT numbers of Europe.

Check digits are python-stdnum's, which knows that the SIRETs of La Poste (356000000) add up to a
multiple of five instead. A number with a wrong check digit is refused: no register gave it out.

Sources: INSEE, Sirene (SIREN of 9 digits, SIRET of 14); Directive 2006/112/EC, article 215 (VAT
numbers open with the country, `EL` for Greece and `XI` for Northern Ireland); python-stdnum 2.2.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from passerelle.identifiers.blocked_values import stands_for_nothing
from passerelle.identifiers.identifier_type import (
    BLOCKED,
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

COMPANY = Judgement("company", True, N_("It names a company, not a person."))
COMPANY_JUDGEMENTS = by_kind(COMPANY, BLOCKED)

_LONGEST = 60  # characters
_FILLER_DIGITS = 8  # last digits that are all the same: no register has come to such a number
_LABEL = re.compile(r"^(?:n[°o.]?\s*)?(?:siren|siret|tva(?:\s*intra\w*)?|vat)\b[\s:.°n]*", re.I)
_SIGNS = re.compile(r"[\s.\-_/\u2010-\u2015]+")
_SIREN_DIGITS, _SIRET_DIGITS = 9, 14
_UNION = frozenset(
    {
        "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "EL", "ES", "FI", "FR", "HR", "HU", "IE",
        "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK", "XI",
    }
)  # fmt: skip
_OUTSIDE = ("CH", "GB", "NO")


def parse_siren(raw: str, context: ParseContext) -> Reading:
    """The nine digits of a French company, also out of its SIRET or its VAT number."""
    del context
    return _read(raw, _siren)


def parse_siret(raw: str, context: ParseContext) -> Reading:
    """The fourteen digits of one establishment of a French company."""
    del context
    return _read(raw, _siret)


def parse_vat(raw: str, context: ParseContext) -> Reading:
    """A VAT number with its country; one without is read in the country of the context."""
    return _read(raw, lambda text: _vat(text, context.region))


def judge_company(value: str) -> Judgement:
    """Whether a company number is a real one or one typed to get past a form."""
    digits = re.sub(r"\D", "", value)[-_FILLER_DIGITS:]
    return BLOCKED if len(set(digits)) < 2 else COMPANY


def _read(raw: str, read: Callable[[str], str | None]) -> Reading:
    text = clean_text(raw)
    if not text:
        return None
    if len(text) > _LONGEST:
        return Refused("too_long")
    if stands_for_nothing(text):
        return Refused("blocked")
    try:
        text = read_mangled_number(_LABEL.sub("", text))
    except PrecisionLost:
        return Refused("precision_lost")
    squeezed = _SIGNS.sub("", text).upper()
    if not squeezed.isascii() or not squeezed.isalnum() or not re.search(r"\d", squeezed):
        return Refused("invalid_syntax")
    value = read(squeezed)
    return Refused("invalid_number") if value is None else Parsed(value)


def _siren(text: str) -> str | None:
    from stdnum.fr import siren

    french_vat = re.fullmatch(r"FR[0-9A-HJ-NP-Z]{2}([0-9]{9})", text)
    if french_vat:
        text = french_vat[1]
    elif text.isdecimal() and len(text) in (_SIRET_DIGITS - 1, _SIRET_DIGITS):
        text = (_siret(text) or "")[:_SIREN_DIGITS]
    text = _with_zeros(text, _SIREN_DIGITS)
    return text if siren.is_valid(text) else None


def _siret(text: str) -> str | None:
    from stdnum.fr import siret

    text = _with_zeros(text, _SIRET_DIGITS)
    return text if siret.is_valid(text) else None


def _vat(text: str, region: str) -> str | None:
    from stdnum.eu import vat

    own = "EL" if region == "GR" else region
    country = "EL" if text[:2] == "GR" else text[:2]
    if country in _UNION:
        number = country + text[2:]
        return vat.compact(number) if vat.is_valid(number) else None
    if country in _OUTSIDE:
        return _vat_outside(text, country)
    return _vat(own + text, own) if own in _UNION and text[0].isdecimal() else None


def _vat_outside(text: str, country: str) -> str | None:
    """A number of Switzerland, Great Britain or Norway; the Swiss one holds its country itself."""
    from stdnum import get_cc_module

    module = get_cc_module(country.lower(), "vat")
    number = text if country == "CH" else text[2:]
    if module is None or not module.is_valid(number):
        return None
    return text if country == "CH" else f"{country}{module.compact(number)}"


def _with_zeros(text: str, length: int) -> str:
    """The digits with one leading zero that a spreadsheet ate."""
    return f"0{text}" if text.isdecimal() and len(text) == length - 1 else text
