"""Numbers, shares, amounts and dates as people read them, in the language in use."""

from __future__ import annotations

from datetime import date

from passerelle.kernel.language import N_, _, current_language

_MONTHS = (
    N_("January"), N_("February"), N_("March"), N_("April"), N_("May"), N_("June"), N_("July"),
    N_("August"), N_("September"), N_("October"), N_("November"), N_("December"),
)  # fmt: skip
_SYMBOLS = {"EUR": "€", "USD": "$", "GBP": "£", "CHF": "CHF"}
_NARROW_SPACE = "\u202f"
_SPACE = "\u00a0"


def number(value: float, *, decimals: int = 0) -> str:
    """A number with its thousands apart.

    >>> number(1234567.0)
    '1,234,567'
    """
    written = f"{value:,.{decimals}f}"
    if current_language() == "fr":
        return written.replace(",", _NARROW_SPACE).replace(".", ",")
    return written


def share(ratio: float | None, *, decimals: int = 1) -> str:
    """A share between 0 and 1 as a percentage; a dash for none.

    >>> share(0.4567), share(None), share(0.0004, decimals=0)
    ('45.7%', '–', '<1%')
    """
    if ratio is None:
        return "–"
    least = 10**-decimals
    shown = f"<{number(least, decimals=decimals)}" if 0 < 100 * ratio < least / 2 else ""
    unit = f"{_SPACE}%" if current_language() == "fr" else "%"
    return (shown or number(100 * ratio, decimals=decimals)) + unit


def amount(cents: int, currency: str) -> str:
    """An amount in whole units of its currency.

    >>> amount(123_456_789, "EUR")
    '€1,234,568'
    """
    written = number(cents / 100)
    symbol = _SYMBOLS.get(currency, currency)
    if current_language() == "fr" or len(symbol) > 1:
        return f"{written}{_SPACE}{symbol}".rstrip()
    return f"{symbol}{written}"


def long_date(day: date) -> str:
    """A day in words.

    >>> long_date(date(2026, 11, 1))
    '1 November 2026'
    """
    month = _(_MONTHS[day.month - 1])
    first = "1er" if current_language() == "fr" and day.day == 1 else str(day.day)
    return f"{first}{_SPACE}{month}{_SPACE}{day.year}".replace(_SPACE, " ")
