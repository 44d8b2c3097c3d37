"""Says of a phone number what sort of line it is and where it lives.

Sources: libphonenumber metadata through phonenumberslite; Arcep decision 2018-0881 (0800 to 0805
cost the caller nothing; 09 is non-geographic, mostly voice over IP; 0700 with fourteen digits is
between machines; six ranges are for works of fiction). The plan has no range of its own for numbers
lent for a few days: these look like any mobile number.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import polars as pl

from passerelle.identifiers.blocked_values import data_set

LineKind = Literal[
    "mobile", "fixed", "fixed or mobile", "voip", "toll free", "premium", "fiction", "machine",
    "other",
]  # fmt: skip
"""`premium` includes shared-cost and company-wide service numbers; `fiction`: of films and books,
nobody's; `machine`: of a meter, a car; `other`: pagers, voicemail."""

_START = len("+3319900")
_MACHINE = re.compile(r"\+33700[0-9]{10}")


@dataclass(frozen=True)
class PhoneFacts:
    """What sort of line a number names, and the region (ISO 3166 alpha-2) it lives in, if known."""

    kind: LineKind
    region: str | None


def describe_phone(value: str) -> PhoneFacts | None:
    """The facts of a number in E.164; None if no operator can have given it out.

    >>> describe_phone("+262692123457"), describe_phone("+33951234567")
    (PhoneFacts(kind='mobile', region='RE'), PhoneFacts(kind='voip', region='FR'))
    """
    import phonenumbers

    if _is_fiction(value):
        return PhoneFacts("fiction", "FR")
    if _MACHINE.fullmatch(value):
        return PhoneFacts("machine", "FR")
    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    kinds = phonenumbers.PhoneNumberType
    names: dict[int, LineKind] = {
        kinds.MOBILE: "mobile",
        kinds.FIXED_LINE: "fixed",
        kinds.FIXED_LINE_OR_MOBILE: "fixed or mobile",
        kinds.VOIP: "voip",
        kinds.TOLL_FREE: "toll free",
        kinds.PREMIUM_RATE: "premium",
        kinds.SHARED_COST: "premium",
        kinds.UAN: "premium",
    }
    kind = names.get(phonenumbers.number_type(number), "other")
    return PhoneFacts(kind, phonenumbers.region_code_for_number(number))


def are_fiction(values: pl.Series) -> pl.Series:
    """Whether each number in E.164 is of a range that is kept for films and books.

    >>> are_fiction(pl.Series(["+33199001234", "+33145678901", None])).to_list()
    [True, False, False]
    """
    return values.str.slice(0, _START).is_in(_fiction_starts()).fill_null(False)


def _is_fiction(value: str) -> bool:
    return value.startswith(tuple(_fiction_starts()))


def _fiction_starts() -> list[str]:
    return [f"+33{start[1:]}" for start in data_set("blocked_phones", "fiction_prefixes")]
