"""Says of a phone number what sort of line it is and where it lives.

Sources: libphonenumber metadata through phonenumberslite; Arcep decision 2018-0881 (0800 to 0805
cost the caller nothing; 09 is non-geographic, mostly voice over IP). The plan has no range of its
own for numbers lent for a few days: these look like any mobile number.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LineKind = Literal["mobile", "fixed", "fixed or mobile", "voip", "toll free", "premium", "other"]
"""`premium` includes shared-cost and company-wide service numbers; `other`: pagers, voicemail."""


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
